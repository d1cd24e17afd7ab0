"""Baked takes in the editor: the reader on takes that voxrig baked, and the script against a recording editor."""

import importlib.util
import subprocess
import sys
import types
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from plugin_source import PLUGIN, REPOSITORY

from voxrig.engine_bridges.writers.livelink_csv import write_livelink_csv
from voxrig.engine_bridges.writers.metahuman_csv import write_metahuman_csv
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

SCRIPTS = PLUGIN / "Content" / "Python"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # as in the editor, where Content/Python is on the path
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reader() -> ModuleType:
    return load("voxrig_take")


@pytest.fixture(scope="module")
def baked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Takes of one clip as a user bakes them: metahuman.csv and arkit.csv."""
    folder = tmp_path_factory.mktemp("takes")
    for rig in ("metahuman", "arkit"):
        wav = REPOSITORY / "samples" / "warning.wav"
        command = [
            sys.executable,
            "-m",
            "voxrig.cli.app",
            "bake",
            str(wav),
            "--rig",
            rig,
            "-o",
            str(folder / f"{rig}.csv"),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return folder


def test_both_kinds_of_a_baked_take_are_read_and_agree(reader: ModuleType, baked: Path) -> None:
    metahuman, arkit = reader.read_take(baked / "metahuman.csv"), reader.read_take(baked / "arkit.csv")
    assert metahuman.rate == arkit.rate == 60
    assert metahuman.frame_count == arkit.frame_count == 162
    assert metahuman.names == (*profile("metahuman").names, *profile("arkit").names[52:])
    assert arkit.names == profile("arkit").names
    by_name = dict(zip(metahuman.names, metahuman.values, strict=True))
    assert max(by_name["CTRL_expressions_jawOpen"]) > 0.2
    for name, values in zip(arkit.names[52:], arkit.values[52:], strict=True):
        np.testing.assert_allclose(by_name[name], values, atol=1e-5)
    assert metahuman.times()[60] == 1.0


@pytest.mark.parametrize("fps", [(24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1), (120, 1)])
@pytest.mark.parametrize("count", [2, 40, 500])
def test_rate_is_kept(reader: ModuleType, tmp_path: Path, fps: tuple[int, int], count: int) -> None:
    rig = profile("metahuman")
    values = np.zeros((count, len(rig.names) + 4 * len(rig.bones)), np.float32)
    values[:, len(rig.names) + 3 :: 4] = 1.0
    take = Take("metahuman", rig.names, rig.bones, FrameRate(*fps), values, 0, 24000)
    write_metahuman_csv(take, tmp_path / "take.csv")
    assert reader.read_take(tmp_path / "take.csv").rate == Fraction(*fps)
    if fps[1] == 1 and count > fps[0]:
        rig = profile("arkit")
        take = Take("arkit", rig.names, (), FrameRate(*fps), np.ascontiguousarray(values[:, :61]), 0, 24000)
        write_livelink_csv(take, tmp_path / "live.csv")
        assert reader.read_take(tmp_path / "live.csv").rate == fps[0]
        assert reader.read_take(tmp_path / "live.csv", Fraction(30000, 1001)).rate == Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no frames"),
        ("Frame,Time,a\n", "no frames"),
        ("Frame,Time,a\n0,0.0,0.1\n1,0.016667\n", "row 3: 2 cells in place of 3"),
        ("time;value\n1;2\n", "give a CSV of `voxrig bake`"),
        ("Frame,Time,a\n0,0.0,x\n", "could not convert"),
        ("Timecode,BlendshapeCount,a\n0.1,1,0.5\n", "is not HH:MM:SS:FF.mmm"),
    ],
)
def test_what_is_no_take_is_named(reader: ModuleType, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.csv").write_text(text, "utf-8")
    with pytest.raises(reader.TakeError, match=message):
        reader.read_take(tmp_path / "bad.csv")


class Editor(types.ModuleType):
    """What the script calls of the editor's `unreal`, written down. It shows the script's own way, and no more."""

    def __init__(self) -> None:
        super().__init__("unreal")
        said: list[tuple[Any, ...]] = []

        class Skeleton:
            def get_path_name(self) -> str:
                return "/Game/Face/Bones.Bones"

        class SkeletalMesh:
            def get_editor_property(self, name: str) -> Any:
                assert name == "skeleton"
                return skeleton

        class Slow:
            def __init__(self, *words: Any) -> None: ...
            def __enter__(self) -> Any:
                return self

            def __exit__(self, *error: object) -> None: ...
            def make_dialog(self, cancels: bool) -> None: ...
            def enter_progress_frame(self, work: int) -> None: ...

        def recorder(name: str, answer: Any = None) -> Any:
            def call(*words: Any, **_: Any) -> Any:
                said.append((name, *words))
                return answer

            return call

        skeleton = Skeleton()
        controller = types.SimpleNamespace(
            **{
                name: recorder(name)
                for name in ("open_bracket", "close_bracket", "set_frame_rate", "set_number_of_frames")
            }
        )
        sequence = types.SimpleNamespace(
            get_editor_property=lambda name: {"controller": controller}[name], get_path_name=lambda: "/Game/Takes/a"
        )
        tools = types.SimpleNamespace(create_asset=recorder("create_asset", sequence))
        self.said, self.sequence, self.skeleton = said, sequence, skeleton
        self.Skeleton, self.SkeletalMesh, self.ScopedSlowTask, self.AnimSequence = (
            Skeleton,
            SkeletalMesh,
            Slow,
            "AnimSequence",
        )
        self.assets = {"/Game/Face/Bones": skeleton, "/Game/Face/Face": SkeletalMesh()}
        self.load_asset = lambda path: self.assets.get(path)
        self.AnimSequenceFactory = lambda: types.SimpleNamespace(set_editor_property=recorder("factory"))
        self.AssetToolsHelpers = types.SimpleNamespace(get_asset_tools=lambda: tools)
        self.FrameRate, self.FrameNumber = lambda n, d: (n, d), lambda n: n
        self.RawCurveTrackTypes = types.SimpleNamespace(RCT_FLOAT="float")
        self.AnimationLibrary = types.SimpleNamespace(
            add_curve=recorder("add_curve"), add_float_curve_keys=recorder("add_float_curve_keys")
        )
        self.EditorAssetLibrary = types.SimpleNamespace(
            does_asset_exist=lambda path: False, save_loaded_asset=recorder("save"), delete_asset=recorder("delete")
        )
        self.selected: list[Any] = []
        self.EditorUtilityLibrary = types.SimpleNamespace(get_selected_assets=lambda: self.selected)
        self.log, self.log_error = recorder("log"), recorder("log_error")


@pytest.fixture
def editor(reader: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Editor:
    editor = Editor()
    monkeypatch.setitem(sys.modules, "unreal", editor)
    return editor


def test_script_makes_a_sequence_with_every_curve(editor: Editor, baked: Path) -> None:
    script = load("import_voxrig_take")
    assert script.import_take(str(baked / "metahuman.csv"), "/Game/Face/Face", "/Game/Takes/") is editor.sequence
    calls = {
        name: [words for said, *words in editor.said if said == name] for name in {said[0] for said in editor.said}
    }
    assert calls["create_asset"][0][:3] == ["metahuman", "/Game/Takes", "AnimSequence"]
    assert calls["factory"] == [["target_skeleton", editor.skeleton]]
    assert calls["set_frame_rate"] == [[(60, 1), False]]
    assert calls["set_number_of_frames"] == [[161, False]]  # 162 keys
    assert [words[1] for words in calls["add_curve"]] == [words[1] for words in calls["add_float_curve_keys"]]
    assert len(calls["add_curve"]) == 251 + 9
    assert all(len(words[2]) == len(words[3]) == 162 for words in calls["add_float_curve_keys"])
    assert [said[0] for said in editor.said].index("close_bracket") > [said[0] for said in editor.said].index(
        "open_bracket"
    )


def test_menu_takes_the_selected_skeleton_or_says_what_to_select(editor: Editor, baked: Path) -> None:
    script = load("import_voxrig_take")
    assert script.import_on_selection(str(baked / "arkit.csv")) is None
    assert "select the skeleton" in editor.said[-1][1]
    editor.selected = [object(), editor.skeleton]
    assert script.import_on_selection(str(baked / "arkit.csv")) is editor.sequence
    assert next(s for s in editor.said if s[0] == "create_asset")[:3] == ("create_asset", "arkit", "/Game/Face")
    assert script.import_on_selection(str(baked / "nothing.csv")) is None
    assert editor.said[-1][0] == "log_error"
