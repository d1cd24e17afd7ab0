"""Against python-osc, which decodes what we encode."""

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from voxrig.engine_bridges.osc import Template, bundle, message


@pytest.mark.parametrize("arguments", [(), (1,), (-7, 2.5), ("root", 0.0, 1.0), ("", "abc", "abcd", "Zoë 山")])
def test_a_message_is_read_as_it_was_meant(arguments):
    packet = message("/VMC/Ext/Some/Thing", *arguments)
    assert len(packet) % 4 == 0
    read = OscMessage(packet)
    assert read.address == "/VMC/Ext/Some/Thing"
    assert tuple(read.params) == arguments
    assert [type(one) for one in read.params] == [type(one) for one in arguments]


def test_a_bundle_keeps_its_messages_in_order():
    read = OscBundle(bundle([message("/a", 1), message("/b", "x", 0.5), message("/c")]))
    assert [(one.address, one.params) for one in read] == [("/a", [1]), ("/b", ["x", 0.5]), ("/c", [])]


def test_a_template_fills_in_what_changes_and_nothing_else():
    parts = [
        (message("/ok", 1), 0),
        (message("/bone", "Head", 9.0, 0.0, 0.0), 2),
        *((message("/value", f"name {k}", 0.0), 1) for k in range(40)),
        (message("/apply"), 0),
    ]
    template = Template(parts, 500)
    for start in (0.25, -3.0):
        values = (start + np.arange(42)).astype(np.float32)
        packets = [bytes(packet) for packet in template.fill(values)]
        assert len(packets) > 1
        assert max(map(len, packets)) <= 500
        read = [one for packet in packets for one in OscBundle(packet)]
        assert [one.address for one in read] == ["/ok", "/bone", *["/value"] * 40, "/apply"]
        assert read[1].params == ["Head", 9.0, start, start + 1]
        assert [one.params for one in read[2:-1]] == [[f"name {k}", start + 2 + k] for k in range(40)]


def test_a_message_larger_than_a_packet_goes_alone():
    template = Template([(message("/a", 1), 0), (message("/long", "x" * 100, 0.0), 1), (message("/b", 0.0), 1)], 64)
    read = [[one.params[-1] for one in OscBundle(bytes(packet))] for packet in template.fill(np.float32([5, 6]))]
    assert read == [[1], [5.0], [6.0]]
