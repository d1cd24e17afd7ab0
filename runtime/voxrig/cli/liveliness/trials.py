"""Many simulated sessions side by side, one process a core, with progress on stderr."""

import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from multiprocessing.sharedctypes import Synchronized
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from voxrig.cli.liveliness.observed import Observed
from voxrig.cli.liveliness.script import Trial
from voxrig.cli.liveliness.simulation import observe

_OFTEN: Final = 0.25
"""Seconds between two looks at how far everybody is."""
_ONE_BY_ONE: Final = 120.0
"""Seconds in all below which starting processes takes longer than it saves."""


def run_trials(trials: Sequence[Trial]) -> tuple[list[Observed], float]:
    """Run the sessions, as many at a time as there are cores; return them in order, and the seconds it took."""
    total = 60.0 * sum(trial.minutes for trial in trials)
    columns = (TextColumn("simulating"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(file=sys.stderr)
    begun = time.perf_counter()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("simulate", total=total)
        if total <= _ONE_BY_ONE or (os.cpu_count() or 1) == 1:
            found = [observe(trial, lambda seconds: progress.advance(task, seconds)) for trial in trials]
        else:
            context = multiprocessing.get_context("spawn")
            done: Synchronized[float] = context.Value("d", 0.0)
            workers = min(os.cpu_count() or 1, len(trials))
            with ProcessPoolExecutor(workers, context, _begin, (done,)) as pool:
                futures: list[Future[Observed]] = [pool.submit(_observe, trial) for trial in trials]
                while wait(futures, _OFTEN).not_done:
                    progress.update(task, completed=done.value)
                    if any(future.done() and future.exception() for future in futures):
                        pool.shutdown(cancel_futures=True)
                        break
                found = [future.result() for future in futures]
    return found, time.perf_counter() - begun


_done: "Synchronized[float] | None" = None
"""In a worker process: what all of them have done, in seconds."""


def _begin(done: "Synchronized[float]") -> None:
    global _done
    _done = done


def _observe(trial: Trial) -> Observed:
    return observe(trial, _tell)


def _tell(seconds: float) -> None:
    if _done is not None:
        with _done.get_lock():
            _done.value += seconds
