"""What a server here is to be set up with, broken for real."""

import os
import time
from pathlib import Path

import pytest

from voxrig.cli.diagnosis.access import check_access
from voxrig.cli.diagnosis.certificate import CertificateError, examine
from voxrig.runtime.serving.settings import Settings

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows keeps who may read a file elsewhere")
TOKENS = '[[token]]\nname = "studio"\nsecret = "a-secret-of-the-studio-0123456789"\n'


def found(**settings):
    return [(one.name, one.mark, one.detail) for one in check_access(Settings(**settings), time.time())]


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    path = tmp_path / "tokens.toml"
    path.write_text(TOKENS)
    path.chmod(0o600)
    return path


def test_this_machine_alone_needs_nothing():
    assert found() == [("host", "ok", "127.0.0.1: this machine alone")]


def test_every_address_without_a_guard_does_not_start():
    [(name, mark, detail)] = found(host="0.0.0.0")
    assert (name, mark) == ("host", "BROKEN")
    assert "--tokens FILE" in detail


def test_every_address_for_anyone_is_a_risk():
    assert [(name, mark) for name, mark, _ in found(host="0.0.0.0", allow_anyone=True)] == [("host", "RISK")]


@POSIX
def test_tokens_that_others_can_read_are_a_risk(tokens):
    assert [mark for _, mark, _ in found(tokens=str(tokens))] == ["ok", "ok"]
    tokens.chmod(0o644)
    [risk] = [one for one in check_access(Settings(tokens=str(tokens)), time.time()) if not one.ok]
    assert (risk.name, risk.mark, risk.remedy) == ("tokens", "RISK", f"chmod 600 '{tokens}'")
    assert "-rw-r--r--" in risk.detail


@pytest.mark.parametrize("text", [None, "nonsense", "[[token]]\nname = 1\n"])
def test_tokens_that_cannot_be_read(tokens, text):
    tokens.unlink() if text is None else tokens.write_text(text)
    assert found(tokens=str(tokens))[1][:2] == ("tokens", "BROKEN")


def test_tokens_of_a_variable(monkeypatch):
    monkeypatch.setenv("STUDIO", "one:a-secret-of-the-studio-0123456789")
    assert found(tokens="env:STUDIO")[1] == ("tokens", "ok", "env:STUDIO: 1")
    monkeypatch.delenv("STUDIO")
    assert found(tokens="env:STUDIO")[1][1] == "BROKEN"


def test_a_certificate_that_is_good(signer):
    pair = signer("studio").pair("server", "127.0.0.1", "localhost", "*.studio.example")
    told = found(tls_cert=str(pair.cert), tls_key=str(pair.key))[1]
    assert told[:2] == ("certificate", "ok")
    assert "for 127.0.0.1, localhost, *.studio.example, good for" in told[2]
    read = examine(pair.cert, pair.key)
    assert read.fits("LOCALHOST")
    assert read.fits("a.studio.example")
    assert not read.fits("a.b.studio.example")
    assert not read.fits("studio.example")


@pytest.mark.parametrize(
    ("hosts", "days", "mark", "says"),
    [
        (["127.0.0.1"], 5, "RISK", "good for 5 days"),
        (["elsewhere.studio"], 90, "RISK", "for elsewhere.studio"),
        ([], 90, "RISK", "for no name"),
        (["127.0.0.1"], -2, "BROKEN", "is expired"),
    ],
)
def test_a_certificate_that_ends_soon_or_is_for_another(signer, hosts, days, mark, says):
    pair = signer("studio").pair("server", *hosts, days=days)
    told = found(tls_cert=str(pair.cert), tls_key=str(pair.key))[1]
    assert told[:2] == ("certificate", mark)
    assert says in told[2]


def test_the_key_of_another_certificate(signer):
    studio = signer("studio")
    pair, other = studio.pair("server", "127.0.0.1"), studio.pair("other", "127.0.0.1")
    told = found(tls_cert=str(pair.cert), tls_key=str(other.key))[1]
    assert told[:2] == ("certificate", "BROKEN")
    assert "is the key of another certificate" in told[2]


def test_files_that_are_none_or_no_certificate(signer, tmp_path):
    pair = signer("studio").pair("server", "127.0.0.1")
    told = found(tls_cert=str(tmp_path / "nowhere.crt"), tls_key=str(pair.key))[1]
    assert told[:2] == ("certificate", "BROKEN")
    assert "nowhere.crt cannot be read" in told[2]
    pair.cert.write_text("nonsense")
    with pytest.raises(CertificateError, match="can't be read") as why:
        examine(pair.cert, pair.key)
    assert "PEM" in why.value.remedy


@POSIX
def test_a_key_that_others_can_read_is_a_risk(signer):
    pair = signer("studio").pair("server", "127.0.0.1")
    pair.key.chmod(0o640)
    told = found(tls_cert=str(pair.cert), tls_key=str(pair.key))
    assert [(name, mark) for name, mark, _ in told][-1] == ("key", "RISK")


def test_who_signs_clients(signer, tmp_path):
    studio = signer("studio")
    pair = studio.pair("server", "127.0.0.1")
    (tmp_path / "empty.pem").write_text("")
    for path, mark in ((studio.file, "ok"), (tmp_path / "empty.pem", "BROKEN"), (tmp_path / "none.pem", "BROKEN")):
        told = found(tls_cert=str(pair.cert), tls_key=str(pair.key), tls_client_ca=str(path))
        assert told[-1][:2] == ("client certificates", mark)


def test_the_doctor_reads_the_servers_settings(doctor, tmp_path, signer, tokens):
    config = tmp_path / "server.toml"
    config.write_text(f"port = 0\nlink = false\ntokens = {str(tokens.with_name('no.toml'))!r}\n")
    code, checks = doctor("--config", config)
    assert code == 1
    assert not checks["tokens"]["ok"]
    code, checks = doctor("--config", config, "--tokens", tokens)
    assert (code, checks["tokens"]["ok"]) == (0, True)
    config.write_text("sparkle = true\n")
    code, checks = doctor("--config", config)
    assert code == 1
    assert "there is no setting 'sparkle'" in checks["settings"]["detail"]
