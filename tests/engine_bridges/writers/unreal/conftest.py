"""A stand-in for Unreal's module `unreal`, which takes just what Epic's API reference names, and no more.

Unreal itself is not here: what it can't show is that the reference tells the truth.
"""

import sys
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

import pytest

SKELETON = "/Game/MetaHumans/Common/Face/Face_Archetype_Skeleton"
BODY = "/Game/MetaHumans/Common/Female/Medium/NormalWeight/Body/metahuman_base_skel"


class Skeleton:
    pass


class Quat:
    def __init__(self, x: float = 0.0, y: float = 0.0, z: float = 0.0, w: float = 0.0) -> None:
        self.x, self.y, self.z, self.w = x, y, z, w


class Vector:
    def __init__(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> None:
        self.x, self.y, self.z = x, y, z


class Transform:
    def __init__(self, translation: Vector, rotation: Quat) -> None:
        self.translation, self.rotation, self.scale3d = translation, rotation, Vector(1.0, 1.0, 1.0)


class BodySkeleton(Skeleton):
    """Rests as its transforms say, by bone: against its parent, and in the component space."""

    def __init__(self, local: dict[str, Transform], world: dict[str, Transform]) -> None:
        self.local, self.world = local, world


class AnimPoseSpaces:
    LOCAL, WORLD = object(), object()


class AnimPoseExtensions:
    @staticmethod
    def get_reference_pose(skeleton: BodySkeleton) -> BodySkeleton:
        return skeleton

    @staticmethod
    def get_bone_names(pose: BodySkeleton) -> list[str]:
        return list(pose.local)

    @staticmethod
    def get_bone_pose(pose: BodySkeleton, bone_name: str, space: object = AnimPoseSpaces.LOCAL) -> Transform:
        return (pose.local if space is AnimPoseSpaces.LOCAL else pose.world)[bone_name]


class SoundWave:
    pass


class FrameRate_:  # noqa: N801
    def __init__(self, numerator: int = 60_000, denominator: int = 1001) -> None:
        assert type(numerator) is int
        assert type(denominator) is int
        self.numerator, self.denominator = numerator, denominator


class FrameNumber:
    def __init__(self, value: int = 0) -> None:
        assert type(value) is int
        self.value = value


class AnimDataController:
    """`unreal.AnimDataController`: nothing may be changed outside a bracket here, which Unreal only advises."""

    def __init__(self, sequence: "AnimSequence") -> None:
        self.sequence, self.open = sequence, 0

    def open_bracket(self, title: str, should_transact: bool = True) -> None:
        assert isinstance(title, str)
        self.open += 1

    def close_bracket(self, should_transact: bool = True) -> None:
        self.open -= 1
        assert self.open >= 0

    def set_frame_rate(self, frame_rate: FrameRate_, should_transact: bool = True) -> None:
        assert isinstance(frame_rate, FrameRate_)
        assert self.open
        self.sequence.rate = frame_rate

    def set_number_of_frames(self, new_length_in_frames: FrameNumber, should_transact: bool = True) -> None:
        assert isinstance(new_length_in_frames, FrameNumber)
        assert self.open
        assert new_length_in_frames.value > 0
        self.sequence.steps = new_length_in_frames.value

    def remove_all_bone_tracks(self, should_transact: bool = True) -> None:
        assert self.open
        self.sequence.tracks.clear()

    def add_bone_curve(self, bone_name: str, should_transact: bool = True) -> bool:
        assert self.open
        assert isinstance(self.sequence.skeleton, BodySkeleton)
        assert bone_name in self.sequence.skeleton.local
        self.sequence.tracks[bone_name] = []
        return True

    def set_bone_track_keys(
        self,
        bone_name: str,
        positional_keys: list[Vector],
        rotational_keys: list[Quat],
        scaling_keys: list[Vector],
        should_transact: bool = True,
    ) -> bool:
        assert self.open
        assert len(positional_keys) == len(rotational_keys) == len(scaling_keys) == self.sequence.steps + 1
        self.sequence.tracks[bone_name] = [
            Transform(place, turn) for place, turn in zip(positional_keys, rotational_keys, strict=True)
        ]
        return True


class AnimSequence:
    def __init__(self, skeleton: Skeleton) -> None:
        self.skeleton, self.controller = skeleton, AnimDataController(self)
        self.rate, self.steps = FrameRate_(30, 1), 1
        self.curves: dict[str, list[tuple[float, float]]] = {}
        self.tracks: dict[str, list[Transform]] = {}

    @property
    def length(self) -> float:
        return self.steps * self.rate.denominator / self.rate.numerator


class RawCurveTrackTypes:
    RCT_FLOAT = object()


class AnimationLibrary:
    @staticmethod
    def remove_all_curve_data(animation_sequence_base: AnimSequence) -> None:
        animation_sequence_base.curves.clear()

    @staticmethod
    def add_curve(
        animation_sequence_base: AnimSequence,
        curve_name: str,
        curve_type: object = RawCurveTrackTypes.RCT_FLOAT,
        meta_data_curve: bool = False,
    ) -> None:
        assert isinstance(curve_name, str)
        assert curve_type is RawCurveTrackTypes.RCT_FLOAT
        assert curve_name not in animation_sequence_base.curves
        animation_sequence_base.curves[curve_name] = []

    @staticmethod
    def add_float_curve_keys(
        animation_sequence_base: AnimSequence, curve_name: str, times: list[float], values: list[float]
    ) -> None:
        assert all(type(number) in (int, float) for number in [*times, *values])
        assert max(times) <= animation_sequence_base.length + 1e-6
        animation_sequence_base.curves[curve_name] += zip(times, values, strict=True)

    @staticmethod
    def get_sequence_length(animation_sequence_base: AnimSequence) -> float:
        return animation_sequence_base.length


class Properties:
    """An object whose editor properties are these and no others."""

    known: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.set: dict[str, Any] = {}

    def set_editor_property(self, name: str, value: object) -> None:
        assert name in self.known
        self.set[name] = value


class AnimSequenceFactory(Properties):
    known = ("target_skeleton", "preview_skeletal_mesh")


class AssetImportTask(Properties):
    known = ("filename", "destination_path", "destination_name", "automated", "replace_existing", "save", "factory")


class Editor(ModuleType):
    """The module `unreal`, and what is in its content folders."""

    FrameRate, FrameNumber, AnimSequence = FrameRate_, FrameNumber, AnimSequence
    AnimationLibrary, RawCurveTrackTypes = AnimationLibrary, RawCurveTrackTypes
    AnimSequenceFactory, AssetImportTask = AnimSequenceFactory, AssetImportTask
    AnimPoseExtensions, AnimPoseSpaces = AnimPoseExtensions, AnimPoseSpaces
    Quat, Vector, Transform, BodySkeleton = Quat, Vector, Transform, BodySkeleton

    def __init__(self) -> None:
        super().__init__("unreal")
        self.assets: dict[str, Any] = {SKELETON: Skeleton()}
        self.tags: dict[int, dict[str, str]] = {}
        self.saved: list[object] = []
        self.told: list[tuple[str, str]] = []
        self.cancel_after = 1000
        self.AssetToolsHelpers = self.EditorAssetLibrary = self

    # unreal.log, log_warning, log_error
    def log(self, arg: str) -> None:
        self.told.append(("log", arg))

    def log_warning(self, arg: str) -> None:
        self.told.append(("warning", arg))

    def log_error(self, arg: str) -> None:
        self.told.append(("error", arg))

    # unreal.EditorAssetLibrary
    def does_asset_exist(self, asset_path: str) -> bool:
        return asset_path in self.assets

    def load_asset(self, asset_path: str) -> object:
        return self.assets.get(asset_path)

    def get_metadata_tag(self, object: object, tag: str) -> str:
        return self.tags.get(id(object), {}).get(tag, "")

    def set_metadata_tag(self, object: object, tag: str, value: str) -> None:
        assert object in self.assets.values()
        self.tags.setdefault(id(object), {})[tag] = value

    def save_loaded_asset(self, asset_to_save: object, only_if_is_dirty: bool = True) -> bool:
        assert asset_to_save in self.assets.values()
        self.saved.append(asset_to_save)
        return True

    # unreal.AssetToolsHelpers, unreal.AssetTools
    def get_asset_tools(self) -> "Editor":
        return self

    def create_asset(self, asset_name: str, package_path: str, asset_class: type, factory: Properties) -> object:
        assert asset_class is AnimSequence
        assert isinstance(factory, AnimSequenceFactory)
        assert asset_name.isidentifier()
        path = f"{package_path}/{asset_name}"
        assert path not in self.assets
        self.assets[path] = AnimSequence(factory.set["target_skeleton"])
        return self.assets[path]

    def import_asset_tasks(self, import_tasks: list[AssetImportTask]) -> None:
        for task in import_tasks:
            assert task.set["automated"] is True
            if Path(task.set["filename"]).read_bytes()[:4] == b"RIFF":
                self.assets[f"{task.set['destination_path']}/{task.set['destination_name']}"] = SoundWave()

    # unreal.ScopedSlowTask
    def ScopedSlowTask(self, work: float, desc: str = "", enabled: bool = True) -> "Editor":  # noqa: N802
        return self

    def __enter__(self) -> "Editor":
        self.entered = 0
        return self

    def __exit__(self, kind: type | None, value: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def make_dialog(self, can_cancel: bool = False, allow_in_pie: bool = False) -> None:
        pass

    def should_cancel(self) -> bool:
        return self.entered >= self.cancel_after

    def enter_progress_frame(self, work: float = 1.0, desc: str = "") -> None:
        self.entered += 1


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> Editor:
    stand_in = Editor()
    monkeypatch.setitem(sys.modules, "unreal", stand_in)
    return stand_in
