"""The page: whole HTML without a network, whatever of a profile is missing and whatever it says."""

import itertools
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from voxrig.profiling.record_values import run_name
from voxrig.profiling.report.page import page, write_html
from voxrig.profiling.report.target_section import verdict_line
from voxrig.profiling.targets import judged

from ..profile_record import full_record, full_run, minimal_record, without
from .drawn import plots

VOID = {"meta", "br"}
HOSTILE = (
    "</title><script>alert('x')</script><img src=http://evil.example/x onerror=alert(1)>\"'&amp;\x00\x1b\ud800￾{}%s"
)


class Outline(HTMLParser):
    """Notes every element, checks that each is closed where it should be, and keeps the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    def told(self) -> str:
        return "\n".join(self.text)


def hostile(value: Any) -> Any:
    """The same with every text a hostile one; names of stages too."""
    if isinstance(value, dict):
        return {key: hostile(one) for key, one in value.items()}
    if isinstance(value, list):
        return [hostile(one) for one in value]
    return HOSTILE + value if isinstance(value, str) else value


def test_a_full_profile() -> None:
    record = full_record()
    html = page(record, full_record(1.3))
    outline = Outline(html)
    told = outline.told()
    for run in record["runs"]:
        assert run_name(run) in told
    for text in ("127.0.0.1:40123, started for this profile", "live 0.2.0 (0f3a0f3a)", "Intel(R)", "emotion joy=0.4"):
        assert text in told
    assert verdict_line(judged(record)) in told
    assert "2.34 ×" in told  # the ratio of the old profile
    drawn = plots(html)
    assert len(drawn) == 2 + 3 + 1 + 3 * len(record["runs"])
    for drawing in drawn:
        title, told_of = drawing.find("title"), drawing.find("desc")
        assert title is not None
        assert told_of is not None
        assert title.text
        assert told_of.text
        assert drawing.get("aria-labelledby") == f"{title.get('id')} {told_of.get('id')}"
        assert drawing.get("role") == "img"


def test_nothing_comes_from_elsewhere() -> None:
    html = page(full_record(), full_record(1.3))
    outline = Outline(html)
    assert outline.tags() & {"script", "link", "img", "iframe", "object", "embed", "image", "use", "base"} == set()
    assert {key for _, attributes in outline.elements for key in attributes} & {
        "src",
        "href",
        "srcset",
        "style",
    } == set()
    assert "http" not in html
    assert re.search(r"@import|url\(", html) is None


def test_names_are_one_of_a_kind() -> None:
    names = [a["id"] for _, a in Outline(page(full_record(), full_record())).elements if "id" in a]
    assert len(names) == len(set(names)) > 50


def test_each_plot_has_its_table_below() -> None:
    html = page(full_record())
    figures = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert all(figure.index("<svg") < figure.index("<table") for figure in figures)
    assert len(figures) == len(plots(html))


def keys_of(record: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every place of a profile, lists taken as one."""
    for key, value in record.items():
        if (*path, key) not in {("format",), ("version",), ("runs", "transport"), ("runs", "sessions")}:
            yield (*path, key)
            value = value[0] if isinstance(value, list) and value else value
            if isinstance(value, dict):
                yield from keys_of(value, (*path, key))


@pytest.mark.parametrize("keys", sorted(keys_of(full_record())), ids="/".join)
def test_any_part_may_be_missing(keys: tuple[str, ...]) -> None:
    record = without(full_record() | {"runs": [full_run("grpc", 1), full_run("link", 4)]}, *keys)
    html = page(record, full_record())
    Outline(html)
    assert len(plots(html)) >= 4
    assert "None" not in html
    assert "nan" not in html


@pytest.mark.parametrize(
    "record",
    [
        minimal_record(),
        {"format": "voxrig-profile", "version": 1},
        minimal_record() | {"runs": [], "capacity": []},
        minimal_record() | {"capacity": [{"transport": "grpc"}, {"points": [{"sessions": 8}]}]},
        {**full_record(), **dict.fromkeys(full_record().keys() - {"format", "version"})},
    ],
)
def test_what_was_not_measured_is_told_so(record: dict[str, Any]) -> None:
    html = page(record, record)
    told = Outline(html).told()
    assert plots(html) == []
    assert "not measured" in told
    assert "No target was measured." in told
    assert "None" not in told


def test_hostile_texts_stay_texts() -> None:
    record = hostile({key: value for key, value in full_record().items() if key not in ("format", "version")})
    record["runs"][0]["stages_us_per_frame"] = {HOSTILE: 5.0}
    record["settings"][HOSTILE] = HOSTILE
    record["machine"][HOSTILE] = {HOSTILE: [HOSTILE]}
    record["runs"][0]["gpu"] = {HOSTILE: HOSTILE}
    html = page({"format": "voxrig-profile", "version": 1, **record}, full_record())
    assert html.count("<script") == html.count("<img") == 0
    outline = Outline(html)
    assert outline.tags() & {"script", "img"} == set()
    assert not any(key.startswith("on") for _, attributes in outline.elements for key in attributes)
    assert "<script>alert('x')</script>" in outline.told()
    assert set(itertools.chain.from_iterable(map(str, html))) & {"\x00", "\x1b", "\ud800", "￾"} == set()
    assert len(plots(html)) > 10


@pytest.mark.parametrize("value", [0, 1e-300, 1e18, -5.0])
def test_values_of_any_size_are_drawn(value: float) -> None:
    def sized(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: sized(one) for key, one in part.items()}
        if isinstance(part, list):
            return [sized(one) for one in part]
        return part if isinstance(part, bool | str) or part is None else value

    record = full_record()
    bounds = record["runs"][0]["histogram_ms"]["bounds"]
    parts = {key: sized(record[key]) for key in ("runs", "capacity", "floors", "settings")}
    for run in parts["runs"]:
        run["histogram_ms"] = {"bounds": bounds, "counts": [max(value, 0)] * len(bounds)}
        run["sessions"] = 3
    html = page(record | parts, full_record())
    Outline(html)
    for drawing in plots(html):
        for element in drawing.iter():
            for key in ("x", "y", "cx", "cy", "width", "height"):
                assert -1e4 < float(element.get(key, "0")) < 1e4


def test_it_is_written_as_one_file(tmp_path: Path) -> None:
    write_html(full_record(), tmp_path / "profile.html", full_record(1.3))
    assert (tmp_path / "profile.html").read_text("utf-8") == page(full_record(), full_record(1.3))
    with pytest.raises(FileNotFoundError):
        write_html(full_record(), tmp_path / "none" / "profile.html")
    write_html(hostile_head(), tmp_path / "profile.html")
    assert "�" in (tmp_path / "profile.html").read_text("utf-8")


def hostile_head() -> dict[str, Any]:
    return minimal_record() | {"when": HOSTILE, "command": HOSTILE}


@pytest.mark.parametrize("write", [page, lambda record: page(full_record(), record)])
def test_another_version_is_refused(write: Callable[[Any], str]) -> None:
    with pytest.raises(ValueError, match="version 2"):
        write(full_record() | {"version": 2})


def test_a_client_that_was_the_limit_is_told() -> None:
    record = full_record()
    record["runs"][3]["client"]["limited"] = True
    assert page(record).count("The load generator was the limit") == 1
    assert "The load generator was the limit" not in page(full_record())
