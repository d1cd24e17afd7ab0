"""Writes a report: the page, and the same figures as JSON."""

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.figure import Framing, draw_figure
from voxrig.engine_bridges.writers.figure_file import animated
from voxrig.engine_bridges.writers.figure_points import points_of
from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.exporters.body_report.measures import measures
from voxrig.exporters.body_report.motion import Motion
from voxrig.exporters.body_report.page import page
from voxrig.exporters.body_report.session import Session
from voxrig.runtime.core.body.kinematics import skeleton_rotations
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.timing import STEP_RATE

PICTURES: Final = 15
"""Pictures a second of the animated figure."""
SHOWN: Final = 12
"""Seconds of it."""

_FRAMING: Final = Framing(158.0, -0.14, 1.96, 1.30)


def report(
    sessions: Sequence[Session], out: Path, *, title: str, about: str, as_json: bool = False, notes: Sequence[str] = ()
) -> dict[str, Any]:
    """Measure sessions and write the page about them.

    Args:
        sessions: as of `measures`.
        out: the page; with `as_json` there is a .json of the same name beside it.
        title: of the page.
        about: what was learned from what.
        as_json: whether the figures are written as JSON too.
        notes: sentences at the end.

    Returns:
        The figures, as of `measures`.

    Raises:
        ValueError: the sessions can't be measured.
        OSError: a file cannot be written.
    """
    told = measures(sessions)
    shown, first = telling(sessions)
    text = page(title, about, told, shown, moving(shown, first), notes)
    with whole_text_file(out) as file:
        file.write(text)
    if as_json:
        with whole_text_file(out.with_suffix(".json")) as file:
            json.dump({"title": title, "about": about, **told}, file, indent=1, allow_nan=False)
            file.write("\n")
    return told


def telling(sessions: Sequence[Session]) -> tuple[Session, int]:
    """Choose what to show: the session and the pose from which on the reference moves most for `SHOWN` seconds."""
    best: tuple[float, Session, int] | None = None
    window = SHOWN * STEP_RATE
    for session in sessions:
        motion = next(iter(session.motions.values()))[0]
        way = np.cumsum(np.concatenate(([0.0], motion.speeds.sum(axis=1))))
        for first in range(0, max(len(motion) - window, 0) + 1, STEP_RATE):
            found = float(way[min(first + window, len(motion))] - way[first])
            if best is None or found > best[0]:
                best = found, session, first
    if best is None:
        raise ValueError("there are no sessions to show; give one at least")
    return best[1], best[2]


def moving(session: Session, first: int = 0) -> bytes:
    """Draw the first performances of a session side by side, from a pose on: the bytes of an animated WebP."""
    every = STEP_RATE // PICTURES
    drawn = [
        _drawn(motions[0], f"{name}: {session.name}, {session.emotion}", first, every)
        for name, motions in session.motions.items()
    ]
    together = (np.concatenate(pictures, axis=1) for pictures in zip(*drawn, strict=True))
    return animated(together, Fraction(STEP_RATE, every))


def _drawn(motion: Motion, caption: str, first: int, every: int) -> Iterator[NDArray[np.uint8]]:
    postures = motion.postures[first : first + SHOWN * STEP_RATE : every]
    points = points_of(skeleton_rotations(solve(postures)))
    return draw_figure(points, fps=PICTURES, framing=_FRAMING, caption=caption, first=first // every)
