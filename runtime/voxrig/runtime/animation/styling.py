"""The style step: a model's controls, in a character's way of speaking, as a native pose."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.effort import UNHEARD, Effort, EffortState, amplitudes, level
from voxrig.runtime.animation.face import Face, Gate, awake, rest_pose
from voxrig.runtime.animation.overrides import NO_OVERRIDES, Change, Overrides
from voxrig.runtime.animation.shaping import STILL, Tables, kind_of, parts_lips, shape
from voxrig.runtime.animation.style import NEUTRAL, PREFIX, SHORT_NAMES, ControlStyle, Dials, Style
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models.spec import ModelSpec

Floats = NDArray[np.float32]

MEAN_SECONDS: Final = 0.15
"""Time constant of the mean that sharpness moves sounds from: two thirds of a syllable, so that a sound undershoots
towards its neighbours (Lindblom 1963, "Spectrographic study of vowel reduction", JASA 35) without coming late."""

_PARTED: Final = {"mouthLowerLipDepress": 0.25, "mouthUpperLipRaise": 0.18}
_PARTED_NAMES: Final = frozenset(name for name in SHORT_NAMES if name.startswith(tuple(_PARTED)))
_PLACES: Final = {name: place for place, name in enumerate(SHORT_NAMES)}
_MEAN_STEP: Final = np.float32(1.0 - np.exp(-1.0 / (MEAN_SECONDS * STEP_RATE)))


class Memory(NamedTuple):
    """What a style remembers of an utterance.

    Attributes:
        mean: float32[K], where each control has been; None while sharpness has not been asked for.
        effort: what was heard of the voice; None while effort has not been asked for.
    """

    mean: Floats | None
    effort: EffortState | None


NO_MEMORY: Final = Memory(None, None)
"""At the beginning of every utterance."""


@dataclass(frozen=True, slots=True)
class Styling:
    """Puts a model's controls on the native rig in one style.

    Attributes:
        spec: the model's manifest.
        face: where its controls go.
        style: the character's; its dials are only where a session begins.
        overrides: what was set by hand for stretches of a clip.
    """

    spec: ModelSpec
    face: Face
    style: Style
    overrides: Overrides = NO_OVERRIDES
    _tables: Tables = field(init=False, repr=False, compare=False)
    _jaw_open: int = field(init=False, repr=False, compare=False)
    _effort: Effort = field(init=False, repr=False, compare=False)
    _own: bool = field(init=False, repr=False, compare=False)
    _shapes: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [name.removeprefix(PREFIX) for name in self.spec.controls]
        shaped = self.overrides.controls
        moved = shaped.union(self.style.rest, self.style.controls).difference(names)
        names += [n for n in SHORT_NAMES if n in moved or (n in _PARTED_NAMES and n not in names)]  # the model's first
        object.__setattr__(self, "_tables", _tables(names, self.style))
        object.__setattr__(self, "_jaw_open", names.index("jawOpen") if "jawOpen" in names else -1)
        object.__setattr__(self, "_effort", Effort(self.spec.log_mel()))
        object.__setattr__(self, "_own", bool(self.style.rest or self.style.controls))
        object.__setattr__(self, "_shapes", bool(shaped))

    def pose(
        self, controls: Floats, gate: Gate, features: Floats, dials: Dials, at: int, memory: Memory
    ) -> tuple[Floats, Memory]:
        """Make pose `at` of the session's grid.

        Args:
            controls: float32[N] of the model.
            gate: the mouth's silence gate.
            features: float32[2 * bands], the newest row heard.
            dials: as they stand at the pose.
            at: number of the pose.
            memory: of the utterance's last pose.

        Returns:
            A native pose, float32[251 + 4 * 3], and the next memory. Where nothing is changed, the pose is that of
            `Face.pose`, to the bit.
        """
        change = self.overrides.at(at)
        if dials == NEUTRAL and not self._own and change is None:
            return self.face.pose(controls, gate), NO_MEMORY
        speaks = awake(gate)
        if self._shapes:  # always as many values, so that the mean goes on
            controls, speaks = self._blended(controls, speaks, change)
        mean = None
        if dials.sharpness != 1.0:
            mean = controls if memory.mean is None else _followed(memory.mean, controls)
        effort = None
        jaw = lips = 1.0
        if dials.effort:
            effort = self._effort.step(memory.effort or UNHEARD, features)
            jaw, lips = amplitudes(level(effort), dials.effort)
        tongue = dials.tongue
        if change is not None:
            jaw, lips, tongue = jaw * change.jaw, lips * change.lips, tongue * change.tongue
        shown = dials._replace(jaw=dials.jaw * jaw, lips=dials.lips * lips, tongue=tongue)
        return self._shape(controls, mean, shown, speaks), Memory(mean, effort)

    def rest(self, dials: Dials) -> Floats:
        """Return the native pose of the silent face with `dials`: float32[251 + 4 * 3]."""
        return self._shape(_NO_CONTROLS, None, dials, 0.0)

    def _shape(self, controls: Floats, mean: Floats | None, dials: Dials, speaks: float) -> Floats:
        pose = rest_pose()
        shape(
            controls, controls if mean is None else mean, *self._tables, self._jaw_open,
            np.float32(dials.jaw), np.float32(dials.lips), np.float32(dials.tongue), np.float32(dials.sharpness),
            np.float32(dials.lip_offset), np.float32(speaks), pose,
        )  # fmt: skip
        return pose

    def _blended(self, controls: Floats, speaks: float, change: Change | None) -> tuple[Floats, float]:
        """Blend shapes into the controls, float32[K]; they show in silence too, where the model's own controls rest."""
        blended = np.zeros(len(self._tables.place), np.float32)
        blended[: len(controls)] = controls
        if change is None or change.shapes is None:
            return blended, speaks
        blended[self._tables.kind != STILL] *= np.float32(speaks * change.left)
        blended += change.shapes[self._tables.place]
        return blended, max(speaks, min(1.0, 8.0 * (1.0 - change.left)))


def _followed(mean: Floats, controls: Floats) -> Floats:
    """Move the means towards the controls by one step."""
    return mean + _MEAN_STEP * (controls - mean)


def _tables(names: list[str], style: Style) -> Tables:
    """Lay out what is done to each control."""
    entries = [style.controls.get(name, ControlStyle()) for name in names]
    return Tables(
        place=np.array([_PLACES[name] for name in names], np.int64),
        kind=np.array([kind_of(name) for name in names], np.int64),
        opens=np.array([parts_lips(name) for name in names], np.bool_),
        gain=np.array([entry.gain for entry in entries], np.float32),
        bias=np.array([entry.bias for entry in entries], np.float32),
        rest=np.array([style.rest.get(name, 0.0) for name in names], np.float32),
        parted=np.array([_PARTED.get(name.rstrip("LR"), 0.0) for name in names], np.float32),
    )


_NO_CONTROLS: Final = np.zeros(0, np.float32)
