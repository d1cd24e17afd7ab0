"""A server as its clients see it: the way to it, its token, its version, its health, and a second of a real session."""

import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from voxrig.cli.diagnosis.finding import Finding, broken, good, one_line, risky
from voxrig.cli.diagnosis.reach import PATIENCE, Blocked, Way, check_way
from voxrig.engine_bridges.credentials import Credentials

if TYPE_CHECKING:
    import grpc

_ALL: Final = "no session can be opened"
_LATE_MS: Final = 50.0  # beyond the look-ahead: what a playout delay still hides


def check_target(way: Way) -> Iterator[Finding]:
    """Do what a client does, step by step, until one fails."""
    try:
        yield from check_way(way, time.time())
        with _channel(way) as channel:
            metadata = Credentials(way.token).metadata
            description = _describe(channel, metadata)
            yield good("token", "accepted" if way.token else "none is needed")
            yield from _version(str(description.version))
            yield _health(channel)
            yield from _room(description)
            yield from _session(channel, metadata)
    except Blocked as stop:
        yield stop.finding
    except Exception as error:  # whatever it is, it is the finding
        detail = f"{type(error).__name__}: {one_line(error)}"
        yield broken("session", detail, _ALL, "see the server's log for the same moment")


def _channel(way: Way) -> "grpc.Channel":
    import grpc

    options: list[tuple[str, Any]] = [
        ("grpc.max_receive_message_length", 64 << 20),
        ("grpc.use_local_subchannel_pool", 1),
    ]
    if way.tls is None:
        return grpc.insecure_channel(way.target, options=options)
    if way.tls.name:
        options.append(("grpc.ssl_target_name_override", way.tls.name))
    return grpc.secure_channel(way.target, way.tls.channel_credentials(), options=options)


def _describe(channel: "grpc.Channel", metadata: Any) -> Any:
    """Ask the server what it is: the first call that needs a token. Raises Blocked."""
    import grpc

    from voxrig.v1 import performance_pb2 as pb
    from voxrig.v1 import performance_pb2_grpc as rpc

    stub: Any = rpc.VoxrigStub(channel)  # type: ignore[no-untyped-call]
    try:
        return stub.Describe(pb.DescribeRequest(), timeout=PATIENCE, metadata=metadata, wait_for_ready=True)
    except grpc.RpcError as error:
        code, told = error.code(), one_line(Exception(error.details()))
        if code == grpc.StatusCode.UNAUTHENTICATED:
            remedy = "give --token-file, or set VOXRIG_TOKEN; whoever runs the server makes one with `voxrig token`"
            found = broken("token", f"refused: {told}" if metadata else f"none was given: {told}", _ALL, remedy)
        elif code == grpc.StatusCode.UNIMPLEMENTED:
            remedy = "give the port that `voxrig serve` says it is ready on"
            found = broken("protocol", "a gRPC server that is no Voxrig", _ALL, remedy)
        elif code == grpc.StatusCode.RESOURCE_EXHAUSTED:
            found = broken("connection", told, _ALL, "wait, close other clients, or have the limit raised")
        else:
            found = broken("connection", f"{code.name}: {told}", _ALL, "see the server's log, and proxies in between")
        raise Blocked(found) from error


def _version(found: str) -> Iterator[Finding]:
    try:
        ours = version("voxrig")
    except PackageNotFoundError:
        return
    if found == ours:
        yield good("version", f"{found}, as here")
        return
    why = "what only one of the two knows is left out, and frames may be other ones"
    yield risky(
        "version", f"the server is {found}, this is {ours}", why, f"pip install 'voxrig=={found}', or update it"
    )


def _health(channel: "grpc.Channel") -> Finding:
    """Ask as orchestrators do. Raises Blocked."""
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    stub: Any = health_pb2_grpc.HealthStub(channel)
    try:
        status = stub.Check(health_pb2.HealthCheckRequest(), timeout=PATIENCE).status
    except grpc.RpcError as error:
        told = f"{error.code().name}: {one_line(Exception(error.details()))}"
        return risky("health", told, "fronts and orchestrators take the server for dead", "see proxies in between")
    if status == health_pb2.HealthCheckResponse.SERVING:
        return good("health", "serving")
    remedy = "start it again, or connect to another: one that drains ends once its sessions have"
    raise Blocked(broken("health", "not serving: it is about to stop, or its tick loop failed", _ALL, remedy))


def _room(description: Any) -> Iterator[Finding]:
    """Say what the server has, and how full it is."""
    models = ", ".join(f"{model.name} {model.version}" for model in description.models)
    most, now = int(description.limits.max_sessions), int(description.metrics.get("sessions", 0))
    detail = f"{models}; {now} of {most} sessions"
    if most and now >= most:
        remedy = "close some, start another server, or raise --max-sessions where the machine has room (voxrig profile)"
        yield risky("models and sessions", detail, "new sessions are refused", remedy)
    else:
        yield good("models and sessions", detail)


def _session(channel: "grpc.Channel", metadata: Any) -> Iterator[Finding]:
    """Speak for a second, and measure how late the frames are beyond what they wait for."""
    from voxrig.cli.diagnosis.trial import TrialError, speak_for_a_second

    try:
        trial = speak_for_a_second(channel, metadata)
    except TrialError as error:
        remedy = "wait, close other sessions, or start another server" if error.full else "see the server's log"
        yield broken("session", one_line(error), "characters stay still", remedy)
        return
    detail = (
        f"{trial.frames} frames of {trial.expected}; beyond the look-ahead of {trial.look_ahead_ms:.1f} ms: "
        f"p50 {trial.median_ms:.1f}, max {trial.worst_ms:.1f} ms"
    )
    if trial.frames != trial.expected:
        yield broken("session", detail, "the face stands still for a moment", "see the server's log")
    elif trial.median_ms > _LATE_MS:
        why = "faces follow the sound late, or its playout has to wait for them"
        remedy = "move the server nearer, see its load (voxrig profile), or use a wire instead of a radio network"
        yield risky("session", detail, why, remedy)
    else:
        yield good("session", detail)
