"""What the processes of a server tell whoever watches it: one page, each number with its process."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from voxrig.runtime.serving.access.access import guarding
from voxrig.runtime.serving.metrics_page import Answer, MetricsPage, publishing_metrics
from voxrig.runtime.serving.processes.supervisor import Supervisor
from voxrig.runtime.serving.settings import Settings

LABEL: Final = "process"
"""Which process a number is of, counted from 0."""

_PATIENCE_SECONDS: Final = 2.0


class Gathered(Collector):
    """The families of all processes as they were last fetched, and those of their parent."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._families: list[Metric] = []

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        yield GaugeMetricFamily("voxrig_processes", "Processes that serve now.", len(self._supervisor.ready))
        restarts = "Processes that were lost and started again."
        yield CounterMetricFamily("voxrig_process_restarts", restarts, self._supervisor.restarts)
        yield from self._families

    async def fetch(self) -> None:
        """Ask every process for its page; one that doesn't answer, or not with numbers, is left out."""
        watched = self._supervisor.watched
        texts = await asyncio.gather(*(self._text(port) for _, port in watched))
        told = zip((number for number, _ in watched), texts, strict=True)
        self._families = merged({number: _read(text) for number, text in told})

    async def _text(self, port: int) -> str:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                try:
                    asking = f"Authorization: Bearer {self._supervisor.page_secret}"
                    writer.write(f"GET /metrics HTTP/1.1\r\nHost: localhost\r\n{asking}\r\n\r\n".encode())
                    head, _, text = (await reader.read(-1)).partition(b"\r\n\r\n")
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return ""
        return text.decode("utf-8") if head.startswith(b"HTTP/1.1 200 ") else ""


class GatheredPage(MetricsPage):
    """`MetricsPage` of several processes: `/metrics` asks them first."""

    def __init__(self, gathered: Gathered, supervisor: Supervisor) -> None:
        super().__init__(gathered, lambda: supervisor.is_ready)
        self._gathered = gathered

    async def read(self, path: str, accept: str) -> Answer:
        """As `MetricsPage.read`."""
        if path == "/metrics":
            await self._gathered.fetch()
        return await super().read(path, accept)


def _read(text: str) -> list[Metric]:
    try:
        return list(text_string_to_metric_families(text))
    except ValueError:  # a process was lost, and something else answers on its port
        return []


def merged(told: Mapping[int, Iterable[Metric]]) -> list[Metric]:
    """Return the families of several processes with each name once; every sample has its process as a label."""
    families: dict[str, Metric] = {}
    for number, of_one in told.items():
        for family in of_one:
            new = Metric(family.name, family.documentation, family.type, family.unit)
            whole = families.setdefault(family.name, new)
            whole.samples += [sample._replace(labels={LABEL: str(number)} | sample.labels) for sample in family.samples]
    return list(families.values())


@asynccontextmanager
async def watched_together(settings: Settings, supervisor: Supervisor) -> AsyncIterator[int | None]:
    """Publish the page of all while the block runs, if the settings say so; yields its port.

    Raises:
        AddressError: the port is in use, or the host is not this machine's.
    """
    if settings.metrics_port < 0:
        yield None
        return
    page = GatheredPage(Gathered(supervisor), supervisor)
    async with (
        guarding(settings) as access,
        publishing_metrics(page, settings.host, settings.metrics_port, access, settings.handshake_seconds) as port,
    ):
        yield port
