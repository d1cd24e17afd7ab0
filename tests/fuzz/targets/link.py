"""An engine link's bytes: cut into packets as they come, unpacked, and read as messages to sessions."""

import asyncio
from typing import Any

import msgpack

from voxrig.runtime.serving.link import _client_message
from voxrig.runtime.serving.link_codec import from_map, pack, to_map, unpack
from voxrig.runtime.serving.link_line import TcpLine
from voxrig.runtime.serving.link_stream import AnswerPacker, audio_message
from voxrig.runtime.serving.refusal import RefusalError, Refused
from voxrig.v1 import performance_pb2 as pb

from ..cursor import Cursor
from ..target import Target
from ..tree_mutation import changed

_MOST_BYTES = 1 << 20


class _Pipe(asyncio.Transport):
    """The client's end is the input; what is asked of it is noted."""

    def __init__(self) -> None:
        super().__init__()
        self.paused = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return _Socket()

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def is_closing(self) -> bool:
        return False


class _Socket:
    def setsockopt(self, *_: int) -> None:
        pass


def check(data: bytes) -> None:
    """The first byte says how the rest is cut; 0: a packet's length goes before the whole of it."""
    cursor = Cursor(data)
    cut = cursor.whole(1)
    stream = cursor.rest()
    if cut == 0:
        stream = len(stream).to_bytes(4, "little") + stream
    line = TcpLine(_MOST_BYTES, lambda _: None)
    line.connection_made(_Pipe())
    for start in range(0, len(stream), cut or len(stream)):
        piece = stream[start : start + (cut or len(stream))]
        line.get_buffer(-1)[: len(piece)] = piece
        line.buffer_updated(len(piece))
    line.eof_received()
    reading = line.receive()
    while True:
        try:
            reading.send(None)
        except StopIteration as done:
            if done.value is None:
                return
            _payload(done.value)
            reading = line.receive()
        except (RefusalError, EOFError):
            return
        else:
            raise AssertionError("the line waits for more after its end")


def _payload(payload: bytes) -> None:
    try:
        content = unpack(payload)
        quick = audio_message(content)
        if quick is not None:
            assert quick == from_map(pb.ClientMessage, content)
            return
        if {"ping", "describe", "hello"} & content.keys():
            return
        message = _client_message(content)
    except RefusalError as refusal:
        assert len(str(refusal)) <= 1000
        return
    if isinstance(message, Refused):
        assert len(message.kind) <= 80
        return
    again = unpack(pack(to_map(message)))
    assert from_map(pb.ClientMessage, again).SerializeToString(deterministic=True) == message.SerializeToString(
        deterministic=True
    )


def _messages() -> list[dict[str, Any]]:
    audio = {"encoding": "F32LE", "sample_rate": 24000, "channels": 1}
    rate = {"numerator": 60, "denominator": 1}
    opening = {"rig": "arkit", "frame_rate": rate, "audio": audio, "seed": 7, "options": {"tell": "visemes"}}
    begin = {"frame_index": 60, "media_sample": 24000, "utterance": 1}
    return [
        {"session": 1, "open": opening},
        {"session": 1, "open": {**opening, "resume_window_ms": 5000, "begin": begin}},
        {"session": 2, "audio": {"first_sample": 0, "samples": bytes(40)}},
        {"session": 1, "cue": {"media_sample": 9, "name": "emotion", "values": {"joy": 0.5}}},
        {"session": 1, "end_utterance": {"tail_samples": 400}},
        {"session": 1, "interrupt": {"at_sample": 5}},
        {"session": 1, "close": {}},
        {"session": 1, "resume": {"id": "abc", "received": 3}},
        {"hello": {"version": 1, "token": "x"}},
        {"ping": {"id": 1, "sent": 2.5}},
        {"describe": {}},
    ]


def seeds() -> list[bytes]:
    packed = [msgpack.packb(message) for message in _messages()]
    stream = b"".join(len(one).to_bytes(4, "little") + one for one in packed)
    answers = [pb.ServerMessage(session=1, frames=pb.Frames(first_index=3, media_samples=[5], values=bytes(8)))]
    return [
        *(b"\0" + one for one in packed),
        b"\x07" + stream,
        b"\xff" + stream,
        b"\0" + AnswerPacker().payloads(answers)[0],
    ]


def mutate(data: bytes, chance: Any) -> bytes:
    """Change the map of a single packet."""
    if data[:1] != b"\0":
        return data
    try:
        content = msgpack.unpackb(data[1:])
        return b"\0" + msgpack.packb(changed(content, chance))
    except (ValueError, TypeError, OverflowError, msgpack.UnpackException):
        return data


TARGET = Target(check, seeds, mutate)
