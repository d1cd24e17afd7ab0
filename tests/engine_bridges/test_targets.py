import socket

import pytest

from voxrig.engine_bridges.targets import AllowedHosts, Target, TargetError, parse_target, parse_targets, resolve
from voxrig.engine_bridges.udp_sender import Address


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("127.0.0.1", Target("livelink", "127.0.0.1", 11111)),
        ("127.0.0.1:5000", Target("livelink", "127.0.0.1", 5000)),
        ("studio-pc:5000=Hero of all", Target("livelink", "studio-pc", 5000, "Hero of all")),
        ("studio-pc=Hero:2", Target("livelink", "studio-pc", 11111, "Hero:2")),
        ("[::1]:5000=Hero", Target("livelink", "::1", 5000, "Hero")),
        ("[fe80::1%eth0]", Target("livelink", "fe80::1%eth0", 11111)),
    ],
)
def test_a_target_is_read(text, target):
    assert parse_target("livelink", text) == target


def test_several_have_commas_between_them():
    assert parse_targets("vmc", "localhost, [::1]:7=B") == (
        Target("vmc", "localhost", 39539),
        Target("vmc", "::1", 7, "B"),
    )
    assert parse_targets("vmc", " ") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "target '' of livelink is no HOST:PORT"),
        (":11111", "no HOST:PORT"),
        ("::1", r"IPv6 in brackets: \[::1\]:11111"),
        ("[::1", "no HOST:PORT"),
        ("[::1]5000", "no HOST:PORT"),
        ("a:b", "port 'b' of target 'a:b' is none; give a number from 1 to 65535"),
        ("a:0", "port '0'"),
        ("a:65536", "port '65536'"),
        ("a:", "port ''"),
        ("a=", "name '' cannot be a subject"),
        ("a=b=c", "name 'b=c' cannot be a subject; give 1 to 64 printable characters"),
        ("a=" + "x" * 65, "cannot be a subject"),
        ("a=x\ny", "cannot be a subject"),
    ],
)
def test_what_is_no_target_is_refused_with_the_remedy(text, message):
    with pytest.raises(TargetError, match=message):
        parse_target("livelink", text)


def test_not_too_many():
    with pytest.raises(TargetError, match="names 9 targets; the most is 8"):
        parse_targets("vmc", ",".join(["localhost"] * 9))


def test_names_are_looked_up_for_ipv4_first():
    assert resolve(Target("livelink", "localhost", 9)) == Address(socket.AF_INET, ("127.0.0.1", 9))
    assert resolve(Target("livelink", "::1", 9)) == Address(socket.AF_INET6, ("::1", 9, 0, 0))
    assert str(resolve(Target("livelink", "::1", 9))) == "[::1]:9"
    with pytest.raises(TargetError, match=r"host 'no-such\.invalid' is not known here .*; give its address"):
        resolve(Target("livelink", "no-such.invalid", 9))


def never(target):
    raise AssertionError(f"{target} was looked up")


def test_a_client_may_name_this_machine():
    allowed = AllowedHosts([], never)
    assert allowed.address(Target("vmc", "127.0.0.1", 39539)).place == ("127.0.0.1", 39539)
    assert allowed.address(Target("vmc", "LocalHost", 39539)).place == ("127.0.0.1", 39539)
    assert allowed.address(Target("vmc", "::1", 39539)) == Address(socket.AF_INET6, ("::1", 39539, 0, 0))


@pytest.mark.parametrize(
    "host", ["192.168.1.9", "example.com", "8.8.8.8", "255.255.255.255", "::2", "127.1", "0.0.0.0"]
)
def test_and_no_other_unless_the_server_is_told(host):
    with pytest.raises(TargetError, match=f"target {host} is not allowed.* --send-to {host}"):
        AllowedHosts([], never).address(Target("vmc", host, 39539))


def test_hosts_that_the_server_is_told_of():
    def lookup(target):
        assert target.host == "studio-pc"
        return Address(socket.AF_INET, ("10.1.2.3", 1))

    allowed = AllowedHosts(["192.168.1.0/24", "studio-pc", "[fd00::5]"], lookup)
    for host, place in (
        ("192.168.1.200", ("192.168.1.200", 5000)),
        ("Studio-PC", ("10.1.2.3", 5000)),
        ("10.1.2.3", ("10.1.2.3", 5000)),
        ("fd00::5", ("fd00::5", 5000, 0, 0)),
    ):
        assert allowed.address(Target("livelink", host, 5000)).place == place
    with pytest.raises(TargetError, match="not allowed"):
        allowed.address(Target("livelink", "192.168.2.1", 5000))


def test_ports_of_the_system_are_refused():
    with pytest.raises(TargetError, match="port 53 is one of the system's; give one from 1024 up"):
        AllowedHosts([], never).address(Target("vmc", "127.0.0.1", 53))


def test_a_host_that_is_not_known_is_found_out_at_the_start():
    with pytest.raises(TargetError, match=r"no-such\.invalid"):
        AllowedHosts(["no-such.invalid"])
