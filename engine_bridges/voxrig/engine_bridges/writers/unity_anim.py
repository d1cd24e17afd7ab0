"""Takes as Unity animation clips (.anim), in Unity's text form: curves that its Animation window edits.

Shapes are `blendShape.jawOpen` and so on of a SkinnedMeshRenderer, 0 to 100. Bones are turned in Unity's axes, the
mirror image of ours across X = 0 as in the package com.voxrig.bridge (`FaceAxes`), relative to a rest without turn; for
characters whose bones rest otherwise the package makes clips of baked CSVs in Unity itself (Window > Voxrig).

A body's bones are those of Unity's Humanoid, one below the other (Hips/Spine/Chest/...); the turns of joints that it
lacks, of a spine of five and a neck of two, are carried over to those that it has (`fewer_bones`).

Tangents are slopes per second. m_ClipBindingConstant is what Unity derives from the curves, and makes anew on import.
"""

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from voxrig.engine_bridges.fewer_bones import FewerBones
from voxrig.engine_bridges.writers.turn_bounds import turn_bound
from voxrig.engine_bridges.writers.unity_yaml import HEAD, NOTHING, number, scalar_curve, text, turn_curve
from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.runtime.core.arkit import ARKIT_LOCATIONS
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN, smooth_keys, smooth_rotation_keys
from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.skeleton import PLACES, SKELETON, UNITY_NAMES, rotations

FULL: Final = 100.0
"""Weight of a blend shape at 1."""
MIRROR: Final = np.array([1.0, -1.0, -1.0, 1.0], np.float32)
"""x, y, z, w of a turn seen in a mirror across X = 0: about X it stays, about Y and Z it changes its sense."""
_KEPT_BACK: Final = 0.01
"""Part of the bound kept back for times, which Unity keeps as float32: a curve is read that much beside its frame."""
_MESH: Final = 137  # classes: SkinnedMeshRenderer,
_BONE: Final = 4  # Transform
_SHAPE: Final = 20  # kinds of bindings: a blend shape,
_ROTATION: Final = 2  # a rotation


def write_unity_anim(
    clip: Clip,
    path: Path,
    *,
    bound: float = BOUND,
    turn: float = TURN,
    face_path: str = "Face",
    bone_paths: Mapping[str, str] | None = None,
) -> None:
    """Write a clip to `path`, whole or not at all. Its asset is called as the file, as Unity wants it.

    What is said is an event OnVoxrigLine at the start, each cue an event OnVoxrigCue ("emotion joy=0.8"); nobody needs
    to receive them.

    Args:
        clip: what was baked.
        path: .anim; replaced if it is there.
        bound: the most that a shape may be off at any frame, of its range 0 to 1; 0: a key on every frame.
        turn: the same of a bone, in radians; of a body's less, see `turn_bounds`.
        face_path: the mesh's place below the object with the Animator; "" is that object itself.
        bone_paths: the same of bones, by the names that the take has for them; one that is left out gets no curve, as
            the eyes' should where shapes turn them already. None: `unity_paths` of the take's bones.

    Raises:
        OSError: the file cannot be written.
    """
    known = unity_paths(clip.take.bones) if bone_paths is None else bone_paths
    turned = {bone: known[bone] for bone in clip.take.bones if bone in known}
    rate = clip.take.fps.fraction
    times = [number(float(clip.take.time(row))) for row in range(len(clip.take))]
    lines = [
        *HEAD,
        "--- !u!74 &7400000",
        "AnimationClip:",
        "  m_ObjectHideFlags: 0",
        f"  m_CorrespondingSourceObject: {NOTHING}",
        f"  m_PrefabInstance: {NOTHING}",
        f"  m_PrefabAsset: {NOTHING}",
        f"  m_Name: {text(path.stem)}",
        "  serializedVersion: 6",
        "  m_Legacy: 0",
        "  m_Compressed: 0",
        "  m_UseHighQualityCurve: 1",
        *_listed("m_RotationCurves", _turns(clip, turned, times, turn * (1.0 - _KEPT_BACK))),
        *(f"  m_{kind}Curves: []" for kind in ("CompressedRotation", "Euler", "Position", "Scale")),
        *_listed("m_FloatCurves", _shapes(clip, face_path, times, bound * (1.0 - _KEPT_BACK))),
        "  m_PPtrCurves: []",
        f"  m_SampleRate: {number(float(rate))}",
        "  m_WrapMode: 0",
        "  m_Bounds:",
        "    m_Center: {x: 0, y: 0, z: 0}",
        "    m_Extent: {x: 0, y: 0, z: 0}",
        "  m_ClipBindingConstant:",
        "    genericBindings:",
        *(line for place in turned.values() for line in _binding(place, _ROTATION, _BONE, 0)),
        *(line for name in ARKIT_LOCATIONS for line in _binding(face_path, zlib.crc32(name.encode()), _MESH, _SHAPE)),
        "    pptrCurveMapping: []",
        *_settings(times[-1] if times else "0"),
        "  m_EditorCurves: []",
        "  m_EulerEditorCurves: []",
        "  m_HasGenericRootTransform: 0",
        "  m_HasMotionFloatCurves: 0",
        *_listed("m_Events", _events(clip)),
    ]
    with whole_text_file(path) as file:
        file.write("\n".join(lines) + "\n")


def unity_paths(bones: Collection[str]) -> dict[str, str]:
    """Return where bones are below the Animator's object, under the names of Unity's Humanoid.

    A face alone is "Head", "Head/LeftEye" and "Head/RightEye"; with a body, all of it hangs from "Hips".
    """
    paths: dict[str, str] = {}
    for joint in SKELETON[0 if set(bones) - set(BONES) else PLACES["head"] :]:
        above = paths.get(SKELETON[joint.parent].name, "") if joint.parent >= 0 else ""
        paths[joint.name] = "/".join(filter(None, (above, UNITY_NAMES.get(joint.name, ""))))
    return {bone: paths[bone] for bone in bones if bone in UNITY_NAMES}


def _listed(name: str, lines: Iterator[str]) -> Sequence[str]:
    found = list(lines)
    return (f"  {name}:", *found) if found else (f"  {name}: []",)


def _shapes(clip: Clip, place: str, times: Sequence[str], bound: float) -> Iterator[str]:
    if not times:
        return
    values, rate = clip.arkit().controls, float(clip.take.fps.fraction)
    for column, name in enumerate(ARKIT_LOCATIONS):
        yield "  - curve:"
        yield from scalar_curve(smooth_keys(values[:, column], bound), times, rate, FULL)
        yield f"    attribute: blendShape.{name}"
        yield f"    path: {text(place)}"
        yield f"    classID: {_MESH}"
        yield f"    script: {NOTHING}"


def _turns(clip: Clip, turned: dict[str, str], times: Sequence[str], turn: float) -> Iterator[str]:
    if not times:
        return
    turns = FewerBones(turned).carried(rotations(clip.take)) * MIRROR
    for bone, place in turned.items():
        yield "  - curve:"
        yield from turn_curve(
            smooth_rotation_keys(turns[:, PLACES[bone]], turn_bound(bone, turn)), times, float(clip.take.fps.fraction)
        )
        yield f"    path: {text(place)}"


def _binding(place: str, attribute: int, kind: int, custom: int) -> Sequence[str]:
    return (
        "    - serializedVersion: 2",
        f"      path: {zlib.crc32(place.encode())}",
        f"      attribute: {attribute}",
        f"      script: {NOTHING}",
        f"      typeID: {kind}",
        f"      customType: {custom}",
        "      isPPtrCurve: 0",
    )


def _settings(stop: str) -> Sequence[str]:
    return (
        "  m_AnimationClipSettings:",
        "    serializedVersion: 2",
        f"    m_AdditiveReferencePoseClip: {NOTHING}",
        "    m_AdditiveReferencePoseTime: 0",
        "    m_StartTime: 0",
        f"    m_StopTime: {stop}",
        "    m_OrientationOffsetY: 0",
        "    m_Level: 0",
        "    m_CycleOffset: 0",
        *(f"    m_{name}: 0" for name in _OFF),
    )


_OFF: Final = (
    *("HasAdditiveReferencePose", "LoopTime", "LoopBlend", "LoopBlendOrientation", "LoopBlendPositionY"),
    *("LoopBlendPositionXZ", "KeepOriginalOrientation", "KeepOriginalPositionY", "KeepOriginalPositionXZ"),
    *("HeightFromFeet", "Mirror"),
)


def _events(clip: Clip) -> Iterator[str]:
    if clip.text:
        yield from _event(Fraction(0), "OnVoxrigLine", clip.text)
    for cue in clip.cues:
        told = " ".join([cue.name, *(f"{key}={cue.values[key]}" for key in sorted(cue.values))])
        yield from _event(Fraction(cue.seconds), "OnVoxrigCue", told)


def _event(time: Fraction, function: str, data: str) -> Sequence[str]:
    return (
        f"  - time: {number(float(time))}",
        f"    functionName: {function}",
        f"    data: {text(data)}",
        f"    objectReferenceParameter: {NOTHING}",
        "    floatParameter: 0",
        "    intParameter: 0",
        "    messageOptions: 1",  # no receiver required
    )
