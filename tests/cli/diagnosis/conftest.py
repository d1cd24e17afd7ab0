"""Certificates of our own making, and the doctor."""

import asyncio
import datetime
import ipaddress
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.server import running
from voxrig.runtime.serving.settings import Settings

Doctor = Callable[..., tuple[int, dict[str, dict[str, Any]]]]
NOW = datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as files."""

    cert: Path
    key: Path


class Signer:
    """Signs certificates, as a studio's own authority does; `file` is what its clients are given."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        made = self._build(self._name, self._key, 365).add_extension(x509.BasicConstraints(True, None), critical=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def pair(self, name: str, *hosts: str, days: float = 90) -> Pair:
        """A certificate for these hosts, from a year ago to `days` from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        names = x509.SubjectAlternativeName([_general(host) for host in hosts])
        made = self._build(subject, key, days)
        made = made.add_extension(names, critical=False) if hosts else made
        pair = Pair(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        pair.cert.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        plain = serialization.NoEncryption()
        coding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        pair.key.write_bytes(key.private_bytes(coding, form, plain))
        pair.key.chmod(0o600)
        return pair

    def _build(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, days: float) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number()).not_valid_before(NOW - datetime.timedelta(days=365))
        return made.not_valid_after(NOW + datetime.timedelta(days=days))


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


@pytest.fixture
def signer(tmp_path: Path) -> Callable[[str], Signer]:
    """`signer("studio")`: who signs certificates; `.pair("server", "127.0.0.1", days=90)`."""
    return lambda name: Signer(tmp_path, name)


@pytest.fixture
def serving(tiny_bundle: Bundle) -> Callable[..., Any]:
    """`with serving(tokens=...) as target`: a server in a thread of its own, as another process would be."""

    @contextmanager
    def serve(**settings: Any) -> Iterator[Any]:
        ready, told = threading.Event(), []
        chosen = Settings(**{"port": 0, "models": (str(tiny_bundle.path),), **settings})

        async def run() -> None:
            stop = asyncio.Event()
            try:
                async with running(chosen) as server:
                    told.extend((server, asyncio.get_running_loop(), stop))
                    ready.set()
                    await stop.wait()
            finally:
                ready.set()

        thread = threading.Thread(target=lambda: asyncio.run(run()))
        thread.start()
        try:
            assert ready.wait(60)
            assert told, "the server has not started"
            yield told[0]
        finally:
            if told:
                told[1].call_soon_threadsafe(told[2].set)
            thread.join()

    return serve


@pytest.fixture
def doctor(voxrig: Callable[..., tuple[int, str, str]]) -> Doctor:
    """`doctor(...)`: run it with --json; return the exit code and the findings by name."""

    def call(*arguments: object) -> tuple[int, dict[str, dict[str, Any]]]:
        code, out, err = voxrig("doctor", "--json", *arguments)
        assert err == ""
        found = json.loads(out)
        assert found["ok"] == (code == 0)
        for one in found["checks"]:
            assert one["ok"] or (one["detail"] and one["why"] and one["remedy"]), one["name"]
        return code, {one["name"]: one for one in found["checks"]}

    return call
