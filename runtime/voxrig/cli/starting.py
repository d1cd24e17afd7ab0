"""What lets a command that stays be there sooner."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

COMPILING = "compiling for this processor, which takes about half a minute and is done once after an installation ..."


@contextmanager
def quick_start(tell: Callable[[str], None]) -> Iterator[None]:
    """Let the block import, load and warm up; enter it before numba is imported, leave it when everything is there.

    Python's collector rests: what is made now stays. scipy is out of sight: numba would import all of its linear
    algebra, a quarter of a second, for compiled code of ours that has none. `tell` gets `COMPILING` if code has to be
    compiled.
    """
    hidden = "scipy" not in sys.modules
    modules: dict[str, Any] = sys.modules
    gc.disable()
    if hidden:
        modules["scipy"] = None
    try:
        with _told_of_compiling(tell):
            yield
    finally:
        if hidden:
            modules.pop("scipy", None)
        gc.enable()


@contextmanager
def _told_of_compiling(tell: Callable[[str], None]) -> Iterator[None]:
    from numba.core import event

    told = False

    class Listener(event.Listener):
        def on_start(self, _: event.Event) -> None:
            nonlocal told
            if not told:
                told = True
                tell(COMPILING)

        def on_end(self, _: event.Event) -> None:
            """Nothing is told of an end."""

    with event.install_listener("numba:compile", Listener()):
        yield
