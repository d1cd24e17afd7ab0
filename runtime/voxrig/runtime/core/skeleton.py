"""The skeleton that files carry: an adult in a T-pose under Unreal's names, and what others call its joints.

Axes as in `rotation`: right-handed, X to the character's left, Y up, Z out of the face. At rest no joint is turned
against its parent, so that a bone of a take, a turn from its rest, is the joint's local rotation as it is. The figures
are a data file beside this module (`rigs/skeleton.json`).
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.native import rig_table
from voxrig.runtime.core.take import Take, TakeError


class Joint(NamedTuple):
    """A joint at rest.

    Attributes:
        name: as Unreal's skeletons have it.
        parent: its parent's place in `SKELETON`, which is before its own; -1 for the root.
        offset: x, y, z in metres from the parent.
    """

    name: str
    parent: int
    offset: tuple[float, float, float]


def _joint(entry: dict[str, Any], places: dict[str, int]) -> Joint:
    x, y, z = entry["offset"]
    return Joint(entry["name"], places.get(entry["parent"], -1), (float(x), float(y), float(z)))


_ENTRIES: Final[list[dict[str, Any]]] = rig_table("skeleton")["joints"]
PLACES: Final[dict[str, int]] = {entry["name"]: place for place, entry in enumerate(_ENTRIES)}
"""Where each joint is in `SKELETON`, by its name."""
SKELETON: Final[tuple[Joint, ...]] = tuple(_joint(entry, PLACES) for entry in _ENTRIES)
"""The joints, parents before their children."""

ENDS: Final[dict[str, tuple[float, float, float]]] = {
    entry["name"]: (float(entry["end"][0]), float(entry["end"][1]), float(entry["end"][2]))
    for entry in _ENTRIES
    if "end" in entry
}
"""Where bones without a child end: x, y, z in metres from their joints, by the joints' names."""


def _names(kind: str) -> dict[str, str]:
    return {entry["name"]: entry[kind] for entry in _ENTRIES if kind in entry}


UNITY_NAMES: Final[dict[str, str]] = _names("unity")
"""Unity's HumanBodyBones by the joints' names; joints that a Humanoid doesn't have are left out."""
VRM_NAMES: Final[dict[str, str]] = _names("vrm")
"""VRM 1.0's humanoid bones by the joints' names; joints that VRM doesn't have are left out."""
BVH_NAMES: Final[dict[str, str]] = _names("bvh")
"""What motion capture files call the joints, by the joints' names; all of them are there."""


def rest_places() -> NDArray[np.float64]:
    """Return where the joints are at rest: float64[J, 3] in metres, from the ground between the feet."""
    places = np.zeros((len(SKELETON), 3))
    for place, joint in enumerate(SKELETON):
        places[place] = (places[joint.parent] if joint.parent >= 0 else 0.0) + np.array(joint.offset)
    return places


def rotations(take: Take) -> NDArray[np.float32]:
    """Put the bones of a take onto the skeleton.

    Returns:
        float32[F, J, 4]: the local rotations x, y, z, w; joints that the take doesn't have stay at rest. Of the two
        quaternions of a rotation the one nearer to the row before is taken, so that files may interpolate numbers.

    Raises:
        TakeError: the take has a bone that the skeleton lacks.
    """
    unknown = [bone for bone in take.bones if bone not in PLACES]
    if unknown:
        raise TakeError(
            f"the take turns {', '.join(unknown)}, which the skeleton doesn't have; add it to skeleton.json"
        )
    turned = np.zeros((len(take), len(SKELETON), 4), np.float32)
    turned[:, :, 3] = 1.0
    for place, bone in enumerate(take.bones):
        turned[:, PLACES[bone]] = _on_one_side(take.quaternions[:, place])
    return turned


def _on_one_side(quaternions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Negate rows of float32[F, 4] where that brings them nearer to the row before; the first has w >= 0."""
    with_rest = np.concatenate((np.array([[0.0, 0.0, 0.0, 1.0]], np.float32), quaternions))
    flips = (with_rest[1:] * with_rest[:-1]).sum(axis=1) < 0
    signs = np.where(np.logical_xor.accumulate(flips), np.float32(-1.0), np.float32(1.0))
    return quaternions * signs[:, None]
