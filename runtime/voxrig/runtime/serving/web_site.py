"""The files of a page: which there are, what they are, and what a browser may do with them."""

import base64
import hashlib
import re
from importlib.resources.abc import Traversable
from typing import Final, NamedTuple

_KINDS: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/x-icon",
    "wav": "audio/wav",
    "glb": "model/gltf-binary",
    "bin": "application/octet-stream",
}
_PLAIN: Final = "text/plain; charset=utf-8"
_INLINE_SCRIPT: Final = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


class File(NamedTuple):
    """A file of a page: its media type and its bytes."""

    kind: str
    content: bytes


class Site:
    """The files below one folder, by path: `/` (which is `/index.html`), `/style.css`, `/app/main.js`.

    The list is made once, so no request reaches anything else, whatever its path is spelt like; the files are read when
    they are asked for.
    """

    def __init__(self, folder: Traversable) -> None:
        self._files = dict(_walk(folder, "/"))
        if "/index.html" in self._files:
            self._files["/"] = self._files["/index.html"]

    @property
    def paths(self) -> list[str]:
        """Those that there are."""
        return sorted(self._files)

    def read(self, path: str) -> File | None:
        """Return the file of a path, None where there is none."""
        if (file := self._files.get(path)) is None:
            return None
        kind = _KINDS.get(file.name.rpartition(".")[2].lower(), _PLAIN)
        return File(kind, file.read_bytes())

    def policy(self, host: str, scheme: str = "ws") -> str:
        """Return the Content-Security-Policy: nothing from anywhere else, no script but our files and our import map.

        `host` is how the browser calls this server, with the port; `scheme` that of its link, ws or wss. Textures of a
        dropped avatar are blobs.
        """
        index = self.read("/")
        content = index.content.replace(b"\r\n", b"\n") if index else b""  # as a browser reads it
        scripts = _INLINE_SCRIPT.findall(content)
        hashes = [f" 'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'" for text in scripts]
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src 'self'{''.join(hashes)}",
                "style-src 'self'",
                "img-src 'self' blob: data:",
                "media-src 'self' blob:",
                f"connect-src 'self' blob: data: {scheme}://{host}",
                "worker-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            )
        )


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        else:
            found.append((prefix + entry.name, entry))
    return found
