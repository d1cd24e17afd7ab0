"""What cues ask of a body, as small values: single acts of the hands, which hands are busy, and its manner."""

from typing import Final, NamedTuple

LATE: Final = 30
"""Poses after which an act that was asked for and never begun is forgotten."""


class AskedGesture(NamedTuple):
    """A gesture by name.

    Attributes:
        name: of `vocabulary.GESTURES`.
        size: 0 (small) to 1 (large).
        left, right: the hand that leads, where just one of them is set, and which makes it alone; both: both hands make
            it; none: the character's own choice.
        hold: seconds that it stays longer than it does by itself, after its last stroke.
        rate: 0.5 (slow) to 2 (quick).
    """

    name: str
    size: float = 0.5
    left: bool = False
    right: bool = False
    hold: float = 0.0
    rate: float = 1.0


class AskedPoint(NamedTuple):
    """Pointing at a place with the index finger.

    Attributes:
        x, y, z: metres in head space (see `target`): from between the eyes, to the character's left, up, ahead.
        left, right: the hand, where just one of them is set; else the nearer one.
        hold: seconds that it stays there.
    """

    x: float
    y: float
    z: float
    left: bool = False
    right: bool = False
    hold: float = 1.2


class AskedHold(NamedTuple):
    """The hands stay where they are.

    Attributes:
        seconds: for how long.
    """

    seconds: float


class AskedRelease(NamedTuple):
    """What the hands were told to do is over: they go back to what they do by themselves."""


Asked = AskedGesture | AskedPoint | AskedHold | AskedRelease
"""One act that is asked for."""
NOT_ASKED: Final = AskedRelease()
"""What there is before all acts."""


class HandsPolicy(NamedTuple):
    """Which hands hold something and are not free to gesture; they rest, and two-handed gestures become one-handed."""

    left_busy: bool = False
    right_busy: bool = False


FREE: Final = HandsPolicy()
"""Both hands are free."""


class BodyManner(NamedTuple):
    """How a body holds itself and gestures.

    Attributes:
        energy, space, rate, openness: -1 to 1, 0 as most do.
        handedness: -1 (left) to 1 (right).
        mirror: left and right are swapped.
        sitting: it sits.
        lean: degrees forward that it keeps, on top of what it does by itself.
        side: degrees to the character's left.
        turn: degrees that the chest is turned to the left.
        transition: seconds in which a change of lean, side and turn takes place.
    """

    energy: float = 0.0
    space: float = 0.0
    rate: float = 0.0
    openness: float = 0.0
    handedness: float = 0.3
    mirror: bool = False
    sitting: bool = False
    lean: float = 0.0
    side: float = 0.0
    turn: float = 0.0
    transition: float = 0.8


USUAL: Final = BodyManner()
"""As most do: standing, rather right-handed."""
