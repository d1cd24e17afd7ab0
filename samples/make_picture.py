#!/usr/bin/env python3
"""Make samples/face.webp: a line of the scene, baked, on the viewer's own head, as a headless Chromium draws it.

    python samples/make_picture.py [--line bridge_05] [--out samples/face.webp] [--chromium PROGRAM] [--pngs FOLDER]

The frames are those of `voxrig bake samples/scene/bridge.yaml`, every second one of them; `picture/` holds the page
that draws them. It sends each picture back as a PNG, and these become one animated WebP (or GIF, by the ending).
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from voxrig.engine_bridges.readers.sound_file import read_sound
from voxrig.engine_bridges.readers.take_file import read_take
from voxrig.engine_bridges.viewer import page
from voxrig.runtime.core.arkit import arkit_frames
from voxrig.runtime.core.rig import profile

SAMPLES = Path(__file__).resolve().parent
EVERY = 2
"""Of 60 baked frames a second: 30 pictures."""
COLUMNS = 300
"""Points of the wave that is drawn."""
PATIENCE = 600.0
"""Seconds for all pictures."""
FLAGS = (
    *("--headless=new", "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-extensions"),
    *("--disable-dev-shm-usage", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
    "--force-color-profile=srgb",
)


def baked(line: str) -> dict[str, Any]:
    """Bake the scene; return what the page draws: names and frames of ARKit, the wave, words with their times."""
    with tempfile.TemporaryDirectory() as folder:
        script = str(SAMPLES / "scene" / "bridge.yaml")
        options = ("--format", "take", "--no-pictures", "--no-listeners", "--json")
        command = [sys.executable, "-m", "voxrig.cli.app", "bake", script, "-o", folder, *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        clip = read_take(Path(folder) / "take" / f"{line}.vxtake")
    take, rig = clip.take, profile("metahuman")
    controls, face = len(rig.names), rig.stride
    rows = [arkit_frames(row[:controls], row[controls:face].reshape(-1, 4)) for row in take.values[::EVERY]]
    sound = read_sound(SAMPLES / "scene" / f"{line}.wav")
    peaks = [float(np.abs(part).max()) for part in np.array_split(sound.samples, COLUMNS)]
    label = json.loads((SAMPLES / "scene" / f"{line}.json").read_text("utf-8"))
    return {
        "names": profile("arkit").names,
        "frames": [np.round(row, 5).tolist() for row in rows],
        "fps": 60 / EVERY,
        "seconds": clip.take.values.shape[0] / 60,
        "wave": peaks,
        "text": label["text"],
        "words": label["words"],
        "title": f"samples/scene/{line}.wav",
    }


class Pictures(ThreadingHTTPServer):
    """Serves the page and what it draws on this machine, and takes its pictures."""

    def __init__(self, drawn: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=str(page())))
        self.drawn = json.dumps(drawn).encode()
        self.wanted = len(drawn["frames"])
        self.taken: dict[int, bytes] = {}
        self.told = ""
        self.done = threading.Event()


class Handler(SimpleHTTPRequestHandler):
    """The viewer's files, `/picture/...` from here, `/take.json`; POST /N is picture N, /error an error."""

    server: Pictures

    def translate_path(self, path: str) -> str:
        """Find the files of `/picture/` beside this script."""
        own = path.startswith("/picture/")
        return str(SAMPLES / path[1:]) if own else super().translate_path(path)

    def do_GET(self) -> None:
        """Answer with a file, or with what is to be drawn."""
        if self.path == "/take.json":
            self._answer(self.server.drawn)
        else:
            super().do_GET()

    def do_POST(self) -> None:
        """Take a picture, or an error."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(b"{}")
        if self.path == "/error":
            self.server.told = body.decode()
        else:
            self.server.taken[int(self.path[1:])] = body
        if self.server.told or len(self.server.taken) == self.server.wanted:
            self.server.done.set()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def pictures_of(drawn: dict[str, Any], chromium: str) -> list[Image.Image]:
    """Have Chromium draw every frame; return the pictures in order.

    Raises RuntimeError with what the page said, or where not all pictures came in time.
    """
    server = Pictures(drawn)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        address = f"http://127.0.0.1:{server.server_address[1]}/picture/picture.html"
        flags = [*FLAGS, f"--user-data-dir={folder}", "--remote-debugging-port=0", address]
        browser = subprocess.Popen([chromium, *flags], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            came = server.done.wait(PATIENCE)
        finally:
            browser.terminate()
            browser.wait()
            server.shutdown()
            server.server_close()
    if server.told or not came:
        raise RuntimeError(server.told or f"{len(server.taken)} of {server.wanted} pictures in {PATIENCE:g} s")
    return [Image.open(io.BytesIO(server.taken[n])).convert("RGB") for n in range(server.wanted)]


def main() -> None:
    """Bake, draw, write."""
    parser = argparse.ArgumentParser(description="Make the moving picture of a face that speaks.")
    parser.add_argument("--line", default="bridge_05", help="a line of the scene")
    parser.add_argument("--out", type=Path, default=SAMPLES / "face.webp", help="a .webp or .gif")
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome") or "chromium")
    parser.add_argument("--quality", type=int, default=62)
    parser.add_argument("--pngs", type=Path, help="also keep each picture in this folder")
    given = parser.parse_args()
    drawn = baked(given.line)
    pictures = pictures_of(drawn, given.chromium)
    if given.pngs:
        given.pngs.mkdir(parents=True, exist_ok=True)
        for n, picture in enumerate(pictures):
            picture.save(given.pngs / f"{n:04}.png")
    # Times of pictures are whole milliseconds: differences of rounded moments don't drift.
    moments = [round(1000 * n / drawn["fps"]) for n in range(len(pictures) + 1)]
    durations = [after - before for before, after in pairwise(moments)]
    how = {"quality": given.quality, "method": 6} if given.out.suffix == ".webp" else {"optimize": True}
    pictures[0].save(given.out, save_all=True, append_images=pictures[1:], duration=durations, loop=0, **how)
    print(f"{given.out}: {len(pictures)} pictures, {moments[-1] / 1000:.1f} s, {given.out.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
