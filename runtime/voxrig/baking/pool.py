"""Tasks over the cores of this machine, each worker a process of its own that loads the models once."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import Final, TypeVar

from voxrig.baking.job import Job
from voxrig.baking.record import failed
from voxrig.baking.store import Record
from voxrig.baking.worker import DONE, Do, Worker, end, hired
from voxrig.baking.working import Task, records_of, seldom_collected

LARGEST_TASK: Final = 64
"""Takes in one task: more would make the last one to finish keep the others waiting."""

_TRIES: Final = 2
_LOOK: Final = 0.5  # seconds that a wait may last: Windows sees no ctrl-C in the middle of one
_TASKS_EACH: Final = 6  # tasks for each process, so that they finish at about the same time

T = TypeVar("T")


class PoolError(ValueError):
    """No worker can begin; the message says what to do."""


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
    tasks: Sequence[Task], processes: int, progress: Callable[[int], None], do: Do = records_of
) -> Iterator[list[Record]]:
    """Do tasks, and yield records as takes are finished.

    A worker that dies (killed, or out of memory) takes nothing with it: what it had not finished is done again when
    all else is done, one take at a time and with no other worker beside it; and only a take that kills two workers is
    given up. Workers end with this process, however it ends, and where the caller stops listening.

    Args:
        tasks: the work.
        processes: workers; with 1 the work is done here.
        progress: told how many poses were made since it was last told.
        do: does a task; for tests.

    Raises:
        PoolError: no worker can begin.
        WorkerError: one can't load the models.
    """
    if processes == 1:
        with seldom_collected():
            for task in tasks:
                for record in do(task, progress):
                    yield [record]
        return
    team = _Team(do, deque(tasks), processes)
    try:
        while team.hire():
            yield from team.hear(progress)
    finally:
        end(team.workers)


def each(tasks: Iterable[T], processes: int, do: Do) -> list[T]:
    """Do tasks whose results nobody needs.

    Returns:
        Those that were not finished, as their workers died.

    Raises:
        WorkerError: a task ended in an error.
    """
    waiting = deque(tasks)
    lost: list[T] = []
    workers: list[Worker] = []
    try:
        while waiting or workers:
            while waiting and len(workers) < processes:
                workers.append(hired(do))
                workers[-1].give(waiting.popleft())
            for worker in _heard(workers):
                try:
                    told = worker.hear()
                except EOFError:
                    lost.append(worker.task)
                else:
                    if told is not DONE:
                        continue
                    if waiting:
                        worker.give(waiting.popleft())
                        continue
                workers.remove(worker)
                worker.dismiss()
    finally:
        end(workers)
    return lost


def _heard(workers: Sequence[Worker]) -> list[Worker]:
    """Wait for workers that have something to tell."""
    told = wait([worker.link for worker in workers], _LOOK)
    return [worker for worker in workers if worker.link in told]


@dataclass(slots=True)
class _Team:
    """The workers, the tasks that wait, and those that are done again, alone, after them.

    Attributes:
        left: of each worker's task, the jobs that it has not told of yet, by name.
        deaths: how many workers died of a job alone, by its name.
    """

    do: Do
    waiting: deque[Task]
    most: int
    again: deque[Task] = field(default_factory=deque)
    workers: list[Worker] = field(default_factory=list)
    left: dict[Worker, dict[str, tuple[Job, str]]] = field(default_factory=dict)
    deaths: Counter[str] = field(default_factory=Counter)

    def hire(self) -> bool:
        """Give work to whoever has none; return whether there is any."""
        for worker in [one for one in self.workers if one.task is None]:
            if not self._give(worker):
                self.workers.remove(worker)
                worker.dismiss()
        while len(self.workers) < self.most and self._is_more():
            self.workers.append(hired(self.do))
            self._give(self.workers[-1])
        return bool(self.workers)

    def hear(self, progress: Callable[[int], None]) -> Iterator[list[Record]]:
        """Yield what workers tell, once."""
        for worker in _heard(self.workers):
            try:
                told = worker.hear()
            except EOFError:
                yield from self._bury(worker)
                continue
            if isinstance(told, int):
                progress(told)
            elif told is not DONE:
                self.left[worker].pop(told["id"], None)
                yield [told]

    def _is_more(self) -> bool:
        return bool(self.waiting) or (bool(self.again) and all(worker.task is None for worker in self.workers))

    def _give(self, worker: Worker) -> bool:
        if not self._is_more():
            return False
        task = (self.waiting or self.again).popleft()
        self.left[worker] = {pair[0].name: pair for pair in task.jobs}
        worker.give(task)
        return True

    def _bury(self, worker: Worker) -> Iterator[list[Record]]:
        """Take over what a worker that died has left."""
        self.workers.remove(worker)
        worker.dismiss()
        task, left = worker.task, self.left.pop(worker)
        if not worker.begun:  # of nothing that it was to do
            self.most -= 1
            self.waiting.appendleft(task)
            if not self.workers:
                raise PoolError("the workers die as they begin; is there memory for them? --jobs 1 needs the least")
        elif len(task.jobs) > 1:
            self.again += [task._replace(jobs=(pair,)) for pair in left.values()]
        else:
            for name, (job, _) in left.items():
                self.deaths[name] += 1
                if self.deaths[name] < _TRIES:
                    self.again.append(task)
                else:
                    text = "its worker was killed, perhaps for memory; bake it alone, with --jobs 1, to see why"
                    yield [failed(job, ValueError(text))]
