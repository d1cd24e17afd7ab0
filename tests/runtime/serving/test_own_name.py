"""Names by which a browser may call a server, and those that somebody else may have pointed at it."""

import pytest

from voxrig.runtime.serving.own_name import is_own_name


@pytest.mark.parametrize(
    "name", ["127.0.0.1", "127.0.0.1:80", "localhost", "LOCALHOST:1", "[::1]:52080", "192.168.1.9:1", "Studio-PC:52080"]
)
def test_addresses_localhost_and_what_was_asked_for_are_ours(name):
    assert is_own_name(name, "studio-pc")
    assert is_own_name(name, "Studio-PC")  # names have no case, and browsers send small letters


@pytest.mark.parametrize(
    "name",
    [
        "",
        "evil.example",
        "evil.example:52080",
        "localhost.",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "evil.example@127.0.0.1",
        "127.0.0.1:99999",
        "127.0.0.1:x",
        "127.0.0.1 evil.example",
        "127.0.0.1\r\nX: y",
        "127.0.0.1/evil",
        "127.0.0.1?",
        "::1",
        "[::1",
        "[::1]evil",
        "2130706433",
        "0x7f.1",
        "127.1",
        "\u2488\u2489",
        "studio-pc.evil.example",
        "1" * 400,
    ],
)
def test_no_other_is(name):
    assert not is_own_name(name, "studio-pc")
