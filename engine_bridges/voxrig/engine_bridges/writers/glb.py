"""A clip as a binary glTF file: morph targets under ARKit's names and a skeleton, moved by animations.

Without a model of somebody's they are those of our small face, in three meshes: Face, Brows, Eyes.

NAME is the whole performance; NAME.speech, NAME.blink, ... are the layers, where the clip has them. Everything is
within the bounds of the take at every frame, with straight lines and slerps in between.
"""

from pathlib import Path
from typing import NamedTuple

from voxrig.engine_bridges.fewer_bones import FewerBones
from voxrig.engine_bridges.writers.gltf_animation import Bounds, Tracks, told
from voxrig.engine_bridges.writers.gltf_bones import BoneNode
from voxrig.engine_bridges.writers.gltf_carrier import MESHES, carrier_scene
from voxrig.engine_bridges.writers.gltf_file import GltfFile
from voxrig.engine_bridges.writers.gltf_model import Actor, ShapeMesh, read_model
from voxrig.engine_bridges.writers.gltf_rest import UNTURNED
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN
from voxrig.runtime.core.skeleton import PLACES, SKELETON, rotations


class GlbReport(NamedTuple):
    """What became of a clip.

    Attributes:
        missing_shapes: ARKit's shapes that no mesh of the model has.
        missing_bones: bones that the clip moves, and neither the model has nor others of its bones make up for.
        keys: values of the merged animation, as an artist finds them: one for each target and time, one for a turn.
    """

    missing_shapes: tuple[str, ...]
    missing_bones: tuple[str, ...]
    keys: int


def write_glb(
    clip: Clip, path: Path, *, bound: float = BOUND, turn: float = TURN, model: Path | None = None
) -> GlbReport:
    """Write `clip` to `path`, whole or not at all.

    Args:
        clip: with a frame at least.
        path: the file, which is replaced if it is there.
        bound: the most that a shape may be off at any frame, of 0 to 1; 0 for a key on every frame.
        turn: the same of a bone, in radians; of a body's less, see `turn_bounds`.
        model: a GLB or VRM whose meshes have targets of ARKit's names in any spelling, to be animated in place of our
            small face; its bones are known by the names that Unreal, VRM, Ready Player Me and Mixamo give them, may
            have axes of their own and rest in a T-pose or with lower arms. Turns of a spine of five are carried over
            to the bones that there are.

    Raises:
        ValueError: a clip without frames, or a model without anything that the clip moves.
        OSError: a file cannot be read or written.
    """
    if not len(clip.take):
        raise ValueError(f"the clip {clip.name!r} has no frames; a glTF animation needs one at least")
    bounds = Bounds(bound, turn)
    file, actor = (carrier_scene(), _CARRIER) if model is None else read_model(model)
    file.document.asset.extras = {**(file.document.asset.extras or {}), "voxrig": told(clip, bounds)}
    keys, lacking = _animate(file, actor, clip, bounds)
    for layer in clip.layers:
        _animate(file, actor, clip.layer(layer), bounds)
    file.write(path)
    known = {shape for mesh in actor.meshes for shape in mesh.shapes}
    return GlbReport(tuple(name for name in ARKIT_SHAPES if name not in known), lacking, keys)


_CARRIER = Actor(
    tuple(ShapeMesh((mesh.node,), mesh.shapes, (0.0,) * len(mesh.shapes)) for mesh in MESHES),
    {joint.name: BoneNode(PLACES[joint.name], UNTURNED, UNTURNED) for joint in SKELETON},
)


def _animate(file: GltfFile, actor: Actor, clip: Clip, bounds: Bounds) -> tuple[int, tuple[str, ...]]:
    """Add an animation; return its number of keys, and the bones that the model lacks."""
    tracks = Tracks(file, clip.take, clip.name, bounds, told(clip, bounds))
    shapes = clip.arkit().controls
    for mesh in actor.meshes:
        tracks.weights(list(mesh.nodes), mesh.curves(shapes))
    fewer = FewerBones(actor.bones)
    given, lacking = rotations(clip.take), []
    turned = fewer.carried(given)
    for place, joint in enumerate(SKELETON):
        turns = turned[:, place]
        if joint.name not in actor.bones:
            if joint.name not in fewer.carries and given[:, place, :3].any():
                lacking.append(joint.name)
            continue
        if (turns[:, :3] == 0.0).all():
            continue  # it is at rest, and what else moves it may go on doing so
        bone = actor.bones[joint.name]
        tracks.turn(bone.node, tracks.kept(joint.name, turns), bone.local(turns), whole=not actor.meshes)
    if tracks.animation.channels:
        tracks.done()
    return tracks.keys, tuple(lacking)
