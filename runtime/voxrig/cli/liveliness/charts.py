"""Which plots the report shows, drawn from what was measured."""

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from voxrig.cli.liveliness.blinks import fit_log_normal
from voxrig.cli.liveliness.gaze_share import AROUND
from voxrig.cli.liveliness.motion import Doubles
from voxrig.cli.liveliness.observed import SILENT, TALKING, Observed
from voxrig.cli.liveliness.plots import Plot, histogram
from voxrig.cli.liveliness.published import (
    AMPLITUDE_FREQUENCY,
    AMPLITUDE_SCALE,
    PUBLISHED,
    SACCADE_INTERCEPT,
    SACCADE_SLOPE,
    WIDTHS,
)
from voxrig.cli.liveliness.saccades import SMALLEST, Saccades, main_sequence

_KIND: Final = {TALKING: "a", SILENT: "b"}
_MOST_DOTS: Final = 700
Series = dict[str, Doubles]


def all_charts(sessions: Sequence[Observed]) -> dict[str, list[Plot]]:
    """Return the plots of each topic."""
    return {
        "blinks": [_rates(sessions), _intervals(sessions), _widths(sessions)],
        "saccades": [_durations(sessions), _velocities(sessions), _amplitudes(sessions)],
        "gaze": [_turn(sessions), _bouts(sessions)],
        "head": [_speeds(sessions), *(_minute(s) for s in sessions[:1])],
    }


def _pooled(sessions: Sequence[Observed], values: Callable[[Observed], Doubles]) -> Series:
    """Values of all seeds together, by condition."""
    found = {}
    for condition in (TALKING, SILENT):
        some = [values(session) for session in sessions if session.condition == condition]
        if some and sum(map(len, some)):
            found[condition] = np.concatenate(some)
    return found


def _histograms(title: str, label: str, series: Series, high: float, bins: int, low: float = 0.0) -> Plot:
    drawn = {name: histogram(list(values), low, high, bins) for name, values in series.items()}
    most = max((max(heights) for _, heights in drawn.values()), default=1.0) or 1.0
    plot = Plot(title, label, "density", (low, high), (0.0, 1.15 * most))
    for name, (edges, heights) in drawn.items():
        plot.bars(edges, heights, _KIND[name], name)
    return plot


def _rates(sessions: Sequence[Observed]) -> Plot:
    longest = max(session.motion.seconds for session in sessions) / 60
    step = max(1.0, longest / 20)
    edges = np.arange(0.0, longest + 1e-9, step) if longest >= step else np.array([0.0, longest])
    plot = Plot(
        f"Blinks a minute over the session, means of {step:g} min",
        "minutes",
        "a minute",
        (0, float(edges[-1])),
        (0, 45),
    )
    for session in sessions:
        counts = np.histogram(session.blinks.time / 60, edges)[0] / np.diff(edges)
        middles = (edges[1:] + edges[:-1]) / 2
        plot.line(list(middles), list(counts), _KIND[session.condition], session.condition)
    for key in ("blink rate talking", "blink rate silent"):
        rate = float(PUBLISHED[key].text.split()[0])
        plot.line((0, float(edges[-1])), (rate, rate), "p", "published means")
    return plot


def _intervals(sessions: Sequence[Observed]) -> Plot:
    series = _pooled(sessions, lambda session: session.blinks.intervals)
    plot = _histograms("From one blink to the next", "seconds", series, 12.0, 48)
    xs = np.linspace(0.05, 12.0, 200)
    for name, values in series.items():
        fit = fit_log_normal(values)
        if fit is not None:
            plot.line(list(xs), list(fit.density(xs)), _KIND[name], f"log-normal, σ {fit.sigma:.2f}")
    return plot


def _widths(sessions: Sequence[Observed]) -> Plot:
    series = _pooled(sessions, lambda session: 1000 * session.blinks.width)
    plot = _histograms("Width of a blink at half height", "milliseconds", series, 350.0, 50)
    for width in WIDTHS:
        plot.mark(1000 * width, "10, 50, 90 % of one captured actor")
    return plot


def _together(sessions: Sequence[Observed]) -> Saccades | None:
    parts = [session.saccades for session in sessions if len(session.saccades)]
    if not parts:
        return None
    columns = (
        np.concatenate([getattr(p, name) for p in parts]) for name in ("time", "amplitude", "spread", "velocity")
    )
    return Saccades(sum(part.seconds for part in parts), *columns)


def _published_duration(amplitude: Doubles) -> Doubles:
    return SACCADE_INTERCEPT + SACCADE_SLOPE * amplitude


def _durations(sessions: Sequence[Observed]) -> Plot:
    plot = Plot("How long a saccade takes", "amplitude, °", "milliseconds", (0, 25), (0, 100))
    found = _together(sessions)
    xs = np.array([0.0, 25.0])
    if found is not None:
        some = slice(None, None, max(1, len(found) // _MOST_DOTS))
        plot.dots(list(found.amplitude[some]), list(1000 * found.duration[some]), "b", "each, rough at 60 fps", 1.5)
        fit = main_sequence(found)
        if fit is not None:
            plot.dots(list(fit.amplitudes), list(1000 * fit.durations), "a", "mean of a degree", 3.5)
            plot.line(list(xs), list(1000 * (fit.intercept + fit.slope * xs)), "a", "fit")
    plot.line(list(xs), list(1000 * _published_duration(xs)), "p", "21 ms + 2.2 ms/°")
    return plot


def _velocities(sessions: Sequence[Observed]) -> Plot:
    plot = Plot("How fast it is, as a mean over the fastest frame", "amplitude, °", "°/s", (0, 25), (0, 600))
    found = _together(sessions)
    if found is not None:
        some = slice(None, None, max(1, len(found) // _MOST_DOTS))
        plot.dots(list(found.amplitude[some]), list(found.velocity[some]), "a", "each", 1.5)
    xs = np.linspace(0.0, 25.0, 60)
    plot.line(list(xs), list(xs / _published_duration(xs)), "p", "mean speed in the published time")
    return plot


def _amplitudes(sessions: Sequence[Observed]) -> Plot:
    series = _pooled(sessions, lambda session: session.saccades.amplitude)
    plot = _histograms("How large saccades are", "amplitude, °", series, 25.0, 50)
    least, most, full = AMPLITUDE_FREQUENCY
    xs = np.linspace(SMALLEST, -AMPLITUDE_SCALE * math.log(least / full), 100)
    seen = min(most, full * math.exp(-SMALLEST / AMPLITUDE_SCALE)) - least
    density = full * np.exp(-xs / AMPLITUDE_SCALE) / AMPLITUDE_SCALE / seen
    plot.line(list(xs), list(density), "p", "−6.9 ln(P/15.7), talking, from 1°")
    return plot


def _turn(sessions: Sequence[Observed]) -> Plot:
    plot = Plot("Looking at the partner around speech", "seconds", "share", (-AROUND, AROUND), (0, 1))
    some = [session for session in sessions if session.condition == TALKING]
    for kind, name, curves in (
        ("a", "where it begins", [session.gaze.begin for session in some]),
        ("c", "where it ends", [session.gaze.end for session in some]),
    ):
        known = [curve for curve in curves if np.isfinite(curve).all()]
        if known:
            mean = np.mean(known, axis=0)
            plot.line(list(np.linspace(-AROUND, AROUND, len(mean))), list(mean), kind, name)
    plot.mark(0.0)
    return plot


def _bouts(sessions: Sequence[Observed]) -> Plot:
    series = _pooled(sessions, lambda session: session.gaze.bouts)
    plot = _histograms("How long a look at the partner lasts", "seconds", series, 12.0, 48)
    plot.mark(2.2, "mean of mutual looks, 2.2 s")
    return plot


def _speeds(sessions: Sequence[Observed]) -> Plot:
    speeds = {
        TALKING: [s.head.speed[s.motion.speaking] for s in sessions if s.condition == TALKING],
        SILENT: [s.head.speed for s in sessions if s.condition == SILENT],
    }
    series = {name: np.concatenate(parts) for name, parts in speeds.items() if parts and sum(map(len, parts))}
    plot = _histograms("How fast the head turns, frame by frame", "°/s", series, 60.0, 60)
    plot.band(10.0, 33.0)
    plot.mark(10.0, "means of three captures: 10 to 33")
    plot.mark(33.0)
    return plot


def _minute(session: Observed) -> Plot:
    frames = min(len(session.motion), round(60 * session.motion.fps))
    some = slice(0, frames, 3)
    seconds = np.arange(frames)[some] / session.motion.fps
    head, gaze = session.motion.head[some], session.motion.gaze[some]
    plot = Plot(
        f"The first minute, {session.condition}, seed {session.seed}", "seconds", "°",
        (0.0, max(60.0, frames / session.motion.fps)), (-25, 25),
    )  # fmt: skip
    plot.line(list(seconds), list(gaze[:, 0]), "b", "yaw of gaze")
    plot.line(list(seconds), list(head[:, 0]), "a", "yaw of head")
    plot.line(list(seconds), list(head[:, 1]), "c", "pitch of head")
    return plot
