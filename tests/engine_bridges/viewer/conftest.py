"""A browser and a running `voxrig view` for the viewer's tests, and modules by name, however pytest was started."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from browser import Browser  # noqa: E402
from puppet_stage import PuppetStage  # noqa: E402
from viewing import SAMPLES, Viewing, start_viewing  # noqa: E402


@pytest.fixture(scope="session")
def viewing() -> Iterator[Viewing]:
    running = start_viewing()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser(program: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium whose microphone hears samples/warning.wav again and again; pages: `browser.open(url)`."""
    flags = [f"--use-file-for-fake-audio-capture={SAMPLES / 'warning.wav'}"]
    with Browser(program("chromium"), tmp_path_factory.mktemp("chromium"), flags) as chromium:
        yield chromium


@pytest.fixture(scope="session")
def page_puppet(browser: Browser) -> Iterator[tuple[str, ...]]:
    """The command of the page's puppet, to which HOST PORT or --playout is appended; one browser for all runs."""
    with PuppetStage(browser) as stage:
        yield (sys.executable, str(Path(__file__).with_name("page_puppet.py")), str(stage.port))
