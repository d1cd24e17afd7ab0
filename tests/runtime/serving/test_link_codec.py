"""The protocol's messages as msgpack maps."""

import msgpack
import pytest

from voxrig.runtime.serving.link_codec import from_map, pack, to_map, unpack
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.v1 import performance_pb2 as pb

OPENING = {
    "rig": "arkit",
    "frame_rate": {"numerator": 30000, "denominator": 1001},
    "audio": {"encoding": "F32LE", "sample_rate": 48000, "channels": 2},
    "seed": 2**64 - 1,
    "look_ahead_ms": 100,
    "options": {"style": "soft", "blink": "off"},
}


def test_a_clients_map_is_the_message_with_the_same_field_names():
    message = from_map(pb.ClientMessage, {"session": 7, "open": OPENING})
    assert message == pb.ClientMessage(
        session=7,
        open=pb.OpenSession(
            rig="arkit",
            frame_rate=pb.FrameRate(numerator=30000, denominator=1001),
            audio=pb.AudioFormat(encoding=pb.AudioFormat.F32LE, sample_rate=48000, channels=2),
            seed=2**64 - 1,
            look_ahead_ms=100,
            options={"style": "soft", "blink": "off"},
        ),
    )
    assert to_map(message) == {"session": 7, "open": OPENING | {"resume_window_ms": 0}}


def test_fields_left_out_are_zero_and_an_empty_map_is_a_message():
    message = from_map(pb.ClientMessage, {"close": {}})
    assert message.WhichOneof("message") == "close"
    assert from_map(pb.ClientMessage, {"interrupt": {}}).interrupt.HasField("at_sample") is False
    assert from_map(pb.ClientMessage, {"interrupt": {"at_sample": 0}}).interrupt.HasField("at_sample") is True


def test_integers_stand_for_floats_and_enums_may_be_numbers():
    cue = from_map(pb.Cue, {"name": "gaze", "values": {"yaw": 20, "pitch": -3.5}})
    assert dict(cue.values) == {"yaw": 20.0, "pitch": -3.5}
    assert from_map(pb.AudioFormat, {"encoding": 1}).encoding == pb.AudioFormat.S16LE


def test_the_server_sends_zeros_names_of_enums_and_bytes():
    frames = pb.Frames(media_samples=[0, 400], values=b"\0\0\x80?")
    assert to_map(pb.ServerMessage(session=1, frames=frames)) == {
        "session": 1,
        "frames": {"first_index": 0, "utterance": 0, "media_samples": [0, 400], "values": b"\0\0\x80?"},
    }
    event = to_map(pb.Event(kind=pb.Event.VISEME, values={"PP": 0.5}))
    assert (event["kind"], event["values"], event["next_sample"]) == ("VISEME", {"PP": 0.5}, 0)
    models = to_map(pb.SessionOpened(models=[pb.Model(name="live")]))["models"]
    assert [model["name"] for model in models] == ["live"]


def test_pack_and_unpack_are_msgpack():
    content = to_map(from_map(pb.ClientMessage, {"session": 1, "audio": {"first_sample": 2**40, "samples": b"\1\2"}}))
    assert msgpack.unpackb(pack(content)) == content == unpack(pack(content))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"audio": {"frist_sample": 0}}, "audio.frist_sample is unknown; there are first_sample, samples"),
        ({"audio": {"first_sample": -1}}, "audio.first_sample is -1"),
        ({"audio": {"first_sample": "0"}}, "audio.first_sample is '0'"),
        ({"audio": {"first_sample": True}}, "audio.first_sample is True: send a number"),
        ({"audio": {"first_sample": 1.5}}, "audio.first_sample is 1.5"),
        ({"audio": {"samples": "text"}}, "audio.samples is 'text'"),
        ({"audio": 3}, "audio is 3; send a map"),
        ({"audio": None}, "audio is None; send a map"),
        ({"close": {"now": 1}}, "close.now is unknown; there are no fields here"),
        ({"cue": {"values": {"joy": "much"}}}, "cue.values is {'joy': 'much'}"),
        ({"cue": {"values": {3: 0.5}}}, "cue.values"),
        ({"cue": {"values": [1]}}, "cue.values is .*: send a map"),
        (
            {"open": {"audio": {"encoding": "MP3"}}},
            "open.audio.encoding is 'MP3': there are ENCODING_UNSPECIFIED, S16LE",
        ),
        ({"open": {"options": {"jaw": 1}}}, "open.options is"),
        ({"open": {"rig": b"arkit\xff"}}, "open.rig is 6 bytes"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_place_and_value(content, message):
    with pytest.raises(RefusalError, match=message) as refused:
        from_map(pb.ClientMessage, content)
    assert refused.value.code == 3


@pytest.mark.parametrize(
    "payload", [b"", b"\xc1", b"\x81", b"\x93\1\2\3", b"\x81\1\2", b"GET / HTTP/1.1\r\n", b"\x81\xa1a\xa1b!"]
)
def test_what_is_no_map_is_refused(payload):
    with pytest.raises(RefusalError, match=r"send a map|is no msgpack"):
        unpack(payload)


def test_maps_nested_for_ever_are_refused():
    with pytest.raises(RefusalError):
        unpack(b"\x81\xa1a" * 5000 + b"\xc0")
