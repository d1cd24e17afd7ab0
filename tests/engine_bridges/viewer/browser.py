"""A real headless Chromium, driven over the DevTools protocol: open a page, run JavaScript in it, look at it.

`Browser` starts the program, `Browser.open` gives a `Page`. What a page writes to its console and the exceptions that
nobody caught are kept in `Page.messages`. Commands are answered in order, so nothing here needs to sleep.
"""

import base64
import itertools
import json
import subprocess
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--force-color-profile=srgb",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--remote-debugging-port=0",
)
_PATIENCE = 60.0
"""Seconds for the browser to start, or to answer a command."""


class BrowserError(RuntimeError):
    """The browser did not start, refused a command, or the page threw; the message says what it said."""


class Page:
    """One tab. Made by `Browser.open`."""

    def __init__(self, browser: "Browser", target: str, session: str) -> None:
        self.messages: list[tuple[str, str]] = []
        """(level, text) of each console message, log entry and uncaught exception: level "log", "warning", "error"."""
        self._browser = browser
        self._target = target
        self._session = session
        self._loaded = threading.Event()

    @property
    def errors(self) -> list[str]:
        """The texts of the messages of level "error"."""
        return [text for level, text in self.messages if level == "error"]

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the DevTools protocol in this page; return its result. Raises BrowserError."""
        return self._browser.command(method, self._session, **parameters)

    def go(self, url: str) -> None:
        """Load `url` and wait until its `load` event."""
        self._loaded.clear()
        if told := self.command("Page.navigate", url=url).get("errorText"):
            raise BrowserError(f"{url}: {told}")
        if not self._loaded.wait(_PATIENCE):
            raise BrowserError(f"{url} did not load within {_PATIENCE:.0f} s; the console says {self.messages}")

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, awaited where it is a promise, as JSON can tell it.

        Raises BrowserError where it throws.
        """
        parameters = {"expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": True}
        return self._value(self.command("Runtime.evaluate", **parameters))

    def call(self, function: str, *arguments: Any) -> Any:
        """Return what a JavaScript function, such as `async (a, b) => a + b`, returns for arguments of JSON."""
        return self.evaluate(f"({function})({', '.join(json.dumps(a) for a in arguments)})")

    def until(self, condition: str, seconds: float = 20.0) -> Any:
        """Wait until an expression is true, looking every 20 ms; return it. Raises BrowserError after `seconds`."""
        asking = """new Promise((done, failed) => {
            const end = performance.now() + %f;
            const look = () => {
                let value;
                try { value = (%s); } catch (error) { failed(error); return; }
                if (value) done(value);
                else if (performance.now() > end) failed(new Error("not true in %g s: " + %s));
                else setTimeout(look, 20);
            };
            look();
        })"""
        return self.evaluate(asking % (1000 * seconds, condition, seconds, json.dumps(condition)))

    def resize(self, width: int, height: int, scale: float = 1.0, mobile: bool = False) -> None:
        """Make the window `width` by `height` CSS pixels, of `scale` device pixels each."""
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile}
        self.command("Emulation.setDeviceMetricsOverride", **size)

    def screenshot(self, path: Path | None = None) -> bytes:
        """Return the page as a PNG file's bytes, written to `path` where one is given."""
        png = base64.b64decode(self.command("Page.captureScreenshot", format="png")["data"])
        if path is not None:
            path.write_bytes(png)
        return png

    def mouse(self, kind: str, x: float, y: float, button: str = "none") -> None:
        """Send a mouse event: kind "mouseMoved", "mousePressed", "mouseReleased"; x, y in CSS pixels."""
        clicks = 0 if button == "none" else 1
        self.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=clicks)

    def key(self, key: str, code: str, text: str = "") -> None:
        """Press and release a key: `page.key("Enter", "Enter", "\\r")`."""
        number = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32}.get(key, 0)
        base = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        self.command("Input.dispatchKeyEvent", type="keyDown", **base, **({"text": text} if text else {}))
        self.command("Input.dispatchKeyEvent", type="keyUp", **base)

    def files(self, selector: str, *paths: Path) -> None:
        """Choose files in an `<input type=file>`, as a user does."""
        root = self.command("DOM.getDocument")["root"]["nodeId"]
        node = self.command("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.command("DOM.setFileInputFiles", nodeId=node, files=[str(path.resolve()) for path in paths])

    def close(self) -> None:
        """Close the tab."""
        self._browser.close_page(self._target, self._session)

    def _value(self, result: dict[str, Any]) -> Any:
        if "exceptionDetails" in result:
            raise BrowserError(_exception(result["exceptionDetails"]))
        return result["result"].get("value")

    def _event(self, method: str, told: dict[str, Any]) -> None:
        """Take an event of this page; called in the browser's reading thread."""
        if method == "Page.loadEventFired":
            self._loaded.set()
        elif method == "Runtime.consoleAPICalled":
            words = (str(a.get("value", a.get("description", a.get("type")))) for a in told["args"])
            self.messages.append((told["type"], " ".join(words)))
        elif method == "Runtime.exceptionThrown":
            self.messages.append(("error", _exception(told["exceptionDetails"])))
        elif method == "Log.entryAdded":
            entry = told["entry"]
            self.messages.append((entry["level"], f"{entry['text']} {entry.get('url', '')}".strip()))


class Browser:
    """A Chromium of its own, with its profile in `folder`; a context manager. `flags` come on top of FLAGS."""

    def __init__(self, program: str, folder: Path, flags: Sequence[str] = ()) -> None:
        words = [program, *FLAGS, f"--user-data-dir={folder}", *flags, "about:blank"]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}
        self._ended: str | None = None
        self._lock = threading.Lock()
        self._closing = ExitStack()
        try:
            link = connect(self._address(), max_size=None, compression=None, ping_interval=None, proxy=None)
            self._link = self._closing.enter_context(link)
        except BaseException:
            self._process.kill()
            self._process.communicate()
            raise
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._read, self._drain)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, url: str = "about:blank", width: int = 1280, height: int = 800, scale: float = 1.0) -> Page:
        """Open a tab of `width` by `height` CSS pixels, of `scale` device pixels each, and load `url` in it."""
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, target, session)
        for domain in ("Page", "Runtime", "Log", "DOM"):
            page.command(f"{domain}.enable")
        page.resize(width, height, scale)
        if url != "about:blank":
            page.go(url)
        return page

    def command(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Call a method of the DevTools protocol; return its result. Raises BrowserError."""
        answer: Future[dict[str, Any]] = Future()
        number = next(self._numbers)
        request = {"id": number, "method": method, "params": parameters}
        with self._lock:
            if self._ended is not None:
                raise BrowserError(self._ended)
            self._waiting[number] = answer
            self._link.send(json.dumps(request if session is None else request | {"sessionId": session}))
        told = answer.result(_PATIENCE)
        if "error" in told:
            raise BrowserError(f"{method}: {told['error']['message']}")
        return dict(told["result"])

    def close_page(self, target: str, session: str) -> None:
        """Close a tab."""
        self.command("Target.closeTarget", targetId=target)
        self._pages.pop(session, None)

    def close(self) -> None:
        """End the browser."""
        try:
            self.command("Browser.close")
            self._process.wait(_PATIENCE)
        except (BrowserError, ConnectionClosed, OSError, subprocess.TimeoutExpired):
            self._process.kill()
        self._closing.close()
        for thread in self._threads:
            thread.join(_PATIENCE)
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def _address(self) -> str:
        """Wait for the line in which it says where it listens."""
        assert self._process.stderr is not None
        lines = []
        for line in self._process.stderr:
            lines.append(line)
            if line.startswith("DevTools listening on "):
                return line.split()[-1]
        raise BrowserError(f"the browser ended before it listened: {''.join(lines)}")

    def _drain(self) -> None:
        assert self._process.stderr is not None
        for _ in self._process.stderr:
            pass

    def _read(self) -> None:
        reason = "the browser is gone"
        try:
            for text in self._link:
                told = json.loads(text)
                if "id" in told:
                    self._waiting.pop(told["id"]).set_result(told)
                elif page := self._pages.get(told.get("sessionId", "")):
                    page._event(told["method"], told["params"])
        except ConnectionClosed:
            pass
        except Exception as error:
            reason = repr(error)
        with self._lock:
            self._ended = reason
            for answer in self._waiting.values():
                answer.set_exception(BrowserError(reason))


def _exception(details: dict[str, Any]) -> str:
    thrown = details.get("exception", {})
    return str(thrown.get("description") or thrown.get("value") or details.get("text"))
