"""Which layers of life a character has, besides its speech."""

from typing import Final, NamedTuple


class Layers(NamedTuple):
    """Each layer, on or off. One that is off leaves the face as if it had never been built.

    Attributes:
        emotion: what the face expresses, whether it was told or heard.
        blink: the lids' blinks.
        gaze: the eyes, the lids that follow them up and down, and the head's share in where they look.
        head: the head's own movements, with the voice and in silence.
        idle: breath, sway, swallowing and the small movements of a face that waits.
        body: gestures, posture and legs; off unless asked for, as it needs a rig with a body.
    """

    emotion: bool = True
    blink: bool = True
    gaze: bool = True
    head: bool = True
    idle: bool = True
    body: bool = False


NO_LIFE: Final = Layers(False, False, False, False, False)
"""Speech alone."""
