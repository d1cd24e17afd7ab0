"""How far what a file shows is from the clip that was written to it, for each format; by the readers beside this.

Every function takes a file and the clip, or one of its layers in a file of all of them.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.readers.take_file import read_take
from voxrig.engine_bridges.vrm_expressions import VRM, vrm_expressions
from voxrig.engine_bridges.writers.cue_json import MOUTH_SHAPES, emotion_keyframes
from voxrig.runtime.core.arkit import ARKIT_LOCATIONS, ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.face_board import board_values
from voxrig.runtime.core.skeleton import BVH_NAMES, SKELETON, rotations

from .bvh_file import bvh_turns, read_bvh
from .curves_json import bones_apart, curves_apart, read_curves
from .frame_tables import imported_weights, read_csv, read_face_board
from .gltf_player import GltfPlayer
from .turns import Floats, matrices, matrices_apart, turned_apart
from .unity_clip import drawn, mirrored, read_clip
from .usd_stage import joints_apart, skeleton_queries, weights

Values = NDArray[np.float32]


class Found(NamedTuple):
    """The largest errors at any frame, and the keys.

    Attributes:
        curve: of a curve, in its own units; of visemes, of a weight.
        turn: of a bone, in radians.
        time: of a span or a cue, in seconds.
        keys: of all curves and bones that move in the clip, a turn as one; 0 where there are none.
        of: frames x those curves and bones.
    """

    curve: float = 0.0
    turn: float = 0.0
    time: float = 0.0
    keys: int = 0
    of: int = 0


def moments(clip: Clip) -> Floats:
    """Seconds of each frame."""
    return np.array([float(clip.take.time(row)) for row in range(len(clip.take))])


def livelink_csv(path: Path, clip: Clip) -> Found:
    """The nine angles count as turns."""
    header, rows = read_csv(path)
    take = clip.arkit()
    assert set(header[2:]) == set(take.names)
    off = np.abs(_numbers(rows, 2) - take.values[:, [take.names.index(name) for name in header[2:]]])
    is_shape = np.isin(header[2:], ARKIT_SHAPES)
    return _every_frame(take.values, off[:, is_shape].max(), off[:, ~is_shape].max())


def metahuman_csv(path: Path, clip: Clip) -> Found:
    header, rows = read_csv(path)
    take = clip.take
    assert tuple(header[2 : 2 + len(take.names)]) == take.names
    found = _numbers(rows, 2).astype(np.float32)
    turned = turned_apart(found[:, len(take.names) :].reshape(len(take), -1, 4), take.quaternions)
    return _every_frame(take.controls, _apart(found[:, : len(take.names)], take.controls), turned.max(), _bones(clip))


def unreal_curves(path: Path, clip: Clip) -> Found:
    data, take = read_curves(path), clip.take
    moving = [name for place, name in enumerate(take.names) if np.ptp(take.controls[:, place]) > 0.0]
    counts = [len(data["curves"][name]) for name in moving] + [len(data["bones"][name]) for name in _bones(clip)]
    keys, of = sum(counts), len(counts) * len(take)
    return Found(curves_apart(data, take), bones_apart(data, take), keys=keys, of=of)


def usd(path: Path, clip: Clip) -> Found:
    """Of the rig `arkit`."""
    from pxr import Usd

    stage, frames, poses = Usd.Stage.Open(str(path)), len(clip.take), _poses(clip)
    place = f"{stage.GetDefaultPrim().GetPath()}/Animations/{clip.name.replace('.', '_')}"
    skeleton, animation = skeleton_queries(stage, place)
    assert tuple(animation.GetBlendShapeOrder()) == ARKIT_LOCATIONS
    samples = [len(animation.GetPrim().GetAttribute(name).GetTimeSamples()) for name in _USD_ATTRIBUTES]
    moving = (_moving(poses), len(_bones(clip)))
    keys = sum(count * number for count, number in zip(samples, moving, strict=True))
    turn = joints_apart(skeleton, clip.take).max()
    return Found(_apart(weights(animation, frames), poses), float(turn), keys=keys, of=frames * sum(moving))


_USD_ATTRIBUTES = ("blendShapeWeights", "rotations")


def glb(path: Path, clip: Clip) -> Found:
    """Of our own face."""
    player, poses, turned = GltfPlayer(path), _poses(clip), rotations(clip.take)
    shown = player.shapes(clip.name, moments(clip))
    turn = 0.0
    for place, joint in enumerate(SKELETON):
        found = player.at(clip.name, player.node(joint.name), "rotation", moments(clip))
        turn = max(turn, float(turned_apart(found, turned[:, place]).max()))
    moving = [name for place, name in enumerate(ARKIT_LOCATIONS) if np.ptp(poses[:, place]) > 0.0]
    counts = player.key_counts(clip.name)
    keys = [counts[name] for name in (*moving, *_bones(clip))]
    curve = _apart(np.stack([shown[name] for name in ARKIT_LOCATIONS], axis=1), poses)
    return Found(curve, turn, keys=sum(keys), of=len(keys) * len(clip.take))


def vrma(path: Path, clip: Clip) -> Found:
    """Of VRM's presets, and of ARKit's expressions where the file has them; the keys are those of the presets."""
    player = GltfPlayer(path)
    told = player.top["extensions"]["VRMC_vrm_animation"]
    shown = np.zeros((len(clip.take), len(VRM)), np.float32)
    for pose, out in zip(clip.arkit().controls, shown, strict=True):
        vrm_expressions(pose, out)
    presets, custom = told["expressions"]["preset"], told["expressions"]["custom"]
    wanted = {name: shown[:, VRM.index(name)] for name in presets}
    curve = max(_expression(player, clip, clip.name, presets[name], values) for name, values in wanted.items())
    perfect = f"{clip.name}.arkit"
    if any(animation["name"] == perfect for animation in player.top["animations"]):
        poses = _poses(clip)
        errors = [_expression(player, clip, perfect, custom[name], poses[:, k]) for k, name in enumerate(ARKIT_SHAPES)]
        curve = max(curve, *errors)
    head, left, right = np.moveaxis(clip.take.quaternions.astype(np.float64), 1, 0)
    counts, turn, keys = player.key_counts(clip.name), 0.0, []
    for node, values in ((player.node("head"), head), (told["lookAt"]["node"], left + right)):
        found = player.at(clip.name, node, "rotation", moments(clip))
        turn = max(turn, float(turned_apart(found, values).max()))
        if np.ptp(values, axis=0).any():
            keys.append(counts[player.top["nodes"][node]["name"]])
    keys += [counts[name] for name, values in wanted.items() if np.ptp(values) > 0.0]
    return Found(curve, turn, keys=sum(keys), of=len(keys) * len(clip.take))


def _expression(player: GltfPlayer, clip: Clip, animation: str, entry: dict[str, Any], wanted: Values) -> float:
    values = player.at(animation, entry["node"], "translation", moments(clip))
    assert not values[:, 1:].any()
    return _apart(values[:, 0], wanted)


def bvh(path: Path, clip: Clip) -> Found:
    bones, _, rows = read_bvh(path)
    found, turned, turn = bvh_turns(bones, rows), rotations(clip.take), 0.0
    for place, joint in enumerate(SKELETON):
        shown = found.get(BVH_NAMES[joint.name], np.eye(3))  # fingers of a face alone
        turn = max(turn, float(matrices_apart(shown, matrices(turned[:, place])).max()))
    return _every_frame(np.zeros((len(rows), 0), np.float32), 0.0, turn, _bones(clip))


def unity_anim(path: Path, clip: Clip) -> Found:
    """With the bones' places as they are if nothing else is said."""
    node, poses, curve, turn, keys = read_clip(path), _poses(clip), 0.0, 0.0, []
    assert [told["attribute"] for told in node["m_FloatCurves"]] == [f"blendShape.{name}" for name in ARKIT_LOCATIONS]
    for told, wanted in zip(node["m_FloatCurves"], poses.T, strict=True):
        curve = max(curve, _apart(drawn(told["curve"], moments(clip))[:, 0] / 100, wanted))
        keys += [len(told["curve"]["m_Curve"])] * int(np.ptp(wanted) > 0.0)
    for place, (bone, told) in enumerate(zip(clip.take.bones, node["m_RotationCurves"], strict=True)):
        found = drawn(told["curve"], moments(clip))
        turn = max(turn, float(turned_apart(found, mirrored(clip.take.quaternions[:, place])).max()))
        keys += [len(told["curve"]["m_Curve"])] * (bone in _bones(clip))
    return Found(curve, turn, keys=sum(keys), of=len(keys) * len(clip.take))


def a2f_json(path: Path, clip: Clip) -> Found:
    keys = imported_weights(path)
    assert tuple(keys) == ARKIT_LOCATIONS
    times, values = np.moveaxis(np.array(list(keys.values())), -1, 0)
    np.testing.assert_allclose(times, np.tile(moments(clip), (len(keys), 1)), atol=1e-9)
    return _every_frame(_poses(clip), _apart(values.T, _poses(clip)))


def face_board(path: Path, clip: Clip) -> Found:
    """Of the sliders."""
    sliders = board_values(clip.take.controls)
    return _every_frame(sliders, _apart(np.array(read_face_board(path)), sliders))


def visemes(path: Path, clip: Clip) -> Found:
    data = json.loads(path.read_text("utf-8"))
    weight, late = 0.0, 0.0
    for span, one in zip(data["spans"], clip.visemes, strict=True):
        assert span["viseme"] == one.name
        weight = max(weight, abs(span["weight"] - one.weight))
        late = max(late, abs(span["start"] - float(one.start)), abs(span["end"] - float(one.end)))
    return Found(weight, time=late)


def cues(path: Path, clip: Clip) -> Found:
    data = json.loads(path.read_text("utf-8"))
    starts = [one.start for one in clip.visemes]
    shapes = [MOUTH_SHAPES[one.name] for one in clip.visemes]
    begun = [start for start, pair in zip(starts[1:], pairwise(shapes), strict=True) if pair[0] != pair[1]]
    wanted = [*map(float, (*starts[:1], *begun)), *(cue.seconds for cue in clip.cues)]
    assert [cue["values"] for cue in data["cues"]] == [dict(cue.values) for cue in clip.cues]
    assert data["emotions"] == emotion_keyframes(clip)
    told = [*(cue["start"] for cue in data["mouthCues"]), *(cue["time"] for cue in data["cues"])]
    return Found(time=max((abs(a - b) for a, b in zip(told, wanted, strict=True)), default=0.0))


def take_file(path: Path, clip: Clip) -> Found:
    """To the bit; a layer is looked up by the end of the clip's name."""
    read, layer = read_take(path), clip.name.rpartition(".")[2]
    found = read.take if read.name == clip.name else read.layers[layer]
    controls, bones = _apart(found.controls, clip.take.controls), turned_apart(found.quaternions, clip.take.quaternions)
    return _every_frame(clip.take.controls, controls, float(bones.max()), _bones(clip))


def _numbers(rows: list[list[str]], first: int) -> Floats:
    return np.array([row[first:] for row in rows], np.float64)


def _poses(clip: Clip) -> Values:
    return clip.arkit().controls[:, : len(ARKIT_SHAPES)]


def _apart(found: NDArray[Any], wanted: Values) -> float:
    return float(np.abs(np.asarray(found, np.float64) - wanted).max())


def _moving(curves: Values) -> int:
    return int((np.ptp(curves, axis=0) > 0.0).sum())


def _bones(clip: Clip) -> list[str]:
    """Those that move."""
    moves = np.ptp(clip.take.quaternions, axis=0).any(axis=1)
    return [bone for bone, does in zip(clip.take.bones, moves, strict=True) if does]


def _every_frame(curves: Values, curve: float, turn: float = 0.0, bones: list[str] | None = None) -> Found:
    whole = len(curves) * (_moving(curves) + len(bones or ()))
    return Found(float(curve), float(turn), keys=whole, of=whole)
