"""Motion capture from BVH files: any hierarchy, any order of channels, positions on any joint, many frames quickly.

A joint's rotation is the product of its channels in the order in which the file lists them, the last is applied first.
A joint without rotation channels is not turned. Position channels take the place of the joint's offset.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.readers.bvh_hierarchy import AGAIN, LARGEST, BvhError, BvhJoint, fail, hierarchy, number
from voxrig.runtime.core.timing import MAX_FPS, MIN_FPS

Doubles = NDArray[np.float64]

_RATES: Final = (
    *(
        Fraction(rate)
        for rate in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 72, 75, 90, 100, 120, 144, 150, 180, 200, 240)
    ),
    *(Fraction(rate * 1000, 1001) for rate in (24, 30, 48, 60, 120, 240)),
)


@dataclass(frozen=True, slots=True)
class BvhMotion:
    """What a BVH file holds.

    Attributes:
        joints: parents before their children.
        fps: frames a second. The file's frame time is rounded; where it is the rounding of a rate in use (60, 29.97,
            120, ...), that rate is meant.
        rotations: float32[F, J, 4]: local unit quaternions x, y, z, w; with no channel turned all joints are at rest.
        positions: float32[F, J, 3]: where each joint is in its parent's space, in the file's length.
    """

    joints: tuple[BvhJoint, ...]
    fps: Fraction
    rotations: NDArray[np.float32]
    positions: NDArray[np.float32]


def read_bvh(path: Path) -> BvhMotion:
    """Read a whole file.

    Raises:
        BvhError: it cannot be read, is no BVH, or has a wrong number somewhere.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BvhError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    try:
        return parse_bvh(data)
    except BvhError as error:
        raise BvhError(f"{path}: {error}") from error


def parse_bvh(data: bytes) -> BvhMotion:
    """Read the bytes of a file; lines may end in any way. Raises as `read_bvh`, without the file's name."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # only names are not ASCII
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begin = next((at for at, line in enumerate(lines) if line.strip().upper() == "MOTION"), None)
    if begin is None:
        fail(len(lines), "there is no MOTION", f"the file is no BVH or cut short; {AGAIN}")
    joints = hierarchy(lines[:begin])
    count, fps, first = _motion_head(lines, begin + 1)
    values = _motion(lines, first, count, sum(len(joint.channels) for joint in joints))
    return BvhMotion(joints, fps, *_posed(joints, values))


def _motion_head(lines: list[str], at: int) -> tuple[int, Fraction, int]:
    """The number of frames, the rate, and the place of the first frame's line."""
    found: dict[str, str] = {}
    for place in range(at, len(lines)):
        line = lines[place].strip()
        key, colon, value = line.partition(":")
        if line and not colon:
            break
        found[" ".join(key.lower().split())] = value.strip()
        if "frames" in found and "frame time" in found:
            count = number(found["frames"], at + 1, "the number of frames")
            if not (count.is_integer() and count > 0):
                fail(at + 1, f"there are {count:g} frames", "export one at least")
            return int(count), _rate(found["frame time"], place + 1), place + 1
    return fail(at + 1, "there are no `Frames:` and `Frame Time:` after MOTION", AGAIN)


def _rate(text: str, line: int) -> Fraction:
    """Frames a second of a frame time that was rounded (or cut) to the digits that it has."""
    seconds = number(text, line, "the frame time")
    if not 1 / (1.01 * MAX_FPS) <= seconds <= 1 / MIN_FPS:
        fail(line, f"a frame time of {text} s", f"it must be 1/{MAX_FPS} to {1 / MIN_FPS:g} s")
    exact = Fraction(text)
    digit = Fraction(1, 10 ** len(text.lower().partition("e")[0].partition(".")[2]))
    near = min(digit, exact / 80)
    best = min(_RATES, key=lambda rate: abs(1 / rate - exact))
    return best if abs(1 / best - exact) < near else 1 / exact


def _motion(lines: list[str], first: int, count: int, channels: int) -> Doubles:
    """The channels of all frames, float64[count, channels]."""
    places = [place for place in range(first, len(lines)) if lines[place] and not lines[place].isspace()]
    if len(places) != count:
        what = "the file is cut short" if len(places) < count else "the count is wrong"
        fail(len(lines), f"there are {len(places)} frames where `Frames:` says {count}", f"{what}; {AGAIN}")
    try:
        values: Doubles = np.loadtxt([lines[place] for place in places], comments=None, ndmin=2)
    except ValueError:
        _find_fault(lines, places, channels)
        fail(places[0] + 1, "the frames cannot be read as numbers", AGAIN)
    if values.shape[1] != channels:
        _find_fault(lines, places, channels)
    wrong = np.flatnonzero(~(np.abs(values) < LARGEST).all(axis=1))
    if len(wrong):
        is_finite = np.isfinite(values[wrong[0]]).all()
        what = f"a number beyond {LARGEST:g}" if is_finite else "NaN or infinity"
        fail(places[wrong[0]] + 1, f"the frame has {what}", f"mend the motion there and {AGAIN}")
    return values


def _find_fault(lines: list[str], places: list[int], channels: int) -> None:
    """Refuse the first frame, of those in lines at `places`, that numpy could not read."""
    for place in places:
        words = lines[place].split()
        if len(words) != channels and not any("," in word for word in words):
            fail(place + 1, f"the frame has {len(words)} numbers for {channels} channels", AGAIN)
        for word in words:
            number(word, place + 1, "a channel")


def _posed(joints: tuple[BvhJoint, ...], values: Doubles) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Rotations float32[F, J, 4] and positions float32[F, J, 3] of channels float64[F, channels]."""
    rotations = np.empty((len(values), len(joints), 4), np.float32)
    positions = np.empty((len(values), len(joints), 3), np.float32)
    column = 0
    for place, joint in enumerate(joints):
        positions[:, place] = joint.offset
        turn = np.zeros((4, len(values)))
        turn[3] = 1.0
        for channel in joint.channels:
            axis = "XYZ".index(channel[0])
            if channel.endswith("position"):
                positions[:, place, axis] = values[:, column]
            else:
                turn = _then_about(turn, axis, np.radians(values[:, column]) / 2)
            column += 1
        rotations[:, place] = turn.T
    return rotations, positions


def _then_about(turn: Doubles, axis: int, half: Doubles) -> Doubles:
    """The product of quaternions float64[4, F] and turns about an axis by twice an angle in radians."""
    sine, cosine = np.sin(half), np.cos(half)
    b, c = (axis + 1) % 3, (axis + 2) % 3
    made = cosine * turn
    made[axis] += sine * turn[3]
    made[b] += sine * turn[c]
    made[c] -= sine * turn[b]
    made[3] -= sine * turn[axis]
    return made
