"""Describe: the bytes of a request, and an answer of whatever the server has counted so far."""

import functools

from google.protobuf.message import DecodeError

from voxrig.runtime.serving.announce import description
from voxrig.runtime.serving.census import TRANSPORTS
from voxrig.runtime.serving.link_codec import from_map, pack, to_map, unpack
from voxrig.runtime.serving.metrics import Metrics
from voxrig.v1 import performance_pb2 as pb

from ..cursor import Cursor
from ..house import house
from ..target import Target


def check(data: bytes) -> None:
    size = data[0] if data else 0
    try:
        request = pb.DescribeRequest.FromString(data[1 : 1 + size])
    except DecodeError:
        request = pb.DescribeRequest()
    assert not request.ListFields()
    metrics = _metrics()
    _count(metrics, Cursor(data[1 + size :]))
    told = description(house().stage, metrics)
    assert pb.DescribeResponse.FromString(told.SerializeToString()) == told
    assert unpack(pack({"describe": {"metrics": to_map(told)["metrics"]}}))
    assert from_map(pb.Limits, to_map(told.limits)) == told.limits


@functools.cache
def _metrics() -> Metrics:
    return Metrics()


def _count(metrics: Metrics, cursor: Cursor) -> None:
    for _ in range(16):
        if not cursor.more:
            return
        answer = pb.ServerMessage(session=cursor.whole(1))
        kind = cursor.below(4)
        if kind == 0:
            answer.error.code = cursor.whole(4) - (1 << 31)
        elif kind == 1:
            answer.frames.media_samples.extend(range(cursor.below(20)))
        elif kind == 2:
            answer.event.kind = cursor.below(20)  # type: ignore[assignment]
        else:
            answer.opened.stride = cursor.whole(2)
        metrics.answered(answer, cursor.choice(TRANSPORTS))
        value = cursor.float32()
        if value == value and abs(value) < 1e30:
            metrics.tick_ms.add(value)


def seeds() -> list[bytes]:
    return [b"", b"\0", b"\2\x08\1" + bytes(range(60)), b"\0\1\0\3\0\0\0\1\2\0\5"]


TARGET = Target(check, seeds, longest=200)
