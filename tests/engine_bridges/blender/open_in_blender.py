"""Runs inside Blender: what a file that we wrote shows there, frame by frame, as JSON.

open_in_blender.py glb FILE.glb FPS FRAMES
open_in_blender.py bvh FILE.bvh FPS FRAMES
"""

import json
import sys

import bpy

KIND, PATH, FPS, FRAMES = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])


def turns(armature: bpy.types.Object) -> dict[str, list[list[float]]]:
    """How every bone is turned from its rest, in the world's axes."""
    world = armature.matrix_world.to_3x3()
    found = {}
    for bone in armature.pose.bones:
        turn = bone.matrix.to_3x3() @ bone.bone.matrix_local.to_3x3().inverted()
        found[bone.name] = [list(row) for row in world @ turn @ world.inverted()]
    return found


def places(armature: bpy.types.Object) -> dict[str, list[float]]:
    """Where every bone begins, in the world."""
    return {bone.name: list(armature.matrix_world @ bone.head) for bone in armature.pose.bones}


def main() -> dict[str, object]:
    """Open the file and step through it."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = round(FPS), round(FPS) / FPS
    if KIND == "glb":
        bpy.ops.import_scene.gltf(filepath=PATH)
    else:
        bpy.ops.import_anim.bvh(filepath=PATH, frame_start=1, update_scene_fps=False, use_fps_scale=False)
    (armature,) = [thing for thing in bpy.data.objects if thing.type == "ARMATURE"]
    faces = [thing for thing in bpy.data.objects if thing.type == "MESH" and thing.data.shape_keys]
    pictures = []
    first = int(KIND == "bvh")  # where the importer puts row 0
    for frame in range(first, first + FRAMES):
        scene.frame_set(frame)
        keys = [key for face in faces for key in face.data.shape_keys.key_blocks]
        shapes = {key.name: key.value for key in keys}
        pictures.append({"turns": turns(armature), "places": places(armature), "shapes": shapes})
    heights = {bone.name: (armature.matrix_world @ bone.bone.head_local).z for bone in armature.pose.bones}
    actions = sorted(action.name for action in bpy.data.actions)
    return {"pictures": pictures, "heights": heights, "actions": actions}


print(json.dumps(main()))
