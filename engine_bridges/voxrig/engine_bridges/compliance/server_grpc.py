"""Rules of the gRPC service besides `Perform`: Bake and Health."""

from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from voxrig.engine_bridges.compliance.line import PATIENCE
from voxrig.engine_bridges.compliance.rule import RuleBrokenError, require
from voxrig.engine_bridges.compliance.sound import voice
from voxrig.engine_bridges.compliance.talk import RATE, Target, opening, performed, same
from voxrig.engine_bridges.wire import Frame, decode
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc


def baking_gives_the_same_frames(server: Target) -> None:
    """Bake: `opened`, then `frames`, then one `summary`; the frames are those of a live session."""
    samples = voice(0.4, RATE)
    frames: list[Frame] = []
    order: list[str] = []
    opened, summary = pb.SessionOpened(), pb.BakeSummary()
    for response in _bake(server, pb.BakeRequest(open=opening(), samples=samples.tobytes())):
        kind = response.WhichOneof("message") or ""
        order += [kind] if order[-1:] != [kind] else []
        if kind == "opened":
            opened = response.opened
        elif kind == "frames":
            frames += decode(response.frames, opened.stride)
        else:
            summary = response.summary
    require(order == ["opened", "frames", "summary"], f"what came is {order}")
    require(not (text := same(performed(server, samples).frames, frames)), text)
    told = summary.frame_count, summary.sample_count
    require(told == (24, len(samples)), f"the summary says {told}, not {(24, len(samples))}")


def a_bad_bake_is_refused(server: Target) -> None:
    """Bad input ends the call of Bake: INVALID_ARGUMENT, NOT_FOUND (profile or look-ahead)."""
    sound = voice(0.1, RATE).tobytes()
    bad = (
        (pb.BakeRequest(open=opening()), grpc.StatusCode.INVALID_ARGUMENT),
        (pb.BakeRequest(open=opening(), samples=b"odd"), grpc.StatusCode.INVALID_ARGUMENT),
        (pb.BakeRequest(open=opening(fps=500), samples=sound), grpc.StatusCode.INVALID_ARGUMENT),
        (pb.BakeRequest(open=opening(rig="no such rig"), samples=sound), grpc.StatusCode.NOT_FOUND),
        (pb.BakeRequest(open=opening(look_ahead_ms=1), samples=sound), grpc.StatusCode.NOT_FOUND),
    )
    for request, code in bad:
        try:
            list(_bake(server, request))
        except grpc.RpcError as error:
            require(error.code() == code, f"it was refused with {error.code().name}, not {code.name}")
        else:
            raise RuleBrokenError(f"a Bake that should end with {code.name} did not")


def health_is_served(server: Target) -> None:
    """Health is served for "" and `voxrig.v1.Voxrig`."""
    with _channel(server) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        for service in ("", "voxrig.v1.Voxrig"):
            try:
                answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=PATIENCE)
            except grpc.RpcError as error:
                raise RuleBrokenError(f"health of {service!r}: {error.code().name}") from error
            require(answer.status == health_pb2.HealthCheckResponse.SERVING, f"{service!r} is not SERVING")


def _bake(server: Target, request: pb.BakeRequest) -> Any:
    with _channel(server) as channel:
        stub: Any = rpc.VoxrigStub(channel)  # type: ignore[no-untyped-call]
        yield from stub.Bake(request, timeout=PATIENCE)


def _channel(server: Target) -> grpc.Channel:
    return grpc.insecure_channel(f"{server.host}:{server.port}")


CASES = (baking_gives_the_same_frames, a_bad_bake_is_refused, health_is_served)
