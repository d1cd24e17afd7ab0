"""A whole server: built, started, stopped."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import grpc
import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from grpc_reflection.v1alpha import reflection

from voxrig.ace import a2f_controller_pb2, a2f_controller_pb2_grpc
from voxrig.runtime.serving.a2f.service import A2FService
from voxrig.runtime.serving.address import AddressError, near, probe, written
from voxrig.runtime.serving.link_server import listening
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.outlet import Outlets
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.service import VoxrigService
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage, drawn_seed
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

log = logging.getLogger(__name__)

SERVICE = pb.DESCRIPTOR.services_by_name["Voxrig"].full_name
A2F_SERVICE = a2f_controller_pb2.DESCRIPTOR.services_by_name["A2FControllerService"].full_name
"""NVIDIA's Audio2Face-3D."""

_KEEPALIVE_MS = 30_000
_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Attributes:
        host, port: where it listens for gRPC.
        link_port: where it listens for engine links, on the same host; None: it doesn't.
        stage, pacer, metrics: its parts, for whoever brings clients over another line.
    """

    host: str
    port: int
    link_port: int | None
    stage: Stage
    pacer: Pacer
    metrics: Metrics

    @property
    def target(self) -> str:
        """Where clients of this machine connect to."""
        return written(near(self.host), self.port)

    @property
    def link_target(self) -> str | None:
        """Where engine links of this machine connect to; None: nowhere."""
        return None if self.link_port is None else written(near(self.host), self.link_port)

    def snapshot(self) -> dict[str, float]:
        """Return the counters and timings; proto/README.md says what each means."""
        self.metrics.sessions = self.stage.sessions
        return self.metrics.snapshot()


@asynccontextmanager
async def running(
    settings: Settings, draw: Callable[[], int] = drawn_seed, outlets: Outlets | None = None
) -> AsyncIterator[Server]:
    """Serve while the block runs; `draw` gives the seeds of sessions that ask for none, `outlets` their outlets.

    Raises:
        AddressError: the port is in use, or the host is not this machine's.
        BundleError: a model cannot be used.
        SettingsError: there is no model.
    """
    stage = await asyncio.to_thread(Stage, settings, draw, outlets)
    await asyncio.to_thread(stage.warm_up)
    metrics = Metrics()
    pacer = Pacer(metrics, settings.max_buffered_seconds)
    server = grpc.aio.server(
        options=[
            ("grpc.so_reuseport", 0),  # else a second server would start on the same port and take half the calls
            ("grpc.max_receive_message_length", settings.max_message_bytes),
            ("grpc.max_send_message_length", -1),
            # A client that vanished without a word is found out, and its sessions are freed.
            ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
            ("grpc.http2.min_recv_ping_interval_without_data_ms", 5_000),
        ]
    )
    rpc.add_VoxrigServicer_to_server(VoxrigService(stage, pacer, metrics), server)  # type: ignore[no-untyped-call]
    a2f_controller_pb2_grpc.add_A2FControllerServiceServicer_to_server(A2FService(stage, pacer), server)  # type: ignore[no-untyped-call]
    doctor = HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(doctor, server)
    reflection.enable_server_reflection((SERVICE, A2F_SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME), server)
    port = _bind(server, settings)
    ticking = asyncio.create_task(pacer.run())
    ticking.add_done_callback(_log_failure)
    link = AsyncExitStack()
    try:
        link_port = await link.enter_async_context(_linked(stage, pacer, metrics)) if settings.link else None
        await server.start()
        for service in ("", SERVICE, A2F_SERVICE):
            await doctor.set(service, health_pb2.HealthCheckResponse.SERVING)
        yield Server(settings.host, port, link_port, stage, pacer, metrics)
    finally:
        await doctor.enter_graceful_shutdown()
        await link.aclose()
        await server.stop(_PATIENCE_SECONDS)
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)


@asynccontextmanager
async def _linked(stage: Stage, pacer: Pacer, metrics: Metrics) -> AsyncIterator[int]:
    """Listen for engine links while the block runs; yields the port. Raises AddressError."""
    settings = stage.settings
    probe(settings.host, settings.engine_link_port, "--link-port")
    async with listening(settings.host, settings.engine_link_port, stage, pacer, metrics) as port:
        yield port


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("the tick loop failed; no session goes on, restart the server", exc_info=error)


def _bind(server: grpc.aio.Server, settings: Settings) -> int:
    probe(settings.host, settings.port)
    address = written(settings.host, settings.port)
    try:
        return server.add_insecure_port(address)
    except RuntimeError as error:
        raise AddressError(f"cannot listen on {address}: {error}; choose another with --port") from error
