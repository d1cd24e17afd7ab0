"""The report of sessions whose truth is known: figures, verdicts, plots and the page."""

import json
import math
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from voxrig.cli.liveliness.charts import all_charts
from voxrig.cli.liveliness.figures import Figure, all_figures
from voxrig.cli.liveliness.observed import SILENT, TALKING, Observed, measure
from voxrig.cli.liveliness.page import number, report_page
from voxrig.cli.liveliness.plots import Plot, histogram, ticks
from voxrig.cli.liveliness.published import PUBLISHED

SECONDS = 600.0
Make = Callable[..., Any]


@pytest.fixture(scope="module")
def sessions(lids: Make, jumps: Make, motion: Make) -> list[Observed]:
    """Two seeds that talk with people's numbers, and one that sits silent, staring past its partner."""
    made = []
    time = np.arange(round(SECONDS * 60)) / 60
    for seed in (0, 1):
        rng = np.random.default_rng(seed)
        gaps = np.maximum(np.exp(rng.normal(math.log(2.3) - 0.18, 0.6, 400)), 0.6)
        times = [float(t) for t in np.cumsum(gaps) if t < SECONDS - 1]
        starts = np.arange(1.0, SECONDS - 2, 1.1)
        half = -6.9 * np.log(rng.uniform(1, 13.5, len(starts) // 2) / 15.7)
        sizes = np.repeat(half, 2) * np.where(np.arange(2 * len(half)) % 2, -1, 1)
        yaw = jumps(sizes, starts[: len(sizes)], SECONDS, 0.021, 0.0022)
        swing = 8 * np.sin(2 * np.pi * 0.5 * time + seed)
        head, eyes = np.stack((swing, 0 * swing, 0 * swing), axis=1), np.stack((yaw - swing, 0 * yaw), axis=1)
        seen = motion(lids(times, SECONDS, seed).curve, eyes, head, time % 6 < 4.5)
        made.append(measure(seen, seed, TALKING))
    aside = np.full((len(time), 2), 20.0)
    made.append(measure(motion(lids([], SECONDS).curve, aside), 0, SILENT))
    return made


def named(figures: list[Figure], name: str, condition: str = TALKING) -> Figure:
    [found] = [figure for figure in figures if figure.name == name and figure.condition == condition]
    return found


def test_figures_are_near_the_truth_and_judged(sessions: list[Observed]) -> None:
    figures = all_figures(sessions)
    rate = named(figures, "rate")
    assert rate.value == pytest.approx(26, rel=0.1)
    assert rate.seeds == tuple(session.blinks.rate for session in sessions[:2])
    assert rate.verdict == "inside"
    slope, intercept = named(figures, "duration, slope"), named(figures, "duration, intercept")
    assert slope.value == pytest.approx(2.2, rel=0.08)
    assert intercept.value == pytest.approx(21, rel=0.1)
    assert slope.verdict == intercept.verdict == "inside"
    assert named(figures, "amplitude, 50th percentile").value == pytest.approx(5.3, rel=0.1)
    assert named(figures, "amplitude, distance from the published distribution").value < 0.08
    assert named(figures, "mean speed while the voice is heard").value == pytest.approx(16, rel=0.02)
    assert abs(named(figures, "correlation of two seeds' blinks, the highest within 1 s").value) < 0.1
    assert named(figures, "time at the partner", SILENT).value == 0.0
    silent = named(figures, "rate", SILENT)
    assert (silent.value, silent.verdict) == (0.0, "outside")
    nothing = named(figures, "width, 50th percentile", SILENT)
    assert math.isnan(nothing.value)
    assert nothing.verdict == ""
    assert nothing.as_json()["value"] is None


def test_a_jump_at_the_beginning_of_speech_is_told(sessions: list[Observed], motion: Make) -> None:
    still = named(all_figures(sessions), "over that elsewhere, lids")
    assert still.verdict == "inside"
    speaking = np.arange(1200) % 600 > 300
    curve = np.where(speaking, 0.15, 0.0).astype(np.float32)  # the lids jump with the voice
    popped = named(all_figures([measure(motion(curve, speaking=speaking), 0, TALKING)]), "over that elsewhere, lids")
    assert popped.verdict == "outside"


def test_every_published_number_is_used_and_has_a_source(sessions: list[Observed]) -> None:
    used = {id(figure.published) for figure in all_figures(sessions) if figure.published is not None}
    assert [key for key, entry in PUBLISHED.items() if id(entry) not in used] == []
    for key, entry in PUBLISHED.items():
        assert entry.low < entry.high, key
        assert entry.source, key


def test_figures_survive_json(sessions: list[Observed]) -> None:
    told = [figure.as_json() for figure in all_figures(sessions)]
    assert json.loads(json.dumps(told, allow_nan=False)) == told


class Strict(HTMLParser):
    """Notes tags that are closed wrongly, and what a page would load."""

    VOID = ("meta", "br", "rect", "path", "circle")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.wrong += [f"{tag} {key}" for key, _ in attrs if key in ("src", "href")]
        self.wrong += [f"{tag} {value}" for _, value in attrs if "nan" in (value or "").split()]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")


def test_the_page_is_whole_and_needs_nothing_else(sessions: list[Observed]) -> None:
    figures = all_figures(sessions)
    page = report_page({"speech": "a <b> & c"}, figures, all_charts(sessions))
    strict = Strict()
    strict.feed(page)
    assert strict.open == []
    assert strict.wrong == []
    assert "script" not in strict.seen
    assert strict.seen.count("svg") == 10
    assert "a &lt;b&gt; &amp; c" in page
    assert page.count("<tr>") == len(figures) + 4 + (len(sessions[0].jumps) > 0)
    verdicts = [figure.verdict for figure in figures if figure.verdict]
    assert f"<b>{verdicts.count('inside')} of {len(verdicts)}</b>" in page


def test_a_page_of_a_single_silent_session(sessions: list[Observed]) -> None:
    """Where nothing was found there is an empty plot and a dash, and no error."""
    page = report_page({}, all_figures(sessions[2:]), all_charts(sessions[2:]))
    assert page.count("<svg") == 10
    assert "<b>–</b>" in page
    assert "nan" not in page


def test_ticks_are_round_and_inside() -> None:
    assert ticks(0, 25) == [0, 5, 10, 15, 20, 25]
    assert ticks(-2, 2) == [-2, -1, 0, 1, 2]
    assert ticks(0, 0.37) == [0, 0.1, 0.2, 0.3]


def test_a_histogram_is_a_density_of_all_values() -> None:
    edges, heights = histogram([0.5, 0.5, 1.5, 99.0], 0.0, 2.0, 2)
    assert edges == [0.0, 1.0, 2.0]
    assert heights == [0.5, 0.25]


def test_a_line_breaks_at_what_is_not_known() -> None:
    plot = Plot("t", "x", "y", (0, 1), (0, 1))
    plot.line((0, 0.2, 0.4, 1), (0, math.nan, 1, 2), "a")
    assert 'd="M62.0 258.0M255.6 44.0L546.0 44.0"' in plot.svg()


def test_numbers_are_short() -> None:
    assert [number(value) for value in (0.0, 123.4, -1.2345, 0.01234, math.nan)] == ["0", "123", "−1.23", "0.0123", "–"]
