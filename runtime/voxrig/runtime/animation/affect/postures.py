"""How one who listens holds the body: a little towards the speaker, and after the speaker's own posture, mirrored.

People take over each other's postures without knowing it (Chartrand & Bargh 1999, "The chameleon effect", J Personality
and Social Psychology 76), as in a mirror where they face each other. How much, and how much later, is ours.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from voxrig.runtime.animation.affect.listener import ListenerCue
from voxrig.runtime.animation.affect.personality import Personality
from voxrig.runtime.core.chance import key_of, uniform

LATE: Final = (0.8, 1.3)
"""Seconds after which a posture is mirrored."""
SHARE: Final = 0.6
"""Of the speaker's degrees, that one who is neither agreeable nor the opposite takes over."""

_ATTENTIVE: Final = 2.0  # degrees forward
_MOST: Final = 12.0
_TRANSITION: Final = 1.4
_POSTURES: Final = 155  # of chance
_MIRRORED: Final = {"lean": 1.0, "side": -1.0, "turn": -1.0}


class Posture(NamedTuple):
    """What a speaker is told to keep from some second of a line on: degrees by name, as of the cue `body`."""

    seconds: float
    degrees: Mapping[str, float]


def posture_cues(
    postures: Iterable[Posture], personality: Personality, seed: int, seconds: float
) -> tuple[ListenerCue, ...]:
    """Return the body cues of one who listens, in order of time.

    Args:
        postures: the speaker's, in order.
        personality: of the listener: the agreeable lean towards the speaker, and mirror more.
        seed: of the listener.
        seconds: length of the line; what would come later is left out.
    """
    key = key_of(seed)
    attentive = round(_ATTENTIVE * (1.0 + 0.5 * personality.agreeableness), 1)
    share = SHARE * (1.0 + 0.4 * personality.agreeableness)
    cues = [_cue(0.3 + 0.4 * uniform(key, _POSTURES, 0), {"lean": attentive})]
    for number, posture in enumerate(postures, 1):
        late = LATE[0] + (LATE[1] - LATE[0]) * uniform(key, _POSTURES, number)
        mirrored = {
            name: max(-_MOST, min(_MOST, share * sign * posture.degrees[name]))
            for name, sign in _MIRRORED.items()
            if name in posture.degrees
        }
        if "lean" in mirrored:
            mirrored["lean"] = max(-_MOST, min(_MOST, mirrored["lean"] + attentive))
        if mirrored:
            cues.append(_cue(posture.seconds + late, mirrored))
    return tuple(sorted((cue for cue in cues if cue.seconds < seconds), key=lambda cue: cue.seconds))


def _cue(seconds: float, degrees: Mapping[str, float]) -> ListenerCue:
    told = {name: round(value, 1) + 0.0 for name, value in degrees.items()}
    return ListenerCue(round(seconds, 3), "body", {**told, "transition": _TRANSITION})
