"""A session's dials over its media time: where a style begins, and the cues that turn it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from voxrig.runtime.animation.style import Dials
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.timing import STEP_RATE

MOST_CUES: Final = 256
"""Cues that may wait or lie within the reach of an interruption."""


class ScheduleError(ValueError):
    """A cue too many; the message says how many there may be."""


@dataclass(frozen=True, slots=True)
class StyleCue:
    """Some dials go over to new values, from media sample `start` on, within `length` samples (0: at once)."""

    start: int
    length: int
    values: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Dials as a function of media time; a value.

    A cue moves each dial it names from wherever the earlier cues have it at that moment, so that one may begin while
    another is under way. Cues of the same sample count in the order in which they came.

    Attributes:
        first: the dials before all cues.
        cues: by their start.
    """

    first: Dials
    cues: tuple[StyleCue, ...] = ()

    def added(self, cue: StyleCue, oldest: int) -> "Schedule":
        """Add a cue; what ended by media sample `oldest`, before which nobody will ask, is folded into `first`.

        Raises:
            ScheduleError: there are too many already.
        """
        first, cues = self.first, self.cues
        while cues and cues[0].start + cues[0].length <= oldest:
            first, cues = first._replace(**dict(cues[0].values)), cues[1:]
        if len(cues) >= MOST_CUES:
            raise ScheduleError(f"{len(cues)} style cues wait or are not long over, the most there may be; send fewer")
        place = sum(other.start <= cue.start for other in cues)
        return Schedule(first, (*cues[:place], cue, *cues[place:]))

    def at(self, pose: int, rate: int) -> Dials:
        """Return the dials of the pose at `pose` / 60 s, where media samples count at `rate` Hz."""
        dials = self.first
        for cue in self.cues:
            since = pose * rate - cue.start * STEP_RATE  # in samples / 60
            if since < 0:
                break
            weight = ease(since / (cue.length * STEP_RATE)) if cue.length else 1.0
            if weight >= 1.0:
                dials = dials._replace(**dict(cue.values))
            elif weight > 0.0:
                now = {
                    key: old + weight * (new - old) for key, new in cue.values if (old := getattr(dials, key)) != new
                }
                dials = dials._replace(**now)
        return dials


def transition_samples(seconds: float, rate: int) -> int:
    """Media samples of a transition, rounded."""
    return round(Fraction(seconds) * rate)
