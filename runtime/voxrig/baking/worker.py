"""A process of this machine that does one task after another, and tells of what it does down a line of its own."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from voxrig.baking.working import seldom_collected

Do = Callable[[Any, Callable[[int], None]], Iterable[Any]]
"""Does a task, tells its progress in numbers, and gives what comes of it bit by bit."""


class WorkerError(ValueError):
    """What a task ended in that it should not have; the message says what to do."""


class DONE:
    """Told at the end of a task."""


@dataclass(slots=True, eq=False)
class Worker:
    """A worker: its process, the line to it, the task that it is at, and whether it was ever heard of.

    It ends with this process, however that ends, so that nobody writes to a folder whose lock is free.
    """

    process: BaseProcess
    link: "Connection[Any, Any]"
    task: Any = None
    begun: bool = False

    def give(self, task: Any) -> None:
        """Hand over the next task."""
        self.task = task
        with contextlib.suppress(OSError):  # it has died: its end of the line says so to whoever listens
            self.link.send(task)

    def hear(self) -> Any:
        """Return what it tells next: a number of poses, a result, or DONE, after which it waits for a task.

        Raises:
            EOFError: it has died.
            WorkerError: the task ended in an error.
        """
        try:
            told = self.link.recv()
        except OSError as error:
            raise EOFError from error
        self.begun = True
        if isinstance(told, WorkerError):
            raise told
        if told is DONE:
            self.task = None
        return told

    def dismiss(self) -> None:
        """Close the line, at which it ends when it is done."""
        self.link.close()
        self.process.join()
        self.process.close()


def hired(do: Do) -> Worker:
    """Begin a worker; `do` is found by its name in its process."""
    context = multiprocessing.get_context("spawn")  # the same on every system; a fork would copy ONNX Runtime's threads
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, do), daemon=True)
    # Ctrl-C goes to all processes of a terminal, but a worker's part in it is to be ended by this one.
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    try:
        process.start()
    finally:
        if masked is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, masked)
        theirs.close()
    return Worker(process, ours)


def end(workers: Iterable[Worker]) -> None:
    """End workers at once, whatever they are at."""
    ended = list(workers)
    for worker in ended:
        worker.process.terminate()
    for worker in ended:
        worker.dismiss()


def _serve(link: "Connection[Any, Any]", do: Do) -> None:
    """Be a worker, until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    threading.Thread(target=_follow, daemon=True).start()
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError), seldom_collected():
        link.send(0)
        while True:
            _work(link, do, link.recv())


def _work(link: "Connection[Any, Any]", do: Do, task: Any) -> None:
    try:
        for result in do(task, link.send):
            link.send(result)
    except (BrokenPipeError, ConnectionResetError):  # nobody listens any more
        raise
    except Exception as error:
        link.send(WorkerError(str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"))
    link.send(DONE)


def _follow() -> None:
    """End this process when its parent has ended, whatever it is at: somebody else may bake there next."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
