"""What gaze rests on, and what it turns to next: the partner's face, away from it, a text.

Every choice is made when a fixation ends, with the manner of what the character then does and feels.
"""

import math
from enum import Enum
from typing import Final, NamedTuple

from voxrig.runtime.animation.activity import Activity, resolve
from voxrig.runtime.animation.emotion import Affect
from voxrig.runtime.animation.target import Bearing
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import normal, uniform

FOREVER: Final = 1 << 62
"""A pose that never comes."""
TEXT: Final = Bearing(0.0, 0.0, 1.0 / 0.45)
"""Where a text is read: at the hand's distance; its lines lie lower (see `_next_word`)."""

_FACE, _FACE_TIME, _TURN, _AMPLITUDE, _SIDE, _RISE, _AWAY_TIME, _READ = range(30, 38)
_WIDEST: Final = 20.0


class Look(Enum):
    """What a fixation is on."""

    FACE = "face"
    AWAY = "away"
    TEXT = "text"
    TARGET = "target"


class Fixation(NamedTuple):
    """One thing that gaze rests on.

    Attributes:
        look: what it is on.
        yaw, pitch: degrees from the partner's eyes, from straight ahead in a text, from the target.
        until: the pose at which the next choice is due; before 0: nothing was chosen yet.
        wish: what the next choice shall be, where a turn of the conversation asks for it.
        line: of the text.
    """

    look: Look
    yaw: float
    pitch: float
    until: int
    wish: Look | None = None
    line: int = 0


class Manner(NamedTuple):
    """How gaze behaves while one does something.

    Attributes:
        leave: chance that gaze leaves the partner's face after a fixation of it.
        back: chance that it comes back after a fixation elsewhere.
        away: shortest and longest fixation elsewhere, poses.
        rise: lowest and highest direction of looking away, degrees above the horizontal.
        least: degrees to the partner's eyes, at least.
        steep: how much of its height a look away keeps.
    """

    leave: float
    back: float
    away: tuple[int, int]
    rise: tuple[float, float]
    least: float
    steep: float


TALKING: Final = Manner(0.25, 0.25, (25, 45), (-40.0, 30.0), 6.0, 0.6)
"""About half of the time on the partner (Argyle & Cook 1976, "Gaze and mutual gaze": 40 % talking, 75 % listening;
Rogers et al. 2018, "Using dual eye tracking to uncover personal gaze patterns during social interaction", Scientific
Reports 8: bouts of 2.2 s, 60 % of a chat). EmoFace (Liu et al. 2024) holds moves of the eyes for 25 to 45 frames at 60
fps and lets 40 % of them return; here 25 % return while talking and 55 % while listening, for the shares above."""
LISTENING: Final = Manner(0.19, 0.55, (25, 45), (-40.0, 20.0), 6.0, 0.6)
"""Three quarters of the time on the partner; also while nobody speaks."""
THINKING: Final = Manner(0.55, 0.17, (40, 100), (25.0, 65.0), 9.0, 1.0)
"""Mostly away, to a side and up, and long there."""


def first(key: int, at: int) -> Fixation:
    """Return what gaze rests on when life begins: the partner's eyes, for 0.3 to 1.3 s."""
    return Fixation(Look.FACE, 0.0, 0.0, at + 18 + int(60 * uniform(key, _FACE_TIME, at)))


def following(
    key: int, at: int, now: Fixation, activity: Activity, voice: Voice, affect: Affect, near: float
) -> Fixation:
    """Choose what gaze turns to at pose `at`.

    Args:
        key: of the session's chance.
        at: number of the pose.
        now: what it rested on.
        activity: what the character does.
        voice: its voice.
        affect: what it feels: joy, anger and surprise hold a partner's eyes, sadness, fear, disgust and contempt
            avoid them (Adams & Kleck 2005, "Effects of direct and averted gaze on the perception of facially
            communicated emotion", Emotion 5; how much is ours); sadness looks down, arousal hastens all.
        near: 1 / metres to the partner.
    """
    does = resolve(activity, voice)
    arousal = max(-1.0, min(1.0, affect.arousal + 0.5 * voice.arousal))
    pace = 1.0 - 0.2 * arousal
    if does is Activity.READING:
        return _next_word(key, at, now, pace)
    manner = THINKING if does is Activity.THINKING else TALKING if does is Activity.TALKING else LISTENING
    feeling = affect.emotion
    warmth = math.exp(
        0.5 * feeling.eyes_joy
        + 0.4 * feeling.eyes_anger
        + 0.4 * feeling.eyes_surprise
        - 0.9 * feeling.eyes_sadness
        - 0.5 * feeling.eyes_fear
        - 0.5 * feeling.eyes_disgust
        - 0.3 * feeling.eyes_contempt
    )
    chance = uniform(key, _TURN, at)
    stays = chance >= manner.leave / warmth if now.look is Look.FACE else chance < manner.back * warmth
    if now.wish is not None:
        stays = now.wish is Look.FACE
    if stays:
        return _face(key, at, now, pace, near)
    return _away(key, at, now, manner, pace, feeling.eyes_sadness)


def _face(key: int, at: int, now: Fixation, pace: float, near: float) -> Fixation:
    """Look at another of the partner's eyes and mouth, or near them: 31 mm to either side, 70 mm below."""
    draw = uniform(key, _FACE, at)
    side, low = math.degrees(0.031 * near), math.degrees(0.07 * near)
    was_on_mouth = now.pitch > 0.5 * low
    on_mouth = draw < 0.2 and not was_on_mouth
    # From an eye to the other one; from anywhere else to either.
    left = now.yaw < 0.0 if now.look is Look.FACE and now.yaw and not was_on_mouth else draw >= 0.6
    yaw, pitch = (0.0, low) if on_mouth else (side if left else -side, 0.0)
    yaw += 0.4 * side * (2.0 * uniform(key, _FACE, at, 1) - 1.0)
    pitch += 0.5 * side * (2.0 * uniform(key, _FACE, at, 2) - 1.0)
    poses = pace * 33.0 * math.exp(0.45 * normal(key, _FACE_TIME, at))
    return Fixation(Look.FACE, yaw, pitch, at + int(max(12.0, min(150.0, poses))))


def _away(key: int, at: int, now: Fixation, manner: Manner, pace: float, sadness: float) -> Fixation:
    """Look past the partner's face: 6 to 20 degrees off (9 while thinking), and from there on by smaller jumps."""
    shortest, longest = manner.away
    until = at + int(pace * (shortest + (longest - shortest) * uniform(key, _AWAY_TIME, at)))
    low, high = manner.rise
    rise = math.radians(max(low + (high - low) * uniform(key, _RISE, at) - 45.0 * sadness, -85.0))
    side = math.copysign(1.0, uniform(key, _SIDE, at) - 0.5)
    draw = uniform(key, _AMPLITUDE, at)
    if now.look is Look.AWAY:
        step = amplitude(draw)
        for sign in (side, -side):  # a jump that leads too near to the partner or too far off goes the other way
            yaw, pitch = now.yaw + sign * step * math.cos(rise), now.pitch - manner.steep * step * math.sin(rise)
            if manner.least <= math.hypot(yaw, pitch) <= _WIDEST:
                return Fixation(Look.AWAY, yaw, pitch, until)
        side = math.copysign(1.0, now.yaw)
    wide = amplitude(draw, manner.least)
    return Fixation(Look.AWAY, side * wide * math.cos(rise), -wide * math.sin(rise), until)


def amplitude(draw: float, least: float = 0.0) -> float:
    """Return the degrees of a saccade while talking: -6.9 ln(P / 15.7), P uniform in 1 to 15 percent.

    Lee, Badler & Badler 2002, "Eyes alive", ACM TOG 21 (the figures as others cite them).

    Args:
        draw: uniform in [0, 1).
        least: degrees; only amplitudes above it are drawn.
    """
    most = min(15.0, 15.7 * math.exp(-least / 6.9))
    return -6.9 * math.log((1.0 + (most - 1.0) * draw) / 15.7)


def _next_word(key: int, at: int, now: Fixation, pace: float) -> Fixation:
    """Read on: 14 degrees of line from the character's left to its right, ten lines, 12 to 20 degrees down.

    Fixations of about 230 ms, jumps of about 2 degrees, one in eight backwards (Rayner 1998, "Eye movements in reading
    and information processing: 20 years of research", Psychological Bulletin 124).
    """
    draw = uniform(key, _READ, at)
    until = at + max(6, int(pace * (10.0 + 8.0 * uniform(key, _READ, at, 1))))
    size = uniform(key, _READ, at, 2)
    if now.look is not Look.TEXT:
        return Fixation(Look.TEXT, 7.0, 12.0, until)
    yaw, line = now.yaw + (1.0 + size if draw < 0.12 else -1.2 - 1.6 * size), now.line
    if yaw < -7.0:
        yaw, line = 7.0 - size, (line + 1) % 10
    return Fixation(Look.TEXT, min(yaw, 7.0), 12.0 + 0.9 * line, until, line=line)


def turning(key: int, at: int, now: Fixation, activity: Activity, voice: Voice, pause: int) -> Fixation:
    """Answer to the beginning or end of speech.

    Who begins to speak looks away, who has spoken looks at the partner (Kendon 1967, "Some functions of gaze-direction
    in social interaction", Acta Psychologica 26; Ho, Foulsham & Kingstone 2015, "Speaking and listening with the eyes:
    gaze signaling during dyadic interactions", PLoS ONE 10). How often, and how soon, is ours.

    Args:
        key: of the session's chance.
        at: number of the pose.
        now: what gaze rests on.
        activity: what the character does; reading and thinking don't answer.
        voice: its voice, with `started` or `ended`.
        pause: poses since speech last ended; a long one makes this a new turn.
    """
    if activity not in (Activity.AUTO, Activity.TALKING) or now.look not in (Look.FACE, Look.AWAY):
        return now
    luck, soon = uniform(key, _TURN, at, 1), uniform(key, _TURN, at, 2)
    if voice.started and luck < (0.8 if pause > 45 else 0.15):
        if now.look is Look.FACE:
            return now._replace(until=min(now.until, at + int(24 * soon)), wish=Look.AWAY)
        return now._replace(until=max(now.until, at + 15 + int(30 * soon)), wish=Look.AWAY)
    if voice.ended and luck < 0.85:
        if now.look is Look.AWAY:
            return now._replace(until=min(now.until, at + 2 + int(16 * soon)), wish=Look.FACE)
        return now._replace(until=max(now.until, at + 40), wish=Look.FACE)
    return now
