"""What one who listens does meanwhile, as cues: looks, nods, blinks, and shows what the other's feelings do to them.

It goes by the speaker's voice alone, and by who listens: nothing of anybody else comes in, so that what a third one
does changes nothing here. Cited: when to nod is `backchannel`'s rule; that listeners blink with the speaker's pauses is
from Nakano & Kitazawa (2010, "Eyeblink entrainment at breakpoints of speech", Exp Brain Res 205); that a face begins to
mirror another's some 0.4 to 0.8 s after it is within what Dimberg & Thunberg (1998, "Rapid facial reactions to
emotional facial expressions", Scandinavian J Psychology 39) saw and a second later at the most. Shares are ours.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.affect.backchannel import Invitation, invitations, speaks
from voxrig.runtime.animation.affect.personality import Personality
from voxrig.runtime.core.chance import key_of, uniform
from voxrig.runtime.core.timing import STEP_RATE

LATE: Final = (0.4, 0.8)
"""Seconds within which what the other feels begins to show."""

_NODS, _SHAKES, _BLINKS, _MIRRORS, _SIZES = 150, 151, 152, 153, 154  # of chance
_NOD: Final = 0.55  # of invitations within speech are nodded at, on average
_BLINK: Final = 0.5  # of pauses are blinked at
_BAD: Final = 0.2  # of sadness, fear or disgust in a reaction, from which on the head may shake
_SHAKE: Final = 0.5
_NEWS: Final = ("sadness", "fear", "disgust")


class ListenerCue(NamedTuple):
    """One cue.

    Attributes:
        seconds: of the speaker's clip, from its first sample.
        name: as `animation.cues.CUE_NAMES`.
        values: its numbers.
    """

    seconds: float
    name: str
    values: dict[str, float]


def listener_cues(
    prosody: NDArray[np.float32],
    reaction: Mapping[str, float],
    personality: Personality,
    seed: int,
    partner: tuple[float, float, float] | None = None,
) -> tuple[ListenerCue, ...]:
    """Return the cues of one who listens to a line, in order of time.

    Args:
        prosody: float32[n, 3], the speaker's level, pitch and voicing, a row a pose (1/60 s): `hearing.Rows.prosody`.
        reaction: what listening makes them show: values of an emotion cue (`choosing.Choice.reaction`).
        personality: of the listener: the agreeable and the outgoing nod more.
        seed: of the listener; one of their own gives them nods of their own.
        partner: where the speaker's face is, x, y and z in metres from the listener's (see the cue `gaze`); None:
            straight ahead.
    """
    key, count = key_of(seed), len(prosody)
    cues = [ListenerCue(0.0, "activity", {"listening": 1.0})]
    if partner is not None:
        cues.append(ListenerCue(0.0, "gaze", dict(zip("xyz", partner, strict=True)) | {"partner": 1.0}))
    cues += _mirrored(reaction, prosody, key)
    eager = max(0.1, min(0.95, _NOD + 0.2 * personality.agreeableness + 0.15 * personality.extraversion))
    bad = max((reaction.get(name, 0.0) for name in _NEWS), default=0.0) >= _BAD
    for invitation in invitations(prosody):
        cues += _answered(invitation, key, eager, bad)
    return tuple(sorted((cue for cue in cues if cue.seconds * STEP_RATE < count), key=lambda cue: cue.seconds))


def _mirrored(reaction: Mapping[str, float], prosody: NDArray[np.float32], key: int) -> list[ListenerCue]:
    """Return what is caught, from a little after the voice begins until a little after the line."""
    talking = np.flatnonzero(speaks(prosody))
    if not reaction or not len(talking):
        return []
    first = int(talking[0])
    seconds = first / STEP_RATE + LATE[0] + (LATE[1] - LATE[0]) * uniform(key, _MIRRORS, first)
    hold = max(len(prosody) / STEP_RATE - seconds, 0.5)
    return [ListenerCue(_to_ms(seconds), "emotion", {**reaction, "transition": 0.7, "hold": _to_ms(hold)})]


def _answered(invitation: Invitation, key: int, eager: float, bad: bool) -> list[ListenerCue]:
    """Return the nod, shake or blink at an invitation; often none."""
    at, cues = invitation.at, []
    seconds = _to_ms(at / STEP_RATE)
    if bad and invitation.pause and uniform(key, _SHAKES, at) < _SHAKE:
        cues.append(ListenerCue(seconds, "head", {"shake": _size(key, at, 0.15, 0.3)}))
    elif uniform(key, _NODS, at) < (0.7 * eager if invitation.pause else eager):
        least, more = (0.3, 0.4) if invitation.pause else (0.15, 0.3)
        cues.append(ListenerCue(seconds, "head", {"nod": _size(key, at, least, more)}))
    if invitation.pause and uniform(key, _BLINKS, at) < _BLINK:
        blink = at / STEP_RATE + 0.1 + 0.3 * uniform(key, _BLINKS, at, 1)
        cues.append(ListenerCue(_to_ms(blink), "blink", {"force": 1.0}))
    return cues


def _size(key: int, at: int, least: float, more: float) -> float:
    return round(least + more * uniform(key, _SIZES, at), 2)


def _to_ms(seconds: float) -> float:
    return round(seconds, 3)
