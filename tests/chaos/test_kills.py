"""kill -9 at random moments: of the server, of one of its processes, of clients.

    python dev.py test tests/chaos/test_kills.py -m benchmarks -s

does so 200 times (VOXRIG_KILLS for more or fewer) and writes out/kills.json.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from stand import PLAIN, standing
from talking.heard import RATE, Heard
from talking.server_process import ServerProcess
from talking.sessions import Sessions

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.processes.ports import can_share
from voxrig.runtime.serving.settings import Settings

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("VOXRIG_KILLS", "200"))
A_FEW = 10
PATIENCE = 90  # seconds; what hangs fails
PAUSE = 0.01
"""Seconds between chunks of 20 ms: twice as fast as speech, so that kills come before, within and after it."""
WAYS = (("grpc", 1), ("link", 1), ("grpc", 3), ("link", 3))

shared = pytest.mark.skipif(not can_share(), reason="this system can't spread connections over processes on one port")


@pytest.fixture
def audio(speech) -> NDArray[np.int16]:
    return (speech(1.2, RATE) * 32767).astype(np.int16)


class Ledger(Counter[str]):
    """What clients were told, and how many frames they have, counted."""


async def killed(
    server: ServerProcess,
    audio: NDArray[np.int16],
    times: int,
    kill: Callable[[random.Random], Awaitable[None]],
    seed: int,
) -> Ledger:
    """Talk and kill, again and again; every frame comes once, and is the one that comes without any of it."""
    rng, ledger, known = random.Random(seed), Ledger(), dict[tuple[str, int], Heard]()
    for way, count in WAYS:
        known[way, count] = await Sessions(way, count, **PLAIN)(server.ports[way], audio)
        assert known[way, count].failure is None
    for turn in range(times):
        way, count = WAYS[turn % len(WAYS)]
        told: list[str] = []
        talker = Sessions(
            way,
            count,
            PAUSE,
            timeout=30.0,
            resume_seconds=60.0,
            watch=lambda notice, told=told: told.append(notice.kind),
        )
        async with asyncio.timeout(PATIENCE):
            talking = asyncio.create_task(talker(server.ports[way], audio))
            await asyncio.sleep(rng.uniform(0.1, 0.9))
            await kill(rng)
            heard = await talking
        if not heard.rows:  # it was killed in the greeting, before there was anything to bring back
            assert isinstance(heard.failure, ConnectionError)
            ledger["never connected"] += 1
            continue
        assert heard == known[way, count], f"turn {turn}: {way}, {count} sessions, told {told}"
        ledger.update(told)
        ledger["frames"] += 72 * count
    assert ledger["never connected"] <= times // 5
    return ledger


async def kill_servers(tiny: Bundle, audio: NDArray[np.int16], times: int) -> Ledger:
    async with ServerProcess(tiny.path) as server:

        async def kill(rng: random.Random) -> None:
            await server.kill()
            await server.start()

        return await killed(server, audio, times, kill, 1)


async def kill_processes(tiny: Bundle, audio: NDArray[np.int16], times: int) -> Ledger:
    async with ServerProcess(tiny.path, processes=2) as server:

        async def kill(rng: random.Random) -> None:
            if children := server.children():  # the supervisor starts it again; the other goes on
                rng.choice(children).kill()

        return await killed(server, audio, times, kill, 2)


async def kill_clients(settings: Settings, times: int) -> Ledger:
    """Clients are killed while they talk, five at a time; the server is then as it was."""
    rng, script = random.Random(3), Path(__file__).parent / "talking" / "forever.py"
    ledger = Ledger()
    async with standing(settings, max_resume_seconds=1.0) as stand:
        for first in range(0, times, 5):
            clients = []
            for turn in range(first, min(first + 5, times)):
                way, count = WAYS[turn % len(WAYS)]
                command = (sys.executable, script, way, stand.ports[way], count)
                pipe = asyncio.subprocess.PIPE
                clients.append(await asyncio.create_subprocess_exec(*map(str, command), stdout=pipe))
                ledger["sessions"] += count
            async with asyncio.timeout(PATIENCE):
                for client in clients:
                    assert await client.stdout.readline() == b"frames come\n"
            assert stand.server.stage.sessions >= len(clients)
            for client in clients:
                await asyncio.sleep(rng.uniform(0.0, 0.3))
                client.kill()
                await client.communicate()
            await stand.freed()
        ledger["clients"] = times
    return ledger


async def test_a_server_that_is_killed_and_started_again_loses_no_frame(tiny_bundle: Bundle, audio) -> None:
    assert (await kill_servers(tiny_bundle, audio, A_FEW))["rebuilt"] > 0


@shared
async def test_a_process_that_is_killed_loses_no_frame(tiny_bundle: Bundle, audio) -> None:
    assert (await kill_processes(tiny_bundle, audio, A_FEW))["rebuilt"] > 0


async def test_clients_that_are_killed_leave_nothing(settings: Settings, caplog) -> None:
    assert (await kill_clients(settings, A_FEW))["sessions"] > A_FEW
    assert caplog.records == []


@pytest.mark.benchmarks
async def test_kills_by_the_hundred(tiny_bundle: Bundle, settings: Settings, audio, capsys) -> None:
    begun = time.perf_counter()
    told = {"servers": await kill_servers(tiny_bundle, audio, KILLS * 2 // 5)}
    if can_share():
        told["one of two processes"] = await kill_processes(tiny_bundle, audio, KILLS // 5)
    told["clients"] = await kill_clients(settings, KILLS * 2 // 5)
    assert told["servers"]["rebuilt"] > 0
    figures = {"kills": KILLS, "seconds": round(time.perf_counter() - begun), **told}
    (ROOT / "out").mkdir(exist_ok=True)
    (ROOT / "out" / "kills.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")
    with capsys.disabled():
        print(json.dumps(figures))
