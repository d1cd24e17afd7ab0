"""What a character's frame would cost if a server did nothing but the unavoidable: network, mel, and moving bytes."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from voxrig.profiling.characters import Line
from voxrig.profiling.driving import Part, drive, lines_of, opened, stop
from voxrig.profiling.echo_lines import ECHOED, target_of
from voxrig.profiling.load import Load, LoadError
from voxrig.profiling.load_speech import LoadSpeech
from voxrig.profiling.pace import Pace
from voxrig.profiling.server_child import apart, stopped
from voxrig.runtime.core.timing import BLOCK, STEP_RATE
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import LARGEST_BATCH, StepModel
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.spec import BundleError

ECHO_SECONDS: Final = 4.0
_ROUNDS: Final = 7
_ROUND_SECONDS: Final = 0.08
_LISTENED: Final = 6  # steps that the listener hears at once


def bundle_with(sha256: str, named: Sequence[str]) -> Bundle | None:
    """Return the bundle with a network, of those that came with the package and those named; None: it isn't here."""
    for name in (*named, *bundle.shipped()):
        try:
            loaded = bundle.load(name)
        except (BundleError, OSError):
            continue
        if loaded.spec.sha256 == sha256:
            return loaded
    return None


def network_us(model: StepModel, batch: int) -> float:
    """Return the CPU microseconds of one step of one character, so many in a call."""
    batch = min(batch, LARGEST_BATCH)
    spec = model.spec
    rows = np.random.default_rng(1).normal(-9.0, 3.0, (batch, *spec.inputs[0].shape)).astype(np.float32)
    states = tuple(np.zeros((batch, *state.shape), np.float32) for state in spec.states)
    return _microseconds(lambda: model.step(rows, states)) / batch


def mel_us(loaded: Bundle, speech: LoadSpeech) -> float:
    """Return the CPU microseconds of the mel frames of one step, a second at a time."""
    mel = loaded.spec.log_mel()
    samples = np.frombuffer(next(speech.chunks(0)).samples, "<i2").astype(np.float32) / 32768.0
    second = np.resize(samples, STEP_RATE * BLOCK)
    state = mel.start()
    return _microseconds(lambda: mel.step(state, second)) / STEP_RATE


def listener_us(batch: int) -> float:
    """Return the CPU microseconds of hearing emotion, of one step of one character; 0 where nothing hears it."""
    listener = shipped_listener()
    return 0.0 if listener is None else network_us(listener, batch) / _LISTENED


def _microseconds(work: Callable[[], object]) -> float:
    """Return the least CPU time of `work()` over some rounds: a floor."""
    work()
    begun, times = time.perf_counter(), 0
    while time.perf_counter() - begun < _ROUND_SECONDS:
        work()
        times += 1
    costs = []
    for _ in range(_ROUNDS):
        before = time.process_time()
        for _ in range(times):
            work()
        costs.append((time.process_time() - before) / times)
    return float(np.median(costs)) * 1e6


async def echo_us(load: Load, samples: Any, rate: int, answer_bytes: int) -> float:
    """Return the CPU microseconds of a bare echo for a frame of a character, under the same load.

    Args:
        load: its sessions and transport; it is spoken for ECHO_SECONDS.
        samples: float32 [n] of the clip.
        rate: of the clip, Hz.
        answer_bytes: that go back for each message.

    Raises LoadError where no echo starts.
    """
    shorter = Load(
        load.transport, load.sessions, ECHO_SECONDS, 0.5, load.chunk_ms, load.margin_ms, rig=load.rig, fps=load.fps
    )
    speech = LoadSpeech(samples, rate, shorter)
    kind = "link" if load.transport.startswith("link") else "grpc"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voxrig.profiling.echo", kind, str(answer_bytes)),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **apart(),
    )  # fmt: skip
    lines: list[Line] = []
    try:
        lines = lines_of(shorter, speech, target_of(int(await _told(process, "port")), shorter), Part(), ECHOED)
        await opened(lines)
        start = time.perf_counter() + 0.2
        speaking = asyncio.create_task(drive(lines, shorter, speech, start, Pace()))
        await asyncio.sleep(start + shorter.warm_up - time.perf_counter())
        begun, before = time.perf_counter(), await _used(process)
        await asyncio.sleep(begun + ECHO_SECONDS - time.perf_counter())
        seconds, used = time.perf_counter() - begun, await _used(process) - before
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
        return used / (seconds * load.sessions * float(load.frame_rate)) * 1e6
    finally:
        stop(lines)
        await stopped(process)


async def _used(process: asyncio.subprocess.Process) -> float:
    """Return the CPU seconds that an echo has used so far."""
    assert process.stdin is not None
    process.stdin.write(b"\n")
    return await _told(process, "cpu_seconds")


async def _told(process: asyncio.subprocess.Process, name: str) -> float:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        raise LoadError("the echo that floors are measured with did not start")
    return float(json.loads(line)[name])


def floors(loaded: Bundle, load: Load, speech: LoadSpeech, echo: float, server_us: float | None) -> dict[str, Any]:
    """Return the floors of a run, in CPU microseconds for a frame of a character.

    `sum_us` is of the face's network, mel and echo, and `ratio` what the server takes of that. `listener_us`, what
    hearing emotion in the voice costs beside, stands apart from the sum.
    """
    steps = float(STEP_RATE / load.frame_rate)
    network = network_us(OnnxModel(loaded), load.sessions) * steps
    mel = mel_us(loaded, speech) * steps
    total = network + mel + echo
    told = {"network_us": network, "mel_us": mel, "echo_us": echo, "sum_us": total}
    told["listener_us"] = listener_us(load.sessions) * steps
    ratio = None if server_us is None else round(server_us / total, 3)
    return {**{name: round(value, 2) for name, value in told.items()}, "ratio": ratio}
