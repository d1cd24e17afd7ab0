"""Runs inside Blender: a face and an armature, the add-on's operators on them, and what the scene then holds, as JSON.

in_blender.py FOLDER take TAKE.csv SOUND.wav FPS WHOLE     import a take
in_blender.py FOLDER live PORT SOUND.wav                   preview from a server, with a clock of its own
in_blender.py FOLDER refusals TAKE.csv                     what the operators say where something is missing
in_blender.py FOLDER body CASE.json TAKE.csv               import a take with a body onto an armature of the case
"""

import json
import sys
from pathlib import Path

import bpy
import mathutils

FOLDER, WHAT, *GIVEN = sys.argv[1:]
sys.path.insert(0, FOLDER)

import voxrig_addon  # noqa: E402  (the add-on, as Blender has it)

SHAPES = ("jawOpen", "mouthClose", "eyeBlink_L", "Face.mouthSmileRight", "NotOfArkit")


def scene(fps: int) -> tuple[bpy.types.Object, bpy.types.Object]:
    """Make an empty scene with a cube that has shape keys, and an armature whose head bone stands upright."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = fps
    mesh = bpy.data.meshes.new("Face")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    face = bpy.data.objects.new("Face", mesh)
    bpy.context.collection.objects.link(face)
    for name in ("Basis", *SHAPES):
        face.shape_key_add(name=name).value = 0.0  # 1 where Blender's own default is left
    armature = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    bone = armature.data.edit_bones.new("Head")
    bone.head, bone.tail, bone.roll = (0, 0, 1.5), (0, 0.05, 1.7), 0.3
    bpy.ops.object.mode_set(mode="OBJECT")
    voxrig_addon.register()
    settings = bpy.context.scene.voxrig
    settings.armature, settings.head = armature, "Head"
    armature.select_set(False)
    face.select_set(True)
    bpy.context.view_layer.objects.active = face
    return face, armature


def shown(face: bpy.types.Object, armature: bpy.types.Object) -> dict[str, list[float]]:
    """Return the values of the shape keys, and where the head's own axes point: to its left and out of its face."""
    values = [face.data.shape_keys.key_blocks[name].value for name in SHAPES]
    bone = armature.pose.bones["Head"]
    turn = bone.matrix.to_3x3() @ bone.bone.matrix_local.to_3x3().inverted()
    return {"values": values, "left": list(turn.col[0]), "face": [-number for number in turn.col[1]]}


def take(path: str, sound: str, fps: str, whole: str) -> dict[str, object]:
    """Import a take; return what the scene shows at every frame."""
    face, armature = scene(int(fps))
    done = bpy.ops.voxrig.import_take(filepath=path, sound=sound, start=10, whole=whole == "1")
    current = bpy.context.scene
    pictures = []
    for frame in range(current.frame_start, current.frame_end + 1):
        current.frame_set(frame)
        pictures.append(shown(face, armature))
    action = face.data.shape_keys.animation_data.action
    curves = action.fcurves if hasattr(action, "fcurves") else action.layers[0].strips[0].channelbags[0].fcurves
    keys = [len(curve.keyframe_points) for curve in curves]
    strips = current.sequence_editor.strips if hasattr(current.sequence_editor, "strips") else []
    sounds = [[strip.name, strip.frame_final_start] for strip in strips]
    span = [current.frame_start, current.frame_end]
    return {"done": sorted(done), "pictures": pictures, "keys": keys, "sounds": sounds, "range": span}


def live(port: str, sound: str) -> dict[str, object]:
    """Preview a sound, on a clock that moves once all frames are there; return what was shown, and when."""
    from voxrig_addon.live import Live

    face, armature = scene(60)
    performance = Live(("127.0.0.1", int(port)), Path(sound), [face], armature, {"head": "Head"}, seed=7, silent=True)
    now, pictures, more = 100.0, [], True
    while more:
        if performance.performance.has_all:
            now += 1 / 60
        more = performance.step(now)
        if performance.performance.has_all:
            bpy.context.view_layer.update()
            pictures.append({"media": performance.performance.media, **shown(face, armature)})
    performance.stop()
    return {"pictures": pictures}


def refusals(path: str) -> dict[str, str]:
    """Return what the operators say."""
    face, _ = scene(24)
    told = {}

    def call(name: str, **arguments: object) -> None:
        try:
            getattr(bpy.ops.voxrig, name)(**arguments)
        except RuntimeError as error:
            told[f"{name} {len(told)}"] = str(error).strip()

    call("import_take", filepath=__file__)
    face.shape_key_clear()
    call("import_take", filepath=path)
    bpy.context.scene.voxrig.port = 1
    call("test")
    voxrig_addon.unregister()
    told["registered"] = str(hasattr(bpy.types.Scene, "voxrig"))
    return told


def body(case: str, path: str) -> dict[str, object]:
    """Import a take onto an armature; return the bones' axes at the take's only frame, in the armature's space."""
    face, armature = scene(60)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    bones = armature.data.edit_bones
    for given in json.loads(Path(case).read_text("utf-8")):
        bone = bones.new(given["name"])
        bone.tail = (0, 0.05, 0)
        bone.matrix = mathutils.Matrix(given["matrix"])
        bone.parent = bones[given["parent"]] if given["parent"] else None
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.context.view_layer.objects.active = face
    done = bpy.ops.voxrig.import_take(filepath=path, start=1)
    bpy.context.scene.frame_set(1)
    posed = {pose.name: [list(row) for row in pose.matrix.to_3x3()] for pose in armature.pose.bones}
    return {"done": sorted(done), "posed": posed}


print("\n" + json.dumps({"body": body, "take": take, "live": live, "refusals": refusals}[WHAT](*GIVEN)))
