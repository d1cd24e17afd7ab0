"""A take as a SkelAnimation: blend-shape weights and joint rotations at the keys that they share."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.carrier_face import carrier_face
from voxrig.engine_bridges.writers.turn_bounds import shared_turn_bound
from voxrig.runtime.core.arkit import ARKIT_LOCATIONS, ARKIT_SHAPES, native_to_arkit
from voxrig.runtime.core.clip import in_profile
from voxrig.runtime.core.keys import rotation_keys, shared_keys
from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS
from voxrig.runtime.core.skeleton import PLACES, SKELETON
from voxrig.runtime.core.take import Take

_RIGS: Final = ("arkit", "metahuman")


class Rig(NamedTuple):
    """The blend shapes of a file.

    Attributes:
        profile: name of the profile that a take is turned into; its first columns are the weights.
        names: of the blend shapes, in order.
        shares: float32[names, 52]: how much of each of ARKit's shapes the carrier face shows for one at full weight.
    """

    profile: str
    names: tuple[str, ...]
    shares: NDArray[np.float32]


def usd_rig(name: str) -> Rig:
    """Look a rig up: `arkit` or `metahuman`.

    Raises:
        ValueError: there is none of that name.
    """
    if name == "arkit":
        return Rig(name, ARKIT_LOCATIONS, np.eye(len(ARKIT_SHAPES), dtype=np.float32))
    if name == "metahuman":
        return Rig(name, NATIVE_CONTROLS, native_to_arkit(np.eye(len(NATIVE_CONTROLS), dtype=np.float32)))
    raise ValueError(f"rig {name!r} is unknown; use one of: {', '.join(_RIGS)}")


def joint_path(place: int) -> str:
    """Return the name of a joint as UsdSkel has it: all of its parents before it, with slashes."""
    joint = SKELETON[place]
    return joint.name if joint.parent < 0 else f"{joint_path(joint.parent)}/{joint.name}"


def offsets(rig: Rig) -> dict[str, NDArray[np.float32]]:
    """Displacements float32[N, 3] of the carrier face for those blend shapes of the rig that move it."""
    targets = np.stack(list(carrier_face().targets.values()))
    moved = np.tensordot(rig.shares, targets, axes=1)
    return {name: shape for name, shape in zip(rig.names, moved, strict=True) if shape.any()}


def add_animation(stage: Any, place: Any, take: Take, rig: Rig, bound: float, turn: float) -> Any:
    """Define a SkelAnimation at `place` and return its path.

    Joints that the take doesn't have stay at rest, as do those of a body that it never turns: they are not in it.
    """
    from pxr import Gf, UsdSkel, Vt

    animation = UsdSkel.Animation.Define(stage, place)
    weights = in_profile(take, rig.profile).controls[:, : len(rig.names)]
    keys = shared_keys(weights, bound)
    animation.CreateBlendShapesAttr(Vt.TokenArray(rig.names))
    attribute = animation.CreateBlendShapeWeightsAttr()
    for frame, row in zip(keys.frames.tolist(), keys.values + 0.0, strict=True):
        attribute.Set(Vt.FloatArray.FromNumpy(row), take.start_index + frame)

    kept = [k for k, bone in enumerate(take.bones) if bone in BONES or take.quaternions[:, k, :3].any()]
    places = [PLACES[take.bones[column]] for column in kept]
    animation.CreateJointsAttr(Vt.TokenArray([joint_path(joint) for joint in places]))
    rest = [Gf.Vec3f(*SKELETON[joint].offset) for joint in places]
    animation.CreateTranslationsAttr(Vt.Vec3fArray(rest))
    animation.CreateScalesAttr(Vt.Vec3hArray([Gf.Vec3h(1.0, 1.0, 1.0)] * len(places)))
    attribute = animation.CreateRotationsAttr()
    turns = take.quaternions[:, kept] + np.float32(0.0)
    within = shared_turn_bound([take.bones[column] for column in kept], turn)
    for frame in rotation_keys(turns, within).tolist():
        attribute.Set(Vt.QuatfArray.FromNumpy(turns[frame]), take.start_index + frame)
    return place
