"""The short ways of a link's audio and frames are those of the codec that takes everything."""

import msgpack
import pytest

from voxrig.runtime.serving.link_codec import from_map, pack, to_map
from voxrig.runtime.serving.link_stream import AnswerPacker, audio_message
from voxrig.v1 import performance_pb2 as pb

CHUNK = {"first_sample": 480, "samples": b"\1\2\3\4"}


@pytest.mark.parametrize("session", [0, 7, 2**32 - 1])
@pytest.mark.parametrize("first", [0, 2**64 - 1])
@pytest.mark.parametrize("samples", [b"", bytes(2000)])
def test_audio_is_read_as_by_the_codec(session, first, samples):
    content = {"session": session, "audio": {"first_sample": first, "samples": samples}}
    assert audio_message(content) == from_map(pb.ClientMessage, content)
    assert audio_message(dict(reversed(content.items()))) == from_map(pb.ClientMessage, content)


@pytest.mark.parametrize(
    "content",
    [
        {"session": 1, "close": {}},
        {"audio": CHUNK},
        {"session": 1, "audio": CHUNK, "more": 1},
        {"session": -1, "audio": CHUNK},
        {"session": 2**32, "audio": CHUNK},
        {"session": True, "audio": CHUNK},
        {"session": 1.0, "audio": CHUNK},
        {"session": 1, "audio": None},
        {"session": 1, "audio": {"samples": b""}},
        {"session": 1, "audio": CHUNK | {"more": 1}},
        {"session": 1, "audio": CHUNK | {"first_sample": -1}},
        {"session": 1, "audio": CHUNK | {"first_sample": 2**64}},
        {"session": 1, "audio": CHUNK | {"first_sample": True}},
        {"session": 1, "audio": CHUNK | {"first_sample": 480.0}},
        {"session": 1, "audio": CHUNK | {"samples": "text"}},
        {"session": 1, "audio": CHUNK | {"samples": [1]}},
        {},
    ],
)
def test_what_is_not_plain_audio_is_left_to_the_codec(content):
    assert audio_message(content) is None


def test_answers_are_packed_as_by_the_codec():
    frames = pb.Frames(first_index=2**40, utterance=3, media_samples=[0, 2**50], values=bytes(64))
    answers = [
        pb.ServerMessage(session=9, frames=frames),
        pb.ServerMessage(frames=pb.Frames()),
        pb.ServerMessage(session=1, event=pb.Event(kind=pb.Event.CLOSED)),
        pb.ServerMessage(session=2, error=pb.Error(code=3, message="no")),
        pb.ServerMessage(session=3, opened=pb.SessionOpened(rig="arkit", controls=["jawOpen"])),
    ]
    packer = AnswerPacker()
    for _ in range(2):  # its buffer is used again
        assert packer.payloads(answers) == [pack(to_map(answer)) for answer in answers]
    assert msgpack.unpackb(packer.payloads(answers[:1])[0])["frames"]["media_samples"] == [0, 2**50]
