"""What a studio does to a bake: kills it, stops it, points it at the wrong folder, fills its disk."""

import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voxrig.baking.dialogue_bake import Way, bake_dialogue, look
from voxrig.baking.own_files import OwnFileError
from voxrig.baking.performing import Part, perform
from voxrig.baking.pool import PoolError, each, run_tasks, tasks_of
from voxrig.baking.recordings import dialogue_of_folder
from voxrig.baking.script.reading import read_dialogue
from voxrig.baking.settings import BakeSettings
from voxrig.baking.store import HIDDEN, Record, Store
from voxrig.baking.worker import WorkerError
from voxrig.baking.working import Task
from voxrig.engine_bridges.writers.gltf_model import read_model
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel

from .test_pool import job, like

posix = pytest.mark.skipif(os.name == "nt", reason="signals are another thing on Windows")

LINES = 120


@pytest.fixture
def talk(tmp_path: Path, speech: Callable[..., np.ndarray]) -> Path:
    """More lines than are done before somebody can stop it."""
    folder = tmp_path / "talk"
    folder.mkdir()
    sound = speech(0.6, 16_000, 5)
    lines = []
    for number in range(LINES):
        soundfile.write(folder / f"n{number:03d}.wav", sound * (1.0 - number / 400), 16_000)
        lines.append({"id": f"n{number:03d}", "character": "A", "text": "Well, good.", "emotion": "joy=0.5"})
    path = folder / "talk.json"
    path.write_text(json.dumps({"lines": lines}), encoding="utf-8")
    return path


def begun(script: Path, out: Path, model: Bundle, ready: int) -> "subprocess.Popen[str]":
    """A bake on two processes, in a process group of its own, that has done some takes."""
    options = ["--jobs", "2", "--model", str(model.path)]
    command = [sys.executable, "-m", "voxrig.cli.app", "bake", str(script), "-o", str(out), *options]
    bake = subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while len(list((out / HIDDEN / "takes").glob("n*.json"))) < ready:
        assert bake.poll() is None, bake.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return bake


def workers_of(pid: int) -> list[int]:
    """Processes of Linux that a process began, without Python's own tracker."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    told = {int(one): Path(f"/proc/{one}/cmdline").read_bytes() for one in found}
    return [one for one, line in told.items() if b"spawn_main" in line]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False


@posix
def test_ctrl_c_is_one_line_and_130_and_leaves_nobody(talk: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    with begun(talk, tmp_path / "out", tiny_bundle, 5) as bake:
        os.killpg(bake.pid, signal.SIGINT)  # as a terminal sends it: to the workers, too
        out, told = bake.communicate(timeout=60)
    assert (bake.returncode, out) == (130, "")
    assert told.splitlines() == ["stopped; what is baked stays, and the same command goes on from there"]
    assert 5 <= len(Store(tmp_path / "out").names()) < LINES


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes as Linux shows them")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_the_bake_that_began_them(
    talk: Path, tmp_path: Path, tiny_bundle: Bundle, how: signal.Signals
) -> None:
    with begun(talk, tmp_path / "out", tiny_bundle, 5) as bake:
        workers = workers_of(bake.pid)
        assert len(workers) == 2
        bake.send_signal(how)
        bake.communicate(timeout=60)
    deadline = time.monotonic() + 60
    while any(map(is_running, workers)):  # they would write to a folder that the next bake has for itself
        assert time.monotonic() < deadline, "workers outlive the bake"
        time.sleep(0.01)
    assert len(Store(tmp_path / "out").names()) < LINES


def one_by_one(task: Task, progress: Callable[[int], None]) -> Iterator[Record]:
    """Counts how often each job is begun; dies of "poison"."""
    for one, _ in task.jobs:
        if one.name == "poison":
            os.kill(os.getpid(), signal.SIGKILL)
        with (task.folder / one.name).open("a", encoding="utf-8") as file:
            file.write("x")
        progress(1)
        yield {"id": one.name, "status": "baked", "alone": len(task.jobs) == 1}


@posix
def test_a_death_costs_only_what_the_dead_had_not_told(tmp_path: Path) -> None:
    names = [f"{number:03d}" for number in range(96)]
    tasks = tasks_of([job(name) for name in [*names, "poison"]], like(tmp_path), lambda one: one.name == "poison", 2)
    records = [record for part in run_tasks(tasks, 2, lambda _: None, one_by_one) for record in part]
    assert sorted(record["id"] for record in records) == [*names, "poison"]
    assert [record["id"] for record in records if record["status"] == "failed"] == ["poison"]
    assert all((tmp_path / name).read_text(encoding="utf-8") == "x" for name in names)
    alone = sum(record.get("alone", False) for record in records)
    assert alone == len(tasks[0].jobs) - 1  # those of the same task, and nobody else's


def dies_at_once(_: Any, __: Any) -> Iterator[Record]:
    os.kill(os.getpid(), signal.SIGKILL)
    yield {}


def can_not(task: Any, _: Any) -> Sequence[Record]:
    raise ValueError(f"no model for {task!r:.3}; get one")


@posix
def test_tasks_without_results_that_die_are_given_back(tmp_path: Path) -> None:
    assert sorted(each(["a", "b", "c"], 2, dies_at_once)) == ["a", "b", "c"]
    assert each([], 2, dies_at_once) == []
    with pytest.raises(WorkerError, match="no model for 'a'; get one"):
        each(["a"], 1, can_not)
    tasks = tasks_of([job("a"), job("b")], like(tmp_path), lambda _: 1.0, 2)
    with pytest.raises(WorkerError, match="no model"):
        list(run_tasks(tasks, 2, lambda _: None, can_not))
    assert issubclass(PoolError, ValueError)


class Forgetful(BatchRunner):
    """Has no memory for one call."""

    calls = 0

    def steps(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        if self.calls == 2:
            raise MemoryError("no more")
        return super().steps(*given, **named)


def test_a_call_that_fails_takes_only_its_own_parts(tiny_bundle: Bundle, speech: Callable[..., np.ndarray]) -> None:
    pipeline = Pipeline(tiny_bundle.spec, profile("metahuman"), FrameRate(60), 16_000)
    parts = [Part(pipeline, speech(2.0, 16_000, number)) for number in range(5)]
    runner = Forgetful(OnnxModel(tiny_bundle))
    found = dict(perform(parts, runner, 2))
    failed = sorted(number for number, one in found.items() if isinstance(one, Exception))
    assert sorted(found) == [0, 1, 2, 3, 4]
    assert failed == [0, 1]


def test_drafts_of_others_are_left_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.open()
    mine = [
        tmp_path / "csv" / ".a.12.part.csv",
        tmp_path / ".report.7.part.html",
        tmp_path / HIDDEN / "takes/.a.1.part",
    ]
    others = [tmp_path / ".my.particles", tmp_path / "csv" / ".parts.part2", tmp_path / "npc/csv/.a.12.part.csv"]
    for path in (*mine, *others):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    store.open()
    assert [path.exists() for path in mine] == [False] * 3
    assert [path.exists() for path in others] == [True] * 3


def test_the_script_is_never_written_over(script: Path, settings: BakeSettings) -> None:
    folder = script.parent
    for name, place in (("report.json", folder), ("l1.json", folder)):
        taken = folder / name
        taken.write_text(json.dumps({"lines": [{"id": "l1", "character": "A"}]}), encoding="utf-8")
        dialogue = read_dialogue(taken)
        before = taken.read_bytes()
        if name == "report.json":
            for act in (look, bake_dialogue):
                with pytest.raises(OwnFileError, match=r"report\.json would be written over"):
                    act(dialogue, settings, place, Way(1))
        assert taken.read_bytes() == before
    csv = folder / "csv" / "l1.csv"
    csv.parent.mkdir()
    csv.write_text("id,character,audio\nl1,A,../l1.wav\n", encoding="utf-8")
    with pytest.raises(OwnFileError, match=r"l1\.csv would be written over"):
        bake_dialogue(read_dialogue(csv), settings, folder, Way(1))
    assert csv.read_text(encoding="utf-8").startswith("id,character")


def test_a_folder_with_its_own_bake_in_it_is_baked_no_further(script: Path) -> None:
    folder = script.parent
    names = [line.id for line in dialogue_of_folder(folder).lines]
    for place in ("out/scratch/l9.scratch.wav", "._l1.wav", ".trash/l3.wav"):
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((folder / "l1.wav").read_bytes())
    assert [line.id for line in dialogue_of_folder(folder).lines] == names


@pytest.mark.parametrize(
    ("nodes", "told"),
    [
        ([{"name": "head", "children": [0]}], "node 0 is below itself"),
        ([{"name": "head", "children": [9]}], "out of range"),
    ],
)
def test_a_model_that_was_tampered_with_is_one_line(tmp_path: Path, nodes: list[Any], told: str) -> None:
    document = {"asset": {"version": "2.0"}, "buffers": [{"byteLength": 4}], "nodes": nodes}
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", 4, b"BIN\0") + bytes(4)
    path = tmp_path / "model.glb"
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks)
    with pytest.raises(ValueError, match=rf"model\.glb is damaged \(.*{told}.*\); export it again"):
        read_model(path)


def test_a_name_that_the_terminal_has_not_ends_nothing(script: Path, tmp_path: Path, tiny_bundle: Bundle) -> None:
    script.write_text(
        script.read_text(encoding="utf-8").replace("id: l4", "id: ü日本, audio: l4.wav"), encoding="utf-8"
    )
    command = [sys.executable, "-m", "voxrig.cli.app", "bake", str(script), "-o", str(tmp_path / "out"), "--dry-run"]
    command += ["--model", str(tiny_bundle.path)]
    env = os.environ | {"PYTHONIOENCODING": "cp1252"}
    ran = subprocess.run(command, capture_output=True, encoding="cp1252", env=env, check=False)
    assert ran.returncode == 0, ran.stderr
    assert r"ü\u65e5\u672c" in ran.stdout
