"""The machine: its processor, its memory, its clocks, and the folders that voxrig keeps things in."""

import importlib
import os
import platform
import stat
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from voxrig.cli.diagnosis.finding import Finding, broken, good, one_line, risky

_LEAST_FREE: Final = 400 * 2**20  # bytes: a server with all three models takes 300 MiB
_SOME_FREE: Final = 1024 * 2**20
_LONGEST_NAP: Final = 0.004  # seconds that a sleep of one millisecond may last: a tick is 16 ms
_NAPS: Final = 15
_CGROUP: Final = Path("/sys/fs/cgroup")
_X86: Final = ("x86_64", "amd64", "i386", "i686", "x86")


def check_machine() -> Iterator[Finding]:
    """Look at processor, memory, clocks and folders."""
    yield from check_processor(platform.machine())
    yield check_memory(_free_memory())
    yield check_clock(time.sleep, time.perf_counter)
    yield from check_compiled()
    yield from check_cache()


def check_processor(machine: str, features: Mapping[str, bool] | None = None) -> Iterator[Finding]:
    """Look for the vector instructions that the networks are quick with; `features`: as numpy tells them."""
    if machine.lower() not in _X86:
        yield good("processor", f"{machine}, its vectors are always there")
        return
    try:
        known = _features() if features is None else features
    except (ImportError, AttributeError):
        return  # numpy is broken or hides them: nothing can be said
    if known.get("AVX2"):
        yield good("processor", "has AVX2" + (" and AVX-512 VNNI" if known.get("AVX512_ICL") else ""))
        return
    why = "networks take several times as long, so far fewer characters fit on a core"
    remedy = "use another machine; on a virtual one, let it have the host's processor (for QEMU: -cpu host)"
    yield risky("processor", "has no AVX2", why, remedy)


def _features() -> Mapping[str, bool]:
    """What numpy found when it was loaded: the same on every system."""
    known: dict[str, bool] = importlib.import_module("numpy._core._multiarray_umath").__cpu_features__
    return known


def check_memory(free: int) -> Finding:
    """Judge the bytes that a server may still take."""
    text = f"{free / 2**20:.0f} MiB free"
    remedy = "close other programs, give the container more (docker run --memory 2g), or serve one model: --model live"
    if free < _LEAST_FREE:
        return broken("memory", text, "a server takes 300 MiB, and would be ended by the system", remedy)
    if free < _SOME_FREE:
        return risky("memory", text, "with many characters, or clips of hours, it may run out", remedy)
    return good("memory", text)


def _free_memory() -> int:
    """Bytes that this process may still take: of the machine, or of its container where that has less."""
    import psutil

    free = int(psutil.virtual_memory().available)
    try:
        most = int((_CGROUP / "memory.max").read_text("ascii"))
        used = int((_CGROUP / "memory.current").read_text("ascii"))
    except (OSError, ValueError):  # no container, or "max"
        return free
    return min(free, most - used)


def check_clock(sleep: Callable[[float], None], clock: Callable[[], float]) -> Finding:
    """Measure how late the system wakes whoever sleeps for a millisecond."""
    naps = []
    for _ in range(_NAPS):
        begun = clock()
        sleep(0.001)
        naps.append(clock() - begun)
    usual = statistics.median(naps)
    text = f"a sleep of 1 ms lasts {usual * 1000:.1f} ms"
    if usual <= _LONGEST_NAP:
        return good("clock", text, needed=False)
    why = "frames come in bursts, up to so much later"
    remedy = (
        "take the power plan `High performance`; use Windows 10 version 2004 or newer, and Python 3.11 or newer"
        if sys.platform == "win32"
        else "the machine is overloaded or its virtual timer is coarse: see what else runs with `top`"
    )
    return risky("clock", text, why, remedy)


def check_compiled() -> Iterator[Finding]:
    """See where compiled code is kept: where it can't be, every start compiles for half a minute."""
    name = "compiled code"
    try:
        from voxrig.runtime.animation import mixing

        dispatcher = next(each for each in vars(mixing).values() if hasattr(each, "stats"))
        folder = Path(dispatcher.stats.cache_path)
    except Exception as error:  # the engine can't be loaded: told of elsewhere, but for this one reason
        if "no locator available" in str(error):
            why = "numba compiles voxrig's code for this processor, and refuses to do so where it can't keep it"
            yield broken(name, "no folder for it can be written", why, _numba_remedy())
        return
    yield check_folder(name, folder, "every start compiles for half a minute", _numba_remedy())


def check_cache() -> Iterator[Finding]:
    """See whether the folder of engines for a GPU can be written, and by nobody else."""
    from voxrig.runtime.models.cache_folder import VARIABLE, cache_folder

    folder = cache_folder()
    remedy = f"let {VARIABLE} name a folder of yours, or make this one yours"
    yield check_folder("cache folder", folder, "engines for a GPU are built at every start", remedy)
    if os.name == "posix" and folder.is_dir() and folder.stat().st_mode & stat.S_IWOTH:
        why = "whoever else uses this machine can put engines there, and they are run"
        yield risky("cache folder", f"{folder} can be written by everybody", why, f"chmod o-w '{folder}'")


def check_folder(name: str, folder: Path, why: str, remedy: str) -> Finding:
    """Write a file into a folder, or into the nearest one above it that is there, as it would be made in that."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return risky(name, f"{folder} cannot be written: {error.strerror or one_line(error)}", why, remedy)
    return good(name, f"{folder}", needed=False)


def _numba_remedy() -> str:
    if os.name == "nt":
        return "setx NUMBA_CACHE_DIR %LOCALAPPDATA%\\voxrig\\compiled, and open a new window"
    return 'export NUMBA_CACHE_DIR="$HOME/.cache/voxrig/compiled", or any folder that stays and that you may write'
