import numpy as np
import pytest

from voxrig.engine_bridges.take_columns import APART, MOVING, SAME, STILL, Columns, pack, unpack


def bits(values: np.ndarray) -> np.ndarray:
    return values.view(np.uint32)


def odd_values(rows: int, columns: int, seed: int) -> np.ndarray:
    """Any bit pattern there is: NaNs with payloads, infinities, denormals, both zeros."""
    rng = np.random.default_rng(seed)
    patterns = rng.integers(0, 1 << 32, (rows, columns), np.uint32)
    return np.ascontiguousarray(patterns).view(np.float32)


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 50])
@pytest.mark.parametrize("columns", [0, 1, 7])
def test_every_bit_pattern_comes_back(rows: int, columns: int) -> None:
    whole = odd_values(rows, columns, 1)
    np.testing.assert_array_equal(bits(unpack(pack(whole), rows)), bits(whole))
    layer = odd_values(rows, columns, 2)
    layer[:, ::2] = whole[:, ::2]
    np.testing.assert_array_equal(bits(unpack(pack(layer, whole), rows, whole)), bits(layer))


def test_each_column_is_stored_in_the_way_that_costs_least() -> None:
    rows = 200
    rng = np.random.default_rng(3)
    whole = np.zeros((rows, 5), np.float32)
    whole[:, 1:] = rng.random((rows, 4))
    layer = whole.copy()
    layer[:, 0] = -0.0  # still, though the performance has another zero
    layer[:, 2] = np.linspace(0, 1, rows, dtype=np.float32)  # moves in its own way
    layer[50:60, 3] = 0.0  # differs for ten frames of noise
    layer[:, 4] = 0.25
    packed = pack(layer, whole)
    assert list(packed.how) == [STILL, SAME, MOVING, APART, STILL]
    np.testing.assert_array_equal(bits(unpack(packed, rows, whole)), bits(layer))
    assert list(pack(whole).how) == [STILL, MOVING, MOVING, MOVING, MOVING]


def test_a_smooth_curve_has_mostly_zeros_in_its_high_bytes() -> None:
    curve = (0.5 + 0.4 * np.sin(np.arange(600) / 20)).astype(np.float32)[:, None]
    data = pack(curve).data
    planes = np.frombuffer(data[4:], np.uint8).reshape(4, 599)
    assert (planes[3] == 0).all()
    assert (planes[2] == 0).mean() > 0.6


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (Columns(b"\4", b""), "packed in a way that is unknown"),
        (Columns(b"\2", b""), "packed in a way that is unknown"),  # same as what?
        (Columns(b"\0", b"\0\0\0"), "have 3 bytes where 4 are needed"),
        (Columns(b"\1", b"\0\0\0\0"), "have 4 bytes where 12 are needed"),
        (Columns(b"\0", b"\0\0\0\0\0"), "have 5 bytes where 4 are needed"),
    ],
)
def test_what_are_no_columns_is_refused(columns: Columns, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        unpack(columns, 3)
