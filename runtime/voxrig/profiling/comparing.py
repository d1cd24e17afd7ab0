"""Two profiles held against each other: a verdict for each metric of each run that both have."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from voxrig.profiling.metrics_compared import (
    FLOORS,
    OF_CAPACITY,
    OF_RECORD,
    OF_RUN,
    SAME_SPEED,
    Metric,
    client_was_limit,
    of_stages,
)
from voxrig.profiling.noise import noise, waited
from voxrig.profiling.record_reading import same_version
from voxrig.profiling.record_values import Record, figure, found, parts, run_name, transport_name

BUSY: Final = 0.1
"""Share by which stages take longer than their CPU from where on the reader is warned."""


class Judgement(StrEnum):
    """How the new value is beside the old one."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one metric.

    Attributes:
        run: "gRPC, 16 sessions", "gRPC, capacity", or "server" for what is measured once.
        metric: its name.
        unit: of the values; "%" ones are shares from 0 to 1.
        old: median of the old runs; None where it was not measured.
        new: of the new ones.
        noise: the least difference that is one; None where nothing is compared.
        judgement: the verdict.
        why: it is not comparable; else empty.
    """

    run: str
    metric: str
    unit: str
    old: float | None
    new: float | None
    noise: float | None
    judgement: Judgement
    why: str = ""

    @property
    def change(self) -> float | None:
        """New less old as a share of old; None where either is missing or the old one is 0."""
        return None if self.old is None or self.new is None or self.old == 0 else (self.new - self.old) / self.old


def compared(old: Record, new: Record) -> tuple[Verdict, ...]:
    """Return a verdict for each metric that either profile has, run by run.

    Runs match by transport and sessions; several such runs in a profile are repetitions, whose median counts. What
    only one of both has is not comparable, and neither is a run whose load generator was the limit. Swapped, better is
    worse and worse is better.

    Raises:
        ValueError: either is of another format or version.
    """
    same_version(old, "the old profile")
    same_version(new, "the new profile")
    verdicts = [_judged("server", metric, [old], [new]) for metric in OF_RECORD]
    for name, before, after in _matched(old, new, "capacity"):
        verdicts += [_judged(f"{name}, capacity", metric, before, after) for metric in OF_CAPACITY]
    for name, before, after in _matched(old, new, "runs"):
        metrics = (*OF_RUN, *of_stages([*before, *after]))
        verdicts += [_judged(name, metric, before, after) for metric in metrics]
    return tuple(verdict for verdict in verdicts if verdict is not None)


def differences(old: Record, new: Record) -> tuple[str, ...]:
    """Return sentences on what else differs between two profiles, so that a verdict may not be the server's doing."""
    told = [
        f"{part}: {key} was {_shown(before)}, is {_shown(after)}"
        for part, key, before, after in _facts(old, new)
        if before != after
    ]
    for key in FLOORS:
        before, after = figure(old, "floors", key), figure(new, "floors", key)
        if before and after and abs(before - after) > SAME_SPEED * max(before, after):
            told.append(f"floors: {key} was {before:.1f}, is {after:.1f}: the machine has not the same speed")
    for name, record in (("old", old), ("new", new)):
        busy = max((waited(run) for run in parts(record, "runs")), default=0.0)
        if busy > BUSY:
            told.append(
                f"the {name} profile: stages took up to {1 + busy:.1f} times their CPU: something else ran there"
            )
    return tuple(told)


def _facts(old: Record, new: Record) -> list[tuple[str, str, object, object]]:
    """Of each fact of the machine, the server and the settings: part, name, old value, new value."""
    facts = []
    for part, wanted in (("machine", None), ("server", ("models", "processes", "started_here")), ("settings", None)):
        before, after = found(old, part) or {}, found(new, part) or {}
        for key in wanted or dict.fromkeys([*before, *after]):
            facts.append((part, str(key), before.get(key), after.get(key)))
    return facts


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "none"
    if isinstance(value, dict) and "sha256" in value:
        told = (value.get("name"), value.get("version"), str(value["sha256"] or "")[:8])
        return " ".join(str(part) for part in told if part)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(one)}" for key, one in value.items()) or "none"
    return "not told" if value is None else f"{value}"


def _matched(old: Record, new: Record, key: str) -> list[tuple[str, list[Record], list[Record]]]:
    """The parts of both below `key`, grouped by what they are of, the new profile's order first."""
    naming = run_name if key == "runs" else transport_name
    grouped: dict[str, tuple[list[Record], list[Record]]] = {}
    for side, record in ((1, new), (0, old)):
        for part in parts(record, key):
            grouped.setdefault(naming(part), ([], []))[side].append(part)
    return [(name, before, after) for name, (before, after) in grouped.items()]


def _judged(run: str, metric: Metric, before: Sequence[Record], after: Sequence[Record]) -> Verdict | None:
    """The verdict on one metric; None where neither side has it."""
    old, new = _values(metric, before), _values(metric, after)
    if not old and not new:
        return None
    was, now = (float(np.median(side)) if side else None for side in (old, new))
    why = _why_not(before, after, old, new)
    if why:
        return Verdict(run, metric.name, metric.unit, was, now, None, Judgement.NOT_COMPARABLE, why)
    least = noise(metric.bound, old, new, [*before, *after])
    gain = float(np.median(new)) - float(np.median(old))
    if not metric.more_is_better:
        gain = -gain
    judgement = Judgement.SAME if abs(gain) <= least else Judgement.BETTER if gain > 0 else Judgement.WORSE
    return Verdict(run, metric.name, metric.unit, was, now, least, judgement)


def _values(metric: Metric, runs: Sequence[Record]) -> list[float]:
    return [value for value in map(metric.read, runs) if value is not None]


def _why_not(before: Sequence[Record], after: Sequence[Record], old: list[float], new: list[float]) -> str:
    if not old or not new:
        return f"only in the {'old' if old else 'new'} profile"
    for name, runs in (("old", before), ("new", after)):
        if any(map(client_was_limit, runs)):
            return f"the load generator was the limit in the {name} profile"
    return ""
