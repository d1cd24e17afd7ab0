"""The add-on's msgpack against PyPI's."""

import msgpack
import pytest

from blender.voxrig_addon.msgpack import MsgpackError, pack, unpack

VALUES = [
    *(None, True, False, 0.0, -1.5, 1e300, b"", b"\x00" * 300, b"x" * 70_000, "", "ä" * 20, "y" * 300, "z" * 70_000),
    *(0, 127, 128, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**64 - 1, -1, -32, -33, -128, -129, -(2**31), -(2**63)),
    *([], [1] * 15, list(range(16)), [0] * 70_000, {}, {"a": {"b": [b"c", 1.25]}}, {str(n): n for n in range(40)}),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__} {str(value)[:12]}")
def test_both_ways(value):
    assert msgpack.unpackb(pack(value)) == value
    assert unpack(msgpack.packb(value)) == value


@pytest.mark.parametrize("payload", [b"", b"\xc1", b"\xda\x00", b"\xa5abc", b"\x92\x01", b"\x81\x01\x02", b"\x00\x00"])
def test_what_is_none(payload):
    with pytest.raises(MsgpackError):
        unpack(payload)


def test_what_cannot_be_sent():
    for value in (2**64, object(), {1, 2}):
        with pytest.raises(MsgpackError):
            pack(value)
    with pytest.raises(MsgpackError, match="deep"):
        unpack(b"\x91" * 40 + b"\x00")
