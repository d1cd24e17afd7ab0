"""What a character is doing, which its eyes and lids depend on."""

from enum import StrEnum
from typing import Final

from voxrig.runtime.animation.voice import Voice

LINGER: Final = 60
"""Poses for which one still counts as talking after the voice falls silent: a speaker's pause is no change of roles."""


class Activity(StrEnum):
    """What a character is doing; `AUTO` follows the voice. The values are the names that a cue gives."""

    AUTO = "auto"
    TALKING = "talking"
    LISTENING = "listening"
    READING = "reading"
    THINKING = "thinking"


def resolve(activity: Activity, voice: Voice) -> Activity:
    """Return what the character does at a pose: `AUTO` is talking while the voice speaks and 1 s on, else listening.

    Listening is also what one does who is alone and at rest.
    """
    if activity is not Activity.AUTO:
        return activity
    return Activity.TALKING if voice.speaking or voice.since < LINGER else Activity.LISTENING
