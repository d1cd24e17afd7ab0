"""The page, on sessions that are made for it."""

import base64
import io
import json
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from voxrig.exporters.body_report import plots
from voxrig.exporters.body_report.measures import measures
from voxrig.exporters.body_report.motion import Motion
from voxrig.exporters.body_report.reporting import PICTURES, SHOWN, report, telling
from voxrig.exporters.body_report.session import Session
from voxrig.exporters.body_report.table import ROWS

from .constructed import lifted, session, strokes


class Tags(HTMLParser):
    """Sees that tags are closed in order, and what the page asks for from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def sessions() -> list[Session]:
    found = []
    for n in range(6):
        at = list(range(100 + 7 * n, 560, 70 + n))
        teacher = [Motion.of(lifted(strokes(600, at, metres), "lr"[n % 2])) for metres in (0.12, 0.15)]
        student = [Motion.of(lifted(strokes(600, [pose + 4 for pose in at], 0.08), "lr"[n % 2])) for _ in range(2)]
        motions = {"planner": teacher, "student": student}
        emotion = ("joy", "sadness")[n % 2]
        found.append(session(motions, name=f"<{n}>", voice="ab"[n // 3], emotion=emotion, stressed=at, planned=at))
    return found


def test_the_page_is_whole_and_needs_nothing_else(sessions: list[Session], tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    told = report(sessions, out, title="A & B", about="rules < people", as_json=True, notes=["a note"])
    text = out.read_text("utf-8")
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    (source,) = tags.sources
    head, _, data = source.partition(",")
    assert head == "data:image/webp;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert image.n_frames == min(SHOWN * PICTURES, 600 // 4)
        assert image.width > 2 * image.height
    for found in re.findall(r"<svg.*?</svg>", text):
        ElementTree.fromstring(found)
    assert "A &amp; B" in text
    assert "rules &lt; people" in text
    assert "does not tell matched from mismatched" in text
    assert all(escape(row.name) in text for row in ROWS if "−" not in row.name)
    kept = json.loads(out.with_suffix(".json").read_text("utf-8"))
    assert kept["performers"].keys() == {"planner", "student"}
    assert kept["performers"]["student"]["timing"] == told["performers"]["student"]["timing"]


def test_figures_tell_the_two_apart(sessions: list[Session]) -> None:
    told = measures(sessions)
    planner, student = told["performers"]["planner"], told["performers"]["student"]
    assert planner["energy"]["wrist_speed"] > student["energy"]["wrist_speed"]
    assert student["timing"]["median_ms"] - planner["timing"]["median_ms"] == pytest.approx(67, abs=20)
    assert planner["timing"]["found"] > 0.9
    assert student["timing"]["found"] is None
    assert planner["diversity"] > 0
    assert student["diversity"] == 0.0
    assert student["spread"]["over_time"]["hands' places"] < 0.8
    assert planner["spread"]["over_time"]["hands' places"] == 1.0
    assert told["voices"] == 2


def test_one_performer_alone_is_reported(sessions: list[Session], tmp_path: Path) -> None:
    alone = [
        Session(s.name, "a", "calm", "", s.voices, s.stressed, {"planner": s.motions["planner"][:1]})
        for s in sessions[:1]
    ]
    told = report(alone, tmp_path / "one.html", title="one", about="")
    assert told["performers"]["planner"]["diversity"] is None
    assert told["performers"]["planner"]["matching"] == {"speech": None, "accents": None}
    assert "nothing can be told apart" in (tmp_path / "one.html").read_text("utf-8")
    assert not (tmp_path / "one.json").exists()


def test_shows_where_most_happens() -> None:
    quiet = Motion.of(lifted(np.zeros(3000)))
    late = Motion.of(lifted(np.concatenate((np.zeros(1500), strokes(1500, [200, 400, 600])))))
    shown, first = telling([session({"a": [quiet]}, name="quiet"), session({"a": [late]}, name="late")])
    assert shown.name == "late"
    assert 1500 + 600 - SHOWN * 60 <= first <= 1500 + 200


def test_what_cannot_be_reported_is_said(sessions: list[Session]) -> None:
    with pytest.raises(ValueError, match="no sessions to report on"):
        measures([])
    lacking = Session("x", "a", "joy", "", sessions[0].voices, sessions[0].stressed, {"planner": []})
    with pytest.raises(ValueError, match="session x lacks a performance"):
        measures([sessions[0], lacking])


def test_ticks_are_round() -> None:
    assert plots.ticks(0, 1) == [0, 0.5, 1] or plots.ticks(0, 1) == [0, 0.25, 0.5, 0.75, 1]
    assert plots.ticks(-600, 600, 6) == [-600, -400, -200, 0, 200, 400, 600]
    assert plots.ticks(0, 0.034) == [0, 0.01, 0.02, 0.03]
