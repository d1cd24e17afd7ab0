"""A page with nothing but the stage, served from the package's own files."""

import base64
import contextlib
import functools
import http.server
import io
import threading
from collections.abc import Iterator
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from browser import Browser, Page
from numpy.typing import NDArray
from PIL import Image

PAGE = b"""<!doctype html><html><head><meta charset="utf-8"><link rel="icon" href="data:,">
<style>body { margin: 0 } canvas { width: 400px; height: 480px; display: block }</style>
<script type="importmap">
{"imports": {"three": "./vendor/three.module.min.js", "three/addons/": "./vendor/addons/"}}</script></head>
<body><canvas id="face"></canvas><script type="module">
import { createStage } from "./stage/stage.js";
const stage = window.stage = createStage(document.getElementById("face"));
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
window.load = (text, name) => stage.loadAvatar(bytes(text), name);
window.pose = (values) => stage.setPose(Float32Array.from(stage.names, (name) => values[name] ?? 0), 0);
window.picture = (values) => {
  pose(values);
  stage.render(0);
  return document.getElementById("face").toDataURL("image/png").split(",")[1];
};
window.turnOf = (name) => {
  stage.avatar.root.updateMatrixWorld(true);
  const node = stage.avatar.root.getObjectByName(name);
  const turn = node.quaternion.clone().identity();
  node.matrixWorld.decompose(node.position.clone(), turn, node.scale.clone());
  return turn.toArray();
};
window.positions = (name) => Array.from(stage.avatar.root.getObjectByName(name).geometry.attributes.position.array);
window.influence = (name, target) => {
  const mesh = stage.avatar.root.getObjectByName(name);
  return mesh.morphTargetInfluences[mesh.morphTargetDictionary[target]];
};
await stage.ready;
window.there = true;
</script></body></html>"""


class Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".js": "text/javascript", ".glb": "model/gltf-binary"}  # noqa: RUF012 (as its base has it)

    def do_GET(self) -> None:
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The page's address while it is served."""
    with as_file(files("voxrig.engine_bridges") / "viewer" / "page") as folder:
        handler = functools.partial(Handler, directory=str(folder))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/"
            server.shutdown()


@contextlib.contextmanager
def stage_page(browser: Browser) -> Iterator[Page]:
    """The page in a tab, the built-in head on it; it must not have written to the console in the end."""
    with served() as url:
        tab = browser.open(url, 400, 480)
        tab.until("window.there")
        yield tab
        assert tab.messages == []
        tab.close()


def show_built_in(page: Page) -> Page:
    page.evaluate("stage.useBuiltIn().then(() => pose({}))")
    return page


def picture(page: Page, **values: float) -> NDArray[np.int16]:
    """The stage's pixels int16[480, 400, 3] in a pose."""
    png = base64.b64decode(page.call("picture", values))
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), np.int16)


def changed(one: NDArray[np.int16], other: NDArray[np.int16]) -> NDArray[np.bool_]:
    return np.abs(one - other).max(-1) > 24


def load(page: Page, content: bytes, name: str) -> Any:
    return page.call("(text, name) => load(text, name)", base64.b64encode(content).decode(), name)
