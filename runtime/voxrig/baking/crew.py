"""Who does the work of a bake: processes of this machine, or a Ray cluster."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from voxrig.baking.planning import Plan
from voxrig.baking.pool import each, run_tasks, tasks_of
from voxrig.baking.store import Record
from voxrig.baking.voices import VoiceTask, listen
from voxrig.baking.working import Task
from voxrig.runtime.core.timing import STEP_RATE

_LISTENED_AT_ONCE: Final = 32  # recordings

Progress = Callable[[int], None]


class Crew(Protocol):
    """Workers."""

    def listen(self, paths: Sequence[Path], folder: Path) -> None:
        """Listen to the voices of recordings, and leave what was heard in the folder (`voices`)."""

    def bake(self, made: Plan, like: Task, progress: Progress) -> Iterator[list[Record]]:
        """Bake what is due; `like` is a task but for its jobs. Yields records as they come."""


@contextmanager
def crew(processes: int, ray: str | None) -> Iterator[Crew]:
    """Have workers for as long as a bake takes.

    Args:
        processes: how many, on this machine.
        ray: address of a Ray cluster, `local` for one of its own with so many workers; None: no Ray.

    Raises:
        RayError: the cluster can't be reached.
    """
    if ray is None:
        yield _Here(processes)
        return
    from voxrig.baking.ray_pool import connect

    connected = connect(ray, processes)
    try:
        yield _OnRay(connected)
    finally:
        connected.shutdown()


class _Here:
    def __init__(self, processes: int) -> None:
        self._processes = processes

    def listen(self, paths: Sequence[Path], folder: Path) -> None:
        _listen(_voice_tasks(paths, folder), self._processes)

    def bake(self, made: Plan, like: Task, progress: Progress) -> Iterator[list[Record]]:
        processes = max(1, min(self._processes, len(made.due)))
        yield from run_tasks(_tasks(made, like, processes), processes, progress)


class _OnRay:
    def __init__(self, ray: Any) -> None:
        self._ray = ray

    def listen(self, paths: Sequence[Path], folder: Path) -> None:
        from voxrig.baking.ray_pool import each_on_ray

        each_on_ray(self._ray, listen, _voice_tasks(paths, folder))

    def bake(self, made: Plan, like: Task, progress: Progress) -> Iterator[list[Record]]:
        from voxrig.baking.ray_pool import run_on_ray

        workers = max(2, int(self._ray.cluster_resources().get("CPU", 1)))
        for records in run_on_ray(self._ray, _tasks(made, like, workers)):
            progress(sum(round(made.seconds.get(record["id"], 0.0) * STEP_RATE) for record in records))
            yield records


def _listen(tasks: Sequence[VoiceTask], processes: int) -> None:
    """Listen on so many processes; where one is killed, what it was at is done here."""
    processes = min(processes, len(tasks))
    for task in each(tasks, processes, _listened) if processes > 1 else tasks:
        listen(task)


def _listened(task: VoiceTask, _: Progress) -> Sequence[object]:
    listen(task)
    return ()


def _voice_tasks(paths: Sequence[Path], folder: Path) -> list[VoiceTask]:
    return [
        VoiceTask(tuple(paths[at : at + _LISTENED_AT_ONCE]), folder) for at in range(0, len(paths), _LISTENED_AT_ONCE)
    ]


def _tasks(made: Plan, like: Task, processes: int) -> list[Task]:
    return tasks_of(made.due, like, lambda job: made.seconds.get(job.name, 0.0), processes)
