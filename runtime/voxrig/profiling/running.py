"""One run: a load on a server, and everything that was measured of it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.profiling.capacity import LIMIT_CPU, LIMIT_LAG
from voxrig.profiling.characters import Character, Line
from voxrig.profiling.client_processes import Chorus
from voxrig.profiling.driving import Part, Target, drive, lines_of, opened, stop
from voxrig.profiling.load import LoadError
from voxrig.profiling.load_speech import LoadSpeech
from voxrig.profiling.measure import Moments, figures, moments, spread, timeline
from voxrig.profiling.measure_av import av_offset
from voxrig.profiling.measure_server import ServerSample, ServerWatch, cpu_share, server_figures, stage_figures
from voxrig.profiling.pace import Pace
from voxrig.profiling.waterfall import waterfall

Progress = Callable[[dict[str, Any]], None]
"""Is told now and then how a run goes: transport, sessions, second, of, and what `measure.figures` knows so far."""

_SAMPLED: Final = 3  # sessions whose picture is held against the sound: the first, and the two with the worst frames
_SETTLED: Final = 0.2


@dataclass(slots=True)
class Taken:
    """What a run gathered, also one that was broken off."""

    speech: LoadSpeech
    characters: list[Character] = field(default_factory=list)
    samples: list[ServerSample] = field(default_factory=list)
    idle: ServerSample | None = None
    lags: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    client_seconds: float = 0.0
    received: int = 0
    """Bytes that the server sent."""
    window: float = 0.0
    """Seconds of the window that were measured."""


async def run(
    taken: Taken, clip: NDArray[np.float32], target: Target, watch: ServerWatch, processes: int, progress: Progress
) -> None:
    """Speak `taken.speech` to a server and gather what comes; broken off, what there is stays in `taken`.

    Raises LoadError, ConnectionError, ValueError.
    """
    load = taken.speech.load
    taken.idle = await watch.sample()
    if processes > 1:
        await _speak_apart(taken, Chorus(load, processes), clip, target, watch, progress)
        return
    lines = lines_of(load, taken.speech, target, Part())
    taken.characters = [one for line in lines for one in line.characters]
    try:
        await opened(lines)
        await _speak(taken, lines, watch, progress)
    finally:
        stop(lines)


async def _speak_apart(
    taken: Taken, chorus: Chorus, clip: NDArray[np.float32], target: Target, watch: ServerWatch, progress: Progress
) -> None:
    """Speak from processes of its own."""

    async def watched() -> None:
        await _watch(taken, watch, await chorus.start(), progress)

    watching = asyncio.create_task(watched())
    try:
        told = await chorus.speak(clip, taken.speech.rate, target)
        await watching
    finally:
        watching.cancel()
    taken.characters = sorted((one for part in told for one in part.characters), key=lambda one: one.number)
    taken.lags = np.concatenate([part.lags for part in told])
    taken.received = sum(part.received for part in told)
    taken.client_seconds = max(part.cpu_seconds for part in told)  # the busiest is the one that limits


async def _speak(taken: Taken, lines: Sequence[Line], watch: ServerWatch, progress: Progress) -> None:
    """Speak from this process."""
    start, pace, load = time.perf_counter() + _SETTLED, Pace(), taken.speech.load
    watching = asyncio.create_task(_watch(taken, watch, start, progress))
    try:
        await drive(lines, load, taken.speech, start, pace)
        await watching
    finally:
        watching.cancel()
        taken.received = sum(line.received for line in lines)
        taken.lags = pace.lags(start + load.warm_up, start + load.warm_up + load.seconds)


_SHOWN: Final = 16
"""Characters that the live table tells of: to look at all of them would hold up the next chunks."""


async def _watch(taken: Taken, watch: ServerWatch, start: float, progress: Progress) -> None:
    """Take the server's numbers where the window begins, each second, and where it ends; and the client's CPU."""
    load = taken.speech.load
    begun = start + load.warm_up
    for one in taken.characters:  # now: nothing is measured yet that this could hold up
        taken.speech.timetable(one.variant, one.look_ahead)
    await asyncio.sleep(max(0.0, begun - time.perf_counter()))
    own = time.process_time()
    taken.samples.append(await watch.sample())
    moment = 0.0
    while moment < load.seconds:
        moment = min(load.seconds, moment + 1.0)
        await asyncio.sleep(max(0.0, begun + moment - time.perf_counter()))
        taken.client_seconds, taken.window = time.process_time() - own, moment
        taken.samples.append(await watch.sample())
        progress(_so_far(taken, moment))


def _so_far(taken: Taken, moment: float) -> dict[str, Any]:
    """Tell the figures of the last second or two that frames can have come of."""
    load = taken.speech.load
    behind = max((load.delay(one.look_ahead) for one in taken.characters[:1]), default=0.0)
    ended = load.warm_up + moment - behind
    there = [one for one in taken.characters[:_SHOWN] if one.arrived]
    told = figures(moments(there, taken.speech, max(load.warm_up, ended - 1.0), ended), load)
    share = cpu_share(taken.samples[-2], taken.samples[-1]) if len(taken.samples) > 1 else None
    client = taken.client_seconds / moment
    place = {"transport": load.transport, "sessions": load.sessions, "second": moment, "of": load.seconds}
    return {**place, **told, "cpu_share": share, "client_share": client}


def record_of(taken: Taken) -> dict[str, Any] | None:
    """Return a run as the profile has it; None where nothing was measured.

    Raises LoadError where the server refused something while it ran.
    """
    load, speech = taken.speech.load, taken.speech
    if taken.window <= 0.0 or len(taken.samples) < 2 or not taken.characters:
        return None
    for one in taken.characters:
        if one.error:
            raise LoadError(one.error)
    ended = load.warm_up + taken.window
    if taken.window < load.seconds:  # broken off: of the last frames nobody can say whether they would have come
        ended -= load.delay(taken.characters[0].look_ahead)
    found = moments(taken.characters, speech, load.warm_up, ended)
    before, after = taken.samples[0], taken.samples[-1]
    shares = [cpu_share(a, b) for a, b in zip(taken.samples, taken.samples[1:], strict=False)]
    stages = stage_figures(before, after)
    return {
        "transport": load.transport,
        "sessions": load.sessions,
        "seconds": taken.window,
        **figures(found, load),
        "av_offset_ms": av_offset(_sampled(taken.characters, found), speech, load.warm_up, ended),
        "server": server_figures(before, after, taken.idle, load.sessions, _came(found)),
        "client": client_figures(taken, len(found.latency)),
        "stages_us_per_frame": stages,
        "waterfall_ms": _waterfall(taken, found, stages),
        "timeline": timeline(found, load, shares),
        "gpu": {name: value for name, value in after.metrics.items() if name.startswith("gpu_")} or None,
    }


def _came(found: Moments) -> int:
    return int((~np.isnan(found.latency)).sum())


def client_figures(taken: Taken, frames: int) -> dict[str, Any]:
    """Return what the load cost this side, and whether that was too much for it."""
    share = taken.client_seconds / taken.window
    lag = float(np.percentile(taken.lags, 99)) if len(taken.lags) else 0.0
    return {
        "cpu_us_per_frame": round(taken.client_seconds / frames * 1e6, 3) if frames else None,
        "cpu_share": round(share, 5),
        "lag_ms": spread(taken.lags),
        "limited": share > LIMIT_CPU or lag > LIMIT_LAG,
    }


def _sampled(characters: Sequence[Character], found: Moments) -> list[Character]:
    """Choose the sessions whose picture is held against the sound."""
    worst: dict[int, float] = {}
    for number in np.unique(found.character):
        late = found.lateness[found.character == number]
        worst[int(number)] = float("inf") if np.isnan(late).any() else float(late.max())
    first, *rest = sorted(worst) or [-1]
    chosen = {first, *sorted(rest, key=lambda number: -worst[number])[: _SAMPLED - 1]}
    return [one for one in characters if one.number in chosen]


def _waterfall(taken: Taken, found: Moments, stages: dict[str, float]) -> list[dict[str, float | str]]:
    latency = spread(found.latency)
    if latency is None:
        return []
    load, look_ahead = taken.speech.load, taken.characters[0].look_ahead
    before, after = taken.samples[0], taken.samples[-1]
    queue = after.mean_since(before, "queue_ms", "queue_ms_count")
    return waterfall(
        float(look_ahead) * 1000.0,
        float(found.filling.mean()) * 1000.0,
        latency["mean"],
        load.delay(look_ahead) * 1000.0,
        after.metrics.get("queue_ms_mean") if queue is None else queue,
        after.mean_since(before, "tick_ms", "ticks"),
        stages,
    )
