"""From the last frame of a session that was lost over to those of the one that took its place."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

SEAM_SECONDS = Fraction(1, 5)

Values = NDArray[np.float32]


class Seam:
    """Eases the frames from `index` on away from the pose `values`, float32 [stride], within 0.2 s.

    `rate` is in frames a second. Controls go straight; each of the `bones` quaternions at the end of the values goes
    the shorter way round.
    """

    def __init__(self, values: Values, index: int, rate: Fraction, bones: int) -> None:
        self._origin = values
        self._index = index
        self._count = max(1, round(SEAM_SECONDS * rate))
        self._first_bone = len(values) - 4 * bones

    def is_over(self, index: int) -> bool:
        """Return whether frame `index` is the last that is eased, or after it."""
        return index - self._index + 1 >= self._count

    def eased(self, index: int, values: Values) -> Values:
        """Return the values to show for frame `index`, which came as `values`: a new array."""
        weight = np.float32(min(max(index - self._index + 1, 0) / self._count, 1.0))
        if weight == 1.0:
            return values
        shown = self._origin + weight * (values - self._origin)
        if self._first_bone < len(values):
            origin = self._origin[self._first_bone :].reshape(-1, 4)
            bones = values[self._first_bone :].reshape(-1, 4)
            nearer = np.where((origin * bones).sum(1, keepdims=True) < 0, -bones, bones)
            turned = origin + weight * (nearer - origin)
            turned /= np.linalg.norm(turned, axis=1, keepdims=True)
            shown[self._first_bone :] = turned.ravel()
        shown.flags.writeable = False
        return shown
