"""What a person sees, in a real browser: nothing outside of its plot, nothing wider than the window, all readable."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from voxrig.profiling.report import page as page_module
from voxrig.profiling.report.page import write_html

from ..profile_record import full_record, full_run

sys.path[:0] = [str(Path(__file__).parents[2] / "engine_bridges" / "viewer")]

from browser import Browser  # noqa: E402

OUTSIDE = """() => {
    const found = [];
    for (const drawing of document.querySelectorAll("svg")) {
        const whole = drawing.getBoundingClientRect();
        for (const one of drawing.querySelectorAll("text, rect, path, circle")) {
            const box = one.getBoundingClientRect();
            if (box.left < whole.left - 1 || box.right > whole.right + 1
                || box.top < whole.top - 1 || box.bottom > whole.bottom + 1)
                found.push(drawing.getAttribute("aria-labelledby") + ": " + (one.textContent || one.outerHTML));
        }
    }
    return found;
}"""
EXTREME = ("latency_ms", "histogram_ms", "timeline", "waterfall_ms", "stages_us_per_frame")
SHOWN = """() => [getComputedStyle(document.body).backgroundColor,
    getComputedStyle(document.querySelector("svg text.value")).fill]"""


@pytest.fixture(scope="module")
def browser(program: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(program("chromium"), tmp_path_factory.mktemp("chromium")) as chromium:
        yield chromium


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    record, path = full_record(), tmp_path_factory.mktemp("report") / "profile.html"
    record["runs"][1]["transport"] = "a transport with a name that is far too long for any plot"
    record["capacity"][1]["transport"] = "another transport with a name that is far too long"
    record["runs"][2] |= {key: full_run("link", 64, 900.0)[key] for key in EXTREME}
    record["runs"][2]["av_offset_ms"] = {"min": -900.0, "p1": -300.0, "p99": 4000.0, "max": 5000.0}
    record["command"] = "voxrig profile " + "x" * 400
    write_html(record, path, full_record(1.3))
    return path.as_uri()


@pytest.mark.parametrize("width", [1400, 700, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_in_any_window(browser: Browser, report: str, width: int, scheme: str) -> None:
    page = browser.open(width=width)
    page.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.go(report)
    assert page.errors == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.call(OUTSIDE) == []
    back, ink = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in page.call(SHOWN))
    assert (back < 150 and ink > 600) if scheme == "dark" else (back > 600 and ink < 150)
    page.close()


def test_paper_is_white_whatever_the_screen(browser: Browser, report: str) -> None:
    page = browser.open(report, width=1000)
    page.command(
        "Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}]
    )
    _, ink = page.call(SHOWN)
    assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 150
    page.close()


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    pairs = [c * 2 for c in digits] if len(digits) == 3 else re.findall("..", digits)
    lights = [int(pair, 16) / 255 for pair in pairs]
    linear = [light / 12.92 if light <= 0.04045 else ((light + 0.055) / 1.055) ** 2.4 for light in lights]
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_texts_and_lines_stand_out(scheme: int) -> None:
    css = Path(page_module.__file__).with_name("report.css").read_text("utf-8")
    colours = dict(re.findall(r"--([\w-]+): (#\w+);", re.findall(r":root \{(.*?)\}", css, re.DOTALL)[scheme]))

    def contrast(one: str, other: str) -> float:
        low, high = sorted((luminance(colours[one]), luminance(colours[other])))
        return (high + 0.05) / (low + 0.05)

    for back in ("page", "card"):
        for text in ("ink", "soft", "good", "bad"):
            assert contrast(text, back) >= 4.5, (text, back)
        for line in ("s0", "s1", "s2", "s3", "s4", "sound", "models", "layers", "out", "other"):
            assert contrast(line, back) >= 3, (line, back)
    assert contrast("ink", "warn-back") >= 4.5
