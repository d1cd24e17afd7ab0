"""How speech and the layers of life become one face.

Speech owns the closing of the lips, their rounding and the jaw; emotion owns the brows, the eyes and where the corners
of the mouth lie. What an expression would part gives way while speech shuts the lips, what it would press gives way
while speech opens them, and what it would widen gives way while speech rounds them; under a wrinkled nose the chin
helps to shut them. A blink shuts the eye whatever widens it. Everything else adds up with `shaping.shifted`, which
stays within 0 to 1 without a plateau.

The lids follow the eyes up and down by themselves: on a MetaHuman and on ARKit's heads the look controls carry them.
(On the ICT head, one unit of EyeLookDown lowers the upper lid by 75 % of the open eye, EyeLookUp lifts it by 33 %.)
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.action_units import EXPRESSION_CONTROLS
from voxrig.runtime.animation.eyes import LOOK_RANGE
from voxrig.runtime.animation.face import NATIVE_COUNT, rest_pose
from voxrig.runtime.animation.idle import IDLE_CONTROLS
from voxrig.runtime.animation.life_pose import LifePose, LifePoses
from voxrig.runtime.animation.shaping import CONTACT, kind_of, parts_lips, shifted
from voxrig.runtime.animation.style import SHORT_NAMES, TOGETHER
from voxrig.runtime.core.native import BONES

Floats = NDArray[np.float32]

TRACKS: Final = ("speech", "emotion", "blink", "gaze", "head", "idle", "body")
"""What `Composer.tracks` gives, in order: speech, then the layers as in `layers.Layers`; a body moves no face."""

_SHUT_FROM, _SHUT_TO = np.float32(0.35), np.float32(0.85)  # of the jaw's opening: shares that the lips close of it
_APART: Final = np.float32(0.16)  # of jawOpen, less what the lips close: from here on nothing presses them
_ROUNDED: Final = np.float32(0.4)  # purse or funnel of speech's most rounded sounds
_YIELDS: Final = {"noseWrinkle": 0.45, "noseWrinkleUpper": 0.0, "noseNasolabialDeepen": 0.0}
_WIDENS: Final = {
    "mouthCornerPull": 0.45, "mouthSharpCornerPull": 0.6, "mouthStretch": 0.7, "mouthDimple": 0.5,
    "mouthCornerDepress": 0.2,
}  # fmt: skip


class Mixing(NamedTuple):
    """How the controls of the layers are added, those of the expression first and then the idle face's; see `_mix`."""

    place: NDArray[np.int64]  # [K] index in the native rig
    yields: Floats  # [3, K] how far it gives way to lips that shut, to lips that are open, to lips that are rounded


@lru_cache(maxsize=1)
def _mixing() -> Mixing:
    names = EXPRESSION_CONTROLS + IDLE_CONTROLS
    stems = [name.rstrip("LR") for name in names]
    opens = [parts_lips(name) or name == "jawOpen" for name in names]
    parts = [_YIELDS.get(s, float(o)) for s, o in zip(stems, opens, strict=True)]
    presses = [kind_of(name) == CONTACT for name in names]
    widens = [_WIDENS.get(stem, 0.0) for stem in stems]
    return Mixing(
        np.array([SHORT_NAMES.index(name) for name in names], np.int64),
        np.array((parts, presses, widens), np.float32),
    )


def _places(*stems: str) -> NDArray[np.int64]:
    """Return where the controls whose names begin so lie in the native rig, those of the left side first."""
    return np.array([SHORT_NAMES.index(stem + side) for side in "LR" for stem in stems], np.int64)


@dataclass(frozen=True, slots=True)
class Composer:
    """Puts speech and life together. It holds nothing of any session."""

    _mixing: Mixing = field(init=False, repr=False, compare=False, default_factory=_mixing)

    def compose(self, speech: Floats, life: LifePose) -> Floats:
        """Make one native pose.

        Args:
            speech: float32[251 + 4 * 3], the native pose of speech, its bones at rest; it is not changed.
            life: what the layers show.

        Returns:
            float32[251 + 4 * 3]: `speech` itself to the bit where life stands still.
        """
        composed: Floats = self.composed([speech], LifePoses.of(life))[0]
        return composed

    def composed(self, speech: Sequence[Floats], lives: LifePoses) -> Floats:
        """Make native poses: float32[F, 251 + 4 * 3], F of 1 or more, each as of `compose`.

        Args:
            speech: F native poses of speech; they are not changed.
            lives: what the layers show at each of them.
        """
        poses = np.array(speech)
        added = np.zeros((len(poses), len(self._mixing.place)), np.float32)
        if lives.expressions is not None:
            added[:, :_EXPRESSED] = lives.expressions
        if lives.idles is not None:
            added[:, _EXPRESSED:] = lives.idles
        _compose(poses, added, lives.expressions is not None, lives.turns, *_OWN, *self._mixing)
        return poses

    def tracks(self, speech: Floats, life: LifePose) -> tuple[Floats, ...]:
        """Make a native pose of speech and of each layer, as it is alone on a face at rest: `TRACKS`."""
        return tuple(track[0] for track in self.tracked([speech], LifePoses.of(life)))

    def tracked(self, speech: Sequence[Floats], lives: LifePoses) -> tuple[Floats, ...]:
        """Make for each of `TRACKS` native poses: float32[F, 251 + 4 * 3], each as of `tracks`."""
        rest = [rest_pose()] * len(speech)
        still = LifePoses(lives.at, None, np.zeros_like(lives.turns), None, None)
        layers = [still._replace(expressions=lives.expressions)]
        for columns in _TURNED:
            turns = np.zeros_like(lives.turns)
            turns[:, columns] = lives.turns[:, columns]
            layers.append(still._replace(turns=turns))
        layers += [still._replace(idles=lives.idles), still]
        return np.array(speech), *(self.composed(rest, layer) for layer in layers)


_TURNED: Final = (slice(0, 2), slice(2, 8), slice(8, 11))  # of `LifePoses.turns`: lids, gaze, head
_EXPRESSED: Final = len(EXPRESSION_CONTROLS)
_ZERO: Final = np.float32(0.0)
_ONE: Final = np.float32(1.0)
_TWO: Final = np.float32(2.0)
_THREE: Final = np.float32(3.0)

_LIPS: Final = np.array(
    [i for i, name in enumerate(SHORT_NAMES) if name.startswith((TOGETHER, "mouthLipsPurse", "mouthFunnel"))]
    + [SHORT_NAMES.index("jawOpen")],
    np.int64,
)
_EYES: Final = _places(
    "eyeBlink", "eyeWiden", "eyeUpperLidUp", "eyeSquintInner", "eyeLookLeft", "eyeLookRight", "eyeLookUp", "eyeLookDown"
).reshape(2, 8)
_CHIN: Final = _places("noseWrinkle", "jawChinRaiseD").reshape(2, 2)
_OWN: Final = (_LIPS, _CHIN, _EYES)
_HEAD: Final = NATIVE_COUNT + 4 * BONES.index("head")
_EYE_L: Final = NATIVE_COUNT + 4 * BONES.index("eye_l")
_EYE_R: Final = NATIVE_COUNT + 4 * BONES.index("eye_r")
_OUT: Final = 1.0 / math.radians(LOOK_RANGE.out)
_IN: Final = 1.0 / math.radians(LOOK_RANGE.inward)
_UP: Final = 1.0 / math.radians(LOOK_RANGE.up)
_DOWN: Final = 1.0 / math.radians(LOOK_RANGE.down)
_PUSHED: Final = np.float32(0.95)  # how far the chin pushes the lower lip up to an upper one that a nose draws up
_SQUINT_LEFT: Final = np.float32(0.4)  # of a lower lid that is drawn up, while the upper one comes down
_MEET: Final = np.float32(1.0)  # how far the lower lid comes up to meet an upper lid that looks up
_LOWERED: Final = np.float32(0.5)  # what looking down takes off a blink: that much of the way the lid has come already


@numba.njit(cache=True)
def _lips(speech: Floats, places: NDArray[np.int64]) -> tuple[float, float, float]:
    """Return how far speech shuts the lips, how far it parts them and how far it rounds them, each 0 to 1.

    Args:
        speech: native pose.
        places: four funnels, four purses, four mouthLipsTogether (as in native order) and jawOpen.
    """
    funnel = purse = share = _ZERO
    for k in range(4):
        funnel, purse, share = funnel + speech[places[k]], purse + speech[places[4 + k]], share + speech[places[8 + k]]
    share = min(share / np.float32(4.0), _ONE)
    x = min(max((share - _SHUT_FROM) / (_SHUT_TO - _SHUT_FROM), _ZERO), _ONE)
    shut = x * x * (_THREE - _TWO * x)
    parted = min(speech[places[12]] * (_ONE - share) / _APART, _ONE)
    rounded = min(max(funnel, purse) / (np.float32(4.0) * _ROUNDED), _ONE)
    return np.float64(shut), np.float64(parted), np.float64(rounded)  # layers are mixed in double precision


@numba.njit(cache=True)
def _mix(
    pose: Floats,
    values: Floats,
    lips: tuple[float, float, float],
    place: NDArray[np.int64],
    yields: Floats,
    first: int,
    last: int,
) -> None:
    """Add a layer's values, those from `first` to before `last`, to a pose, as far as speech's lips let them."""
    shut, parted, rounded = lips
    for k in range(first, last):
        if values[k] != _ZERO:
            way = (_ONE - yields[0, k] * shut) * (_ONE - yields[1, k] * parted) * (_ONE - yields[2, k] * rounded)
            pose[place[k]] = shifted(pose[place[k]], values[k] * way)


@numba.njit(cache=True)
def _meet(pose: Floats, shut: float, places: NDArray[np.int64]) -> None:
    """Let the chin help where lips shut under a wrinkled nose, which would else twitch at every closure."""
    for side in range(2):
        nose, chin = places[side]
        if pose[nose] > _ZERO:
            pose[chin] = shifted(pose[chin], _PUSHED * shut * pose[nose])


@numba.njit(cache=True)
def _turn(pose: Floats, first: int, yaw: float, pitch: float, roll: float) -> None:
    """Write a bone's rotation (see `core.rotation`) to its quaternion, which begins at `first`."""
    if yaw == 0.0 and pitch == 0.0 and roll == 0.0:
        return
    cy, cp, cr = math.cos(yaw / 2), math.cos(pitch / 2), math.cos(roll / 2)
    sy, sp, sr = math.sin(yaw / 2), math.sin(pitch / 2), math.sin(roll / 2)
    pose[first] = cy * sp * cr + sy * cp * sr
    pose[first + 1] = sy * cp * cr - cy * sp * sr
    pose[first + 2] = cy * cp * sr - sy * sp * cr
    pose[first + 3] = cy * cp * cr + sy * sp * sr


@numba.njit(cache=True)
def _look(
    pose: Floats,
    places: NDArray[np.int64],
    left_lid: float,
    right_lid: float,
    left_yaw: float,
    left_pitch: float,
    right_yaw: float,
    right_pitch: float,
) -> None:
    """Turn the eyes and bring the lids down; `places` are those of `_EYES`."""
    for side in range(2):
        lid, yaw, pitch = (left_lid, left_yaw, left_pitch) if side == 0 else (right_lid, right_yaw, right_pitch)
        blink, widen, upper, squint, to_left, to_right, up, down = places[side]
        pose[to_left] = min(max(yaw * (_OUT if side == 0 else _IN), pose[to_left]), 1.0)
        pose[to_right] = min(max(-yaw * (_IN if side == 0 else _OUT), pose[to_right]), 1.0)
        pose[up] = min(max(-pitch * _UP, pose[up]), 1.0)
        pose[down] = min(max(pitch * _DOWN, pose[down]), 1.0)
        _turn(pose, _EYE_L if side == 0 else _EYE_R, yaw, pitch, 0.0)
        if lid > 0.0:
            way = np.float32(lid)
            pose[blink] = shifted(pose[blink], way * (_ONE - _LOWERED * pose[down] * pose[down]))
            pose[widen] *= _ONE - way
            pose[upper] *= _ONE - way
            pose[squint] *= _ONE - way * (_ONE - _SQUINT_LEFT)
            pose[squint] = shifted(pose[squint], way * pose[up] * _MEET)


@numba.njit(cache=True)
def _compose(
    poses: Floats,
    added: Floats,
    expresses: bool,
    turns: NDArray[np.float64],
    lip_places: NDArray[np.int64],
    chin_places: NDArray[np.int64],
    eye_places: NDArray[np.int64],
    place: NDArray[np.int64],
    yields: Floats,
) -> None:
    """Put life on native poses of speech, float32[F, 251 + 4 * 3], in place.

    Args:
        poses: of speech.
        added: float32[F, K], what the layers add to the controls of `Mixing`; 0 where one is off.
        expresses: whether the layer of emotion is on.
        turns: float64[F, 11]: both lids, yaw and pitch of both eyes and of the head's share, the head's own turn.
        lip_places, chin_places, eye_places: as of `_OWN`.
        place, yields: as of `Mixing`.
    """
    for row in range(len(poses)):
        pose, turn = poses[row], turns[row]
        lips = _lips(pose, lip_places)
        _mix(pose, added[row], lips, place, yields, 0, _EXPRESSED)
        if expresses:
            _meet(pose, lips[0], chin_places)
        _mix(pose, added[row], lips, place, yields, _EXPRESSED, len(place))
        _look(pose, eye_places, turn[0], turn[1], turn[2], turn[3], turn[4], turn[5])
        _turn(pose, _HEAD, turn[8] + turn[6], turn[9] + turn[7], turn[10])
