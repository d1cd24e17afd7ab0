"""The report's files: bytes, escaping and size. What a person sees of the page: test_page_in_browser.py."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from voxrig.baking.report.page import SYMBOLS, write_json, write_page

SUMMARY = {"title": "The bridge", "script": "scene.yaml", "fps": "60"}
EVIL = "</script><script>document.title='owned'</script><!--<b>&amp;\u2028\ud800"


def embedded(page: str) -> dict[str, Any]:
    (text,) = re.findall(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    return dict(json.loads(text))


def test_same_bytes_again(records: list[dict[str, Any]], tmp_path: Path) -> None:
    for write, name in ((write_page, "report.html"), (write_json, "report.json")):
        write(SUMMARY, records, tmp_path / name)
        first = (tmp_path / name).read_bytes()
        write(dict(SUMMARY), json.loads(json.dumps(records)), tmp_path / name)
        assert (tmp_path / name).read_bytes() == first
        assert b"\r" not in first
        assert str(tmp_path).encode() not in first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json"]


def test_loads_nothing_from_elsewhere(records: list[dict[str, Any]], tmp_path: Path) -> None:
    write_page(SUMMARY, records, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    addresses = set(re.findall(r"https?://[^\s\"'`]+", page))
    assert addresses == {"http://www.w3.org/2000/svg"}  # the name of a namespace
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_page_holds_the_records_with_packed_curves(records: list[dict[str, Any]], tmp_path: Path) -> None:
    write_page(SUMMARY, records, tmp_path / "report.html")
    data = embedded((tmp_path / "report.html").read_text("utf-8"))
    assert data["summary"] == SUMMARY
    assert data["symbols"] == SYMBOLS
    assert (len(SYMBOLS), len(set(SYMBOLS))) == (101, 101)
    for told, record in zip(data["lines"], records, strict=True):
        packed = told.pop("curves")
        rows = {name: [SYMBOLS.index(symbol) for symbol in row] for name, row in packed["rows"].items()}
        assert {"step": packed["step"], **rows} == record["curves"]
        assert told == {key: value for key, value in record.items() if key != "curves"}


def test_nothing_in_a_text_ends_the_data_or_begins_a_tag(records: list[dict[str, Any]], tmp_path: Path) -> None:
    evil = {**records[0], "id": EVIL, "text": EVIL, "words": [[EVIL, 0, 1]]}
    write_page({"title": EVIL}, [evil], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    data = embedded(page)
    assert data["lines"][0]["id"] == data["lines"][0]["text"] == data["summary"]["title"] == EVIL
    assert page.count("</script") == 2  # the data's and the page's own
    assert "<!--<b" not in page
    assert "<title>&lt;/script&gt;" in page


def test_placeholders_in_texts_stay_texts(tmp_path: Path) -> None:
    write_page({"title": "{{script}} {{data}}"}, [{"id": "{{style}}", "status": "failed"}], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<title>{{script}} {{data}}</title>" in page
    assert embedded(page)["lines"][0]["id"] == "{{style}}"


def test_five_thousand_lines_stay_small(records: list[dict[str, Any]], tmp_path: Path) -> None:
    many = [{**records[k % 3], "id": f"line_{k:05d}"} for k in range(5000)]
    write_page(SUMMARY, many, tmp_path / "report.html")
    assert (tmp_path / "report.html").stat().st_size < 25_000_000


def test_json_has_a_line_for_each_record_with_sorted_keys(records: list[dict[str, Any]], tmp_path: Path) -> None:
    evil = {**records[0], "text": EVIL}
    write_json(SUMMARY, [*records, evil], tmp_path / "report.json")
    text = (tmp_path / "report.json").read_text("utf-8")
    assert json.loads(text) == {"summary": SUMMARY, "lines": [*records, evil]}
    _, opening, *rows, closing, end = text.split("\n")
    assert (opening, closing, end) == ('"lines": [', "]}", "")
    for row, record in zip(rows, [*records, evil], strict=True):
        told = json.loads(row.rstrip(","))
        assert list(told) == sorted(record)
        assert told == record


@pytest.mark.parametrize("write", [write_page, write_json])
def test_refuses_what_json_has_not(write: Any, records: list[dict[str, Any]], tmp_path: Path) -> None:
    for bad in (float("nan"), {1, 2}):
        with pytest.raises(ValueError, match="the report cannot be written"):
            write(SUMMARY, [{**records[0], "seconds": bad}], tmp_path / "report")
    assert list(tmp_path.iterdir()) == []


def test_refuses_curves_out_of_range(records: list[dict[str, Any]], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JawOpen goes from 0 to 101"):
        write_page(SUMMARY, [{**records[0], "curves": {"step": 4, "JawOpen": [0, 101]}}], tmp_path / "report.html")
