"""The engine link says what protobuf says: any message there and back is the same, and no bytes break the reader."""

import msgpack
import pytest
from google.protobuf.message import Message
from hypothesis import example, given
from hypothesis import strategies as st

from voxrig.runtime.serving.link_codec import from_map, pack, to_map, unpack
from voxrig.runtime.serving.link_stream import AnswerPacker, audio_message
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.v1 import performance_pb2 as pb

from .messages import any_message


def same(one: Message, other: Message) -> bool:
    """Also where a value is NaN, which is unequal to itself."""
    return one.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True)


@given(any_message(pb.ClientMessage))
def test_what_a_client_says_arrives(message: pb.ClientMessage) -> None:
    assert same(from_map(pb.ClientMessage, unpack(pack(to_map(message)))), message)


@given(any_message(pb.ServerMessage))
def test_what_the_server_says_arrives(message: pb.ServerMessage) -> None:
    [payload] = AnswerPacker().payloads([message])
    assert payload == pack(to_map(message))
    assert same(from_map(pb.ServerMessage, unpack(payload)), message)


@pytest.mark.parametrize("kind", [pb.DescribeResponse, pb.OpenSession, pb.Limits], ids=lambda kind: kind.__name__)
def test_so_does_all_else_that_a_link_carries(kind: type[Message]) -> None:
    @given(any_message(kind))
    def holds(message: Message) -> None:
        assert same(from_map(kind, unpack(pack(to_map(message)))), message)

    holds()


WHOLE = st.one_of(st.integers(0, 2**64 - 1), st.sampled_from([-1, 2**32, True, 1.0, None, "1"]))
CHUNKS = st.fixed_dictionaries({"first_sample": WHOLE}, optional={"samples": st.binary(max_size=20) | st.none()})


@given(st.fixed_dictionaries({"session": WHOLE, "audio": CHUNKS | st.none()}))
def test_the_short_way_of_audio_comes_to_the_same(content: dict[str, object]) -> None:
    quick = audio_message(content)
    if quick is not None:
        assert same(from_map(pb.ClientMessage, content), quick)


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=9)
    | st.binary(max_size=9)
)
KEYS = st.sampled_from([field.name for field in pb.ClientMessage.DESCRIPTOR.fields]) | st.text(max_size=5)
TREES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(KEYS, TREES, max_size=4))
def test_a_map_is_read_or_refused(content: dict[str, object]) -> None:
    try:
        message = from_map(pb.ClientMessage, unpack(msgpack.packb(content)))
    except RefusalError as refusal:
        assert 0 < len(str(refusal)) <= 1000
    else:
        assert same(from_map(pb.ClientMessage, unpack(pack(to_map(message)))), message)


@given(st.binary(max_size=200))
@example(b"\x80")
@example(b"\xc9\x00\x00\x00\x04\xff\xff\xff\xff\xff")
@example(b"\x91" * 2000)
def test_bytes_are_read_or_refused(payload: bytes) -> None:
    try:
        content = unpack(payload)
    except RefusalError as refusal:
        assert 0 < len(str(refusal)) <= 1000
    else:
        assert all(isinstance(key, str) for key in content)


def test_an_enum_of_a_newer_protocol_stays_a_number() -> None:
    opening = pb.ClientMessage(open=pb.OpenSession(audio=pb.AudioFormat(encoding=99)))  # type: ignore[arg-type]
    content = to_map(opening)
    assert content["open"]["audio"]["encoding"] == 99
    assert from_map(pb.ClientMessage, content) == opening


@pytest.mark.parametrize("value", [1, 0.0, "true", None])
def test_a_truth_is_true_or_false_and_nothing_else(value: object) -> None:
    assert from_map(pb.Error, {"session_closed": True}).session_closed
    with pytest.raises(RefusalError, match="send true or false"):
        from_map(pb.Error, {"session_closed": value})
