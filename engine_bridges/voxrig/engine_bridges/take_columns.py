"""The columns of a take as few bytes, to the bit: what `.vxtake` files hold.

A column that stands still is its first value. One that moves is stored as second differences of its float32 bit
patterns, modulo 2**32, which are small where a curve is smooth; a column of a layer may instead be the same as that of
the whole performance, or its difference from it. Signed differences are folded to 0, 1, 2, ... for 0, -1, 1, ..., laid
out column by column, and split into four planes of bytes, low bytes first, so that a compressor finds runs of zeros.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_Bits = NDArray[np.uint32]

STILL: Final = 0
MOVING: Final = 1
SAME: Final = 2
APART: Final = 3


class Columns(NamedTuple):
    """Columns as bytes.

    Attributes:
        how: one byte a column: STILL, MOVING, SAME as the performance's column, or APART from it by a difference.
        data: little-endian uint32 of the first row, for STILL and MOVING columns; then the planes of MOVING columns
            (rows 1 on), then the planes of APART columns (all rows).
    """

    how: bytes
    data: bytes


def pack(values: Floats, whole: Floats | None = None) -> Columns:
    """Pack values, float32[F, C]; `whole` is the performance that they are a layer of, of the same shape."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    if len(bits) == 0:
        return Columns(bytes(bits.shape[1]), b"")
    how = (bits != bits[:1]).any(axis=0).astype(np.uint8)
    moving = _folded(_second_differences(bits))
    apart = np.zeros_like(bits)
    if whole is not None and whole.shape == values.shape:
        apart = _folded(bits - np.ascontiguousarray(whole, np.float32).view(np.uint32))
        fewer = _full_bytes(apart) < _full_bytes(moving)
        how[(how == MOVING) & fewer] = APART
        how[(how != STILL) & ~apart.any(axis=0)] = SAME
    first = bits[0, how <= MOVING].astype("<u4").tobytes()
    return Columns(how.tobytes(), first + _planes(moving[:, how == MOVING]) + _planes(apart[:, how == APART]))


def unpack(columns: Columns, rows: int, whole: Floats | None = None) -> Floats:
    """Undo `pack`: float32[rows, C].

    Raises:
        ValueError: the bytes are no such columns, or need a performance that isn't given.
    """
    how = np.frombuffer(columns.how, np.uint8)
    if (how > APART).any() or (whole is None and (how >= SAME).any()):
        raise ValueError("columns are packed in a way that is unknown")
    still, moving, apart = (int((how <= MOVING).sum()), int((how == MOVING).sum()), int((how == APART).sum()))
    ends = np.cumsum([still, moving * max(rows - 1, 0), apart * rows]).tolist() if rows else [0, 0, 0]
    if len(columns.data) != 4 * ends[2]:
        raise ValueError(f"columns have {len(columns.data)} bytes where {4 * ends[2]} are needed")
    bits = np.empty((rows, len(how)), np.uint32)
    if rows == 0:
        return bits.view(np.float32)
    data = np.frombuffer(columns.data, np.uint8)
    bits[:, how <= MOVING] = data[: 4 * ends[0]].view("<u4")
    steps = np.cumsum(_unfolded(_unplaned(data[4 * ends[0] : 4 * ends[1]], rows - 1, moving)), axis=0, dtype=np.uint32)
    bits[1:, how == MOVING] += np.cumsum(steps, axis=0, dtype=np.uint32)
    if whole is not None:
        base = np.ascontiguousarray(whole, np.float32).view(np.uint32)
        bits[:, how == SAME] = base[:, how == SAME]
        bits[:, how == APART] = base[:, how == APART] + _unfolded(_unplaned(data[4 * ends[1] :], rows, apart))
    return bits.view(np.float32)


def _second_differences(bits: _Bits) -> _Bits:
    """uint32[F - 1, C]: the first step, then how each step differs from the one before."""
    steps = np.diff(bits, axis=0)
    steps[1:] -= steps[:-1].copy()
    return steps


def _folded(differences: _Bits) -> _Bits:
    signed = differences.view(np.int32)
    return ((signed << 1) ^ (signed >> 31)).view(np.uint32)


def _unfolded(folded: _Bits) -> _Bits:
    return np.asarray((folded >> 1) ^ (0 - (folded & 1)), np.uint32)


def _full_bytes(folded: _Bits) -> NDArray[np.int64]:
    """int64[C]: bytes of each column that aren't 0, about what it costs."""
    return np.asarray(np.count_nonzero(folded.T.copy().view(np.uint8), axis=1), np.int64)


def _planes(folded: _Bits) -> bytes:
    return folded.T.astype("<u4", order="C").view(np.uint8).reshape(-1, 4).T.tobytes()


def _unplaned(data: NDArray[np.uint8], rows: int, columns: int) -> _Bits:
    values = np.ascontiguousarray(data.reshape(4, -1).T).view("<u4").astype(np.uint32, copy=False)
    return np.ascontiguousarray(values.reshape(columns, rows).T)
