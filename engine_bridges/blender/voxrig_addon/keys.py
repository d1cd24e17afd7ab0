"""Takes as F-curves: of the shape keys of a mesh and of the bones of an armature."""

# mypy: disable-error-code="import-not-found, no-any-return"
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import bpy

from .body_bones import BONES, find_bones
from .body_fit import BodyFit, Rest, rest_in_our_axes
from .names import matches
from .take import Take
from .turns import Quaternion, in_bone, on_one_side, to_z_up, turn_at, turns_of

_ANGLES = ("Yaw", "Pitch", "Roll")


@dataclass
class Report:
    """What an import did.

    Attributes:
        shapes: shape keys that got curves, in all.
        moved: curves of the take that some shape key has.
        missing: those that none has; angles, which are for bones, left out.
        bones: names of bones that got curves.
        frames: keys on each curve.
        last: last frame of the scene that has a key.
    """

    shapes: int = 0
    moved: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)
    bones: list[str] = field(default_factory=list)
    frames: int = 0
    last: float = 0.0

    def text(self) -> str:
        """For people, in one line."""
        text = f"{self.frames} keys each on {self.shapes} shape keys"
        if self.bones:
            more = f", ... ({len(self.bones)} in all)" if len(self.bones) > 6 else ""
            text += f" and the bones {', '.join(self.bones[:6])}{more}"
        if self.missing:
            more = ", ..." if len(self.missing) > 3 else ""
            text += f"; no shape key for {len(self.missing)} curves ({', '.join(self.missing[:3])}{more})"
        return text


def rate_of(scene: Any) -> float:
    """Return the scene's frames a second."""
    return scene.render.fps / scene.render.fps_base


def insert_shapes(mesh_object: Any, take: Take, name: str, start: float, scene_rate: float, report: Report) -> None:
    """Key the shape keys of an object that the take has curves for, in a new action. Raises ValueError without any."""
    keys = getattr(mesh_object.data, "shape_keys", None)
    if keys is None:
        raise ValueError(f"{mesh_object.name} has no shape keys: select the face, with shape keys named as ARKit's")
    shapes = [block.name for block in keys.key_blocks if block != keys.reference_key]
    found = matches(take.curves, shapes)
    if not found:
        raise ValueError(
            f"none of the {len(shapes)} shape keys of {mesh_object.name} is named as a curve of the take "
            f"({', '.join(take.curves[:3])}, ...): rename them, ARKit's names in any case will do"
        )
    curves = new_curves(keys, name)
    frames = [start + time * scene_rate for time in take.times]
    for shape, place in found.items():
        path = f'key_blocks["{bpy.utils.escape_identifier(shape)}"].value'
        insert(curves, path, 0, frames, [values[place] for values in take.frames])
    report.shapes += len(found)
    report.moved.update(take.curves[place] for place in found.values())
    report.missing = [name for name in take.curves if name not in report.moved and not name.endswith(_ANGLES)]
    report.frames, report.last = len(frames), frames[-1]


def insert_bones(
    armature: Any,
    bones: dict[str, str],
    take: Take,
    name: str,
    start: float,
    scene_rate: float,
    y_up: bool,
    report: Report,
) -> None:
    """Key rotations of an armature's bones, in a new action; `bones` are its names for head, eye_l and eye_r.

    Names that it has not are left out. `y_up`: the armature's own axes are Y up and Z out of the face. Where the take
    has a body, the armature's own bones of it are found by their names.
    """
    chosen = [(key, bone) for key, bone in bones.items() if bone in armature.pose.bones]
    body = body_of(armature, y_up) if set(take.bones) & set(BONES) else {}
    if not chosen and not body:
        return
    curves = new_curves(armature, name)
    frames = [start + time * scene_rate for time in take.times]
    for key, bone in chosen:
        where = turns_of(key, take.curves, take.bones)
        if where is None:
            continue
        pose = armature.pose.bones[bone]
        pose.rotation_mode = "QUATERNION"
        rest = rest_of(pose)
        turns = [turn_at(values, *where) for values in take.frames]
        posed = [in_bone(turn if y_up else to_z_up(turn), rest) for turn in turns]
        _insert_turns(curves, bone, frames, posed)
        report.bones.append(bone)
    _insert_body(curves, armature, body, take, frames, report)
    report.frames, report.last = len(frames), frames[-1]


def _insert_body(
    curves: Any, armature: Any, body: dict[str, tuple[str, Rest]], take: Take, frames: list[float], report: Report
) -> None:
    fit = BodyFit(take.bones, {key: rest for key, (_, rest) in body.items()})
    rows = [fit.poses(values, len(take.curves)) for values in take.frames]
    for place, key in enumerate(fit.moved):
        bone = body[key][0]
        armature.pose.bones[bone].rotation_mode = "QUATERNION"
        _insert_turns(curves, bone, frames, [row[place] for row in rows])
        report.bones.append(bone)


def _insert_turns(curves: Any, bone: str, frames: list[float], turns: list[Quaternion]) -> None:
    path = f'pose.bones["{bpy.utils.escape_identifier(bone)}"].rotation_quaternion'
    near = on_one_side(turns)
    for index, axis in enumerate((3, 0, 1, 2)):  # Blender's are w, x, y, z
        insert(curves, path, index, frames, [turn[axis] for turn in near])


def body_of(armature: Any, y_up: bool) -> dict[str, tuple[str, Rest]]:
    """Return an armature's bones of the body by the protocol's names: their own names, and how they rest."""
    found = {}
    for key, name in find_bones(armature.pose.bones.keys()).items():
        pose = armature.pose.bones[name]
        x, y, z = pose.bone.head_local
        found[key] = (name, rest_in_our_axes(rest_of(pose), (x, y, z), y_up))
    return found


def rest_of(pose_bone: Any) -> tuple[float, float, float, float]:
    """Return the turn of a bone at rest from its own axes to the armature's, x, y, z, w."""
    w, x, y, z = pose_bone.bone.matrix_local.to_quaternion()
    return (x, y, z, w)


def new_curves(owner: Any, name: str) -> Any:
    """Give a data-block a new action; return its F-curves. The action before stays in the file."""
    data = owner.animation_data or owner.animation_data_create()
    if data.action is not None:
        data.action.use_fake_user = True
    action = bpy.data.actions.new(name)
    data.action = action
    if hasattr(action, "fcurves"):  # to Blender 4.5
        return action.fcurves
    slot = action.slots.new(owner.id_type, owner.name)
    data.action_slot = slot
    return action.layers.new("Layer").strips.new(type="KEYFRAME").channelbag(slot, ensure=True).fcurves


def insert(curves: Any, path: str, index: int, frames: Sequence[float], values: Sequence[float]) -> None:
    """Add one F-curve with a straight line between its keys."""
    curve = curves.new(path, index=index)
    points = curve.keyframe_points
    points.add(len(frames))
    pairs = array("f", [number for pair in zip(frames, values, strict=True) for number in pair])
    points.foreach_set("co", pairs)
    points.foreach_set("interpolation", [1] * len(frames))  # LINEAR
    curve.update()
