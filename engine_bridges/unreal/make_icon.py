"""Draw the plugin's icon, Voxrig/Resources/Icon128.png: a mouth that speaks."""

import math
import struct
import zlib
from pathlib import Path

SIZE = 128
ICON = Path(__file__).resolve().parent / "Voxrig" / "Resources" / "Icon128.png"
_BACK, _FACE, _LIPS = (27, 32, 45), (242, 187, 119), (214, 78, 92)
_SAMPLES = 4  # along each side of a pixel


def colour(x: float, y: float) -> tuple[int, int, int]:
    """At a point; both from -1 to 1, y down."""
    across = abs(x) / 0.62
    if across < 1.0:
        opening = 0.30 * (1.0 - across * across)
        bow = 0.07 * math.cos(3.0 * math.pi * across / 2.0)
        if abs(y - 0.08) < opening:
            return _BACK
        if -opening - 0.16 * (1.0 - across) - bow < y - 0.08 < opening + 0.22 * (1.0 - across * across):
            return _LIPS
    return _FACE if math.hypot(x, y) < 0.92 else _BACK


def draw() -> bytes:
    """Return the PNG."""
    rows = bytearray()
    for row in range(SIZE):
        rows.append(0)  # no filter
        for column in range(SIZE):
            total = [0, 0, 0]
            for part in range(_SAMPLES * _SAMPLES):
                x = (column + (part % _SAMPLES + 0.5) / _SAMPLES) / SIZE * 2 - 1
                y = (row + (part // _SAMPLES + 0.5) / _SAMPLES) / SIZE * 2 - 1
                total = [have + new for have, new in zip(total, colour(x, y), strict=True)]
            rows += bytes(round(have / _SAMPLES**2) for have in total)
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    ICON.parent.mkdir(parents=True, exist_ok=True)
    ICON.write_bytes(draw())
