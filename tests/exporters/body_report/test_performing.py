"""Held-out speech, performed by the planner and by a real bundle that learned nothing."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from voxrig.exporters.body_export import PLANNED, export_body
from voxrig.exporters.body_report import __main__ as command
from voxrig.exporters.body_report.performing import MOODS, NoSpeechError, Task, held_out_tasks, network_input, sessions
from voxrig.exporters.networks.body import BodyNetwork, BodySize
from voxrig.exporters.training.corpus import HELD_OUT_VOICES, RESERVED_VOICES
from voxrig.runtime.core.body.posture import SIT
from voxrig.runtime.models import bundle
from voxrig.runtime.models.onnx import OnnxModel

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
NEEDED = pytest.mark.skipif(not (DATA / "tts").is_dir(), reason="../shared/data/tts is not there")


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    return list(held_out_tasks(DATA, seconds=12, seeds=2, most=3))


@pytest.fixture(scope="module")
def exported(tasks: list[Task], tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(5)
    network = BodyNetwork(BodySize(width=32, layers=1))
    out = tmp_path_factory.mktemp("body") / "body"
    rows = network_input(tasks[0], tasks[0].keys[0])[None, :50]
    export_body(network, rows, out, name="body", version="1", training=PLANNED, licence="Apache-2.0")
    return out


@NEEDED
def test_only_voices_that_nobody_learned_from(tasks: list[Task]) -> None:
    assert all(any(held in task.voice for held in HELD_OUT_VOICES + RESERVED_VOICES) for task in tasks)
    assert len({task.voice for task in tasks}) == len(tasks)
    assert {task.emotion for task in tasks} == {next(iter(MOODS))}
    assert len({key for task in tasks for key in task.keys}) == 2 * len(tasks)
    again = next(held_out_tasks(DATA, seconds=12, seeds=2, most=1))
    np.testing.assert_array_equal(again.sounds.values, tasks[0].sounds.values)
    assert again.manner == tasks[0].manner


@NEEDED
def test_planner_and_student_perform_the_same_speech(tasks: list[Task], exported: Path) -> None:
    model = OnnxModel(bundle.load(str(exported), role="body"))
    found = sessions(tasks, model)
    for task, session in zip(tasks, found, strict=True):
        assert {name: len(motions) for name, motions in session.motions.items()} == {"planner": 2, "student": 2}
        assert len(session.motions["student"][0]) == len(task.doing) == 720
        assert (session.motions["student"][0].postures[:, SIT] == float(task.manner.sitting)).all()
        one, other = (motion.postures for motion in session.motions["student"])
        assert np.abs(one - other).max() > 1e-6  # luck is heard
        assert len(session.planned)
        assert session.speaking.any()
    alone = sessions(tasks[:1], model)[0].motions["student"][0].postures
    np.testing.assert_array_equal(alone, found[0].motions["student"][0].postures)


@NEEDED
def test_the_network_hears_what_it_would_in_a_session(tasks: list[Task]) -> None:
    row = network_input(tasks[0], 7)
    assert row.dtype == np.float32
    assert len(row) == 360
    width = (row.shape[1] - 25) // 2
    np.testing.assert_array_equal(row[1:, :width][:, 11:], tasks[0].sounds.mel[1:-1:2])  # the pose before
    np.testing.assert_array_equal(row[:, width : 2 * width][:, 11:], tasks[0].sounds.mel[::2])  # and its own
    assert (row[0, 11:width] == row[0, 11]).all()  # before the first there was silence


@NEEDED
def test_the_command_writes_the_page(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    few = ["--seconds", "12", "--seeds", "1", "--sessions", "2", "--json"]
    given = ["body_report", "--bundle", str(exported), "--data", str(DATA), "--out", str(out), *few]
    monkeypatch.setattr(sys, "argv", given)
    command.main()
    told = capsys.readouterr().out
    assert "planner: 0." in told
    assert "student: " in told
    assert "was not learned from people" in out.read_text("utf-8")
    assert out.with_suffix(".json").is_file()


def test_no_speech_is_said(tmp_path: Path) -> None:
    with pytest.raises((NoSpeechError, OSError, ValueError)):
        list(held_out_tasks(tmp_path))
