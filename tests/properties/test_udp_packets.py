"""Packets for other programs: their readers, python-osc and a byte-by-byte one, find what was put in."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from voxrig.engine_bridges.livelink import VALUES, LiveLinkPacket
from voxrig.engine_bridges.osc import Template, bundle, message
from voxrig.engine_bridges.vmc import SHAPES, VmcPackets
from voxrig.runtime.core.timing import FrameRate

FLOATS = st.floats(width=32, allow_nan=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
ADDRESSES = st.from_regex(r"\A(/[A-Za-z0-9]{1,9}){1,4}\Z")
WHOLE = st.integers(-(2**31), 2**31 - 1)


@given(
    TEXT,
    st.sampled_from([FrameRate(60), FrameRate(30_000, 1001), FrameRate(24)]),
    st.lists(st.tuples(st.integers(0, 2**40), st.floats(0, 1, width=32)), min_size=1, max_size=3),
    hnp.arrays(np.float32, VALUES, elements=FLOATS),
)
def test_live_link_tells_every_value(
    read_livelink: Callable[[bytes], Any],
    subject: str,
    fps: FrameRate,
    moments: list[tuple[int, float]],
    pose: np.ndarray,
) -> None:
    packet = LiveLinkPacket(subject, fps)
    for number, part in moments:
        told = read_livelink(bytes(packet.encode(pose, number, part)))
        assert (told.subject, told.number, told.part) == (subject, number % 2**31, part)
        assert told.rate == (fps.numerator, fps.denominator)
        assert told.values.tobytes() == pose.tobytes()
        pose = pose[::-1].copy()


@given(ADDRESSES, st.lists(FLOATS | WHOLE | TEXT, max_size=6))
def test_a_message_holds_its_arguments(address: str, arguments: list[float | int | str]) -> None:
    packet = message(address, *arguments)
    read = OscMessage(packet)
    assert len(packet) % 4 == 0
    assert (read.address, list(read.params)) == (address, arguments)
    assert [type(one) for one in read.params] == [type(one) for one in arguments]
    assert [(one.address, one.params) for one in OscBundle(bundle([packet, packet]))] == [(address, arguments)] * 2


PARTS = st.lists(st.tuples(TEXT, st.integers(0, 3)), min_size=1, max_size=12)


@given(PARTS, st.integers(16, 400), st.integers(0, 99))
def test_a_template_fills_each_place_with_its_own_value(parts: list[tuple[str, int]], most: int, seed: int) -> None:
    made = [(message("/m", text, *[0.0] * count), count) for text, count in parts]
    template = Template(made, most)
    for draw in range(2):
        values = np.random.default_rng(seed + draw).standard_normal(sum(count for _, count in parts)).astype(np.float32)
        packets = [bytes(packet) for packet in template.fill(values)]
        read = [one.params for packet in packets for one in OscBundle(packet)]
        assert [(params[0], len(params) - 1) for params in read] == parts
        assert [value for params in read for value in params[1:]] == values.tolist()
        largest = max(len(one) for one, _ in made)
        assert all(len(packet) <= max(most, 20 + largest) for packet in packets)


@settings(max_examples=40)
@given(
    st.sampled_from(sorted(SHAPES)),
    hnp.arrays(np.float32, 61, elements=st.floats(-1, 1, width=32)),
    st.floats(0, 1e6, width=32),
)
def test_vmc_is_whole_and_its_bones_are_turns(shapes: str, pose: np.ndarray, seconds: float) -> None:
    packets = VmcPackets(shapes).encode(pose, seconds)
    assert max(map(len, packets)) <= 1400
    read = [(one.address, list(one.params)) for packet in packets for one in OscBundle(bytes(packet))]
    assert read[0] == ("/VMC/Ext/OK", [1])
    assert read[1] == ("/VMC/Ext/T", [seconds])
    assert read[-1][0] == "/VMC/Ext/Blend/Apply"
    turns = np.array([params[4:] for address, params in read if address == "/VMC/Ext/Bone/Pos"])
    assert np.allclose(np.linalg.norm(turns, axis=1), 1.0, atol=1e-5)
    weights = {params[0]: params[1] for address, params in read if address == "/VMC/Ext/Blend/Val"}
    assert list(weights) == list(SHAPES[shapes])
    if shapes == "arkit":
        assert list(weights.values()) == pose[:52].tolist()
