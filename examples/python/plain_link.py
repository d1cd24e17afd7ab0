"""A whole client of the engine link in plain Python, without a package: read it to write one in another language.

    python examples/python/plain_link.py samples/warning.wav 52001

proto/README.md (Engine link) says what the bytes are: packets of a length and one msgpack map.
"""

import json
import socket
import struct
import sys
import wave
from array import array
from pathlib import Path
from typing import Any

SIZED = {
    **{0xC4 + n: ("bytes", kind) for n, kind in enumerate((">B", ">H", ">I"))},
    **{0xD9 + n: ("text", kind) for n, kind in enumerate((">B", ">H", ">I"))},
    **{0xDC + n: ("array", kind) for n, kind in enumerate((">H", ">I"))},
    **{0xDE + n: ("map", kind) for n, kind in enumerate((">H", ">I"))},
}  # msgpack's tags that a size follows: of what, and the form of that size
CHUNK = 960  # bytes of one audio message: 20 ms of 16 bits at 24 kHz


def pack(value: Any) -> bytes:
    """Return a value as msgpack, of the kinds that a client sends; longer forms are allowed everywhere."""
    match value:
        case bool():
            return b"\xc3" if value else b"\xc2"
        case int():
            return b"\xcf" + struct.pack(">Q", value)
        case float():
            return b"\xcb" + struct.pack(">d", value)
        case str():
            return b"\xdb" + struct.pack(">I", len(value.encode())) + value.encode()
        case bytes():
            return b"\xc6" + struct.pack(">I", len(value)) + value
        case dict():
            items = b"".join(pack(key) + pack(item) for key, item in value.items())
            return b"\xdf" + struct.pack(">I", len(value)) + items
    raise TypeError(f"a {type(value).__name__} is nothing that a client sends")


def unpack(data: bytes, at: int = 0) -> tuple[Any, int]:
    """Return the value that begins at `at`, and where it ends."""
    tag, at = data[at], at + 1
    if tag < 0x80 or tag >= 0xE0:
        return tag if tag < 0x80 else tag - 256, at
    if tag in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[tag], at
    for first, kinds in ((0xCA, "fd"), (0xCC, "BHIQbhiq")):
        if first <= tag < first + len(kinds):
            kind = ">" + kinds[tag - first]
            return struct.unpack_from(kind, data, at)[0], at + struct.calcsize(kind)
    if tag < 0xC0:  # short maps, arrays and texts have their size in the tag
        size = tag & (0x0F if tag < 0xA0 else 0x1F)
        sort = "map" if tag < 0x90 else "array" if tag < 0xA0 else "text"
    else:
        sort, size_of = SIZED[tag]
        size, at = struct.unpack_from(size_of, data, at)[0], at + struct.calcsize(size_of)
    if sort in ("text", "bytes"):
        part = data[at : at + size]
        return part.decode() if sort == "text" else part, at + size
    items = []
    for _ in range(size * (2 if sort == "map" else 1)):
        item, at = unpack(data, at)
        items.append(item)
    return (dict(zip(items[::2], items[1::2], strict=True)) if sort == "map" else items), at


class Link:
    """A connection: maps out, maps in. `with` closes it."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=10.0)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Link":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, message: dict[str, Any]) -> None:
        """Send one map."""
        payload = pack(message)
        self._socket.sendall(struct.pack("<I", len(payload)) + payload)

    def receive(self) -> dict[str, Any]:
        """Wait for the next map. Raises RuntimeError with what the server says is wrong."""
        (size,) = struct.unpack("<I", self._read(4))
        message, _ = unpack(self._read(size))
        if "error" in message:
            raise RuntimeError(message["error"]["message"])
        return message

    def _read(self, size: int) -> bytes:
        parts = b""
        while len(parts) < size:
            part = self._socket.recv(size - len(parts))
            if not part:
                raise ConnectionError("the server has closed the connection")
            parts += part
        return parts


def perform(link: Link, samples: bytes, rate: int) -> tuple[list[str], dict[int, array]]:
    """Say 16-bit mono samples; return the names of the values and the frames by their index."""
    link.send({"hello": {"version": 1, "client": "plain Python"}})
    link.receive()
    audio = {"encoding": "S16LE", "sample_rate": rate, "channels": 1}
    opening = {"rig": "arkit", "frame_rate": {"numerator": 60, "denominator": 1}, "audio": audio, "seed": 7}
    link.send({"session": 1, "open": opening})
    opened = link.receive()["opened"]
    for first in range(0, len(samples), CHUNK):
        part = samples[first : first + CHUNK]
        link.send({"session": 1, "audio": {"first_sample": first // 2, "samples": part}})
    link.send({"session": 1, "close": {}})
    frames: dict[int, array] = {}
    while (message := link.receive()).get("event", {}).get("kind") != "CLOSED":
        if "frames" in message:
            values = array("f", message["frames"]["values"])  # little-endian, as nearly every machine is
            for n in range(len(message["frames"]["media_samples"])):
                row = values[n * opened["stride"] : (n + 1) * opened["stride"]]
                frames[message["frames"]["first_index"] + n] = row
    return opened["controls"], frames


def main() -> None:
    """Say a WAV; print the frame with the widest open mouth."""
    path, port = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 52001
    with wave.open(path) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2), "a WAV of 16 bits, mono"
        rate, samples = file.getframerate(), file.readframes(file.getnframes())
    with Link("127.0.0.1", port) as link:
        names, frames = perform(link, samples, rate)
    jaw = names.index("JawOpen")
    widest = max(frames, key=lambda index: frames[index][jaw])
    print(f"{Path(path).name}: {len(frames)} frames; the widest is {widest}, at {widest / 60:.2f} s")
    print(json.dumps({name: round(value, 3) for name, value in zip(names, frames[widest], strict=True) if value > 0.2}))


if __name__ == "__main__":
    main()
