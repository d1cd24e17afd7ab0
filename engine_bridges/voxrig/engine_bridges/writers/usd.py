"""Takes as USD: a talking face under UsdSkel, with blend shapes, joints and the sound.

One time code is one frame, so keys stand on whole numbers at every rate; timeCodesPerSecond is the rate, at 29.97 the
double next to 30000/1001. The stage is in metres with Y up, as the whole rig. `write_usd` says what is in it.

Needs `usd-core`: pip install "voxrig[usd]".
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from voxrig.engine_bridges.writers.usd_animation import Rig, add_animation, usd_rig
from voxrig.engine_bridges.writers.usd_face import add_face, add_skeleton
from voxrig.engine_bridges.writers.whole_file import whole_path
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN

ENDINGS: Final = (".usda", ".usdc", ".usd")

_LONGEST_REASON: Final = 200
"""Text, binary, and binary under USD's plain ending."""


def write_usd(clip: Clip, path: Path, *, bound: float = BOUND, turn: float = TURN, rig: str = "arkit") -> None:
    """Write a clip to `path`, whole or not at all; as text or binary by its ending.

    The default prim /NAME is a SkelRoot with `Skeleton` (joints of `core.skeleton`), `Face` (the carrier face with its
    BlendShapes), `Sound` (SpatialAudio, if the clip has one) and, below `Animations`, SkelAnimations: `NAME`, which the
    skeleton is bound to, and `NAME_LAYER` for each layer. Text, emotion, seed, timecode and so on are its customData,
    and the layer's. Keys are common to all curves of a SkelAnimation, since USD keeps them in one array; USD draws
    straight lines between them.

    Args:
        clip: what was baked.
        path: .usda, .usdc or .usd; replaced if it is there.
        bound: the most that a blend shape may be off at any frame; 0: a key on every frame.
        turn: the same of a joint, in radians; with a body less, as its joints share their keys, see `turn_bounds`.
        rig: names of the blend shapes: `arkit` (jawOpen, ...) or `metahuman` (CTRL_expressions_jawOpen, ...).

    Raises:
        ModuleNotFoundError: usd-core is not installed.
        ValueError: another ending or rig.
        OSError: the file cannot be written.
    """
    if path.suffix.lower() not in ENDINGS:
        raise ValueError(f"{path.name}: USD files end with {', '.join(ENDINGS)}; rename the output")
    names = usd_rig(rig)
    try:
        from pxr import Tf
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError('USD needs the package usd-core; pip install "voxrig[usd]"') from error
    name = str(Tf.MakeValidIdentifier(f"_{clip.name}" if clip.name[:1].isdigit() else clip.name))
    stage = _stage(clip, name, names, bound, turn)
    with whole_path(path) as draft:
        try:
            done = stage.GetRootLayer().Export(draft.as_posix())
        except Tf.ErrorException as error:
            # It tells of each block that failed, thousands of them.
            why = " ".join(str(error).split())[:_LONGEST_REASON]
            raise OSError(f"{path}: USD could not write it; check the folder and the disk ({why} ...)") from error
        if not done:
            raise OSError(f"{path}: USD could not write it; check the folder and the disk")


def _stage(clip: Clip, name: str, names: Rig, bound: float, turn: float) -> Any:
    from pxr import Sdf, Usd, UsdGeom, UsdSkel

    stage = Usd.Stage.CreateInMemory()
    rate = float(clip.take.fps.fraction)
    stage.SetTimeCodesPerSecond(rate)
    stage.SetFramesPerSecond(rate)
    stage.SetStartTimeCode(clip.take.start_index)
    stage.SetEndTimeCode(clip.take.start_index + max(len(clip.take) - 1, 0))
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    told = _told(clip, bound, turn)
    stage.GetRootLayer().customLayerData = {"voxrig": told}
    place = Sdf.Path(f"/{name}")
    root = UsdSkel.Root.Define(stage, place)
    root.GetPrim().SetCustomDataByKey("voxrig", told)  # a layer that references the prim sees this, not the layer's
    stage.SetDefaultPrim(root.GetPrim())
    skeleton = add_skeleton(stage, place.AppendChild("Skeleton"))
    extent = add_face(stage, place.AppendChild("Face"), skeleton, names)
    root.CreateExtentAttr([extent[0], extent[1]])
    folder = UsdGeom.Scope.Define(stage, place.AppendChild("Animations")).GetPath()
    merged = add_animation(stage, folder.AppendChild(name), clip.take, names, bound, turn)
    UsdSkel.BindingAPI.Apply(skeleton.GetPrim()).CreateAnimationSourceRel().SetTargets([merged])
    for layer, take in clip.layers.items():
        add_animation(stage, folder.AppendChild(f"{name}_{layer}"), take, names, bound, turn)
    if clip.sound:
        _add_sound(stage, place.AppendChild("Sound"), clip)
    return stage


def _told(clip: Clip, bound: float, turn: float) -> Mapping[str, Any]:
    """What was said, and how; the seed is text, since it may have 64 bits, and the rate is the exact fraction."""
    return {
        "bound": float(bound),
        "character": clip.character,
        "emotion": clip.emotion,
        "fps": str(clip.take.fps),
        "frames": len(clip.take),
        "listening": clip.listening,
        "name": clip.name,
        "seed": str(clip.seed),
        "sound": clip.sound,
        "text": clip.text,
        "timecode": clip.timecode,
        "turn": float(turn),
    }


def _add_sound(stage: Any, place: Any, clip: Clip) -> None:
    from pxr import Sdf, UsdMedia

    sound = UsdMedia.SpatialAudio.Define(stage, place)
    sound.CreateFilePathAttr(Sdf.AssetPath(clip.sound.replace("\\", "/")))  # USD's paths have slashes on Windows too
    sound.CreateAuralModeAttr(UsdMedia.Tokens.nonSpatial)
    sound.CreatePlaybackModeAttr(UsdMedia.Tokens.onceFromStart)  # from time code 0, where nothing else is said
