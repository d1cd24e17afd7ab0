import logging
import socket

import pytest

from voxrig.engine_bridges.udp_sender import Address, UdpSender


@pytest.fixture
def sender():
    made = UdpSender()
    yield made
    made.close()


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_packets_arrive_on_both_families(receiver, sender, family):
    there = receiver(family)
    address = Address(family, there.socket.getsockname())
    assert str(address) == there.address
    assert sender.send(b"hello", address)
    assert there.wait() == b"hello"
    assert (sender.counts.sent, sender.counts.failed) == (1, 0)


def test_what_the_system_refuses_is_counted_and_logged_once(sender, caplog):
    address = Address(socket.AF_INET, ("255.255.255.255", 9))  # broadcasting needs a right that is never asked for
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert not sender.send(b"x", address)
    assert (sender.counts.sent, sender.counts.failed) == (0, 3)
    assert len(caplog.messages) == 1
    assert "cannot send to 255.255.255.255:9" in caplog.messages[0]


def test_a_packet_too_large_is_counted(receiver, sender):
    there = receiver()
    assert not sender.send(bytes(70_000), Address(socket.AF_INET, ("127.0.0.1", there.port)))
    assert sender.counts.failed == 1


def test_nobody_listening_harms_nobody(receiver, sender):
    there = receiver()
    gone = Address(socket.AF_INET, ("127.0.0.1", there.port))
    there.socket.close()
    for _ in range(5):
        sender.send(b"x", gone)
    other = receiver()
    assert sender.send(b"y", Address(socket.AF_INET, ("127.0.0.1", other.port)))
    assert other.wait() == b"y"
