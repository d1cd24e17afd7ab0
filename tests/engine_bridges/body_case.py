"""A skeleton of other people's for hosts to put a body on: other axes, an A-pose, a spine of three bones, one neck."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.bones import BODY_BONES
from voxrig.runtime.core.body.kinematics import skeleton_rotations
from voxrig.runtime.core.body.posture import HIGH, LOW
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.skeleton import PLACES, SKELETON, UNITY_NAMES, rest_places

Doubles = NDArray[np.float64]

AIMS = {
    "upperarm": "lowerarm", "lowerarm": "hand", "hand": "middle_01", "index_01": "index_02", "index_02": "index_03"
}  # fmt: skip
"""Bones whose direction is compared, and where they end."""
_LACKS = ("spine_02", "spine_04", "neck_02")


def product(p: Doubles, q: Doubles) -> Doubles:
    """`p` after `q`, x, y, z, w."""
    x, y, z, w = p
    a, b, c, d = q
    turned = [w * a + x * d + y * c - z * b, w * b - x * c + y * d + z * a, w * c + x * b - y * a + z * d]
    return np.array([*turned, w * d - x * a - y * b - z * c])


def undone(q: Doubles) -> Doubles:
    return np.asarray(q, float) * [-1, -1, -1, 1]


def carried(q: Doubles, way: Doubles) -> Doubles:
    return product(product(np.asarray(q, float), np.array([*way, 0.0])), undone(q))[:3]


@dataclass(frozen=True)
class BodyCase:
    """A skeleton, and what a frame should make of it.

    Attributes:
        names: of its bones as the host's tools call them (`spell`), parents first.
        ours: the same in the protocol's names.
        parents: places in `names`, -1 for the root.
        rests: their rotations at rest in the character's axes [n, 4].
        places: of their joints [n, 3], metres.
        announced: the session's bones.
        frame: float32 [4 * announced].
        world: rotations of the protocol's bones, by name, in the terms of the T-pose.
    """

    names: tuple[str, ...]
    ours: tuple[str, ...]
    parents: tuple[int, ...]
    rests: Doubles
    places: Doubles
    announced: tuple[str, ...]
    frame: NDArray[np.float32]
    world: dict[str, Doubles]

    def local(self, bone: int) -> tuple[Doubles, Doubles]:
        """Rotation and place of a bone at rest in its parent's space."""
        parent = self.parents[bone]
        if parent < 0:
            return self.rests[bone], self.places[bone]
        back = undone(self.rests[parent])
        return product(back, self.rests[bone]), carried(back, self.places[bone] - self.places[parent])

    def check(self, posed: Doubles, within: float = 1e-5) -> None:
        """Compare with what a host has: rotations of its bones in the character's axes [n, 4]."""
        for side, outward in (("l", 1.0), ("r", -1.0)):
            for stem, aim in AIMS.items():
                at, end = self.ours.index(f"{stem}_{side}"), self.ours.index(f"{aim}_{side}")
                along = self.places[end] - self.places[at]
                now = carried(posed[at], carried(undone(self.rests[at]), along / np.linalg.norm(along)))
                wanted = carried(self.world[f"{stem}_{side}"], np.array([outward, 0.0, 0.0]))
                np.testing.assert_allclose(now, wanted, atol=within, err_msg=f"{stem}_{side}")
        for ours, theirs in (
            ("spine_05", "spine_05"),
            ("neck_02", "neck_01"),
            ("thigh_l", "thigh_l"),
            ("pelvis", "pelvis"),
        ):
            at = self.ours.index(theirs)
            off = product(product(posed[at], undone(self.rests[at])), undone(self.world[ours]))
            assert abs(off[3]) > 1 - within, ours


def make_case(spell: dict[str, str] | None = None, degrees: float = 40.0, seed: int = 5) -> BodyCase:
    """Make a case: `spell` says what the host's tools call the bones (absent: as the protocol does)."""
    chance = np.random.default_rng(seed)
    joints = [joint for joint in SKELETON if not joint.name.startswith("eye") and joint.name not in _LACKS]
    ours = tuple(joint.name for joint in joints)
    parents = tuple(_above(joint.name, ours) for joint in joints)
    rest = rest_places()
    places = np.array([_lowered(rest[PLACES[name]], name, degrees) for name in ours])
    turns = chance.normal(size=(len(ours), 4))
    frame = solve(chance.uniform(LOW, HIGH)[None])[0]
    world: dict[str, Doubles] = {}
    local = skeleton_rotations(frame[None], None)[0].astype(np.float64)
    for joint, turn in zip(SKELETON, local, strict=True):
        world[joint.name] = turn if joint.parent < 0 else product(world[SKELETON[joint.parent].name], turn)
    names = tuple((spell or {}).get(name, name) for name in ours)
    unit = turns / np.linalg.norm(turns, axis=1)[:, None]
    return BodyCase(names, ours, parents, unit, places, BODY_BONES, frame.reshape(-1), world)


def as_json(case: BodyCase) -> dict[str, Any]:
    """The case for hosts that read JSON: local rests, and the frame."""
    locals_ = [case.local(bone) for bone in range(len(case.names))]
    bones = [
        {"name": name, "parent": parent, "rotation": list(map(float, turn)), "place": list(map(float, place))}
        for name, parent, (turn, place) in zip(case.names, case.parents, locals_, strict=True)
    ]
    return {"bones": bones, "announced": list(case.announced), "frame": [float(x) for x in case.frame]}


HUMANOID = {name: theirs for name, theirs in UNITY_NAMES.items() if not name.startswith("root")}
"""Names as of Unity's and Godot's humanoids."""


def _above(name: str, ours: tuple[str, ...]) -> int:
    parent = SKELETON[PLACES[name]].parent
    while parent >= 0 and SKELETON[parent].name not in ours:
        parent = SKELETON[parent].parent
    return ours.index(SKELETON[parent].name) if parent >= 0 else -1


def _lowered(place: Doubles, name: str, degrees: float) -> Doubles:
    """A joint of the arm with the arm lowered by so much."""
    if not name.endswith(("_l", "_r")) or name.startswith(("clavicle", "thigh", "calf", "foot")):
        return place
    side = 1.0 if name.endswith("_l") else -1.0
    shoulder = rest_places()[PLACES["upperarm_l" if side > 0 else "upperarm_r"]]
    angle = -side * np.radians(degrees)
    x, y, z = place - shoulder
    turned = [x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle), z]
    return np.asarray(shoulder + turned)
