"""The body's bones by the protocol's names, which are Unreal's, and what other armatures call them."""

from collections.abc import Iterable, Mapping
from itertools import product

_TORSO = ("pelvis", "spine_01", "spine_02", "spine_03", "spine_04", "spine_05", "neck_01", "neck_02", "head")
# What hangs from what, and what VRM, Unity and Godot, and what motion capture files (Mixamo, too) call it.
_LIMBS = {
    "clavicle": ("spine_05", "Shoulder", "Shoulder"),
    "upperarm": ("clavicle", "UpperArm", "Arm"),
    "lowerarm": ("upperarm", "LowerArm", "ForeArm"),
    "hand": ("lowerarm", "Hand", "Hand"),
    "thigh": ("pelvis", "UpperLeg", "UpLeg"),
    "calf": ("thigh", "LowerLeg", "Leg"),
    "foot": ("calf", "Foot", "Foot"),
}
_FINGERS = {"thumb": "Thumb", "index": "Index", "middle": "Middle", "ring": "Ring", "pinky": "Little"}
_JOINTS = ("Proximal", "Intermediate", "Distal")
_THUMB = ("Metacarpal", "Proximal", "Distal")
_SPINES = (("spine",), ("chest", "spine1"), ("upperchest", "spine2"), ("spine3",), ("spine4",))
_AIMS = {"upperarm": "lowerarm", "lowerarm": "hand", "hand": "middle_01"}

_FINGER_BONES = tuple(f"{finger}_0{joint}" for finger, joint in product(_FINGERS, (1, 2, 3)))
BONES = (*_TORSO[:-1], *(f"{stem}_{side}" for side in "lr" for stem in (*_LIMBS, *_FINGER_BONES)))
"""All of them."""


def parent_of(name: str) -> str:
    """Return the bone that another hangs from, "" for the pelvis and for what is not the body's."""
    if name in _TORSO:
        return _TORSO[_TORSO.index(name) - 1] if name != "pelvis" else ""
    stem, side = name[:-2], name[-2:]
    if stem in _LIMBS:
        parent = _LIMBS[stem][0]
        return parent if parent in _TORSO else parent + side
    if stem not in _FINGER_BONES:
        return ""
    joint = int(stem[-1])
    return f"hand{side}" if joint == 1 else f"{stem[:-1]}{joint - 1}{side}"


def aim_of(name: str) -> str:
    """Return the bone at whose joint a bone of the arm or of a finger ends, by which its direction at rest is known.

    "" for all others, and for the thumb, which rests as anybody's does.
    """
    stem, side = name[:-2], name[-2:]
    if stem in _AIMS:
        return _AIMS[stem] + side
    if stem not in _FINGER_BONES or stem.startswith("thumb") or stem.endswith("3"):
        return ""
    return f"{stem[:-1]}{int(stem[-1]) + 1}{side}"


def find_bones(names: Iterable[str]) -> dict[str, str]:
    """Return what an armature with bones of these names calls the body's, by the protocol's names."""
    by_name = {_plain(name): name for name in names}
    thumb = _JOINTS if "leftthumbintermediate" in by_name else _THUMB  # Unity counts a thumb as a finger
    found = {}
    for name in BONES:
        theirs = next((by_name[word] for word in _words(name, thumb) if word in by_name), None)
        if theirs is not None:
            found[name] = theirs
    found.update(_spine(found, by_name))
    if "neck_01" in found and "neck_02" not in found:
        found["neck_02"] = found.pop("neck_01")  # a neck of one bone takes both turns
    return found


def _spine(found: Mapping[str, str], by_name: Mapping[str, str]) -> dict[str, str]:
    """A spine of fewer bones is spread over ours, its last being the chest."""
    if "spine_01" in found:
        return {}
    spine = [next((by_name[word] for word in words if word in by_name), "") for words in _SPINES]
    there = [name for name in spine if name]
    last = len(there) - 1
    return {f"spine_0{5 if k == last else 1 + round(4 * k / last)}": name for k, name in enumerate(there)}


def _words(name: str, thumb: tuple[str, ...]) -> tuple[str, ...]:
    own = _plain(name)
    if name in _TORSO:
        return (own, *{"pelvis": ("hips",), "neck_01": ("neck",)}.get(name, ()))
    stem, side = name[:-2], "left" if name.endswith("l") else "right"
    if stem in _LIMBS:
        return (own, *(side + word.lower() for word in _LIMBS[stem][1:]))
    finger, joint = stem[:-3], int(stem[-1])
    joints = thumb if finger == "thumb" else _JOINTS
    return (own, (side + _FINGERS[finger] + joints[joint - 1]).lower(), f"{side}hand{finger}{joint}")


def _plain(name: str) -> str:
    """A name in lower case, without signs and without what tools put before it."""
    return "".join(sign for sign in name.lower() if sign.isalnum()).removeprefix("mixamorig")
