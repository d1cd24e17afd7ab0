"""Models replaced while a server runs: new sessions use the new ones, running ones keep theirs to their end."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from voxrig.runtime.models import bundle
from voxrig.runtime.models.spec import ModelSpec
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 2.0
"""How often files are looked at."""

Stamps = dict[Path, tuple[int, int]]
"""Of each file when it was written, in nanoseconds, and its size."""


class Reloader:
    """Loads the models of a stage again, off the thread of the ticks."""

    def __init__(self, stage: Stage, pacer: Pacer) -> None:
        self._stage = stage
        self._pacer = pacer
        self._loading = asyncio.Lock()

    async def reload(self) -> bool:
        """Load again and adopt what is there; tell whether it is another.

        A bundle that can't be used is told of in one line of the log, and everything stays as it was.
        """
        async with self._loading:
            before = self._stage.models
            try:
                networks = await asyncio.to_thread(self._stage.load_again)
            except Exception as error:  # whatever a bundle or what runs it comes to: those that are loaded still work
                log.error("models are not replaced, those that are loaded stay: %s", " ".join(str(error).split()))
                return False
            adopted = asyncio.Event()

            def adopt() -> None:
                self._stage.adopt(networks)
                adopted.set()

            self._pacer.between(adopt)
            await adopted.wait()
            log.warning("models: %s; before: %s", _names(self._stage.models), _names(before))
            return self._stage.models != before

    async def watch(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Reload whenever a file of a bundle has changed and stays as it is from one look to the next; for ever."""
        loaded = last = await asyncio.to_thread(stamps, self._stage.settings)
        while True:
            await sleep(LOOK_SECONDS)
            now = await asyncio.to_thread(stamps, self._stage.settings)
            if now == last and now != loaded and now:
                loaded = now
                await self.reload()
            last = now


@contextmanager
def on_hangup(reload: Callable[[], None]) -> Iterator[None]:
    """Have SIGHUP call `reload` while the block runs; in the main thread only, and not on Windows, which has none.

    Where somebody started it in a terminal it stays what it is: the end of everything, as the terminal is closed.
    """
    if sys.platform == "win32" or (sys.stdin is not None and sys.stdin.isatty()):
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, reload)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)


def stamps(settings: Settings) -> Stamps:
    """Look at the files of the bundles that the settings name, faces and bodies; what is not there is left out."""
    found: Stamps = {}
    named = [(name, "face") for name in settings.model_names]
    for name, role in (*named, (settings.body_model, "body")):
        path = bundle.SHIPPED_FOLDER / name if name in bundle.shipped(role) else Path(name)
        with suppress(OSError):  # it is being replaced
            for file in sorted(path.iterdir()) if path.is_dir() else (path,):
                stat = file.stat()
                found[file] = (stat.st_mtime_ns, stat.st_size)
    return found


def _names(models: tuple[ModelSpec, ...]) -> str:
    return ", ".join(f"{spec.name} {spec.version} ({spec.sha256[:8]})" for spec in models)
