"""A client's messages on their way: what they cost while they wait."""

import grpc

from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.refusal import RefusalError, Refused
from voxrig.runtime.serving.seat import cost
from voxrig.v1 import performance_pb2 as pb


def test_what_waits_counts_with_what_it_holds():
    audio = pb.ClientMessage(audio=pb.AudioChunk(samples=bytes(5000)))
    cue = pb.ClientMessage(cue=pb.Cue(name="x" * 5000))
    unread = Refused(1, RefusalError(grpc.StatusCode.INVALID_ARGUMENT, "x" * 500), "cue")
    assert cost(audio) > 5000
    assert cost(cue) > 5000
    assert cost(unread) > 500
    assert 0 < cost(pb.ClientMessage(close=pb.CloseSession())) < 1000


async def test_a_client_is_read_no_further_while_too_much_of_it_waits(stage):
    connection = Connection(stage, wake=lambda: None)
    cue = pb.ClientMessage(cue=pb.Cue(name="x" * (1 << 20)))
    sent = 0
    while connection._readable.is_set():
        connection.put([cue], 0.0)
        sent += 1
    assert sent * (1 << 20) <= stage.settings.max_queued_bytes + (1 << 20)
    connection.deliver([], sent * cost(cue))  # a tick took them
    assert connection._readable.is_set()
