"""What a client's parameters do to the blend shape weights: a pure function of a weight row and the one before.

In this order: smoothing, strengths, lids, then each column's multiplier and offset, then the cut to 0 to 1 if there is
one. A row whose parameters are all at rest passes to the bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.serving.a2f.face import Face

Floats = NDArray[np.float32]

UPPER: Final = ("Brow", "EyeSquint", "EyeWide", "CheekSquint", "NoseSneer")
"""How the shapes of the upper face begin, the lids' blinks and the look of the eyes apart: nothing slows those."""
LOWER: Final = ("Jaw", "Mouth", "CheekPuff", "Tongue")
"""How the shapes of the lower face begin."""

_BLINKS: Final = [index for index, name in enumerate(ARKIT_SHAPES) if name.startswith("EyeBlink")]
_WIDES: Final = [index for index, name in enumerate(ARKIT_SHAPES) if name.startswith("EyeWide")]
_COUNT: Final = len(ARKIT_SHAPES)


@dataclass(frozen=True, slots=True)
class Shaping:
    """How the weights of a clip are changed; holds nothing of how they move.

    Attributes:
        columns: names of a row: ARKit's 52 shapes, and whatever follows them.
        fps: rows a second.
        face: the face parameters.
        multipliers, offsets: by column, for those that are not left as they are.
        clamp: whether the shapes are cut to 0 to 1 in the end.
    """

    columns: tuple[str, ...]
    fps: int
    face: Face = field(default_factory=Face)
    multipliers: Mapping[str, float] = field(default_factory=dict)
    offsets: Mapping[str, float] = field(default_factory=dict)
    clamp: bool = False
    _share: Floats = field(init=False, repr=False, compare=False)
    _gain: Floats = field(init=False, repr=False, compare=False)
    _scale: Floats = field(init=False, repr=False, compare=False)
    _shift: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        face, names = self.face, self.columns
        lower, upper = self._share_of(face.lower_smoothing), self._share_of(face.upper_smoothing)
        gain = face.upper_strength * face.skin_strength
        for name, row in (
            ("_share", [upper if n.startswith(UPPER) else lower if n.startswith(LOWER) else 1.0 for n in names]),
            ("_gain", [gain if n.startswith(UPPER) else 1.0 for n in names[:_COUNT]]),
            ("_scale", [self.multipliers.get(n, 1.0) for n in names]),
            ("_shift", [self.offsets.get(n, 0.0) for n in names]),
        ):
            object.__setattr__(self, name, np.array(row, np.float32))

    def step(self, before: Floats | None, row: Floats) -> tuple[Floats, Floats]:
        """Change the weights of the next frame.

        Args:
            before: what this returned first for the frame before; None for the first frame.
            row: float32[columns], not changed.

        Returns:
            What the next call needs, and the weights, float32[columns].
        """
        smooth = row
        if before is not None and (self._share != 1.0).any():
            smooth = np.where(self._share == 1.0, row, before + self._share * (row - before))
        out = smooth.copy()
        shapes = out[:_COUNT]
        np.minimum(shapes * self._gain, np.float32(1.0), out=shapes)
        self._set_lids(shapes)
        out *= self._scale
        out += self._shift
        if self.clamp:
            np.clip(shapes, 0.0, 1.0, out=shapes)
        return smooth, out

    def _set_lids(self, shapes: Floats) -> None:
        face = self.face
        lids = shapes[_BLINKS]
        if face.blink_strength != 1.0 or face.blink_offset != 0.0:
            lids = np.clip(lids * np.float32(face.blink_strength) + np.float32(face.blink_offset), 0.0, 1.0)
        if face.eyelid_offset < 0.0:
            lids = lids + np.float32(-face.eyelid_offset) * (1.0 - lids)
        elif face.eyelid_offset > 0.0:  # an eye that blinks shuts all the same
            shapes[_WIDES] += np.float32(face.eyelid_offset) * (1.0 - shapes[_WIDES]) * (1.0 - lids)
        shapes[_BLINKS] = lids

    def _share_of(self, half_life: float) -> float:
        """The part of the way that a frame goes."""
        return 1.0 - 0.5 ** (1.0 / (self.fps * half_life)) if half_life > 0.0 else 1.0
