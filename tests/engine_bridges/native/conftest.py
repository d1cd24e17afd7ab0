"""What is built of the native core for the tests, once a run."""

import sys
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from native_build import build_puppet
from puppet_driver import Driver, Puppet

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture(scope="session")
def native_puppet(program: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The core's puppet: PROGRAM HOST PORT, or PROGRAM --playout."""
    return build_puppet(program, tmp_path_factory.mktemp("native"))


@pytest.fixture
def puppet(native_puppet, serving) -> Puppet:
    """`with puppet() as driver`: one that is connected to the server, or to another port."""
    return lambda port=None: Driver(native_puppet, serving.host, str(port or serving.link_port))


@pytest.fixture(scope="session")
def voice() -> tuple[bytes, int]:
    """A sample clip: two seconds as s16le mono, and its rate in Hz."""
    with wave.open(str(SAMPLES / "healer.wav")) as clip:
        assert (clip.getsampwidth(), clip.getnchannels()) == (2, 1)
        return clip.readframes(2 * clip.getframerate()), clip.getframerate()
