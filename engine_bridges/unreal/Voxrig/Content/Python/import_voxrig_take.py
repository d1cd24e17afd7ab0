"""Make an animation sequence of a take that `voxrig bake` wrote.

In the editor: Tools > Import Voxrig Take..., or in the Python console

    import import_voxrig_take
    import_voxrig_take.import_take("C:/takes/greeting.csv", "/Game/Face/Face_Archetype_Skeleton", "/Game/Takes")

Without the editor's window:

    UnrealEditor-Cmd Project.uproject -run=pythonscript
        -script="import_voxrig_take.py greeting.csv /Game/Face/Face_Archetype_Skeleton /Game/Takes"
"""

import importlib
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from voxrig_take import TakeCurves, TakeError, read_take  # type: ignore[import-not-found]

unreal: Any = importlib.import_module("unreal")  # the editor's own; nowhere else


def import_take(path: str, skeleton_path: str, folder: str, rate: Fraction | None = None) -> Any:
    """Make a sequence named as the file, in the place of one that is there.

    Args:
        path: the CSV.
        skeleton_path: of a Skeleton or a Skeletal Mesh, as `/Game/Face/Face_Archetype_Skeleton`.
        folder: for the sequence, as `/Game/Takes`.
        rate: frames a second as a fraction, where the file does not say it (29.97 and 59.94 of Live Link CSVs).

    Returns:
        The AnimSequence.

    Raises:
        TakeError: the file is no take, or there is no such skeleton.
    """
    take = read_take(path, rate)
    skeleton = _skeleton(unreal.load_asset(skeleton_path))
    if skeleton is None:
        raise TakeError(f"{skeleton_path} is no skeleton and no skeletal mesh: copy its path in the Content Browser")
    sequence = _make_sequence(_asset_name(path), folder, skeleton)
    _fill(sequence, take)
    unreal.EditorAssetLibrary.save_loaded_asset(sequence)
    unreal.log(
        f"Voxrig: {sequence.get_path_name()}: {take.frame_count} frames, {len(take.names)} curves, {take.rate} fps"
    )
    return sequence


def import_on_selection(path: str) -> Any:
    """Do as `import_take`, on the skeleton or skeletal mesh that is selected in the Content Browser, beside it."""
    for asset in unreal.EditorUtilityLibrary.get_selected_assets():
        if _skeleton(asset) is not None:
            where = asset.get_path_name().split(".")[0]
            try:
                return import_take(path, where, where.rpartition("/")[0])
            except (TakeError, OSError) as error:
                unreal.log_error(f"Voxrig: {error}")
                return None
    unreal.log_error("Voxrig: select the skeleton or skeletal mesh for the take in the Content Browser first")
    return None


def _skeleton(asset: Any) -> Any:
    if isinstance(asset, unreal.Skeleton):
        return asset
    if isinstance(asset, unreal.SkeletalMesh):
        return asset.get_editor_property("skeleton")
    return None


def _asset_name(path: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "_" for c in Path(path).stem)


def _make_sequence(name: str, folder: str, skeleton: Any) -> Any:
    folder = folder.rstrip("/")
    if unreal.EditorAssetLibrary.does_asset_exist(f"{folder}/{name}"):
        unreal.EditorAssetLibrary.delete_asset(f"{folder}/{name}")
    factory = unreal.AnimSequenceFactory()
    factory.set_editor_property("target_skeleton", skeleton)
    sequence = unreal.AssetToolsHelpers.get_asset_tools().create_asset(name, folder, unreal.AnimSequence, factory)
    if sequence is None:
        raise TakeError(f"{folder}/{name} could not be made: is it open, or read-only in source control?")
    return sequence


def _fill(sequence: Any, take: TakeCurves) -> None:
    controller = sequence.get_editor_property("controller")
    controller.open_bracket("Import Voxrig take", False)
    try:
        rate = unreal.FrameRate(take.rate.numerator, take.rate.denominator)
        controller.set_frame_rate(rate, False)
        # A sequence of n frames has n + 1 keys; the take's last frame is its last key.
        controller.set_number_of_frames(unreal.FrameNumber(max(1, take.frame_count - 1)), False)
    finally:
        controller.close_bracket(False)
    times = take.times()
    with unreal.ScopedSlowTask(len(take.names), "Importing the Voxrig take") as task:
        task.make_dialog(False)
        for name, values in zip(take.names, take.values, strict=True):
            task.enter_progress_frame(1)
            unreal.AnimationLibrary.add_curve(sequence, name, unreal.RawCurveTrackTypes.RCT_FLOAT, False)
            unreal.AnimationLibrary.add_float_curve_keys(sequence, name, times, list(values))


if __name__ == "__main__" and len(sys.argv) >= 4:
    import_take(sys.argv[1], sys.argv[2], sys.argv[3], Fraction(sys.argv[4]) if len(sys.argv) > 4 else None)
