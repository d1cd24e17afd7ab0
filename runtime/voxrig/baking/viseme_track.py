"""Which visemes a take shows, from when to when."""

from fractions import Fraction

from voxrig.runtime.animation.viseme_reading import SILENCE, read_viseme
from voxrig.runtime.core.clip import ShownViseme
from voxrig.runtime.core.take import Take


def visemes_of(speech: Take, seconds: Fraction) -> tuple[ShownViseme, ...]:
    """Read the visemes off what speech alone shows.

    Args:
        speech: in profile `metahuman`.
        seconds: where the last one ends.

    Returns:
        Without a gap from 0 to `seconds`; a viseme lasts for as long as it is the nearest one, and its weight is the
        mean of how near it was.
    """
    spans: list[tuple[int, str, list[float]]] = []
    shown = SILENCE.name
    for row, pose in enumerate(speech.controls):
        shown, nearness = read_viseme(pose, shown)
        if not spans or spans[-1][1] != shown:
            spans.append((row, shown, []))
        spans[-1][2].append(nearness)
    starts = [speech.time(row) for row, _, _ in spans]
    return tuple(
        ShownViseme(start, end, name, round(sum(near) / len(near), 4))
        for (_, name, near), start, end in zip(spans, starts, [*starts[1:], seconds], strict=True)
    )
