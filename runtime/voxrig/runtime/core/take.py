"""A finished sequence of frames."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.timing import FrameRate


class TakeError(ValueError):
    """Frames that make no take; the message names what does not fit."""


@dataclass(frozen=True, slots=True)
class Take:
    """Frames one after the other, with everything a writer needs to name and time them.

    Attributes:
        profile: name of the rig profile.
        names: the control names, in order.
        bones: the bone names, in order.
        fps: frames a second.
        values: float32[F, stride]; stride = len(names) + 4 * len(bones), laid out as in `Frame.values`.
        start_index: index of the first frame; row r shows (start_index + r) / fps seconds of the audio.
        sample_rate: Hz of the audio it was made from.

    Raises:
        TakeError: the shape of `values` does not fit the names and bones.
    """

    profile: str
    names: tuple[str, ...]
    bones: tuple[str, ...]
    fps: FrameRate
    values: NDArray[np.float32]
    start_index: int
    sample_rate: int

    def __post_init__(self) -> None:
        stride = len(self.names) + 4 * len(self.bones)
        if self.values.ndim != 2 or self.values.shape[1] != stride:
            raise TakeError(
                f"values of shape {self.values.shape} do not fit {len(self.names)} controls and {len(self.bones)} "
                f"bones, which take {stride} values a frame"
            )

    @classmethod
    def from_frames(
        cls,
        frames: Iterable[Frame],
        *,
        profile: str,
        names: tuple[str, ...],
        bones: tuple[str, ...],
        fps: FrameRate,
        sample_rate: int,
    ) -> "Take":
        """Collect frames as a stream gave them; after an interruption the later frame of an index counts.

        Raises:
            TakeError: an index is missing between two frames, or a frame has another stride.
        """
        rows: list[NDArray[np.float32]] = []
        first: int | None = None
        for frame in frames:
            if first is None:
                first = frame.index
            place = frame.index - first
            if not 0 <= place <= len(rows):
                raise TakeError(f"frame {frame.index} cannot follow frame {first + len(rows) - 1}")
            del rows[place:]
            rows.append(frame.values)
        stride = len(names) + 4 * len(bones)
        wrong = next((row.shape for row in rows if row.shape != (stride,)), None)
        if wrong is not None:
            raise TakeError(f"a frame of shape {wrong} does not fit a take with {stride} values a frame")
        values = np.stack(rows) if rows else np.zeros((0, stride), np.float32)
        return cls(profile, names, bones, fps, values, first or 0, sample_rate)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def controls(self) -> NDArray[np.float32]:
        """float32[F, len(names)]: the controls alone."""
        return self.values[:, : len(self.names)]

    @property
    def quaternions(self) -> NDArray[np.float32]:
        """float32[F, len(bones), 4]: the bones alone, x, y, z, w."""
        return self.values[:, len(self.names) :].reshape(len(self.values), len(self.bones), 4)

    def time(self, row: int) -> Fraction:
        """Exact time in seconds that row `row` shows."""
        return (self.start_index + row) / self.fps.fraction
