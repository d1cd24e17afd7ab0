"""Tasks over processes: all are done, whatever happens to a worker."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from voxrig.baking.job import Job
from voxrig.baking.pool import LARGEST_TASK, run_tasks, tasks_of
from voxrig.baking.script.dialogue import CharacterSheet, Line
from voxrig.baking.settings import BakeSettings
from voxrig.baking.store import Record
from voxrig.baking.working import Task


def job(name: str) -> tuple[Job, str]:
    return Job(name, Line(name, "A"), CharacterSheet("A"), False, Path(f"{name}.wav"), False, {}, ""), "hash"


def like(folder: Path) -> Task:
    return Task((), BakeSettings(), folder)


def done(task: Task, progress: Callable[[int], None]) -> list[Record]:
    """Notes which process did it."""
    progress(10 * len(task.jobs))
    return [{"id": job.name, "status": "baked", "by": os.getpid()} for job, _ in task.jobs]


def deadly(task: Task, progress: Callable[[int], None]) -> list[Record]:
    """Dies of the job "poison", each time; of the job "once", the first time."""
    for one, _ in task.jobs:
        if one.name == "poison":
            os.kill(os.getpid(), signal.SIGTERM)
        if one.name == "once" and not (task.folder / "once").exists():
            (task.folder / "once").touch()
            os.kill(os.getpid(), signal.SIGTERM)
    return done(task, progress)


def test_the_longest_come_first_and_in_equal_tasks(tmp_path: Path) -> None:
    jobs = [job(f"{number:03d}") for number in range(100)]
    tasks = tasks_of(jobs, like(tmp_path), lambda one: float(one.name), 2)
    names = [one.name for task in tasks for one, _ in task.jobs]
    assert names == sorted(names, reverse=True)
    assert {len(task.jobs) for task in tasks[:-1]} == {9}
    assert max(len(task.jobs) for task in tasks_of(jobs * 50, like(tmp_path), lambda _: 1.0, 2)) == LARGEST_TASK
    assert [len(task.jobs) for task in tasks_of(jobs, like(tmp_path), lambda _: 1.0, 1)] == [100]
    assert tasks_of([], like(tmp_path), lambda _: 1.0, 1) == []
    assert tasks_of([], like(tmp_path), lambda _: 1.0, 4) == []


def test_one_process_is_this_one(tmp_path: Path) -> None:
    told: list[int] = []
    tasks = tasks_of([job("a"), job("b")], like(tmp_path), lambda _: 1.0, 1)
    records = [record for part in run_tasks(tasks, 1, told.append, done) for record in part]
    assert {record["by"] for record in records} == {os.getpid()}
    assert told == [20]


def test_two_processes_are_others_and_tell_their_progress(tmp_path: Path) -> None:
    told: list[int] = []
    tasks = tasks_of([job(f"{n:02d}") for n in range(24)], like(tmp_path), lambda _: 1.0, 2)
    records = [record for part in run_tasks(tasks, 2, told.append, done) for record in part]
    assert sorted(record["id"] for record in records) == [f"{n:02d}" for n in range(24)]
    assert os.getpid() not in {record["by"] for record in records}
    assert sum(told) == 240


@pytest.mark.skipif(os.name == "nt", reason="os.kill is another thing on Windows")
def test_a_worker_that_dies_takes_no_line_with_it(tmp_path: Path) -> None:
    names = ["a", "poison", "b", "once", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]
    tasks = tasks_of([job(name) for name in names], like(tmp_path), lambda _: 1.0, 2)
    records = {r["id"]: r for part in run_tasks(tasks, 2, lambda _: None, deadly) for r in part}
    assert sorted(records) == sorted(names)
    assert {name for name, record in records.items() if record["status"] == "failed"} == {"poison"}
    assert "its worker was killed" in records["poison"]["error"]
