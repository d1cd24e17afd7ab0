"""What a server tells of itself around a run: its counters before and after, and what they say of the time between."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import psutil

from voxrig.profiling.address import dialled
from voxrig.profiling.load_http2 import Http2Connection, framed
from voxrig.runtime.serving.stage_times import STAGES
from voxrig.v1 import performance_pb2 as pb

DESCRIBE = "/voxrig.v1.Voxrig/Describe"
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class ServerSample:
    """A server's metrics, and when they came."""

    at: float
    metrics: Mapping[str, float]

    def since(self, before: "ServerSample", name: str) -> float | None:
        """Return by how much a counter grew; None where this server has none of that name."""
        if name not in self.metrics or name not in before.metrics:
            return None
        return self.metrics[name] - before.metrics[name]

    def mean_since(self, before: "ServerSample", name: str, counted: str) -> float | None:
        """Return the mean of what a histogram took in between: its `NAME_mean`, and the counter of its entries."""
        mean, count = f"{name}_mean", counted
        if mean not in self.metrics or count not in self.metrics:
            return None
        entries = self.metrics[count] - before.metrics.get(count, 0.0)
        if entries <= 0:
            return None
        return (
            self.metrics[mean] * self.metrics[count] - before.metrics.get(mean, 0.0) * before.metrics.get(count, 0.0)
        ) / entries


@dataclass(slots=True)
class ServerWatch:
    """Asks one server for its numbers, over a connection of its own.

    Args:
        target: "host:port" of gRPC.
        family: the server's process where it is one of this machine's that others belong to: Describe tells of one
            process alone, and then CPU and memory are read off all of them, and the rest is not known.
        token: to show; empty: none.
    """

    target: str
    family: psutil.Process | None = None
    token: str = field(default="", repr=False)
    asked: int = 0
    """How often it was."""
    _answers: dict[int, "asyncio.Future[bytes]"] = field(default_factory=dict)
    _connection: Http2Connection | None = None

    async def begin(self) -> None:
        """Connect. Raises ConnectionError."""
        self._connection = Http2Connection(self.target, self._heard, self._ended, self.token)
        await dialled(self.target, self._connection)

    async def describe(self) -> pb.DescribeResponse:
        """Ask what it is. Raises ConnectionError where it doesn't answer, or is no Voxrig server."""
        if self._connection is None:
            await self.begin()
        assert self._connection is not None
        call = self._connection.begin(DESCRIBE)
        answer = self._answers[call] = asyncio.get_running_loop().create_future()
        self._connection.send(call, framed(b""), last=True)
        self.asked += 1
        try:
            async with asyncio.timeout(_PATIENCE):
                return pb.DescribeResponse.FromString(await answer)
        except TimeoutError as error:
            raise ConnectionError(
                f"{self.target} does not say what it is within {_PATIENCE:g} s: is it the gRPC port of a Voxrig server?"
            ) from error
        finally:
            self._answers.pop(call, None)

    async def sample(self) -> ServerSample:
        """Ask for its numbers as they are now."""
        if self.family is not None:
            return ServerSample(time.perf_counter(), family_usage(self.family))
        described = await self.describe()
        return ServerSample(time.perf_counter(), dict(described.metrics))

    def stop(self) -> None:
        """Leave."""
        if self._connection is not None:
            self._connection.stop()
            self._connection = None

    def _heard(self, call: int, data: bytes, now: float) -> None:  # noqa: ARG002
        if (answer := self._answers.get(call)) is not None and not answer.done():
            answer.set_result(data)

    def _ended(self, call: int) -> None:
        for number, answer in list(self._answers.items()):
            if number in (call, call or number) and not answer.done():
                answer.set_exception(
                    ConnectionError(
                        f"{self.target} has no Describe to answer: is it a Voxrig server's gRPC port, and the token "
                        "one that it knows (--token-file)?"
                    )
                )


def family_usage(head: psutil.Process) -> dict[str, float]:
    """Return `cpu_seconds` and `memory_bytes` of a process and all below it."""
    seconds, memory = 0.0, 0.0
    for one in (head, *head.children(recursive=True)):
        try:
            times = one.cpu_times()
            memory += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
        seconds += times.user + times.system
    return {"cpu_seconds": seconds, "memory_bytes": memory}


def cpu_share(before: ServerSample, after: ServerSample) -> float | None:
    """Return the server's CPU seconds a second between two samples; None where it does not count them."""
    seconds = after.since(before, "cpu_seconds")
    if seconds is None or after.at <= before.at:
        return None
    return round(seconds / (after.at - before.at), 5)


def server_figures(
    before: ServerSample, after: ServerSample, idle: ServerSample | None, sessions: int, came: int
) -> dict[str, float | None]:
    """Return what a run's record says about its server.

    Args:
        before, after: at both ends of the window.
        idle: before its sessions were opened.
        sessions: how many there are.
        came: frames that this side had of the window, for a server that does not count them.
    """
    seconds, frames = after.since(before, "cpu_seconds"), after.since(before, "frames")
    if frames is None:
        frames = came
    memory = after.metrics.get("memory_bytes")
    empty = None if idle is None else idle.metrics.get("memory_bytes")
    each = None if memory is None or empty is None else max(0.0, memory - empty) / sessions
    return {
        "cpu_us_per_frame": round(seconds / frames * 1e6, 3) if seconds is not None and frames else None,
        "cpu_share": cpu_share(before, after),
        "memory_bytes": memory,
        "memory_bytes_per_character": None if each is None else round(each),
    }


def stage_figures(before: ServerSample, after: ServerSample) -> dict[str, float]:
    """Return the microseconds of each stage for a frame, of the stages that the server times."""
    frames = after.since(before, "frames")
    told = {name: after.since(before, f"stage_{name}_seconds") for name in STAGES}
    if not frames:
        return {}
    return {name: round(seconds / frames * 1e6, 3) for name, seconds in told.items() if seconds is not None}
