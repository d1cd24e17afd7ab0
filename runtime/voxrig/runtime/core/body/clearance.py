"""How far a body's parts are from each other: capsules about its bones, to see that hands go through nothing."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.kinematics import places, world_turns
from voxrig.runtime.core.skeleton import PLACES

Doubles = NDArray[np.float64]

Pair = tuple[str, str]


class Capsule(NamedTuple):
    """A rounded stick.

    Attributes:
        start, end: joints.
        radius: metres.
    """

    start: str
    end: str
    radius: float


CAPSULES: Final[dict[str, Capsule]] = {
    "trunk": Capsule("spine_01", "spine_05", 0.10),
    "head": Capsule("neck_02", "head", 0.085),
    **{f"forearm_{side}": Capsule(f"lowerarm_{side}", f"hand_{side}", 0.032) for side in "lr"},
    **{f"hand_{side}": Capsule(f"hand_{side}", f"middle_02_{side}", 0.026) for side in "lr"},
}
"""What can touch what; radii in metres, the trunk's that of its depth."""
PAIRS: Final[tuple[Pair, ...]] = (
    ("hand_l", "hand_r"), ("hand_l", "trunk"), ("hand_r", "trunk"), ("hand_l", "head"), ("hand_r", "head"),
    ("forearm_l", "head"), ("forearm_r", "head"), ("forearm_l", "forearm_r"),
)  # fmt: skip
"""The pairs that are looked at."""


def clearances(rotations: NDArray[np.floating]) -> Doubles:
    """Return how far apart the parts of each of `PAIRS` are.

    Args:
        rotations: float[F, J, 4], local unit quaternions of all joints of the skeleton.

    Returns:
        float64[F, P] metres between the surfaces, negative where they go into each other.
    """
    found, turns = places(rotations), world_turns(rotations)
    ends = {}
    for name, capsule in CAPSULES.items():
        start = found[:, PLACES[capsule.start]]
        end = found[:, PLACES[capsule.end]]
        if name == "head":  # from the neck to the middle of the skull
            end = end + turns[:, PLACES["head"]] @ np.array([0.0, 0.09, 0.02])
        ends[name] = start, end
    gaps = [_apart(*ends[one], *ends[other]) - CAPSULES[one].radius - CAPSULES[other].radius for one, other in PAIRS]
    return np.stack(gaps, axis=1)


def _apart(a: Doubles, b: Doubles, c: Doubles, d: Doubles) -> Doubles:
    """Return the distance between segments ab and cd, float64[F, 3] each.

    As of Ericson 2005, "Real-Time Collision Detection", 5.1.9.
    """
    along, other, between = b - a, d - c, a - c
    one, two = (along * along).sum(-1), (other * other).sum(-1)
    x, y, z = (along * other).sum(-1), (along * between).sum(-1), (other * between).sum(-1)
    bottom = one * two - x * x
    s = np.clip((x * z - y * two) / np.maximum(bottom, 1e-12), 0.0, 1.0)
    t = (x * s + z) / np.maximum(two, 1e-12)
    kept = np.clip(t, 0.0, 1.0)
    s = np.where(t == kept, s, np.clip((x * kept - y) / np.maximum(one, 1e-12), 0.0, 1.0))
    gap = a + s[:, None] * along - (c + kept[:, None] * other)
    distance: Doubles = np.sqrt((gap * gap).sum(-1))
    return distance
