"""From the moments of a load to its figures: latency, lateness, jitter, over all and second by second."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.profiling.characters import Character
from voxrig.profiling.load import Load
from voxrig.profiling.load_speech import LoadSpeech

Values = NDArray[np.float64]

BOUNDS: Final = (
    0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.7, 20.0, 25.0, 33.3, 50.0, 66.7,
    100.0, 150.0, 250.0, 500.0, 1000.0,
)  # fmt: skip
"""Milliseconds of the histogram: a count for what is at most each, one more for what is longer than the last."""


@dataclass(frozen=True, slots=True)
class Moments:
    """What is known of every frame of a load's window, all characters one after the other.

    Attributes:
        character: int64 [n].
        times: media time in its own speech, seconds.
        latency: seconds from the sending of the last chunk it needed to its arrival; NaN where it never came.
        lateness: seconds from the moment it was to be shown to its arrival; NaN likewise.
        first: whether it is the first of an utterance.
        filling: seconds from its last sample to the sending of the chunk with it, as planned.
        interval: seconds from the arrival of the frame before it of its character; NaN for the first.
    """

    character: NDArray[np.int64]
    times: Values
    latency: Values
    lateness: Values
    first: NDArray[np.bool_]
    filling: Values
    interval: Values


def moments(characters: Sequence[Character], speech: LoadSpeech, begun: float, ended: float) -> Moments:
    """Return the frames whose media time lies from `begun` to `ended` seconds of their speech."""
    load = speech.load
    tables = {(one.variant, one.look_ahead): speech.timetable(one.variant, one.look_ahead) for one in characters}
    rows = []
    for one in characters:
        if not one.sent:  # it was never opened
            continue
        table = tables[one.variant, one.look_ahead]
        arrived = np.array(one.arrived[: len(table.times)], np.float64)
        shown = one.begun + load.delay(one.look_ahead) + table.times
        interval = np.diff(arrived, prepend=np.nan)
        sent = np.array(one.sent, np.float64)[table.chunks]
        chosen = (table.times >= begun) & (table.times < ended) & ~np.isnan(sent)
        number = np.full(len(arrived), one.number, np.int64)
        columns = (number, table.times, arrived - sent, arrived - shown, table.first, table.filling, interval)
        rows.append(tuple(column[chosen] for column in columns))
    if not rows:
        empty = np.zeros(0)
        return Moments(np.zeros(0, np.int64), empty, empty, empty, np.zeros(0, np.bool_), empty, empty)
    return Moments(*(np.concatenate(column) for column in zip(*rows, strict=True)))


def spread(values: Values) -> dict[str, float] | None:
    """Return mean, p50, p90, p99 and max in milliseconds of seconds, NaN left out; None where there is nothing."""
    there = values[~np.isnan(values)] * 1000.0
    if not len(there):
        return None
    p50, p90, p99 = np.percentile(there, (50, 90, 99))
    told = {"mean": there.mean(), "p50": p50, "p90": p90, "p99": p99, "max": there.max()}
    return {name: round(float(value), 4) for name, value in told.items()}


def counts(found: Moments) -> dict[str, Any]:
    """Count frames: those to come, those that never came, those that came too late to be shown on time.

    `late_share` is of both, for neither was seen when it should have been.
    """
    frames = len(found.latency)
    dropped = int(np.isnan(found.latency).sum())
    late = int((found.lateness > 0.0).sum())
    share = (late + dropped) / frames if frames else 0.0
    return {"frames": frames, "dropped": dropped, "late": late, "late_share": round(share, 7)}


def figures(found: Moments, load: Load) -> dict[str, Any]:
    """Return what a run's record says about its frames."""
    jitter = np.abs(found.interval - 1.0 / float(load.frame_rate))
    return {
        **counts(found),
        "latency_ms": spread(found.latency),
        "first_frame_ms": spread(found.latency[found.first]),
        "jitter_ms": spread(jitter),
        "histogram_ms": histogram(found.latency),
    }


def histogram(latency: Values) -> dict[str, list[float]]:
    """Count latencies (seconds) between BOUNDS."""
    there = latency[~np.isnan(latency)] * 1000.0
    places = np.searchsorted(BOUNDS, there, side="left")
    return {"bounds": list(BOUNDS), "counts": [int(n) for n in np.bincount(places, minlength=len(BOUNDS) + 1)]}


def timeline(found: Moments, load: Load, shares: Sequence[float | None]) -> list[dict[str, Any]]:
    """Return the figures of each second of the window; `shares` are the server's CPU in each, as far as known."""
    seconds = np.floor(found.times - load.warm_up).astype(np.int64)
    rows = []
    for second in np.unique(seconds):
        here = seconds == second
        told = spread(found.latency[here])
        late = int((found.lateness[here] > 0.0).sum() + np.isnan(found.latency[here]).sum())
        rows.append(
            {
                "second": int(second),
                "p50": told["p50"] if told else None,
                "p99": told["p99"] if told else None,
                "late": late,
                "cpu_share": shares[second] if 0 <= second < len(shares) else None,
            }
        )
    return rows
