"""Ports of several processes: shared ones are held, own ones are counted, sessions are shared out."""

import socket
import sys

import pytest

from voxrig.runtime.serving.address import AddressError
from voxrig.runtime.serving.processes.ports import can_share, divided, reserved, shares_ports
from voxrig.runtime.serving.settings import Settings, SettingsError

shared = pytest.mark.skipif(not can_share(), reason="this system can't spread connections over processes on one port")


@shared
def test_a_held_port_is_only_for_siblings() -> None:
    with reserved(Settings(port=0)) as (port, link_port):
        assert len({0, port, link_port}) == 3
        with (
            pytest.raises(AddressError, match=rf"port {port} is in use; .* --port"),
            socket.create_server(("127.0.0.1", port), reuse_port=True),  # a sibling that listens
            reserved(Settings(port=port)),
        ):
            pass
    with reserved(Settings(port=port, link_port=link_port)) as again:
        assert again == (port, link_port), "free again"


@shared
def test_a_link_that_is_not_served_needs_no_port() -> None:
    with reserved(Settings(port=0, link=False)) as (port, link_port):
        assert port
        assert link_port == 0


@shared
def test_the_port_after_the_other_is_named_when_it_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        link_port = taken.getsockname()[1]
        with (
            pytest.raises(AddressError, match=rf"port {link_port} is in use; .* --link-port"),
            reserved(Settings(port=0, link_port=link_port)),
        ):
            pass


def test_own_ports_leave_room_for_the_link() -> None:
    settings = Settings(port=52_000, max_sessions=10, metrics_port=9464, processes=3)
    shares = divided(settings, 3, None)
    assert [(share.port, share.link_port) for share in shares] == [(52_000, 52_001), (52_002, 52_003), (52_004, 52_005)]
    assert [share.max_sessions for share in shares] == [4, 3, 3]
    assert {(share.metrics_port, share.processes) for share in shares} == {(0, 1)}
    free = divided(Settings(port=0), 2, None)
    assert {(share.port, share.link_port, share.metrics_port) for share in free} == {(0, 0, -1)}


def test_shared_ports_are_the_same_for_all() -> None:
    shares = divided(Settings(max_sessions=5), 2, (4000, 4001))
    assert [(share.port, share.link_port, share.max_sessions) for share in shares] == [(4000, 4001, 3), (4000, 4001, 2)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Settings(max_sessions=2), "max_sessions is 2, fewer than the 3 processes"),
        (Settings(port=65_533), "process 1 would listen on port 65536"),
    ],
)
def test_what_cannot_be_shared_out_is_told(settings: Settings, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        divided(settings, 3, None)


def test_systems_that_cannot_share_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not shares_ports(Settings())
    with pytest.raises(SettingsError, match="this system can't spread connections"):
        shares_ports(Settings(ports="shared"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert shares_ports(Settings())
    assert not shares_ports(Settings(ports="own"))
