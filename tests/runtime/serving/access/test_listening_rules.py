"""Where a server may listen, and what its certificates must be."""

import pytest

from voxrig.runtime.serving.access.listening_rules import check_listening, is_own
from voxrig.runtime.serving.access.tls import Tls
from voxrig.runtime.serving.settings import Settings, SettingsError

TLS = {"tls_cert": "c.pem", "tls_key": "k.pem"}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_alone(host):
    assert is_own(host)
    check_listening(Settings(host=host))
    check_listening(Settings(host=host, tokens="t.toml"))


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.1", "192.168.1.9", "fe80::1%eth0", "no.such.host.invalid", "a..b", "x" * 300]
)
def test_other_machines_need_a_guard_or_to_be_told_so(host):
    assert not is_own(host)
    with pytest.raises(SettingsError, match=r"--tokens FILE.*--tls-client-ca.*127.0.0.1.*--allow-anyone"):
        check_listening(Settings(host=host))
    with pytest.raises(SettingsError, match="--tokens"):
        check_listening(Settings(host=host, **TLS))
    check_listening(Settings(host=host, allow_anyone=True))
    check_listening(Settings(host=host, **TLS, tls_client_ca="ca.pem"))


def test_tokens_do_not_go_over_a_net_in_the_clear():
    settings = {"host": "0.0.0.0", "tokens": "t.toml"}
    with pytest.raises(SettingsError, match=r"--tls-cert.*--allow-plaintext"):
        check_listening(Settings(**settings))
    with pytest.raises(SettingsError, match="--allow-plaintext"):
        check_listening(Settings(host="0.0.0.0"), has_secret=True)
    with pytest.raises(SettingsError, match="--allow-plaintext"):
        check_listening(Settings(**settings, allow_anyone=True))
    check_listening(Settings(**settings, allow_plaintext=True))
    check_listening(Settings(**settings, **TLS))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"tls_cert": "c"}, "tls_cert is given without tls_key"),
        ({"tls_key": "k"}, "tls_key is given without tls_cert"),
        ({"tls_client_ca": "a"}, "client certificates need TLS"),
        ({"tokens": "env:"}, "name the variable"),
        ({"tokens": "env:VOXRIG_TOKENS"}, "stands for --tokens itself.*env:STUDIO_TOKENS"),
        ({"max_connections": 0}, "max_connections is 0"),
        ({"max_connections": 2**31}, "max_connections is 2147483648"),
        ({"handshake_seconds": float("inf")}, "handshake_seconds is inf"),
        ({"a2f_idle_seconds": float("nan")}, "a2f_idle_seconds is nan"),
        ({"handshake_seconds": 0.0}, "handshake_seconds is 0"),
        ({"max_idle_seconds": -1.0}, "max_idle_seconds is -1"),
        ({"max_session_seconds": float("inf")}, "max_session_seconds is inf"),
        ({"max_resume_seconds": float("nan")}, "max_resume_seconds is nan"),
        ({"hang_seconds": -0.1}, "hang_seconds is -0.1"),
        ({"max_load": 1.01}, "max_load is 1.01"),
    ],
)
def test_settings_that_can_not_be(settings, told):
    with pytest.raises(SettingsError, match=told):
        Settings(**settings)


def test_files_that_are_no_certificate_are_told(tmp_path):
    for name in ("c.pem", "k.pem"):
        (tmp_path / name).write_text("nothing")
    with pytest.raises(SettingsError, match=r"c\.pem and .*k\.pem cannot be used"):
        Tls(Settings(tls_cert=str(tmp_path / "c.pem"), tls_key=str(tmp_path / "k.pem")))
    with pytest.raises(SettingsError, match=r"tls_cert .*none\.pem cannot be read"):
        Tls(Settings(tls_cert=str(tmp_path / "none.pem"), tls_key=str(tmp_path / "k.pem")))
