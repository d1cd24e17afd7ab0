"""Strokes: single movements of the head, laid over each other.

Each goes out along a minimum-jerk path and may come back along one. As every stroke has its own beginning and adds to
what moves already, a new one may begin at any time without a jerk: so do people when a goal moves under way (Flash &
Henis 1991, "Arm trajectory modifications during reaching towards visual targets", J Cogn Neurosci 3).
"""

from typing import Final, NamedTuple

from numba.extending import register_jitable

from voxrig.runtime.core.smoothing import ease

MOST: Final = 8
"""Strokes of a kind that go on at once, at the most."""


class Stroke(NamedTuple):
    """One movement.

    Attributes:
        start: pose from which it moves.
        out: poses on the way there.
        hold: poses it stays.
        back: poses on the way back; 0: it stays for good.
        yaw: degrees it turns, as pitch and roll.
        pitch: degrees.
        roll: degrees.
    """

    start: int
    out: int
    hold: int
    back: int
    yaw: float
    pitch: float
    roll: float


Strokes = tuple[Stroke, ...]


def share(stroke: Stroke, at: int) -> float:
    """Return how far a stroke has gone at pose `at`, 0 to 1."""
    return gone(stroke.start, stroke.out, stroke.hold, stroke.back, at)


@register_jitable
def gone(start: float, out: float, hold: float, back: float, at: float) -> float:
    """Return what `share` does, for compiled code."""
    since = at - start
    way = ease(since / out)
    if back:
        way -= ease((since - out - hold) / back)
    return way


def going(strokes: Strokes, at: int) -> Strokes:
    """Return the strokes that are not over at pose `at`; the same tuple if all go on."""
    for stroke in strokes:
        if at - stroke.start >= stroke.out + stroke.hold + stroke.back:
            return tuple(s for s in strokes if at - s.start < s.out + s.hold + s.back)
    return strokes
