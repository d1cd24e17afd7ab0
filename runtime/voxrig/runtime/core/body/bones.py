"""The bones of a body besides head and eyes, in the order in which frames carry them, and the parts they make."""

from collections.abc import Sequence
from typing import Final

from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.skeleton import PLACES

FINGERS: Final = ("thumb", "index", "middle", "ring", "pinky")
"""Of each hand; three bones each."""

_SPINE: Final = ("pelvis", "spine_01", "spine_02", "spine_03", "spine_04", "spine_05", "neck_01", "neck_02")
_ARM: Final = ("clavicle", "upperarm", "lowerarm", "hand")
_LEG: Final = ("thigh", "calf", "foot")


def _fingers(side: str) -> tuple[str, ...]:
    return tuple(f"{finger}_0{number}_{side}" for finger in FINGERS for number in (1, 2, 3))


def _of(side: str, stems: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{stem}_{side}" for stem in stems)


BODY_BONES: Final[tuple[str, ...]] = (
    *_SPINE, *_of("l", _ARM), *_fingers("l"), *_of("r", _ARM), *_fingers("r"), *_of("l", _LEG), *_of("r", _LEG)
)  # fmt: skip
"""The 52 bones, under Unreal's names."""
PARTS: Final[dict[str, tuple[str, ...]]] = {
    "torso": _SPINE,
    "arms": (*_of("l", _ARM), *_of("r", _ARM)),
    "fingers": (*_fingers("l"), *_fingers("r")),
    "legs": (*_of("l", _LEG), *_of("r", _LEG)),
}
"""What a session may ask for: each part's bones."""
BODY_PLACES: Final[tuple[int, ...]] = tuple(PLACES[bone] for bone in BODY_BONES)
"""Where each of `BODY_BONES` is in `skeleton.SKELETON`."""


def bones_of(parts: Sequence[str]) -> tuple[str, ...]:
    """Return the bones of some parts, in the order of `BODY_BONES`.

    Raises:
        KeyError: there is no such part.
    """
    chosen = {bone for part in parts for bone in PARTS[part]}
    return tuple(bone for bone in BODY_BONES if bone in chosen)


def is_body(bones: Sequence[str]) -> bool:
    """Return whether the bones of a take or session are head and eyes, then those of a body or of parts of one."""
    return tuple(bones[: len(BONES)]) == BONES and set(bones[len(BONES) :]) <= set(BODY_BONES)
