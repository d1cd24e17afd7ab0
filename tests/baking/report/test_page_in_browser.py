"""The report in a real browser, from a folder on the disk as an artist opens it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import Browser, Page

from voxrig.baking.report.page import write_page
from voxrig.baking.report.strip import strip
from voxrig.runtime.core.clip import Clip

EVIL = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
SAMPLES = Path(__file__).parents[3] / "samples"


def shown(page: Page) -> list[str]:
    return list(page.evaluate("[...document.querySelectorAll('article')].map((a) => a.getAttribute('aria-label'))"))


def choose(page: Page, name: str, value: str) -> None:
    page.call(
        """(name, value) => {
            const field = document.getElementById(name);
            field.value = value;
            field.dispatchEvent(new Event(name === "search" ? "input" : "change", { bubbles: true }));
        }""",
        name,
        value,
    )


@pytest.fixture(scope="module")
def folder(clips: dict[str, Clip], records: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bake's folder: the three samples, a listener's take, one line that failed, one with a name that is code."""
    made = tmp_path_factory.mktemp("bake #1 50%")
    for name in ("report", "audio"):
        (made / name).mkdir()
    for name, clip in clips.items():
        (made / "report" / f"{name}_01.jpg").write_bytes(strip(clip))
        shutil.copy(SAMPLES / f"{name}.wav", made / "audio")
    listener = {**records[0], "id": "gatekeeper_01.Mira", "character": "Mira", "role": "listener", "text": ""}
    listener |= {"speaker": "Gatekeeper", "listener": "", "audio": "", "words": [], "status": "edited"}
    failed = {"id": "lost_01", "character": "Healer", "text": "Where is it?", "status": "failed", "audio": "lost.wav"}
    failed |= {"error": "scene.yaml:12: lost.wav is not there; record it", "warnings": [], "files": []}
    evil = {**records[2], "id": EVIL, "text": EVIL, "character": EVIL, "listener": EVIL, "words": [[EVIL, 0, 1]]}
    evil |= {"files": ["javascript:alert(1)"], "audio": "javascript:alert(1)", "strip": "report/warning_01.jpg"}
    evil["warnings"] = [{"kind": EVIL, "text": EVIL}]
    evil["emotion"] = {"words": f"{EVIL}=1", "why": [EVIL], "sources": {EVIL: 1.0}, "vad": [0, 0, 0]}
    summary = {"title": "The bridge <b>", "script": "scene.yaml", "fps": "60", "warnings": ["scene.yaml:3: no lines"]}
    write_page(summary, [*records, listener, failed, evil], made / "report.html")
    return made


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    tab = browser.open((folder / "report.html").as_uri(), 1280, 1600)
    tab.until("document.querySelectorAll('article header').length >= 3")
    yield tab
    assert tab.messages == []
    tab.close()


def test_shows_every_line_failed_ones_first(page: Page) -> None:
    names = ["lost_01", "gatekeeper_01", "healer_01", "warning_01", "gatekeeper_01.Mira", EVIL]
    assert shown(page) == names
    assert page.evaluate("document.title") == "The bridge <b>"
    assert page.evaluate("document.querySelector('.line .error').textContent").endswith("record it")
    counts = page.evaluate("document.getElementById('counts').innerText").split()
    assert counts == ["6", "all", "1", "failed", "1", "edited", "by", "hand", "4", "baked", "2", "with", "warnings"]
    assert "scene.yaml:3: no lines" in page.evaluate("document.getElementById('notes').textContent")


def test_a_line_tells_everything(page: Page) -> None:
    text = page.evaluate("document.querySelectorAll('article')[1].innerText")
    for word in ("gatekeeper_01", "Gatekeeper → Mira", "Nobody moves past this bridge", "7.47 s", "anger", "0.60"):
        assert word in text
    for word in ("sounds like it", "csv/gatekeeper_01.csv", "820 keys for 10752 values", "JawOpen", "LookX"):
        assert word in text
    assert page.evaluate("document.querySelector('.override').value") == "emotion: anger=0.6"
    assert page.evaluate("document.querySelectorAll('article')[1].querySelectorAll('.words button').length") == 19
    page.until("(i => i.complete && i.naturalWidth === 782)(document.querySelector('img.strip'))")


def test_texts_are_never_markup(page: Page) -> None:
    page.evaluate("document.querySelector('article:last-child').scrollIntoView()")
    page.until("document.querySelector('article:last-child').childElementCount > 0")
    assert page.evaluate("document.querySelector('article:last-child h2').textContent") == EVIL
    assert page.evaluate("document.querySelector('article:last-child .text').textContent") == EVIL
    assert page.evaluate("document.querySelectorAll('main script, main img[src=x], h1 b').length") == 0
    links = page.evaluate(
        "[...document.querySelectorAll('article:last-child [href], audio')].map((a) => a.href || a.src)"
    )
    assert links
    assert all(link.startswith("file:///") for link in links)
    assert page.evaluate("document.title") == "The bridge <b>"


def test_filters_and_order(page: Page) -> None:
    choose(page, "search", "bridge PAPERS")
    assert shown(page) == ["gatekeeper_01"]
    assert page.evaluate("document.getElementById('shown').textContent") == "1 of 6 takes"
    choose(page, "search", "no such words")
    assert shown(page) == []
    assert page.evaluate("document.getElementById('none').hidden") is False
    page.evaluate("document.getElementById('all').click()")
    assert len(shown(page)) == 6
    choose(page, "character", "Healer")
    assert shown(page) == ["lost_01", "healer_01"]
    choose(page, "status", "failed")
    assert shown(page) == ["lost_01"]
    choose(page, "character", "")
    choose(page, "status", "")
    choose(page, "warning", "clipping")
    assert shown(page) == ["warning_01"]
    choose(page, "warning", "")
    choose(page, "order", "length")
    assert shown(page)[:2] == ["healer_01", "gatekeeper_01"]
    page.evaluate("document.querySelector('.chip.edited').click()")
    assert shown(page) == ["gatekeeper_01.Mira"]


def test_keys(page: Page) -> None:
    page.key("f", "KeyF", "f")
    assert shown(page) == ["lost_01"]
    page.key("Escape", "Escape")
    assert len(shown(page)) == 6
    page.key("j", "KeyJ", "j")
    page.key("j", "KeyJ", "j")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "gatekeeper_01"
    page.key("k", "KeyK", "k")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "lost_01"
    page.key("/", "Slash", "/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.key("j", "KeyJ", "j")  # typed, not a command
    assert page.evaluate("document.getElementById('search').value") == "j"


def test_curves_tell_their_values_under_the_pointer(page: Page, records: list[dict[str, Any]]) -> None:
    page.evaluate("document.querySelectorAll('article')[1].scrollIntoView()")
    box = page.evaluate(
        "(({ x, y, width }) => [x, y, width])(document.querySelector('svg.plot').getBoundingClientRect())"
    )
    page.mouse("mouseMoved", box[0] + 0.4 * box[2], box[1] + 60)
    told = page.evaluate("document.querySelector('.told').textContent")
    seconds = float(told.removesuffix(" s"))
    assert seconds == pytest.approx(0.4 * records[0]["seconds"], abs=0.02)
    row = records[0]["curves"]["JawOpen"]
    value = page.evaluate("document.querySelector('[data-legend=JawOpen] b').textContent")
    near = row[int(seconds * 15) - 1 : int(seconds * 15) + 2]
    assert float(value) in [at / 100 for at in near]
    page.mouse("mouseMoved", 2, 2)
    assert page.evaluate("document.querySelector('.told').textContent") == ""


def test_a_curve_is_hidden_in_all_lines(page: Page) -> None:
    look = "[...document.querySelectorAll('path[data-curve=JawOpen]')].map((p) => getComputedStyle(p).display)"
    assert set(page.evaluate(look)) == {"inline"}
    page.evaluate("document.querySelector('[data-legend=JawOpen]').click()")
    assert set(page.evaluate(look)) == {"none"}
    assert page.evaluate("document.querySelectorAll('[data-legend=JawOpen]')[1].ariaPressed") == "false"


def test_plays_the_sound_from_a_word(page: Page) -> None:
    page.evaluate("document.querySelectorAll('.words button')[5].click()")
    page.until("document.querySelector('article audio[src*=gatekeeper]').currentTime > 1.5")
    assert page.evaluate("document.querySelector('.cursor').getAttribute('visibility')") == "visible"
    page.evaluate("document.querySelector('article audio[src*=gatekeeper]').pause()")


def test_address_of_a_line(browser: Browser, folder: Path) -> None:
    tab = browser.open((folder / "report.html").as_uri() + "#warning_01", 1280, 500)
    tab.until("document.activeElement.getAttribute('aria-label') === 'warning_01'")
    assert tab.messages == []
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_looks_light_and_dark(page: Page, scheme: str, tmp_path: Path) -> None:
    from PIL import Image

    page.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.screenshot(tmp_path / "page.png")
    picture = np.asarray(Image.open(tmp_path / "page.png").convert("L"))
    corner = picture[2:10, 2:10].mean()
    assert corner > 200 if scheme == "light" else corner < 50
    assert picture.std() > 20


def test_narrow_windows_hold_the_page(page: Page) -> None:
    page.resize(390, 900)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_prints_every_line(page: Page) -> None:
    page.command("Page.printToPDF")
    assert page.evaluate("[...document.querySelectorAll('article')].every((a) => a.childElementCount > 0)")


def test_thousands_of_lines_are_made_as_they_come_near(
    browser: Browser, records: list[dict[str, Any]], tmp_path: Path
) -> None:
    many = [{**records[k % 3], "id": f"line_{k:05d}", "audio": "", "strip": ""} for k in range(5000)]
    write_page({"title": "Many"}, many, tmp_path / "report.html")
    tab = browser.open((tmp_path / "report.html").as_uri(), 1280, 900)
    tab.until("document.querySelectorAll('article header').length > 0")
    assert tab.evaluate("document.querySelectorAll('article').length") == 5000
    assert tab.evaluate("document.querySelectorAll('article header').length") < 40
    tab.evaluate("document.querySelectorAll('article')[4000].scrollIntoView()")
    tab.until("document.querySelectorAll('article')[4000].childElementCount > 0")
    assert tab.evaluate("document.querySelectorAll('article header').length") < 80
    choose(tab, "search", "line_04999")
    assert shown(tab) == ["line_04999"]
    tab.until("document.querySelector('article h2') !== null")
    assert tab.messages == []
    tab.close()
