"""The browser that other tests drive: it runs what it is told, and tells of errors."""

import pytest
from browser import BrowserError


@pytest.fixture
def page(browser):
    page = browser.open("data:text/html,<title>t</title><button onclick='console.log(`hit`)'>press</button>")
    yield page
    page.close()


def test_values_promises_and_functions(page):
    assert page.evaluate("document.title") == "t"
    assert page.evaluate("new Promise(done => setTimeout(() => done([1, 2.5, 'x']), 5))") == [1, 2.5, "x"]
    assert page.call("async (a, b) => a + b.length", 3, "four") == 7
    assert page.until("document.querySelector('button')?.textContent === 'press'") is True


def test_what_throws_is_told(page):
    with pytest.raises(BrowserError, match="no such luck"):
        page.evaluate("Promise.reject(new Error('no such luck'))")
    with pytest.raises(BrowserError, match=r"not true in 0\.05 s: 1 > 2"):
        page.until("1 > 2", seconds=0.05)


def test_console_and_uncaught_errors_are_kept(page):
    page.evaluate("console.log('a', 1); console.error('b'); setTimeout(() => { throw new Error('late') }, 0)")
    page.evaluate("new Promise(done => setTimeout(done, 30))")
    assert ("log", "a 1") in page.messages
    assert page.errors[0] == "b"
    assert page.errors[1].startswith("Error: late")


def test_the_mouse_and_a_picture(page, tmp_path):
    page.resize(300, 200)
    x, y = page.evaluate(
        "(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector('button').getBoundingClientRect())"
    )
    for kind in ("mousePressed", "mouseReleased"):
        page.mouse(kind, x, y, "left")
    page.until("true")
    assert ("log", "hit") in page.messages
    assert page.screenshot(tmp_path / "page.png").startswith(b"\x89PNG")
