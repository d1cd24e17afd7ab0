"""The C# client at a server that asks who it is: TLS with a certificate of one's own, and tokens."""

import hashlib
import ssl
from pathlib import Path

import pytest
from test_puppet import Puppet

from tests.engine_bridges.survival import MortalServer, indices

SECRET = "open-sesame-0123456789"


@pytest.fixture(scope="module")
def guarded(tiny_bundle, authority, tmp_path_factory):
    certificate = authority.signed("localhost")
    tokens = tmp_path_factory.mktemp("tokens") / "tokens.toml"
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    tokens.write_text(f'[[token]]\nname = "game"\nsha256 = "{digest}"\n')
    tls = ("--tls-cert", str(certificate.cert), "--tls-key", str(certificate.key), "--tokens", str(tokens))
    with MortalServer("--model", str(tiny_bundle.path), *tls) as server:
        yield server, fingerprint(Path(certificate.cert))


def fingerprint(path):
    first = path.read_text().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).hexdigest()


def test_frames_come_over_tls_to_who_has_the_token(unity_puppet, guarded, voice):
    server, seen = guarded
    samples, rate = voice
    with Puppet(unity_puppet, "127.0.0.1", server.link_port, "20", "20", SECRET, seen) as client:
        client.say(f"open 1 arkit 60 1 {rate} 5")
        client.audio(1, samples)
        client.say("end 1 0", "close 1", "done")
        assert client.rest() == 0
    assert indices(client.lines) == list(range(90))
    assert client.lines[-1] == "done"


def test_a_wrong_token_is_refused_for_good(unity_puppet, guarded):
    server, seen = guarded
    with Puppet(unity_puppet, "127.0.0.1", server.link_port, "20", "20", "wrong", seen) as client:
        error = client.until("error -")
        assert error.split()[2] == "16"
        assert client.rest() == 1
    assert SECRET not in "".join(client.lines)


def test_another_certificate_is_not_trusted(unity_puppet, guarded):
    server, _ = guarded
    with Puppet(unity_puppet, "127.0.0.1", server.link_port, "20", "20", SECRET, "00" * 32) as client:
        assert "certificate" in client.until("lost ")
        assert client.rest() == 1
