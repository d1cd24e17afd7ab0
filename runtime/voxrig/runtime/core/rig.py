"""Rig profiles: the native rig (see `native`) under the names that an engine knows.

Every profile is elementwise: a frame's values are the same to the bit whether it is converted alone or among others.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from voxrig.runtime.core.arkit import ARKIT_ANGLES, ARKIT_RANGE, ARKIT_SHAPES, arkit_frames
from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS, NATIVE_RANGE, Floats, bone_array, control_array


class UnknownProfileError(ValueError):
    """A rig profile that does not exist; the message names those that do."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A rig as an engine names it.

    A frame in this profile is float32[stride]: one value for each of `names`, then x, y, z, w for each of `bones`.
    """

    name: str
    names: tuple[str, ...]
    ranges: tuple[tuple[float, float], ...]
    """Lowest and highest value of each name, in the order of `names`."""
    bones: tuple[str, ...]
    _convert: Callable[[Floats, Floats], Floats] = field(repr=False, compare=False)
    body: tuple[str, ...] = ()
    """Those of `bones` that are a body's: the last ones, some of `body.bones.BODY_BONES`, in their order."""

    @property
    def stride(self) -> int:
        """Values of one frame."""
        return len(self.names) + 4 * len(self.bones)

    def with_body(self, bones: tuple[str, ...]) -> "Profile":
        """Return this rig with a body: `bones` follow its own."""
        face = self.bones[: len(self.bones) - len(self.body)]
        return replace(self, bones=(*face, *bones), body=bones)

    def from_native(self, controls: ArrayLike, bones: ArrayLike, body: Floats | None = None) -> Floats:
        """Turn native poses into frames of this profile.

        Args:
            controls: float32[..., 251].
            bones: float32[..., 3, 4], quaternions x, y, z, w relative to rest, with the same leading axes.
            body: the same of the body's bones, float32[..., len(self.body), 4]; None: they are at rest.

        Returns:
            float32[..., stride], a new array.

        Raises:
            ValueError: shapes that do not fit.
        """
        native, quaternions = control_array(controls), bone_array(bones)
        if native.shape[:-1] != quaternions.shape[:-2]:
            raise ValueError(f"controls {native.shape} and bones {quaternions.shape} are not the same number of frames")
        face = self._convert(native, quaternions)
        if not self.body:
            return face
        shape = (*native.shape[:-1], 4 * len(self.body))
        turns = np.tile(_UNTURNED, len(self.body)) if body is None else body.reshape(shape)
        return np.concatenate((face, np.broadcast_to(turns, shape)), axis=-1)


def profiles() -> tuple[str, ...]:
    """Names of all profiles."""
    return tuple(_BUILDERS)


@lru_cache(maxsize=8)
def profile(name: str) -> Profile:
    """Look a profile up by its exact name.

    Raises:
        UnknownProfileError: there is none of that name.
    """
    try:
        return _BUILDERS[name]()
    except KeyError:
        raise UnknownProfileError(f"rig profile {name!r} is unknown; use one of: {', '.join(profiles())}") from None


def _build_metahuman() -> Profile:
    def convert(native: Floats, bones: Floats) -> Floats:
        return np.concatenate((native, bones.reshape(*native.shape[:-1], 4 * len(BONES))), axis=-1)

    return Profile("metahuman", NATIVE_CONTROLS, (NATIVE_RANGE,) * len(NATIVE_CONTROLS), BONES, convert)


def _build_arkit() -> Profile:
    angles = tuple((-math.radians(most), math.radians(most)) for most in ARKIT_ANGLES.values())
    ranges = (ARKIT_RANGE,) * len(ARKIT_SHAPES) + angles
    return Profile("arkit", (*ARKIT_SHAPES, *ARKIT_ANGLES), ranges, (), arkit_frames)


_BUILDERS: Final[dict[str, Callable[[], Profile]]] = {"metahuman": _build_metahuman, "arkit": _build_arkit}
_UNTURNED: Final = np.array([0.0, 0.0, 0.0, 1.0], np.float32)
