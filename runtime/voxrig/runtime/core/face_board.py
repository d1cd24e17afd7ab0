"""MetaHuman's face board as 174 columns, and the raw controls that its sliders drive, both ways.

The board is what an animator moves: most sliders drive one raw control upwards and another downwards, so that a raw
pose with both at once loses what they have in common. `rigs/face_board.json` has the columns in EmoFace's order (the
names of the Maya rig; Unreal's newer board calls `tongue_roll` `tongue_bendTwist`) and what each one drives: `plus` and
`minus`; the phases of a slow movement, each full where the slider stands at its number, with straight lines between;
or, for the middle one of the eyes, `both` eyes at once, to which each eye's own slider adds.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from voxrig.runtime.core.native import NATIVE_CONTROLS, Floats, control_array, last_axis, rig_table

_TABLE: Final = rig_table("face_board")
_COLUMNS: Final[list[dict[str, Any]]] = _TABLE["columns"]

BOARD: Final[tuple[str, ...]] = tuple(column["name"] for column in _COLUMNS)
"""The 174 columns, as `CTRL_L_brow_down-translateY`; most run from 0 to 1, those with a `minus` from -1."""


class _Phases(NamedTuple):
    """A slider that leads through phases: raw controls that are full one after the other."""

    column: int
    controls: tuple[int, ...]
    stops: NDArray[np.float64]
    """Slider positions: of rest, of each phase, and of the end."""
    poses: NDArray[np.float64]
    """float64[stops, controls]: the phases at each of them."""


def _control(name: str) -> int:
    return NATIVE_CONTROLS.index(_TABLE["prefix"] + name)


def _phases(column: int, given: dict[str, float]) -> _Phases:
    stops = [0.0, *given.values()]
    poses = np.vstack((np.zeros(len(given)), np.eye(len(given))))
    if stops[-1] < 1.0:  # the last phase is over before the slider ends
        stops, poses = [*stops, 1.0], np.vstack((poses, np.zeros(len(given))))
    return _Phases(column, tuple(_control(name) for name in given), np.array(stops), poses)


_DRIVES: Final = tuple(
    (place, _control(column[key]), sign)
    for place, column in enumerate(_COLUMNS)
    for key, sign in (("plus", 1.0), ("minus", -1.0))
    if key in column
)
_PHASED: Final = tuple(_phases(place, column["phases"]) for place, column in enumerate(_COLUMNS) if "phases" in column)
_BOTH: Final = tuple(
    (place, tuple(BOARD.index(name) for name in column["both"]))
    for place, column in enumerate(_COLUMNS)
    if "both" in column
)

WITHOUT_SLIDER: Final = tuple(
    name
    for place, name in enumerate(NATIVE_CONTROLS)
    if place not in {control for _, control, _ in _DRIVES} | {control for one in _PHASED for control in one.controls}
)
"""The raw controls that no slider of these 174 drives."""


def board_values(controls: ArrayLike) -> Floats:
    """Turn raw controls into slider positions.

    Args:
        controls: float32[..., 251].

    Returns:
        float32[..., 174], held to -1 to 1; of two opposite controls their difference, of phases the nearest position.
        What both eyes share is on the middle slider. Sliders that drive no raw control (switches) are 0.

    Raises:
        ValueError: the last axis is not 251 long.
    """
    native = control_array(controls)
    board = np.zeros((*native.shape[:-1], len(BOARD)), np.float32)
    for column, control, sign in _DRIVES:
        board[..., column] += np.float32(sign) * native[..., control]
    for one in _PHASED:
        board[..., one.column] = _nearest(native[..., list(one.controls)].astype(np.float64), one)
    np.clip(board, -1.0, 1.0, out=board)
    for middle, eyes in _BOTH:
        board[..., middle] = board[..., list(eyes)].mean(axis=-1)
        for eye in eyes:
            board[..., eye] -= board[..., middle]
    return board


def raw_values(board: ArrayLike) -> Floats:
    """Turn slider positions into raw controls, as the board does; it undoes `board_values` where that loses nothing.

    Args:
        board: float32[..., 174].

    Returns:
        float32[..., 251], each 0 to 1; controls without a slider are 0.

    Raises:
        ValueError: the last axis is not 174 long.
    """
    sliders = last_axis(board, len(BOARD), "face board columns").copy()
    for middle, eyes in _BOTH:
        for eye in eyes:
            sliders[..., eye] += sliders[..., middle]
    native = np.zeros((*sliders.shape[:-1], len(NATIVE_CONTROLS)), np.float32)
    for column, control, sign in _DRIVES:
        native[..., control] = np.clip(np.float32(sign) * sliders[..., column], 0.0, 1.0)
    for one in _PHASED:
        for phase, control in enumerate(one.controls):
            native[..., control] = np.interp(sliders[..., one.column], one.stops, one.poses[:, phase])
    return native


def _nearest(phases: NDArray[np.float64], one: _Phases) -> NDArray[np.float64]:
    """Slider positions, float64[...], whose phases are nearest to `phases`, float64[..., P]; the lowest of equals."""
    best = np.zeros(phases.shape[:-1])
    least = np.full(phases.shape[:-1], np.inf)
    for low, high, start, end in zip(one.stops, one.stops[1:], one.poses, one.poses[1:], strict=False):
        way = end - start
        along = np.clip(((phases - start) @ way) / (way @ way), 0.0, 1.0)
        off = np.square(phases - start - along[..., None] * way).sum(axis=-1)
        nearer = off < least - 1e-12
        best = np.where(nearer, low + along * (high - low), best)
        least = np.where(nearer, off, least)
    return best
