"""Tasks over the cores of this machine, each worker a process of its own that loads the models once."""

import multiprocessing
import os
import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final

from voxrig.baking.job import Job
from voxrig.baking.record import failed
from voxrig.baking.store import Record
from voxrig.baking.working import Task, work

LARGEST_TASK: Final = 64
"""Takes in one task: more would make the last one to finish keep the others waiting."""

_TRIES: Final = 2
_LOOK: Final = 0.25  # seconds between looks at the progress
_TASKS_EACH: Final = 6  # tasks for each process, so that they finish at about the same time


def tasks_of(
    jobs: Sequence[tuple[Job, str]], like: Task, seconds: Callable[[Job], float], processes: int
) -> list[Task]:
    """Cut the work into tasks of takes that are about as long, the longest first.

    Args:
        jobs: with the hashes of their inputs.
        like: what else a task needs; its own jobs don't count.
        seconds: the length of a job's sound.
        processes: that will work on them.
    """
    if processes == 1:
        return [like._replace(jobs=tuple(jobs))] if jobs else []
    longest = sorted(jobs, key=lambda pair: -seconds(pair[0]))
    size = min(max(1, -(-len(longest) // (processes * _TASKS_EACH))), LARGEST_TASK)
    return [like._replace(jobs=tuple(longest[at : at + size])) for at in range(0, len(longest), size)]


def run_tasks(
    tasks: Sequence[Task], processes: int, progress: Callable[[int], None], do: Callable[..., list[Record]] = work
) -> Iterator[list[Record]]:
    """Do tasks, and yield what comes of each as it is finished.

    A worker that dies (killed, or out of memory) takes nothing with it: what it was at is done again, one take at a
    time, and only a take that kills two workers of its own is given up.

    Args:
        tasks: the work.
        processes: workers; with 1 the work is done here.
        progress: told how many poses were made since it was last told.
        do: does a task; for tests.
    """
    if processes == 1:
        for task in tasks:
            yield do(task, progress)
        return
    alone: list[Task] = []
    for task, records in _together(tasks, processes, progress, do):
        if records is not None:
            yield records
        else:
            alone += [task._replace(jobs=(job,)) for job in task.jobs]
    for task in alone:
        yield _again(task, progress, do)


def _again(task: Task, progress: Callable[[int], None], do: Callable[..., list[Record]]) -> list[Record]:
    """Do a task of one take in a worker of its own."""
    for _ in range(_TRIES):
        for _, records in _together([task], 1, progress, do):
            if records is not None:
                return records
    text = "its worker was killed, perhaps for memory; bake it alone, with --jobs 1, to see why"
    return [failed(task.jobs[0][0], ValueError(text))]


def _together(
    tasks: Sequence[Task], processes: int, progress: Callable[[int], None], do: Callable[..., list[Record]]
) -> Iterator[tuple[Task, list[Record] | None]]:
    """Yield each task with its records; with None where a worker died and it is not known whose fault it was."""
    context = multiprocessing.get_context("spawn")  # the same on every system; a fork would copy ONNX Runtime's threads
    made: Any = context.Queue()
    with ProcessPoolExecutor(processes, context, _begin, (made,)) as pool:
        waiting: dict[Future[list[Record]], Task] = {}
        try:
            for task in tasks:
                waiting[pool.submit(_do, do, task)] = task
            while waiting:
                done, _ = wait(waiting, _LOOK, FIRST_COMPLETED)
                _tell(made, progress)
                for future in done:
                    task = waiting.pop(future)
                    try:
                        yield task, future.result()
                    except BrokenProcessPool:
                        yield task, None
        except BrokenProcessPool:  # it broke before all was handed in
            yield from ((task, None) for task in (*waiting.values(), *tasks[len(waiting) :]))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_made: Any = None


def _begin(made: Any) -> None:
    """Begin a worker: it tells its progress here."""
    global _made
    _made = made
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _do(do: Callable[..., list[Record]], task: Task) -> list[Record]:
    return do(task, _made.put)


def _tell(made: Any, progress: Callable[[int], None]) -> None:
    total = 0
    while True:
        try:
            total += made.get_nowait()
        except queue.Empty:
            break
    if total:
        progress(total)
