"""The parent of several processes that serve: starts them, starts lost ones again, stops them all."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from voxrig.runtime.serving.access.door import new_secret
from voxrig.runtime.serving.processes.child import Child, ChildError, ending
from voxrig.runtime.serving.processes.control import Assignment
from voxrig.runtime.serving.processes.ports import divided, reserved, shares_ports
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.watchdog import Standstill

log = logging.getLogger(__name__)

_PATIENCE_SECONDS: Final = 5.0
"""What a process that was told to stop may take besides `drain_seconds`: its last answers, and Python's own end."""
_STEADY_SECONDS: Final = 10.0
"""A process that served for so long is started again at once; one that didn't, after a delay that doubles."""
_TOLD_SECONDS: Final = 1.0
"""A process that serves says something so often."""
_FIRST_DELAY, _LONGEST_DELAY = 0.25, 30.0


class Supervisor:
    """Made by `supervising`; lives in the event loop.

    Attributes:
        restarts: processes started again since the start.
    """

    def __init__(
        self,
        command: Sequence[str],
        assignments: Sequence[Assignment],
        drain_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self.restarts = 0
        self._command = command
        self._drain_seconds = drain_seconds
        self._clock = clock
        self._assignments = list(assignments)
        self._children: dict[int, Child] = {}
        self._past: Counter[str] = Counter()
        self._leaving = asyncio.Event()
        self._tending: list[asyncio.Task[None]] = []

    @property
    def ready(self) -> list[Mapping[str, Any]]:
        """What each process that serves now said when it was ready, in their order."""
        return [self._children[number].ready for number in sorted(self._children) if self._children[number].ready]

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the processes, in their order."""
        return tuple(self._children[number].pid for number in sorted(self._children))

    @property
    def page_secret(self) -> str:
        """What their pages of numbers must be shown."""
        return self._assignments[0].page_secret

    @property
    def watched(self) -> list[tuple[int, int]]:
        """The number and the metrics port of each process that serves now and has one."""
        ports = [(number, child.ready.get("metrics_port")) for number, child in sorted(self._children.items())]
        return [(number, port) for number, port in ports if port is not None]

    @property
    def is_ready(self) -> bool:
        """Whether new sessions are taken: some process serves, and none was told to stop."""
        return bool(self.ready) and not self._leaving.is_set()

    def counts(self) -> dict[str, float]:
        """Return the counters of all processes together, those of lost ones as far as they had told them."""
        total = Counter(self._past)
        for child in self._children.values():
            total.update(child.counts)
        return dict(total)

    async def start(self) -> None:
        """Start all and wait until they serve. Raises ChildError where one can't."""
        for assignment in self._assignments:
            self._children[assignment.number] = await Child.start(self._command, assignment)
        await asyncio.gather(*(child.until_ready() for child in self._children.values()))
        for number, child in self._children.items():
            # The same ports when it is started again: its clients know them.
            self._assignments[number] = child.assignment.at(child.ready["port"], child.ready["link_port"] or 0)
            self._tending.append(asyncio.create_task(self._tend(number)))

    def reload(self) -> None:
        """Have all load their models again; one that starts now does so anyway."""
        for child in self._children.values():
            if child.ready:
                child.reload()

    async def drain(self, hurried: asyncio.Event) -> None:
        """Have all stop in good order, at once when somebody hurries; return when all are gone."""
        self._leaving.set()
        for child in self._children.values():
            child.drain() if child.ready else child.kill()
        gone = asyncio.ensure_future(asyncio.gather(*self._tending, return_exceptions=True))
        hurry = asyncio.create_task(hurried.wait())
        patience = self._drain_seconds + _PATIENCE_SECONDS
        await asyncio.wait((gone, hurry), timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        for child in self._children.values():
            child.stop()
        await asyncio.wait((gone,), timeout=_PATIENCE_SECONDS)
        self.kill()
        await gone

    def kill(self) -> None:
        """End whatever still runs."""
        self._leaving.set()
        for child in self._children.values():
            child.kill()

    async def buried(self) -> None:
        """Wait until nothing of them is left."""
        await asyncio.gather(*self._tending, *(child.ended() for child in self._children.values()))

    async def _tend(self, number: int) -> None:
        """Start a process again whenever it ends."""
        delay = _FIRST_DELAY
        while True:
            child = self._children[number]
            begun = self._clock()
            with suppress(ChildError):
                await child.until_ready()
            watching = asyncio.create_task(self._watch(child))
            code = await child.ended()
            watching.cancel()
            if self._leaving.is_set():
                return
            delay = _FIRST_DELAY if self._clock() - begun >= _STEADY_SECONDS else min(2 * delay, _LONGEST_DELAY)
            lost = int(child.counts.get("sessions", 0))
            why = f" ({child.failure})" if child.failure else ""
            log.error(
                "process %d (pid %d) %s%s, its %d sessions are lost; it is started again",
                *(number, child.pid, ending(code), why, lost),
            )
            self._past.update({name: count for name, count in child.counts.items() if name != "sessions"})
            del self._children[number]
            while number not in self._children:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._leaving.wait(), delay)
                    return
                await self._start_again(number)

    async def _watch(self, child: Child) -> None:
        """Kill a process that says nothing any more: its event loop hangs, which it can't find out itself."""
        seconds = child.assignment.settings.hang_seconds
        if not (seconds and child.ready):
            return
        standstill = Standstill(seconds + _TOLD_SECONDS)
        while not standstill.look(child.told, self._clock()):
            await asyncio.sleep(standstill.period)
        number, pid = child.assignment.number, child.pid
        log.error("process %d (pid %d) has said nothing for %g s: it hangs, and is killed", number, pid, seconds)
        child.kill()

    async def _start_again(self, number: int) -> None:
        try:
            self._children[number] = await Child.start(self._command, self._assignments[number])
        except OSError as error:  # no memory, too many processes
            log.error("process %d can't be started: %s; it is tried again", number, error)
        else:
            self.restarts += 1


@asynccontextmanager
async def supervising(
    settings: Settings, count: int, command: Sequence[str], clock: Callable[[], float] = time.monotonic
) -> AsyncIterator[Supervisor]:
    """Serve with `count` processes while the block runs; all of them are ready when it begins.

    Args:
        settings: of the whole; each process gets its share.
        count: of the processes.
        command: starts one: it reads an `Assignment` from its standard input and reports as `control` says.
        clock: seconds, never going back.

    Raises:
        AddressError: a port is in use, or the host is not this machine's.
        SettingsError: the settings can't be shared out.
        ChildError: a process could not start.
    """
    if not shares_ports(settings):
        async with _supervised(settings, count, command, None, clock) as supervisor:
            yield supervisor
        return
    with reserved(settings) as ports:
        async with _supervised(settings, count, command, ports, clock) as supervisor:
            yield supervisor


@asynccontextmanager
async def _supervised(
    settings: Settings,
    count: int,
    command: Sequence[str],
    shared: tuple[int, int] | None,
    clock: Callable[[], float],
) -> AsyncIterator[Supervisor]:
    page_secret = new_secret()
    assignments = [
        Assignment(share, number, count, shared is not None, page_secret)
        for number, share in enumerate(divided(settings, count, shared))
    ]
    supervisor = Supervisor(command, assignments, settings.drain_seconds, clock)
    try:
        await supervisor.start()
        yield supervisor
    finally:
        supervisor.kill()
        await supervisor.buried()
