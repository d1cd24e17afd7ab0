"""Profiles as a real one has them, full and as poor as may be, for tests of what reads them."""

import copy
import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from voxrig.profiling.waterfall import waterfall
from voxrig.runtime.serving.stage_times import STAGES

BOUNDS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.7, 20.0, 25.0, 33.3, 50.0, 100.0)
LOOK_AHEAD_MS = 81.25
CHUNK_MS, MARGIN_MS = 20.0, 20.0
SECONDS = 30
# Microseconds of each stage for a frame at one session; with more sessions models and transport cost less each.
COSTS = (12, 16, 14, 7, 110, 17, 44, 6, 5, 8, 6, 3, 5, 7, 12, 18, 14, 21, 30)


def full_run(transport: str, sessions: int, slower: float = 1.0) -> dict[str, Any]:
    """A run whose figures hang together; `slower` multiplies times and costs."""
    return copy.deepcopy(_full_run(transport, sessions, slower))


@cache
def _full_run(transport: str, sessions: int, slower: float) -> dict[str, Any]:
    rng = np.random.default_rng([sessions, len(transport)])
    frames = SECONDS * 60 * sessions
    load = slower * (1.0 + sessions / 40)
    latency = np.sort(rng.lognormal(math.log(2.3 * load), 0.35, frames))
    share = 0.25 + 0.75 / math.sqrt(sessions)
    stages = {name: round(cost * share * slower, 3) for name, cost in zip(STAGES, COSTS, strict=True)}
    cpu = sum(stages.values()) + 45 * slower * (0.5 if "bundled" in transport else 1.0) * share
    late = int((latency > CHUNK_MS + MARGIN_MS).sum())
    mean = float(latency.mean())
    delay = LOOK_AHEAD_MS + 1000 / 60 + CHUNK_MS + MARGIN_MS
    return {
        "transport": transport,
        "sessions": sessions,
        "seconds": float(SECONDS),
        "frames": frames,
        "dropped": 0,
        "late": late,
        "late_share": late / frames,
        "latency_ms": spread(latency),
        "first_frame_ms": spread(latency[:: max(1, frames // (6 * sessions))] * 1.2),
        "jitter_ms": spread(np.abs(rng.normal(0, load, frames))),
        "av_offset_ms": {"min": -19.0, "max": 22.0 * load, "p1": -8.5, "p99": 9.0 * load, "within_bt1359": 1.0},
        "server": {
            "cpu_us_per_frame": cpu,
            "cpu_share": cpu * 60 * sessions / 1e6,
            "memory_bytes": 402_653_184 + 700_000 * sessions,
            "memory_bytes_per_character": 700_000,
        },
        "client": {"cpu_us_per_frame": 21.0, "cpu_share": 21e-6 * 60 * sessions, "limited": False},
        "stages_us_per_frame": stages,
        "waterfall_ms": waterfall(LOOK_AHEAD_MS, 10.2, mean, delay, 0.3 * mean, 0.45 * mean, stages),
        "histogram_ms": histogram(latency),
        "timeline": [
            {
                "second": second,
                "p50": float(np.median(part)),
                "p99": float(np.percentile(part, 99)),
                "late": int((part > CHUNK_MS + MARGIN_MS).sum()),
                "cpu_share": cpu * 60 * sessions / 1e6 * float(rng.uniform(0.97, 1.03)),
            }
            for second, part in enumerate(np.split(rng.permutation(latency), SECONDS))
        ],
        "gpu": None,
    }


def full_record(slower: float = 1.0) -> dict[str, Any]:
    """A profile of three transports and three counts of sessions, with everything measured."""
    transports = ("grpc", "grpc-bundled", "link")
    return {
        "format": "voxrig-profile",
        "version": 1,
        "when": "2026-11-23T17:20:00Z",
        "command": "voxrig profile samples/healer.wav --sessions 1,16,64 --seconds 30 --floors --find-capacity",
        "machine": {
            "system": "Linux 6.1.0 x86_64",
            "processor": "Intel(R) Xeon(R) Processor @ 2.60GHz",
            "cores": 2,
            "memory_bytes": 16_777_216_000,
            "python": "3.11.2",
        },
        "server": {
            "version": "0.1.0",
            "target": "127.0.0.1:40123",
            "models": [{"name": "live", "version": "0.2.0", "sha256": "0f3a" * 16}],
            "started_here": True,
            "processes": 1,
        },
        "settings": {
            "seconds": SECONDS,
            "chunk_ms": CHUNK_MS,
            "margin_ms": MARGIN_MS,
            "fps": "60/1",
            "rig": "metahuman",
            "sample_rate": 48_000,
            "options": {"emotion": "joy=0.4", "body": "on"},
            "look_ahead_ms": LOOK_AHEAD_MS,
        },
        "overhead": {"server_share": 0.004, "client_share": 0.003, "how": "windows with and without, in turn"},
        "floors": {"network_us": 20.0, "mel_us": 9.0, "echo_us": 31.0, "sum_us": 60.0, "ratio": 1.8 * slower},
        "cold_start": {"ready_s": 1.1 * slower, "first_frame_s": 1.4 * slower},
        "runs": [full_run(transport, count, slower) for transport in transports for count in (1, 16, 64)],
        "capacity": [capacity(name, most, slower) for name, most in (("grpc", 96), ("grpc-bundled", 290))],
    }


def minimal_record() -> dict[str, Any]:
    """As little as a profile can say."""
    return {"format": "voxrig-profile", "version": 1, "runs": [{"transport": "grpc", "sessions": 1}]}


def capacity(transport: str, most: int, slower: float) -> dict[str, Any]:
    """A search that doubled from 8 sessions on, and bisected."""
    characters = round(most / slower)
    counts = [count for count in (8, 16, 32, 64, 128, 256, 512) if count < 2 * characters]
    counts += [characters, round(characters * 1.05)]
    points = [
        {
            "sessions": count,
            "late_share": 0.0 if count < 0.8 * characters else min(0.6, 0.0006 * (count / characters) ** 12),
            "p99_ms": 4.0 / max(0.04, 1 - count / characters / 1.08),
            "cpu_share": min(1.0, count / characters),
            "cpu_us_per_frame": 1e6 / 60 / characters * (1 + 6 / count),
            "ok": count <= characters,
        }
        for count in counts
    ]
    limit = "late frames 0.4 % > 0.1 %"
    return {
        "transport": transport,
        "characters": characters,
        "per_core": characters * 1.04,
        "limit": limit,
        "points": points,
    }


def spread(values: Any) -> dict[str, float]:
    """As a record has it."""
    p50, p90, p99 = np.percentile(values, (50, 90, 99))
    told = {"mean": values.mean(), "p50": p50, "p90": p90, "p99": p99, "max": values.max()}
    return {name: float(value) for name, value in told.items()}


def histogram(values: Any) -> dict[str, Any]:
    """A count for what is at most each bound, one more for what is longer than the last."""
    places = np.searchsorted(BOUNDS, values, side="left")
    return {"bounds": list(BOUNDS), "counts": np.bincount(places, minlength=len(BOUNDS) + 1).tolist()}


def without(record: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """The record with nothing below `keys`, one inside the other; of a list, in each of its parts."""
    told = dict(record)
    first, *rest = keys
    if not rest:
        told[first] = None
    elif isinstance(told.get(first), list):
        told[first] = [without(part, *rest) for part in told[first]]
    elif told.get(first) is not None:
        told[first] = without(told[first], *rest)
    return told
