"""Curves whose truth is known: lids that blink, eyes that jump, a head that turns, made without any layer of life."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.cli.liveliness.motion import Motion, Onlooker
from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS
from voxrig.runtime.core.rotation import angles_to_quaternion

FPS = 60
Doubles = NDArray[np.float64]


class LidTruth(NamedTuple):
    """Blinks as they were made: seconds, but depth (0 to 1)."""

    curve: NDArray[np.float32]
    time: Doubles
    depth: Doubles
    width: Doubles


def blink_shape(time: Doubles, peak: float, closing: float, opening: float) -> Doubles:
    """Raised cosines: down in `closing` seconds before the peak, up in `opening` after it."""
    phase = np.where(time < peak, (time - peak) / closing, (time - peak) / opening)
    return np.where(np.abs(phase) < 1, 0.5 + 0.5 * np.cos(np.pi * phase), 0.0)


def make_lids(times: Sequence[float], seconds: float, seed: int = 1, partial: float = 0.15) -> LidTruth:
    """Blink at `times` with log-normal widths (median 100 ms), a share of them partial; the lids also follow the eyes.

    The width at half height of two raised cosines is half of what both take.
    """
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * FPS)) / FPS
    width = 0.1 * np.exp(rng.normal(0, 0.28, len(times)))
    depth = np.where(rng.random(len(times)) < partial, rng.uniform(0.35, 0.7, len(times)), 1.0)
    curve = np.zeros(len(time))
    for at, wide, deep in zip(times, width, depth, strict=True):
        inside = slice(max(0, int((at - 1) * FPS)), int((at + 1) * FPS))
        shape = deep * blink_shape(time[inside], at, 2 * wide * 0.35, 2 * wide * 0.65)
        curve[inside] = np.maximum(curve[inside], shape)
    follows = 0.12 * (np.floor(time / 1.7) % 2)  # lids follow the eyes down for 1.7 s, and up again
    curve = curve + (1 - curve) * follows
    return LidTruth(curve.astype(np.float32), np.array(times), depth, width)


def make_steps(
    amplitudes: Doubles, starts: Doubles, seconds: float, intercept: float, slope: float, shape: float = 2.3125
) -> Doubles:
    """Jump by `amplitudes` degrees at `starts` seconds, each in intercept + slope * |amplitude| seconds.

    Speed curves are Beta(shape, shape): 2 is a parabola, 3 minimum jerk; 2.3125 has a variance of duration² / 22.5.
    """
    time = np.arange(round(seconds * FPS)) / FPS
    track = np.zeros(len(time))
    over = np.linspace(0, 1, 2001)
    way = np.cumsum((over * (1 - over)) ** (shape - 1))
    for amplitude, start in zip(amplitudes, starts, strict=True):
        track += amplitude * np.interp((time - start) / (intercept + slope * abs(amplitude)), over, way / way[-1])
    return track


def make_motion(
    lids: NDArray[np.float32] | None = None,
    eyes: Doubles | None = None,
    head: Doubles | None = None,
    speaking: NDArray[np.bool_] | None = None,
    frames: int = 600,
) -> Motion:
    """Put lids float32[F], eyes float64[F, 2] and head float64[F, 3] in degrees on MetaHuman frames, and watch them."""
    frames = next((len(curve) for curve in (lids, eyes, head) if curve is not None), frames)
    values = np.zeros((frames, len(NATIVE_CONTROLS) + 4 * len(BONES)), np.float32)
    angles = np.zeros((frames, 3, 3), np.float32)
    if lids is not None:
        for side in "LR":
            values[:, NATIVE_CONTROLS.index(f"CTRL_expressions_eyeBlink{side}")] = lids
    if head is not None:
        angles[:, 0] = np.radians(head)
    if eyes is not None:
        angles[:, 1, :2] = angles[:, 2, :2] = np.radians(eyes)
    values[:, len(NATIVE_CONTROLS) :] = angles_to_quaternion(angles).reshape(frames, -1)
    heard = np.zeros(frames, np.bool_) if speaking is None else speaking
    return Onlooker(NATIVE_CONTROLS, BONES, FPS).watch(values, heard)


@pytest.fixture(scope="session")
def lids() -> Callable[..., LidTruth]:
    """`lids(times, seconds, seed=1, partial=0.15)`: a curve of blinks and their truth."""
    return make_lids


@pytest.fixture(scope="session")
def jumps() -> Callable[..., Doubles]:
    """`jumps(amplitudes, starts, seconds, intercept, slope, shape=2.3125)`: an eye's track in degrees."""
    return make_steps


@pytest.fixture(scope="session")
def motion() -> Callable[..., Motion]:
    """`motion(lids=None, eyes=None, head=None, speaking=None, frames=600)`: what an onlooker sees of such curves."""
    return make_motion
