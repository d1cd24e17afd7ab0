"""A plot as a reader meets it: title, picture, what it shows, and its figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from voxrig.profiling.report.drawing import Drawing
from voxrig.profiling.report.escaping import escaped
from voxrig.profiling.report.words import NOT_MEASURED

MOST_ROWS: Final = 150
"""Of a plot's table; of more, rows at equal distances are told."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One plot.

    Attributes:
        name: its id, one of a kind on the page.
        title: above it.
        told: what it shows, in a sentence or two; the caption, and for those who don't see it.
        drawing: the picture; None where nothing was measured.
        heads: of the table's columns.
        rows: its cells.
    """

    name: str
    title: str
    told: str
    drawing: Drawing | None
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()

    def html(self) -> str:
        """Return it as a figure."""
        title = f"<h4>{escaped(self.title)}</h4>"
        if self.drawing is None:
            return f'<figure class="empty">{title}<p class="none">{NOT_MEASURED}</p></figure>'
        return (
            f"<figure>{title}{self.drawing.svg(self.name, self.title, self.told)}"
            f"<figcaption>{escaped(self.told)}</figcaption>{self._numbers()}</figure>"
        )

    def _numbers(self) -> str:
        every = -(-len(self.rows) // MOST_ROWS) or 1
        note = f", every {every}th of {len(self.rows)} rows" if every > 1 else ""
        return f"<details><summary>Figures{note}</summary>{table(self.heads, self.rows[::every])}</details>"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], kinds: Sequence[Sequence[str]] | None = None) -> str:
    """Return a table whose first column names the rows.

    Args:
        heads: of its columns.
        rows: its cells.
        kinds: their classes, where there are any; a column whose first cell is a "word" is one of words, not figures.
    """
    words = ["word" if "word" in kind.split() else "" for kind in kinds[0]] if kinds else [""] * len(heads)
    head = "".join(
        f'<th scope="col"{_kind(kind)}>{escaped(text)}</th>' for text, kind in zip(heads, words, strict=True)
    )
    body = []
    for number, row in enumerate(rows):
        styles = kinds[number] if kinds else [""] * len(row)
        cells = "".join(
            f"<td{_kind(kind)}>{escaped(text)}</td>" for text, kind in zip(row[1:], styles[1:], strict=True)
        )
        body.append(f'<tr><th scope="row"{_kind(styles[0])}>{escaped(row[0])}</th>{cells}</tr>')
    return (
        f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _kind(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
