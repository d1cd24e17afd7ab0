"""Make AnimSequences of baked MetaHuman takes, and import their sound. Runs in Unreal's editor, 5.4 or newer.

Voxrig wrote this file beside the takes. Switch the plugin "Python Editor Script Plugin" on, then Tools > Execute Python
Script, or: UnrealEditor-Cmd PROJECT.uproject -run=pythonscript -script=THIS_FILE. Set SKELETON and DESTINATION below
first if yours are others. It can be run again: what is unchanged is left alone, what changed is made anew, and a run
that was stopped goes on. The log (Output Log, "Voxrig:") has a line for each.

Each take becomes AS_NAME: a float curve for each CTRL_expressions_* control that moves, with the frame rate, length and
keys of the take. A take with a body becomes AS_NAME_Body as well, on BODY_SKELETON: a track for each bone, the head's
with them; a face alone leaves its head in the JSON. The skeleton may rest in a T-pose or with lower arms (a MetaHuman's
A-pose), its bones may have any axes, and the mesh looks along +Y.
This has never been run in Unreal: it was written to Epic's Python API reference, and run against a stand-in of it.
"""

import hashlib
import importlib
import json
import re
from pathlib import Path
from typing import Any

from voxrig.engine_bridges.writers.unreal_body import RestPose, every_frame

SKELETON = "/Game/MetaHumans/Common/Face/Face_Archetype_Skeleton"
BODY_SKELETON = "/Game/MetaHumans/Common/Female/Medium/NormalWeight/Body/metahuman_base_skel"
DESTINATION = "/Game/Voxrig"
TAKES: tuple[tuple[str, str], ...] = ()  # file of the take, its sound or ""; relative to this file

TAG = "VoxrigSource"
"""Name of the asset's metadata that holds the checksum of what it was made of."""

try:
    unreal: Any = importlib.import_module("unreal")
except ImportError:  # Voxrig reads this file to write it out; it runs in Unreal's editor alone
    unreal = None


def main() -> tuple[int, int, int]:
    """Import all takes; return how many were made, left alone, and failed."""
    if unreal is None:
        raise SystemExit("run this in Unreal's editor: Tools > Execute Python Script")
    skeleton = unreal.EditorAssetLibrary.load_asset(SKELETON)
    if skeleton is None:
        unreal.log_error(f"Voxrig: there is no skeleton at {SKELETON}; set SKELETON in this script to your face's")
        return 0, 0, len(TAKES)
    folder = Path(__file__).resolve().parent
    made = kept = failed = 0
    names: dict[str, str] = {}
    with unreal.ScopedSlowTask(len(TAKES), "Voxrig: importing takes") as progress:
        progress.make_dialog(True)
        for take, sound in TAKES:
            if progress.should_cancel():
                unreal.log_warning("Voxrig: stopped; run the script again to go on")
                break
            progress.enter_progress_frame(1, take)
            try:
                changed = import_take(folder / take, skeleton, names)
                changed = (bool(sound) and import_sound(folder / sound)) or changed
                made, kept = made + changed, kept + (not changed)
            except Exception as error:  # one broken take does not stop the others
                unreal.log_error(f"Voxrig: {take}: {error}")
                failed += 1
    unreal.log(f"Voxrig: {made} made, {kept} unchanged, {failed} failed, in {DESTINATION}")
    return made, kept, failed


def import_take(path: Path, skeleton: Any, names: dict[str, str]) -> bool:
    """Make or renew the sequence of one take; return whether anything was done. `names`: files of those made so far."""
    content = path.read_bytes()
    take = json.loads(content.decode("utf-8"))
    if take.get("format") != "voxrig-metahuman" or take.get("version") != 1:
        raise ValueError("this is no MetaHuman take of version 1; bake it again with --format unreal")
    asset = asset_name("AS_", take["name"])
    if names.setdefault(asset, path.name) != path.name:
        raise ValueError(f"{names[asset]} and this would both be {asset}; rename one of the lines")
    digest = hashlib.sha256(content).hexdigest()
    body, body_asset = body_skeleton(take), f"{asset}_Body"
    sequence, unchanged = existing(asset, digest)
    body_sequence, has_body = existing(body_asset, digest)
    if unchanged and (has_body or body is None):
        unreal.log(f"Voxrig: {asset} is unchanged")
        return False
    if not has_body and body is not None:
        body_sequence = body_sequence or new_sequence(body_asset, body)
        tracks = fill_body(body_sequence, take, body)
        keep(body_sequence, body_asset, digest)
        unreal.log(f"Voxrig: {body_asset} made: {take['frames']} frames, {tracks} bones")
    if not unchanged:
        sequence = sequence or new_sequence(asset, skeleton)
        fill(sequence, take)
        keep(sequence, asset, digest)
        unreal.log(f"Voxrig: {asset} made: {take['frames']} frames, {len(take['curves'])} curves")
    return True


def new_sequence(asset: str, skeleton: Any) -> Any:
    """Make an empty sequence."""
    factory = unreal.AnimSequenceFactory()
    factory.set_editor_property("target_skeleton", skeleton)
    tools = unreal.AssetToolsHelpers.get_asset_tools()
    sequence = tools.create_asset(asset, DESTINATION, unreal.AnimSequence, factory)
    if sequence is None:
        raise RuntimeError(f"{DESTINATION}/{asset} could not be made")
    return sequence


def keep(sequence: Any, asset: str, digest: str) -> None:
    """Save a sequence, with what it was made of."""
    unreal.EditorAssetLibrary.set_metadata_tag(sequence, TAG, digest)
    if not unreal.EditorAssetLibrary.save_loaded_asset(sequence, False):
        raise RuntimeError(f"{DESTINATION}/{asset} could not be saved; is it checked out, and not read-only?")


def set_length(controller: Any, take: dict[str, Any]) -> int:
    """Set the rate and length of a sequence, and return the latter in frames."""
    steps: int = max(take["frames"] - 1, 1)  # n frames are n - 1 steps long, as the first one is at 0
    controller.set_frame_rate(unreal.FrameRate(*take["fps"]), False)
    controller.set_number_of_frames(unreal.FrameNumber(steps), False)
    return steps


def fill(sequence: Any, take: dict[str, Any]) -> None:
    """Set the rate, length and curves of a sequence."""
    numerator, denominator = take["fps"]
    controller = sequence.controller
    controller.open_bracket("Voxrig import", False)
    try:
        steps = set_length(controller, take)
    finally:
        controller.close_bracket(False)
    library = unreal.AnimationLibrary
    library.remove_all_curve_data(sequence)
    for name, keys in take["curves"].items():
        library.add_curve(sequence, name, unreal.RawCurveTrackTypes.RCT_FLOAT, False)
        times = [frame * denominator / numerator for frame, _ in keys]
        library.add_float_curve_keys(sequence, name, times, [value for _, value in keys])
    length, wanted = library.get_sequence_length(sequence), steps * denominator / numerator
    if abs(length - wanted) > 0.5 * denominator / numerator:
        raise RuntimeError(f"it is {length:.3f} s long instead of {wanted:.3f}; delete the asset and run this again")


def body_skeleton(take: dict[str, Any]) -> Any:
    """Return the skeleton of a take's body; None where there is no body, or no skeleton for it."""
    if not set(take["bones"]) - {"head", "eye_l", "eye_r"}:
        return None
    found = unreal.EditorAssetLibrary.load_asset(BODY_SKELETON)
    if found is None:
        unreal.log_warning(f"Voxrig: no skeleton at {BODY_SKELETON}; set BODY_SKELETON in this script for bodies")
    return found


def fill_body(sequence: Any, take: dict[str, Any], skeleton: Any) -> int:
    """Set the rate, length and bones of a body's sequence, with keys on every frame; return how many bones."""
    rest = RestPose(unreal, skeleton)
    tracks = rest.tracks({bone: every_frame(keys, take["frames"]) for bone, keys in take["bones"].items()})
    controller = sequence.controller
    controller.open_bracket("Voxrig import", False)
    try:
        keys = set_length(controller, take) + 1
        controller.remove_all_bone_tracks(False)
        for bone, turns in tracks.items():
            local = rest.local[bone]
            rotations = [unreal.Quat(-x, -z, -y, w) for x, y, z, w in [*turns, turns[-1]][:keys]]
            controller.add_bone_curve(bone, False)
            controller.set_bone_track_keys(bone, [local.translation] * keys, rotations, [local.scale3d] * keys, False)
    finally:
        controller.close_bracket(False)
    return len(tracks)


def import_sound(path: Path) -> bool:
    """Import a sound file as a SoundWave; return whether anything was done."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    asset = asset_name("SW_", path.stem)
    if existing(asset, digest)[1]:
        return False
    task = unreal.AssetImportTask()
    task.set_editor_property("filename", str(path))
    task.set_editor_property("destination_path", DESTINATION)
    task.set_editor_property("destination_name", asset)
    task.set_editor_property("automated", True)
    task.set_editor_property("replace_existing", True)
    task.set_editor_property("save", True)
    unreal.AssetToolsHelpers.get_asset_tools().import_asset_tasks([task])
    wave = unreal.EditorAssetLibrary.load_asset(f"{DESTINATION}/{asset}")
    if wave is None:
        raise RuntimeError(f"{path} could not be imported; Unreal takes 16-bit WAV")
    unreal.EditorAssetLibrary.set_metadata_tag(wave, TAG, digest)
    unreal.EditorAssetLibrary.save_loaded_asset(wave, False)
    unreal.log(f"Voxrig: {asset} imported")
    return True


def existing(asset: str, digest: str) -> tuple[Any, bool]:
    """Return an asset or None, and whether it was made of just this."""
    path = f"{DESTINATION}/{asset}"
    if not unreal.EditorAssetLibrary.does_asset_exist(path):
        return None, False
    loaded = unreal.EditorAssetLibrary.load_asset(path)
    return loaded, unreal.EditorAssetLibrary.get_metadata_tag(loaded, TAG) == digest


def asset_name(prefix: str, name: str) -> str:
    """Return a name that Unreal takes for an asset."""
    return prefix + re.sub(r"[^A-Za-z0-9_]", "_", name)


if __name__ == "__main__":
    main()
