"""What has changed since another profile."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from voxrig.profiling.comparing import Judgement, Verdict, compared, differences
from voxrig.profiling.record_values import Record, found, parts, run_name
from voxrig.profiling.report.chart import table
from voxrig.profiling.report.escaping import escaped
from voxrig.profiling.report.words import percent, quantity

_KINDS: Final = {Judgement.BETTER: "good", Judgement.WORSE: "bad", Judgement.NOT_COMPARABLE: "none"}
_SIGNS: Final = {
    Judgement.BETTER: "▲ better",
    Judgement.WORSE: "▼ worse",
    Judgement.SAME: "= same",
    Judgement.NOT_COMPARABLE: "– not comparable",
}
HEADS: Final = ("run", "metric", "old", "new", "change", "noise", "verdict")


def comparison_section(old: Record, new: Record) -> str:
    """Return the section: in a line, what else differs, each metric beside each run, and all verdicts folded away."""
    verdicts = compared(old, new)
    told = "".join(f"<li>{escaped(sentence)}</li>" for sentence in differences(old, new))
    warning = (
        f'<div class="warning"><p>The profiles differ in more than the server\'s program:</p><ul>{told}</ul></div>'
        if told
        else ""
    )
    runs = {run_name(run) for record in (old, new) for run in parts(record, "runs")}
    alone = [verdict for verdict in verdicts if verdict.run not in runs]
    each = [verdict for verdict in verdicts if verdict.run in runs]
    stages = [verdict for verdict in each if verdict.metric.startswith("stage ")]
    when = found(old, "when") or "a moment that is not told"
    return (
        f'<section><h2>Since {escaped(when)}</h2><p class="verdict">{escaped(summed_up(verdicts))}</p>{warning}'
        f"{_table(alone) if alone else ''}{_matrix([verdict for verdict in each if verdict not in stages])}"
        f"{_folded('Stages', _matrix(stages))}{_folded(f'All {len(verdicts)} verdicts', _table(verdicts))}"
        '<p class="soft">A difference below its noise is none: of a lone run that is a share of the value, and what '
        "its seconds differ by; of three runs or more on both sides it is what they differ by.</p></section>"
    )


def summed_up(verdicts: Sequence[Verdict]) -> str:
    """Return how many there are of each judgement."""
    counts = Counter(verdict.judgement for verdict in verdicts)
    told = [f"{counts[judgement]} {judgement}" for judgement in Judgement if counts[judgement]]
    return ", ".join(told) or "Nothing to compare"


def cells(verdict: Verdict) -> tuple[str, ...]:
    """Return a verdict as texts, in the order of `HEADS`."""
    change = verdict.change
    return (
        verdict.run,
        verdict.metric,
        quantity(verdict.old, verdict.unit),
        quantity(verdict.new, verdict.unit),
        "" if change is None else _signed(change),
        "" if verdict.noise is None else f"± {quantity(verdict.noise, verdict.unit)}",
        _SIGNS[verdict.judgement] + (f": {verdict.why}" if verdict.why else ""),
    )


def _table(verdicts: Sequence[Verdict]) -> str:
    numbers = [""] * (len(HEADS) - 3)
    kinds = [["", "word", *numbers, f"word {_KINDS.get(verdict.judgement, '')}".strip()] for verdict in verdicts]
    return table(HEADS, [cells(verdict) for verdict in verdicts], kinds)


def _matrix(verdicts: Sequence[Verdict]) -> str:
    """A row for each metric, a column for each run: how each has changed."""
    runs, metrics = (list(dict.fromkeys(getattr(v, key) for v in verdicts)) for key in ("run", "metric"))
    by_place = {(verdict.metric, verdict.run): verdict for verdict in verdicts}
    rows, kinds = [], []
    for metric in metrics:
        chosen = [by_place.get((metric, run)) for run in runs]
        rows.append((metric, *("" if verdict is None else _mark(verdict) for verdict in chosen)))
        kinds.append(("", *("" if verdict is None else _KINDS.get(verdict.judgement, "none") for verdict in chosen)))
    return table(("metric", *runs), rows, kinds) if rows else ""


def _mark(verdict: Verdict) -> str:
    """A verdict in a cell: its sign, and the change where it is one."""
    sign = _SIGNS[verdict.judgement][0]
    if verdict.judgement not in (Judgement.BETTER, Judgement.WORSE):
        return sign
    change = verdict.change
    if change is None:
        return f"{sign} {quantity(verdict.old, verdict.unit)} → {quantity(verdict.new, verdict.unit)}"
    return f"{sign} {_signed(change)}"


def _signed(change: float) -> str:
    return f"{'+' if change > 0 else ''}{percent(change)}"


def _folded(name: str, content: str) -> str:
    return f"<details><summary>{escaped(name)}</summary>{content}</details>" if content else ""
