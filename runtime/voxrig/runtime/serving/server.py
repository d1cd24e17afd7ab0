"""A whole server: built, started, stopped."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass

import grpc
import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from voxrig.ace import a2f_controller_pb2, a2f_controller_pb2_grpc
from voxrig.runtime.serving.a2f.service import A2FService
from voxrig.runtime.serving.access.access import Access, guarding
from voxrig.runtime.serving.access.gate import METADATA_BYTES, Gate
from voxrig.runtime.serving.access.health import Health
from voxrig.runtime.serving.access.tls import Tls
from voxrig.runtime.serving.address import AddressError, near, probe, written
from voxrig.runtime.serving.link_server import listening
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.outlet import Outlets
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.service import VoxrigService
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage, drawn_seed
from voxrig.runtime.serving.stopping import drain
from voxrig.runtime.serving.tending import Tending, tended
from voxrig.runtime.serving.tracing import tracing
from voxrig.runtime.serving.watching import watched
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

SERVICE = pb.DESCRIPTOR.services_by_name["Voxrig"].full_name
A2F_SERVICE = a2f_controller_pb2.DESCRIPTOR.services_by_name["A2FControllerService"].full_name
"""NVIDIA's Audio2Face-3D."""

_KEEPALIVE_MS = 30_000
_IDLE_MS = 300_000
_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Attributes:
        host, port: where it listens for gRPC.
        link_port: where it listens for engine links, on the same host; None: it doesn't.
        metrics_port: where its page of numbers is, on the same host; None: there is none.
        stage, pacer, metrics: its parts, for whoever brings clients over another line.
        health: what gRPC's health checks are told.
        tending: looks after it; for reloading its models.
        access: whom it lets in.
    """

    host: str
    port: int
    link_port: int | None
    metrics_port: int | None
    stage: Stage
    pacer: Pacer
    metrics: Metrics
    health: Health
    access: Access
    tending: Tending

    @property
    def target(self) -> str:
        """Where clients of this machine connect to."""
        return written(near(self.host), self.port)

    @property
    def link_target(self) -> str | None:
        """Where engine links of this machine connect to; None: nowhere."""
        return None if self.link_port is None else written(near(self.host), self.link_port)

    @property
    def failed(self) -> asyncio.Event:
        """Set when no tick will come any more and every session has ended; then nothing is left but to stop."""
        return self.tending.failed

    async def drain(self, seconds: float, hurried: asyncio.Event) -> None:
        """Take no new sessions and let those that run go on for up to `seconds`; see `stopping.drain`.

        Those that run still then are told, so that their clients go elsewhere at once.
        """
        await drain(self.stage, self.health, seconds, hurried)
        if self.stage.sessions and not hurried.is_set():
            self.pacer.between(lambda: self.pacer.end_all("the server stops; connect again"))
            await self.tending.told(_PATIENCE_SECONDS)

    def snapshot(self) -> dict[str, float]:
        """Return the counters and timings; proto/README.md says what each means."""
        self.metrics.sessions = self.stage.sessions
        return self.metrics.snapshot()


@asynccontextmanager
async def running(
    settings: Settings,
    draw: Callable[[], int] = drawn_seed,
    outlets: Outlets | None = None,
    shared_ports: bool = False,
    secret: str = "",
    page_secret: str = "",
) -> AsyncIterator[Server]:
    """Serve while the block runs.

    Args:
        settings: how.
        draw: gives the seeds of sessions that ask for none.
        outlets: makes the outlets of sessions.
        shared_ports: whether other processes may listen on the same ports; each connection comes to one of them, and
            whoever started them has made sure that the ports are theirs.
        secret: a token besides those of the settings; with it no one comes in without one.
        page_secret: of the page of numbers, where it is for a parent alone; see `watching.watched`.

    Raises:
        AddressError: the port is in use, or the host is not this machine's.
        BundleError: a model cannot be used.
        SettingsError: there is no model; the host may not be listened on so; TLS has a file that cannot be used.
        TokensError: the tokens cannot be read.
    """
    async with guarding(settings, secret) as access:
        stage = await asyncio.to_thread(Stage, settings, draw, outlets)
        await asyncio.to_thread(stage.warm_up)
        metrics = Metrics()
        metrics.times = stage.times
        metrics.strangers = lambda: access.door.refused
        with tracing(stage, metrics) as tracer:
            deadline = settings.tick_ms / 1000.0
            pacer = Pacer(metrics, settings.max_buffered_seconds, stage.times, deadline, tracer, load=stage.load)
            async with _serving(stage, pacer, metrics, shared_ports, access, page_secret) as server:
                yield server


@asynccontextmanager
async def _serving(
    stage: Stage, pacer: Pacer, metrics: Metrics, shared_ports: bool, access: Access, page_secret: str
) -> AsyncIterator[Server]:
    """Listen while the block runs. Raises AddressError."""
    settings = stage.settings
    server = grpc.aio.server(
        interceptors=[Gate(access.door, settings.max_connections)], options=_options(settings, shared_ports)
    )
    rpc.add_VoxrigServicer_to_server(VoxrigService(stage, pacer, metrics), server)  # type: ignore[no-untyped-call]
    a2f_controller_pb2_grpc.add_A2FControllerServiceServicer_to_server(A2FService(stage, pacer), server)  # type: ignore[no-untyped-call]
    doctor = Health(settings.max_connections)
    health_pb2_grpc.add_HealthServicer_to_server(doctor, server)
    reflection.enable_server_reflection((SERVICE, A2F_SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME), server)
    port = _bind(server, settings, shared_ports, access.tls)
    link, behind = AsyncExitStack(), AsyncExitStack()
    try:
        tending = await behind.enter_async_context(tended(stage, pacer, doctor))
        linked = _linked(stage, pacer, metrics, shared_ports, access) if settings.link else nullcontext()
        link_port = await link.enter_async_context(linked)
        metrics_port = await link.enter_async_context(watched(stage, metrics, access, page_secret))
        await server.start()
        for service in ("", SERVICE, A2F_SERVICE):
            await doctor.set(service, health_pb2.HealthCheckResponse.SERVING)
        yield Server(settings.host, port, link_port, metrics_port, stage, pacer, metrics, doctor, access, tending)
    finally:
        await doctor.enter_graceful_shutdown()
        await link.aclose()
        await server.stop(_PATIENCE_SECONDS)
        await behind.aclose()


@asynccontextmanager
async def _linked(stage: Stage, pacer: Pacer, metrics: Metrics, shared: bool, access: Access) -> AsyncIterator[int]:
    """Listen for engine links while the block runs; yields the port. Raises AddressError."""
    settings = stage.settings
    if not shared:
        probe(settings.host, settings.engine_link_port, "--link-port")
    async with listening(stage, pacer, metrics, shared, access.door, access.tls) as port:
        yield port


def _options(settings: Settings, shared: bool) -> list[tuple[str, int]]:
    return [
        ("grpc.so_reuseport", int(shared)),  # else a second server takes half the calls of the first
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", -1),
        # Messages come as they are: gRPC 1.75 unpacks one that is compressed whole before it looks how long it is.
        ("grpc.compression_enabled_algorithms_bitset", 1),
        ("grpc.max_metadata_size", METADATA_BYTES),
        ("grpc.absolute_max_metadata_size", METADATA_BYTES),
        ("grpc.max_allowed_incoming_connections", settings.max_connections),
        ("grpc.max_concurrent_streams", settings.max_connections),
        # Who connects and says nothing, or makes no call, must not keep others out.
        ("grpc.server_handshake_timeout_ms", round(settings.handshake_seconds * 1000)),
        ("grpc.max_connection_idle_ms", _IDLE_MS),
        # A client that vanished without a word is found out, and its sessions are freed.
        ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 5_000),
    ]


def _bind(server: grpc.aio.Server, settings: Settings, shared: bool, tls: Tls | None) -> int:
    if not shared:
        probe(settings.host, settings.port)
    address = written(settings.host, settings.port)
    try:
        if tls is not None:
            return server.add_secure_port(address, tls.grpc_credentials())
        return server.add_insecure_port(address)
    except RuntimeError as error:
        raise AddressError(f"cannot listen on {address}: {error}; choose another with --port") from error
