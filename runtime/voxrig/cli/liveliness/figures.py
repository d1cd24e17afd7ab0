"""The figures of a whole experiment: every measure of every session, beside its published number."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from voxrig.cli.liveliness.blinks import fit_log_normal, synchrony
from voxrig.cli.liveliness.continuity import Jump
from voxrig.cli.liveliness.gaze_share import AROUND
from voxrig.cli.liveliness.observed import SILENT, TALKING, Observed
from voxrig.cli.liveliness.published import PUBLISHED, Published
from voxrig.cli.liveliness.saccades import MainSequence, amplitude_distance, main_sequence


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the report.

    Attributes:
        topic: the section it stands in.
        name: what it is.
        condition: TALKING, SILENT or "both".
        unit: of the value.
        value: mean over the seeds.
        seeds: each seed's own.
        published: what it is held against; None if nothing is known.
    """

    topic: str
    name: str
    condition: str
    unit: str
    value: float
    seeds: tuple[float, ...]
    published: Published | None

    @property
    def verdict(self) -> str:
        """`inside` or `outside` the published range; empty where there is none, or nothing was found."""
        if self.published is None or math.isnan(self.value):
            return ""
        return "inside" if self.published.low <= self.value <= self.published.high else "outside"

    def as_json(self) -> dict[str, Any]:
        """Return the figure as plain values; what could not be measured is None."""
        published = self.published and {
            "text": self.published.text,
            "low": self.published.low,
            "high": self.published.high,
            "source": self.published.source,
        }
        return {
            "topic": self.topic,
            "name": self.name,
            "condition": self.condition,
            "unit": self.unit,
            "value": _plain(self.value),
            "seeds": [_plain(value) for value in self.seeds],
            "published": published,
            "verdict": self.verdict or None,
        }


def all_figures(sessions: Sequence[Observed]) -> list[Figure]:
    """Put the figures together, in the order of the report."""
    found: list[Figure] = []
    for condition in (TALKING, SILENT):
        some = [session for session in sessions if session.condition == condition]
        if some:
            found += [*_blinks(some), *_saccades(some), *_gaze(some), *_head(some), *_jumps(some)]
    topics = {topic: number for number, topic in enumerate(dict.fromkeys(figure.topic for figure in found))}
    names = {name: number for number, name in enumerate(dict.fromkeys(figure.name for figure in found))}
    return sorted(found, key=lambda figure: (topics[figure.topic], names[figure.name]))


def _figure(
    topic: str, name: str, unit: str, some: Sequence[Observed], value: Callable[[Observed], float], key: str = ""
) -> Figure:
    each = tuple(value(session) for session in some)
    known = [one for one in each if not math.isnan(one)]
    mean = sum(known) / len(known) if known else math.nan
    return Figure(topic, name, some[0].condition, unit, mean, each, PUBLISHED.get(key))


def _blinks(some: Sequence[Observed]) -> list[Figure]:
    condition = some[0].condition

    def fit(name: str) -> Callable[[Observed], float]:
        def value(session: Observed) -> float:
            found = fit_log_normal(session.blinks.intervals)
            return math.nan if found is None else float(getattr(found, name))

        return value

    def closer(session: Observed) -> float:
        found = fit_log_normal(session.blinks.intervals)
        return math.nan if found is None else found.distance / found.memoryless

    figures = [
        _figure("blinks", "rate", "a minute", some, lambda s: s.blinks.rate, f"blink rate {condition}"),
        _figure("blinks", "interval, median", "s", some, lambda s: _percentile(s.blinks.intervals, 50)),
        _figure("blinks", "interval, sigma of its logarithm", "", some, fit("sigma")),
        _figure("blinks", "distance from log-normal, over that from memoryless", "", some, closer, "blink intervals"),
        *(
            _figure("blinks", f"width, {p}th percentile", "ms", some, _width(p), f"blink width p{p}")
            for p in (10, 50, 90)
        ),
        _figure("blinks", "opening over closing time, median", "", some, _opening, "opening over closing"),
        _figure("blinks", "partial", "%", some, lambda s: 100 * s.blinks.partial, "partial blinks"),
        _figure("blinks", "following another within 0.5 s", "%", some, lambda s: 100 * s.blinks.double),
        _figure("blinks", "stretches of 2 s with a blink", "%", some, lambda s: 100 * s.blinks.within(2.0)),
        _figure(
            "blinks", "stretches of 6 s with a blink", "%", some, lambda s: 100 * s.blinks.within(6.0),
            "blink within 6 s" if condition == TALKING else "",
        ),
    ]  # fmt: skip
    pairs = tuple(synchrony(one.blinks, other.blinks) for one, other in combinations(some, 2))
    if pairs:
        highest = max(pairs)
        name = "correlation of two seeds' blinks, the highest within 1 s"
        figures.append(Figure("blinks", name, condition, "", highest, pairs, PUBLISHED["synchrony"]))
    return figures


def _width(share: int) -> Callable[[Observed], float]:
    return lambda session: 1000 * _percentile(session.blinks.width, share)


def _opening(session: Observed) -> float:
    return _percentile(session.blinks.opening / np.maximum(session.blinks.closing, 1e-6), 50)


def _saccades(some: Sequence[Observed]) -> list[Figure]:
    lines: dict[int, MainSequence | None] = {session.seed: main_sequence(session.saccades) for session in some}

    def line(name: str) -> Callable[[Observed], float]:
        return lambda session: 1000 * getattr(lines[session.seed], name) if lines[session.seed] else math.nan

    talking = some[0].condition == TALKING
    rows = [
        _figure("saccades", "rate, of 1° and more", "a minute", some, lambda s: s.saccades.rate),
        _figure("saccades", "duration, intercept", "ms", some, line("intercept"), "saccade intercept"),
        _figure("saccades", "duration, slope", "ms/°", some, line("slope"), "saccade slope"),
    ]
    for share in (50, 90):
        key = f"saccade amplitude p{share}" if talking else ""
        rows.append(_figure("saccades", f"amplitude, {share}th percentile", "°", some, _amplitude(share), key))
    if talking:
        name = "amplitude, distance from the published distribution"
        rows.append(_figure("saccades", name, "", some, lambda s: amplitude_distance(s.saccades), "saccade amplitudes"))
    return rows


def _amplitude(share: int) -> Callable[[Observed], float]:
    return lambda session: _percentile(session.saccades.amplitude, share)


def _gaze(some: Sequence[Observed]) -> list[Figure]:
    talking = some[0].condition == TALKING
    rows = [
        _figure(
            "gaze", "time at the partner", "%", some, lambda s: 100 * s.gaze.share,
            "gaze share talking" if talking else "",
        ),
        _figure(
            "gaze", "look at the partner, mean length", "s", some,
            lambda s: float(s.gaze.bouts.mean()) if len(s.gaze.bouts) else math.nan, "gaze bout" if talking else "",
        ),
    ]  # fmt: skip
    if talking:
        rows += [
            _figure("gaze", "at the partner while the voice is heard", "%", some, lambda s: 100 * s.gaze.speaking),
            _figure("gaze", "at the partner in pauses", "%", some, lambda s: 100 * s.gaze.quiet),
            _figure("gaze", "in the second after speech begins", "%", some, lambda s: 100 * _second(s.gaze.begin, 1)),
            _figure("gaze", "in the second before speech ends", "%", some, lambda s: 100 * _second(s.gaze.end, -1)),
            _figure("gaze", "in the second after speech ends", "%", some, lambda s: 100 * _second(s.gaze.end, 1)),
            _figure(
                "gaze", "after an end, less after a beginning", "%", some,
                lambda s: 100 * (_second(s.gaze.end, 1) - _second(s.gaze.begin, 1)), "gaze at turn",
            ),
        ]  # fmt: skip
    return rows


def _second(curve: Any, side: int) -> float:
    """Mean of the second before (-1) or after (1) the middle of a curve around events."""
    middle = len(curve) // 2
    reach = round(middle / AROUND)
    return float(np.mean(curve[middle : middle + reach] if side > 0 else curve[middle - reach : middle]))


def _head(some: Sequence[Observed]) -> list[Figure]:
    if some[0].condition == TALKING:
        rows = [
            _figure("head", "mean speed while the voice is heard", "°/s", some, lambda s: s.head.speaking,
                    "head speed talking"),
            _figure("head", "mean speed in pauses", "°/s", some, lambda s: s.head.quiet),
        ]  # fmt: skip
    else:
        rows = [_figure("head", "mean speed", "°/s", some, lambda s: s.head.quiet)]
    rows.append(_figure("head", "speed, 99.9th percentile", "°/s", some, lambda s: s.head.fastest))
    for axis, name in enumerate(("yaw", "pitch", "roll")):
        rows.append(_figure("head", f"standard deviation of {name}", "°", some, _spread(axis)))
    rows.append(_figure("head", "median frequency of its speed", "Hz", some, lambda s: s.head.frequency))
    return rows


def _spread(axis: int) -> Callable[[Observed], float]:
    return lambda session: float(session.head.spread[axis])


def _jumps(some: Sequence[Observed]) -> list[Figure]:
    """Largest jumps near speech's beginnings and ends, relative to those elsewhere."""
    rows = []
    for place, jump in enumerate(some[0].jumps):
        largest = tuple(session.jumps[place].near for session in some if session.jumps)
        unit = f"{jump.unit} a frame".strip()
        rows.append(Figure("continuity", f"largest jump, {jump.group}", TALKING, unit, max(largest), largest, None))
        ratio = tuple(_ratio(session.jumps[place]) for session in some if session.jumps)
        name = f"over that elsewhere, {jump.group}"
        rows.append(Figure("continuity", name, TALKING, "×", max(ratio), ratio, PUBLISHED["jump"]))
    return rows


def _ratio(jump: Jump) -> float:
    """Near over elsewhere; what is too small to be seen counts as no jump."""
    unseen = 0.2 if jump.unit else 0.02
    return jump.near / max(jump.elsewhere, 1e-9) if jump.near > unseen else 0.0


def _percentile(values: Any, share: int) -> float:
    return float(np.percentile(values, share)) if len(values) else math.nan


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
