"""Lines of transcripts, packets in their longest form, and commands in words."""

import msgpack
import pytest

from voxrig.engine_bridges.compliance import transcript
from voxrig.engine_bridges.compliance.client_subject import split_command
from voxrig.engine_bridges.compliance.manner import Manner, wide
from voxrig.engine_bridges.compliance.scripted_session import whole
from voxrig.engine_bridges.link_packets import PacketReader
from voxrig.v1 import performance_pb2 as pb


@pytest.mark.parametrize(
    ("data", "value"),
    [(b"", 0x811C9DC5), (b"a", 0xE40C292C), (b"foobar", 0xBF9CF968)],
)
def test_the_hash_is_fnv_1a(data, value):
    """Values from the authors' own list."""
    assert transcript.fnv1a(data) == value


def test_an_error_is_one_line():
    error = pb.Error(code=9, message="two\r\nlines  and\tmore", refused="", next_sample=2**40)
    assert transcript.error_line(None, error) == f"error - 9 - 0 {2**40} two lines and more"


def test_events_tell_their_values_by_name():
    event = pb.Event(kind=pb.Event.VISEME, frame_index=3, values={"b": 1.0 / 3.0, "a": 1.0})
    assert transcript.event_line(7, event) == "event 7 VISEME 0 0 3 0 0 a=1 b=0.333333343"


def test_transcripts_are_compared_by_session():
    lines = [
        "hello 1 x",
        "event 1 VISEME 0 0 3 0 0 b=2 a=1",
        "frame 2 0 0 0 ab",
        "error 1 3 cue 0 5 some words",
        "done",
    ]
    told = transcript.of_session(lines, 1)
    assert told == ["event 1 VISEME 0 0 3 0 - a=1 b=2", "error 1 3 cue 0 5"]
    assert not transcript.difference(told, ["event 1 VISEME 0 0 3 0 - a=1.0000001 b=2", told[1]])
    assert "a=2" in transcript.difference(told, ["event 1 VISEME 0 0 3 0 - a=2 b=2", told[1]])
    assert "ends after 1" in transcript.difference(told, told[:1])
    assert "too many" in transcript.difference(told, [*told, "done"])


VALUES = [
    0,
    1,
    2,
    -1,
    -70_000,
    2**40,
    2**63 - 1,
    2**64 - 1,
    1.5,
    "",
    "ä",
    b"\0",
    [],
    [1, [None, True]],
    {"a": {"b": 2}},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_the_longest_form_says_the_same(value):
    assert msgpack.unpackb(wide(value)) == value
    assert len(wide(value)) >= len(msgpack.packb(value))


def test_noise_comes_before_all_but_hello():
    reader = PacketReader()
    manner = Manner(noise=True)
    assert len(list(manner.packets({"hello": {"version": 1}}))) == 1
    packets = list(manner.packets({"session": 9, "frames": {"first_index": 4}}))
    contents = [content for data in packets for content in reader.feed(data)]
    assert contents[-1]["frames"]["first_index"] == 4
    assert {content["session"] for content in contents if "session" in content} == {9}
    assert len(contents) == 5


def test_a_whole_message_has_its_zeros():
    opened = whole(pb.SessionOpened(look_ahead=pb.Fraction(denominator=1), models=[pb.Model(name="m")]))
    assert opened["look_ahead"] == {"numerator": 0, "denominator": 1}
    assert opened["models"][0]["is_default"] is False
    assert whole(pb.Event())["kind"] == "KIND_UNSPECIFIED"
    assert whole(pb.Event())["values"] == {}


def test_a_command_is_split_as_a_shell_does():
    assert split_command('python "a folder/puppet.py" --fast') == ("python", "a folder/puppet.py", "--fast")
