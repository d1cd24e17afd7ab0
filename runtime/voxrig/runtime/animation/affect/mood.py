"""Moods and emotions over time: one decays to the other, and that to what the personality is at home in.

All times are exact: what is left after 10 s is the same in one go, in ten and in a thousand. Everything stays within
-1 and 1, for ever: each change is a part of the way to a point in there.

Cited: three layers, of which emotions are short, moods medium and personality lasting, in one space, are ALMA's
(Gebhard 2005, "ALMA: a layered model of affect", AAMAS). That the next emotion is the one before and a variation which
the context gives and the personality weighs, axis by axis, in VAD, is Wen et al.'s (2021, "Automatically select emotion
for response via personality-affected emotion transition", Findings of ACL). Inertia within one who speaks, contagion
between those who do, is the split of EmotionIC (Liu, Li, Wang et al. 2023, arXiv 2303.11117); that neurotic people's
feelings hang on longer is Kuppens, Allen & Sheeber's (2010, "Emotional inertia and psychological maladjustment",
Psychological Science 21; they measured low self-esteem and depression). The half-lives are ours.
"""

from typing import Final, NamedTuple

from voxrig.runtime.animation.affect.personality import Personality, gain
from voxrig.runtime.animation.affect.point import CALM, Vad, added, mixed, strength

EMOTION_HALF_LIFE: Final = 8.0
"""Seconds in which an emotion goes half the way to the mood, in an average person."""
MOOD_HALF_LIFE: Final = 150.0
"""Seconds in which a mood goes half the way home."""

_STEADY: Final = 0.5  # octaves of the half-lives for a neuroticism of 1
_MOVES: Final = 25.0  # seconds in which an emotion of strength 1 moves the mood half the way to it
_AT_LEAST: Final = 1.5  # seconds that even a moment counts


class Feeling(NamedTuple):
    """What one character feels at a moment.

    Attributes:
        mood: where its mood is.
        emotion: where its emotion is; it decays to the mood.
        caught: what it has caught from others and not felt away yet; it decays to calm.
    """

    mood: Vad
    emotion: Vad
    caught: Vad = CALM


def at_home(home: Vad) -> Feeling:
    """Return what is felt before anything has happened."""
    return Feeling(home, home)


def after(feeling: Feeling, seconds: float, home: Vad, personality: Personality) -> Feeling:
    """Return what is left of a feeling when nothing happens for some seconds.

    Args:
        feeling: as it was.
        seconds: 0 or more; less counts as 0.
        home: the mood that it returns to.
        personality: the neurotic take longer.
    """
    seconds = max(seconds, 0.0)
    slow = 2.0 ** (_STEADY * personality.neuroticism)
    quick_rate, slow_rate = 1.0 / (EMOTION_HALF_LIFE * slow), 1.0 / (MOOD_HALF_LIFE * slow)
    quick, slowly = 2.0 ** (-seconds * quick_rate), 2.0 ** (-seconds * slow_rate)
    # The emotion follows a mood that moves itself: the solution of de/dt = b (m - e), dm/dt = a (home - m).
    follows = quick_rate * (slowly - quick) / (quick_rate - slow_rate)
    mood = mixed(home, feeling.mood, slowly)
    away = (feeling.mood[0] - home[0], feeling.mood[1] - home[1], feeling.mood[2] - home[2])
    emotion = (
        home[0] + quick * (feeling.emotion[0] - home[0]) + follows * away[0],
        home[1] + quick * (feeling.emotion[1] - home[1]) + follows * away[1],
        home[2] + quick * (feeling.emotion[2] - home[2]) + follows * away[2],
    )
    return Feeling(mood, added(emotion, CALM), mixed(CALM, feeling.caught, quick))


def moved(kept: Vad, variation: Vad, personality: Personality) -> Vad:
    """Return the emotion that comes up: kept + P * variation, with P of the personality.

    Args:
        kept: what hangs on of the emotion before.
        variation: what the context adds.
        personality: whose.
    """
    by = gain(personality, variation)
    return added(kept, (by[0] * variation[0], by[1] * variation[1], by[2] * variation[2]))


def coloured(mood: Vad, emotion: Vad, home: Vad, seconds: float) -> Vad:
    """Return a mood after an emotion that lasted for some seconds: the stronger and longer, the nearer to it.

    Args:
        mood: before.
        emotion: as seen from calm; it comes on top of the mood that one is at home in.
        home: that mood.
        seconds: how long it lasted.
    """
    lasted = strength(emotion) * (_AT_LEAST + max(seconds, 0.0))
    return mixed(mood, added(emotion, home), 1.0 - 2.0 ** (-lasted / _MOVES))
