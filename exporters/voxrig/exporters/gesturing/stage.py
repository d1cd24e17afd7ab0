"""What goes on while a performance is planned: the score so far, and which hands are raised in which shape."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.gesturing import luck as read
from voxrig.exporters.gesturing.forms import Shape
from voxrig.exporters.gesturing.manner import Expressivity, Moods
from voxrig.exporters.gesturing.score import Score
from voxrig.runtime.animation.body.vocabulary import RESTS
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, SIZE, mirrored

Doubles = NDArray[np.float64]

HANDS: Final = [*range(HAND_L.start, HAND_L.stop), *range(HAND_R.start, HAND_R.stop)]
"""The numbers of both hands."""
HANDS_OF: Final = {True: HANDS[: len(HANDS) // 2], False: HANDS[len(HANDS) // 2 :]}
"""The numbers of the left hand (True) and of the right one (False)."""
PHASES: Final = ("rest", "preparation", "pre-stroke hold", "stroke", "hold", "retraction")
"""The phases of gestures (McNeill 1992; Kita, van Gijn & van der Hulst 1998)."""

_FOLDED: Final = 0.4
_HIP: Final = 0.93


class Stroke(NamedTuple):
    """A stroke.

    Attributes:
        apex: pose at which it is at its end.
        start: pose at which it begins.
        end: pose at which what is held after it begins to go.
        hand: "left", "right" or "both".
        kind: "beat", "metaphoric", "deictic" or "adaptor".
        form: its name.
        accent: pose of the accent that it is put on; `apex` for adaptors.
        size: arm lengths that the leading hand goes.
    """

    apex: int
    start: int
    end: int
    hand: str
    kind: str
    form: str
    accent: int
    size: float


class Phase(NamedTuple):
    """A phase of the hands: one of `PHASES`, from pose `start` up to `end`."""

    name: str
    start: int
    end: int


@dataclass(slots=True)
class Stage:
    """A performance while it is planned.

    Attributes:
        moods: style and mood.
        luck: float64[T, 12].
        score: of the hands, and of what the torso does with them.
        strokes: so far.
        marks: poses at which a phase begins, and which.
        shape: of the raised hands; None while they rest.
        struck: pose of the last apex.
        shaped: pose of the last apex that brought a new form.
        free: pose from which on the hands have nothing to do.
    """

    moods: Moods
    luck: Doubles
    score: Score = field(init=False)
    strokes: list[Stroke] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=lambda: [(0, "rest")])
    shape: Shape | None = None
    struck: int = -1000
    shaped: int = -1000
    free: int = 0

    def __post_init__(self) -> None:
        self.score = Score(self.rest(0))

    @property
    def total(self) -> int:
        """T."""
        return len(self.luck)

    def drawn(self, at: int) -> Doubles:
        """Return the luck at a pose: float64[12]."""
        row: Doubles = self.luck[min(max(at, 0), self.total - 1)]
        return row

    def mood(self, at: int) -> Expressivity:
        """Return style and mood at a pose."""
        return self.moods.at(min(max(at, 0), self.total - 1))

    def rest(self, at: int) -> Doubles:
        """Return where the hands rest at a pose: float64[34], 0 but for the hands."""
        luck, mood, sitting = self.drawn(at), self.mood(at), self.moods.manner.sitting
        folds = _FOLDED - 0.2 * mood.openness
        drawn = float(luck[read.REST])
        if drawn < folds:
            name = "lap" if sitting else "folded"
        elif sitting:
            name = "thighs"
        else:
            name = "hip" if drawn >= _HIP and not mood.small else "hanging"
        rest = RESTS[name]
        if self.prefers_left(at):
            rest = mirrored(rest)
        placed = np.zeros(SIZE)
        placed[HANDS] = rest[HANDS]
        return placed

    def alone(self) -> Doubles:
        """Return where a hand rests while the other gestures: float64[34], 0 but for the hands."""
        placed = np.zeros(SIZE)
        placed[HANDS] = RESTS["thighs" if self.moods.manner.sitting else "hanging"][HANDS]
        return placed

    def prefers_left(self, at: int) -> bool:
        """Return whether the left hand leads in what hands do at rest."""
        return float(self.drawn(at)[read.WEIGHT]) >= self.mood(at).right

    def mark(self, at: int, name: str) -> None:
        """Note that a phase begins; what was to begin later doesn't."""
        while self.marks and self.marks[-1][0] >= at:
            self.marks.pop()
        if not self.marks or self.marks[-1][1] != name:
            self.marks.append((at, name))

    def retract(self, at: int, seconds: float) -> None:
        """Let the hands sink to rest from pose `at` on."""
        poses = round(60.0 * seconds / self.mood(at).tempo)
        self.score.to(at, poses, self.rest(at))
        self.mark(at, "retraction")
        self.mark(at + poses, "rest")
        self.shape, self.free = None, at + poses

    def break_off(self, at: int) -> None:
        """Drop what was to come at pose `at` and retract from wherever the hands are."""
        self.strokes = [stroke for stroke in self.strokes if stroke.apex <= at]
        rising = self.phase(at) != "rest"
        poses = round(60.0 * min(max(0.75 / self.mood(at).tempo, 0.6), 0.9))
        self.score.break_off(at, poses, self.rest(at) if rising else self.score.target)
        if rising:
            self.mark(at, "retraction")
            self.mark(at + poses, "rest")
        self.shape, self.free = None, at + poses

    def phase(self, at: int) -> str:
        """Return which phase goes on at a pose."""
        return next((name for start, name in reversed(self.marks) if start <= at), "rest")

    def phases(self) -> tuple[Phase, ...]:
        """Return the phases, one after the other, over all poses."""
        starts = [start for start, _ in self.marks]
        ends = [*starts[1:], self.total]
        return tuple(
            Phase(name, start, min(end, self.total))
            for (start, name), end in zip(self.marks, ends, strict=True)
            if start < self.total
        )
