"""Motion and speech whose figures are known, because they are made from them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.body_report.motion import Motion
from voxrig.exporters.body_report.session import Session
from voxrig.runtime.core.body.arm import LENGTH
from voxrig.runtime.core.body.posture import INDEX, both_hands, posture

Doubles = NDArray[np.float64]

READY = posture(**both_hands(out=0.12, up=-0.5, fore=0.55))


def still(poses: int) -> Doubles:
    """Hands before the belly."""
    return np.tile(READY, (poses, 1))


def lifted(metres: Doubles, hand: str = "l") -> Doubles:
    """Postures float64[T, 34] whose hand is so many metres above where `still` has it."""
    postures = still(len(metres))
    postures[:, INDEX[f"up_{hand}"]] += metres / LENGTH
    return postures


def strokes(poses: int, at: Sequence[int], metres: float = 0.12, takes: int = 12) -> Doubles:
    """Heights in metres, float64[T]: slowly up, then down with a minimum jerk that ends at each pose of `at`."""
    height = np.zeros(poses)
    for apex in at:
        up = np.arange(24) / 24
        down = np.arange(takes) / takes
        slow, quick = (u**3 * (10 + u * (6 * u - 15)) for u in (up, down))
        begin = apex - takes - 24
        path = np.concatenate((metres * slow, metres * (1 - quick)))
        height[max(begin, 0) : apex] = path[max(-begin, 0) :]
    return height


def voices(poses: int, stressed: Sequence[int], speaking: NDArray[np.bool_] | None = None) -> Doubles:
    """A voice float64[T, 11] that speaks, with a bump of stress around each pose of `stressed`."""
    values = np.zeros((poses, 11))
    values[:, 0] = 1.0 if speaking is None else speaking
    time = np.arange(poses)
    for at in stressed:
        values[:, 5] += np.exp(-0.5 * ((time - at) / 6.0) ** 2)
    values[:, 2] = np.where(values[:, 0] > 0, 6.0 * np.minimum(values[:, 5], 1.0) - 3.0, 0.0)
    return values


def session(
    motions: Mapping[str, Sequence[Motion]],
    *,
    name: str = "one",
    voice: str = "ann",
    emotion: str = "neutral",
    heard: Doubles | None = None,
    stressed: Sequence[float] = (),
    planned: Sequence[int] = (),
) -> Session:
    """A session of some performances."""
    poses = len(next(iter(motions.values()))[0])
    values = voices(poses, [int(at) for at in stressed]) if heard is None else heard
    return Session(name, voice, emotion, "usual", values, np.array(stressed, np.float64), motions, planned)
