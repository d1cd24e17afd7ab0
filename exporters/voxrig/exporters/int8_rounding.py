"""Rounding of weights and of what they are multiplied with, so that sums of products stay what they were.

A weight that is rounded up can be made good by others that are rounded down: weights are rounded one input after the
other, and what that does to the sums over heard speech is taken off the inputs still to come (Frantar, Ashkboos,
Hoefler & Alistarh 2023, "GPTQ: accurate post-training quantization for generative pre-trained transformers", ICLR).
What is left of it on the mean goes into the bias (Nagel, van Baalen, Blankevoort & Welling 2019, "Data-free
quantization through weight equalization and bias correction", ICCV). With weights rounded to the nearest, lips missed
one closure in a hundred.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
MOST: Final = 63
"""Weights are from -63 to 63: without VNNI, x86 adds two products of a byte each in 16 bits with saturation, and
2 * 255 * 63 still fits. So every processor computes the same sums."""
_DAMPED: Final = 0.01  # of the mean square of an input: speech that was heard is not all speech
_SHARES: Final = np.linspace(0.2, 1.0, 17)  # of a tensor's largest value, that a range may reach


@dataclass(frozen=True, slots=True)
class Range:
    """What bytes stand for: 0 to 255 are `low` to `high`, which hold 0 between them."""

    low: float
    high: float

    @property
    def scale(self) -> float:
        """Of one step."""
        return (self.high - self.low) / 255

    @property
    def zero(self) -> int:
        """The byte that stands for 0."""
        return round(-self.low / self.scale)

    def rounded(self, values: Floats | Doubles) -> Doubles:
        """What is left of values as bytes."""
        codes: Doubles = np.clip(np.rint(values.astype(np.float64) / self.scale) + self.zero, 0, 255)
        return (codes - self.zero) * self.scale


class Rounded(NamedTuple):
    """Weights in steps of a scale.

    Attributes:
        steps: int8[inputs, outputs].
        scale: float64[outputs].
        bias: float64[outputs].
    """

    steps: NDArray[np.int8]
    scale: Doubles
    bias: Doubles


def range_of(values: Floats) -> Range:
    """Choose the range that leaves the least squared error, of rounding within and of clipping beyond."""
    low, high = min(float(values.min()), -1e-6), max(float(values.max()), 1e-6)
    some = values.ravel()[:: max(1, values.size // 400_000)]
    candidates = [Range(low * below, high * above) for below in _SHARES[::4] for above in _SHARES]
    return min(candidates, key=lambda within: float(np.square(within.rounded(some) - some).mean()))


def round_weights(weights: Doubles, bias: Doubles, heard: Doubles, as_bytes: Doubles) -> Rounded:
    """Round weights for inputs that are rounded too.

    Args:
        weights: float64[inputs, outputs].
        bias: float64[outputs].
        heard: float64[n, inputs], inputs as they were.
        as_bytes: the same as bytes, and no longer exact.
    """
    scale = np.maximum(np.abs(weights).max(0), 1e-12) / MOST
    moments = as_bytes.T @ as_bytes / len(as_bytes)
    moments[np.diag_indices_from(moments)] += _DAMPED * np.diag(moments).mean()
    spread = np.linalg.cholesky(np.linalg.inv(moments)).T  # upper: row k tells how inputs behind k make good for k
    left, steps = weights.copy(), np.empty(weights.shape, np.int8)
    for k in range(len(weights)):
        steps[k] = np.clip(np.rint(left[k] / scale), -MOST, MOST)
        lost = (left[k] - steps[k] * scale) / spread[k, k]
        left[k + 1 :] -= np.outer(spread[k, k + 1 :], lost)
    off = heard.mean(0) @ weights - as_bytes.mean(0) @ (steps * scale)
    return Rounded(steps, scale, bias + off)
