"""How a server is watched while it runs: its page of numbers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from voxrig.runtime.serving.access.access import Access
from voxrig.runtime.serving.access.door import Door
from voxrig.runtime.serving.announce import software_version
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.stage import Stage


@asynccontextmanager
async def watched(stage: Stage, metrics: Metrics, access: Access, page_secret: str = "") -> AsyncIterator[int | None]:
    """Publish `/metrics`, `/healthz` and `/readyz` while the block runs, if the settings say so; yields the port.

    With a `page_secret` the page is for a parent on this machine, which has the secret and publishes for all of its
    processes: it listens on 127.0.0.1, and without TLS.

    Raises:
        AddressError: the port is in use, or the host is not this machine's.
    """
    settings = stage.settings
    if settings.metrics_port < 0:
        yield None
        return
    # A server that nobody watches starts without the packages that this takes.
    from voxrig.runtime.serving.families import Families
    from voxrig.runtime.serving.metrics_page import MetricsPage, publishing_metrics

    families = Families(metrics, software_version(), lambda: stage.models, settings.max_sessions)
    page = MetricsPage(families, lambda: not stage.draining, lambda: not stage.failed)
    host = "127.0.0.1" if page_secret else settings.host
    if page_secret:
        access = Access(Door(secret=page_secret), None)
    async with publishing_metrics(page, host, settings.metrics_port, access, settings.handshake_seconds) as port:
        yield port
