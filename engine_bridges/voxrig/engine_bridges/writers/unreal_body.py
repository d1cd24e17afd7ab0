"""A body's turns on a skeleton of Unreal's: part of the script that Voxrig writes, which runs in Unreal's editor.

Turns are quaternions x, y, z, w in the take's axes: X to the character's left, Y up, Z out of the face. A mesh's
component space is theirs in a mirror: X to the left, Y out of the face, Z up.
"""

import math
from typing import Any

Turn = tuple[float, float, float, float]
Vector = tuple[float, float, float]

UNTURNED: Turn = (0.0, 0.0, 0.0, 1.0)
SPINE = ("pelvis", "spine_01", "spine_02", "spine_03", "spine_04", "spine_05", "neck_01", "neck_02", "head")
LIMBS = (("spine_05", "clavicle", "upperarm", "lowerarm", "hand"), ("pelvis", "thigh", "calf", "foot"))
MIDDLE: Vector = (0.094, 0.002, 0.005)  # of Voxrig's left hand in the T-pose: the wrist to the middle finger,
KNUCKLES: Vector = (-0.01, -0.004, -0.059)  # and the index finger to the little one


class RestPose:
    """A skeleton at rest.

    A take turns each bone by q from the T-pose, in the parent's space. With the rotations H of a bone and P of what it
    hangs from, and the turns A of the bone and B of the bone above it that bring their arms from the rest into the
    T-pose, the local rotation is P^-1 * B^-1 * q * A * H. What the skeleton has no bone for, those below it do.
    """

    def __init__(self, unreal: Any, skeleton: Any) -> None:
        poses, spaces = unreal.AnimPoseExtensions, unreal.AnimPoseSpaces
        pose = poses.get_reference_pose(skeleton)
        names = [str(name) for name in poses.get_bone_names(pose)]
        self.local = {name: poses.get_bone_pose(pose, name, spaces.LOCAL) for name in names}
        whole = {name: poses.get_bone_pose(pose, name, spaces.WORLD) for name in names}
        self.places: dict[str, Vector] = {
            name: (at.translation.x, at.translation.z, at.translation.y) for name, at in whole.items()
        }
        self.turns = {name: from_mesh(at.rotation) for name, at in whole.items()}

    def tracks(self, bones: dict[str, list[Turn]]) -> dict[str, list[Turn]]:
        """Return the local rotations, one a frame, of the bones that there are; the eyes are the face's affair."""
        aligned: dict[str, Turn] = {"": UNTURNED}
        held: dict[str, list[Turn]] = {}
        found = {}
        for bone in sorted(bones.keys() - {"eye_l", "eye_r"}, key=depth):
            turns, above = bones[bone], parent_of(bone)
            while above and above not in aligned:
                above = parent_of(above)
            if above in held:
                turns = [times(one, other) for one, other in zip(held[above], turns, strict=True)]
            aligned[bone] = self.into_t_pose(bone, aligned[above])
            if bone not in self.turns:
                held[bone] = turns
                continue
            parent = times(self.turns[bone], undone(from_mesh(self.local[bone].rotation)))
            left, right = undone(times(aligned[above], parent)), times(aligned[bone], self.turns[bone])
            found[bone] = [times(times(left, turn), right) for turn in turns]
        return found

    def into_t_pose(self, bone: str, base: Turn) -> Turn:
        """Return the turn of a bone from its rest into the T-pose; `base` is that of the bone above."""
        stem, side = bone[:-2], bone[-2:]
        aims = {"upperarm": "lowerarm", "lowerarm": "hand", "hand": "middle_01"}
        if stem[-3:] in ("_01", "_02") and stem[:-3] in ("index", "middle", "ring", "pinky"):
            aims[stem] = f"{stem[:-1]}{int(stem[-1]) + 1}"
        aim = aims.get(stem, "") + side
        if aim not in self.places or bone not in self.places:
            return base
        outward = mirrored(MIDDLE if stem == "hand" else (1.0, 0.0, 0.0), side)
        turn = times(arc(moved(base, minus(self.places[aim], self.places[bone])), outward), base)
        ends = f"index_01{side}", f"pinky_01{side}"
        if stem == "hand" and all(end in self.places for end in ends):
            line = moved(turn, minus(self.places[ends[1]], self.places[ends[0]]))
            turn = times(arc(across(line, outward), across(mirrored(KNUCKLES, side), outward)), turn)
        return turn


def parent_of(bone: str) -> str:
    """Return the bone that one hangs from, as takes have them; "" for the first."""
    if bone in SPINE:
        return SPINE[SPINE.index(bone) - 1] if bone != SPINE[0] else ""
    stem, side = bone[:-2], bone[-2:]
    for limb in LIMBS:
        if stem in limb:
            above = limb[limb.index(stem) - 1]
            return above if above == limb[0] else above + side
    number = int(stem[-1]) if stem[-3:-1] == "_0" else 0
    return f"{stem[:-1]}{number - 1}{side}" if number > 1 else f"hand{side}" if number else ""


def depth(bone: str) -> tuple[int, str]:
    """Return what sorts parents before their children."""
    above, count = parent_of(bone), 0
    while above:
        above, count = parent_of(above), count + 1
    return count, bone


def every_frame(keys: list[list[float]], frames: int) -> list[Turn]:
    """Return the turns of all frames, by slerps between keys `[frame, x, y, z, w]`."""
    turns: list[Turn] = []
    for start, end in zip(keys, [*keys[1:], [frames, *keys[-1][1:]]], strict=True):
        a, b = start[1:], end[1:]
        near = sum(p * q for p, q in zip(a, b, strict=True))
        b, near = (b, near) if near >= 0.0 else ([-q for q in b], -near)
        angle = math.acos(min(near, 1.0))
        for frame in range(int(start[0]), int(end[0])):
            part = (frame - start[0]) / (end[0] - start[0])
            if angle > 1e-4:
                near_a, near_b = math.sin((1.0 - part) * angle), math.sin(part * angle)
            else:
                near_a, near_b = 1.0 - part, part
            turns.append(unit(*(near_a * p + near_b * q for p, q in zip(a, b, strict=True))))
    return turns


def unit(x: float, y: float, z: float, w: float) -> Turn:
    """Return a quaternion of length 1."""
    size = math.sqrt(x * x + y * y + z * z + w * w)
    return x / size, y / size, z / size, w / size


def from_mesh(turn: Any) -> Turn:
    """Return a rotation in a mesh's component space in the take's axes."""
    return -turn.x, -turn.z, -turn.y, turn.w


def times(a: Turn, b: Turn) -> Turn:
    """Return a * b: b is applied first."""
    return (
        a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
        a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
        a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
        a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
    )


def undone(a: Turn) -> Turn:
    """Return the inverse."""
    return -a[0], -a[1], -a[2], a[3]


def moved(a: Turn, v: Vector) -> Vector:
    """Turn a vector."""
    x, y, z, _ = times(times(a, (*v, 0.0)), undone(a))
    return x, y, z


def arc(start: Vector, end: Vector) -> Turn:
    """Return the smallest turn between the directions of two vectors; none where they are opposite or nothing."""
    size = math.sqrt(dot(start, start) * dot(end, end))
    if size == 0.0 or dot(start, end) < -0.99 * size:
        return UNTURNED
    (ax, ay, az), (bx, by, bz) = start, end
    return unit(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx, size + dot(start, end))


def across(line: Vector, along: Vector) -> Vector:
    """Return what of a vector is at a right angle to another."""
    share = dot(line, along) / dot(along, along)
    return line[0] - share * along[0], line[1] - share * along[1], line[2] - share * along[2]


def minus(a: Vector, b: Vector) -> Vector:
    """Return a - b."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def mirrored(v: Vector, side: str) -> Vector:
    """Return a vector of the left side for a side, "_l" or "_r"."""
    return (v[0], v[1], v[2]) if side == "_l" else (-v[0], v[1], v[2])


def dot(a: Vector, b: Vector) -> float:
    """Return the scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
