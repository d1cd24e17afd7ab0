"""Verdicts as a table for a terminal."""

from collections.abc import Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from voxrig.profiling.comparing import Judgement, Verdict
from voxrig.profiling.report.comparison_section import HEADS, cells, summed_up

_STYLES: Final = {Judgement.BETTER: "green", Judgement.WORSE: "bold red", Judgement.NOT_COMPARABLE: "dim"}


def comparison_table(verdicts: Sequence[Verdict], every: bool = False) -> Table:
    """Return the verdicts as a table, with how many there are of each below.

    Args:
        verdicts: as `compared` gives them.
        every: also those that are the same or not comparable.
    """
    table = Table(*HEADS, caption=summed_up(verdicts), caption_justify="left", header_style="bold")
    for place in range(2, len(HEADS) - 1):
        table.columns[place].justify = "right"
    for verdict in verdicts:
        if every or verdict.judgement in (Judgement.BETTER, Judgement.WORSE):
            style = _STYLES.get(verdict.judgement, "")
            *plain, last = cells(verdict)
            table.add_row(*map(Text, plain), Text(last, style))
    return table
