"""The verdict: which targets are met."""

from collections.abc import Sequence
from typing import Final

from voxrig.profiling.metrics_compared import client_was_limit
from voxrig.profiling.record_values import Record, parts
from voxrig.profiling.report.escaping import escaped
from voxrig.profiling.report.words import NOT_MEASURED, percent, quantity
from voxrig.profiling.targets import Judged, judged

_SIGNS: Final = {True: ("good", "✓"), False: ("bad", "✗"), None: ("none", "–")}


def target_section(record: Record) -> str:
    """Return one line that sums up, and every target beside what was measured."""
    targets = judged(record)
    items = "".join(map(_item, targets))
    limited = sum(map(client_was_limit, parts(record, "runs")))
    left_out = f" {limited} of the runs left out: the load generator was their limit." if limited else ""
    line = escaped(verdict_line(targets) + left_out)
    return f'<section><p class="verdict">{line}</p><ul class="targets">{items}</ul></section>'


def verdict_line(targets: Sequence[Judged]) -> str:
    """Return the line: how many are met, and the names of those that are not."""
    missed = [target.name for target in targets if target.met is False]
    unknown = sum(target.met is None for target in targets)
    known = len(targets) - unknown
    if not known:
        return "No target was measured."
    line = f"{known - len(missed)} of {known} measured targets are met"
    if missed:
        line += f"; missed: {', '.join(missed)}"
    return f"{line}; {unknown} {NOT_MEASURED}." if unknown else f"{line}."


def _item(target: Judged) -> str:
    kind, sign = _SIGNS[target.met]
    relation = "≥" if target.at_least else "≤"
    where = f"<small>{escaped(target.where)}</small>" if target.where else ""
    return (
        f'<li class="{kind}"><span class="sign">{sign}</span><span>{escaped(target.name)}{where}</span>'
        f"<b>{escaped(quantity(target.value, target.unit))}</b>"
        f"<span>{relation} {escaped(_limit(target))}</span></li>"
    )


def _limit(target: Judged) -> str:
    return percent(target.limit) if target.unit == "%" else f"{target.limit:g} {target.unit}".rstrip()
