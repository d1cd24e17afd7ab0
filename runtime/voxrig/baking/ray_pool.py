"""Tasks over a Ray cluster (https://docs.ray.io): lines as tasks, models loaded once a worker, retries.

Sounds and assets go over paths that all machines share, not through Ray's object store: a task is some kilobytes of
text, and what comes back is its records.
"""

import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from voxrig.baking.record import failed
from voxrig.baking.store import Record
from voxrig.baking.working import Task, work

T = TypeVar("T")

LOCAL: Final = "local"
"""In place of an address: a Ray of its own on this machine, for the time of the bake."""
_PATIENCE: Final = 10.0  # seconds

RETRIES: Final = 3
"""Times that a task is tried again whose worker or machine went away."""


class RayError(ValueError):
    """Ray is not installed, or its cluster cannot be reached."""


def connect(address: str, processes: int) -> Any:
    """Connect to a cluster.

    Args:
        address: `auto`, `HOST:6379`, `ray://HOST:10001`, or `local`.
        processes: workers of a local Ray.

    Returns:
        The module `ray`; `ray.shutdown()` lets go of the cluster.

    Raises:
        RayError: with the remedy.
    """
    try:
        import ray
    except ImportError as error:
        raise RayError('Ray is not installed; pip install "voxrig[ray]", or leave --ray out') from error
    _reach(address)
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "configure_logging": False}
    try:
        if address == LOCAL:
            ray.init(num_cpus=processes, include_dashboard=False, **quiet)
        else:
            ray.init(address=address, **quiet)
    except Exception as error:  # Ray's own errors share no base class
        text = " ".join(str(error).split()) or type(error).__name__
        raise RayError(f"--ray {address}: {text:.200}; is the cluster up, and is Voxrig installed on it?") from error
    return ray


def _reach(address: str) -> None:
    """See that somebody answers at HOST:PORT: Ray itself tries for minutes, and then ends the process."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not port.isdigit():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()
    except (OSError, OverflowError) as error:
        raise RayError(f"--ray {address}: nobody answers there ({error}); is the cluster up?") from error


def run_on_ray(ray: Any, tasks: Sequence[Task]) -> Iterator[list[Record]]:
    """Do tasks on the cluster that `ray` is connected to, and yield what comes of each as it is finished."""
    remote = ray.remote(num_cpus=1, max_retries=RETRIES)(_work)
    waiting = {remote.remote(task): task for task in tasks}
    while waiting:
        done, _ = ray.wait(list(waiting), num_returns=1)
        task = waiting.pop(done[0])
        try:
            yield ray.get(done[0])
        except Exception as error:  # the worker died RETRIES times, or can't load Voxrig
            if len(task.jobs) > 1:  # one of them may be to blame, and not the others
                waiting |= {remote.remote(alone): alone for alone in (task._replace(jobs=(job,)) for job in task.jobs)}
                continue
            text = " ".join(str(error).split())
            yield [failed(job, ValueError(f"its Ray worker failed: {text:.300}")) for job, _ in task.jobs]


def each_on_ray(ray: Any, do: Callable[[T], object], tasks: Sequence[T]) -> None:
    """Do something with each of `tasks`, whose results nobody needs."""
    remote = ray.remote(num_cpus=1, max_retries=RETRIES)(do)
    ray.get([remote.remote(task) for task in tasks])


def _work(task: Task) -> list[Record]:
    return work(task)
