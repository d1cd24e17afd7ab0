"""A bake on Ray: two workers on this machine."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from voxrig.baking.dialogue_bake import Way, bake_dialogue
from voxrig.baking.ray_pool import RayError, connect, run_on_ray
from voxrig.baking.script.reading import read_dialogue
from voxrig.baking.settings import BakeSettings
from voxrig.baking.working import Task

from .test_pool import job

Bytes = Callable[[Path], dict[str, str]]

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"
)


@pytest.fixture(autouse=True)
def _shut_down() -> Iterator[None]:
    ray = pytest.importorskip("ray")
    yield
    ray.shutdown()


def test_two_workers_give_the_same_bytes(script: Path, tmp_path: Path, settings: BakeSettings, bytes_of: Bytes) -> None:
    (script.parent / "l4.wav").write_bytes(b"no sound")
    dialogue, full = read_dialogue(script), replace(settings, formats=("csv", "take"))
    here = bake_dialogue(dialogue, full, tmp_path / "here", Way(1))
    there = bake_dialogue(dialogue, full, tmp_path / "there", Way(2, ray="local"))
    assert there.records == here.records
    assert there.count("baked") == 5
    assert there.count("failed") == 1
    assert bytes_of(tmp_path / "there") == bytes_of(tmp_path / "here")
    again = bake_dialogue(dialogue, full, tmp_path / "there", Way(2, ray="local"))
    assert again.count("unchanged") == 5


def test_no_cluster_is_an_error_with_a_remedy() -> None:
    with pytest.raises(RayError, match=r"--ray 127\.0\.0\.1:1: nobody answers there"):
        connect("127.0.0.1:1", 1)


def test_a_task_that_fails_is_tried_take_by_take(tmp_path: Path) -> None:
    jobs = tuple(job(name) for name in "abc")
    task = Task(jobs, BakeSettings(model=str(tmp_path / "nowhere")), tmp_path)
    found = list(run_on_ray(connect("local", 2), [task]))
    assert sorted(record["id"] for [record] in found) == ["a", "b", "c"]
    assert all("its Ray worker failed" in record["error"] for [record] in found)
