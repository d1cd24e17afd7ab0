"""The forms of gestures: which one is chosen, and the hands' postures in it.

Beats, deictic gestures (self, you) and metaphoric ones (size, list, offer, dismissal, negation) are McNeill's kinds
(1992, "Hand and Mind"); an open palm asks and offers (Kendon 2004, chapter 13). A planner that hears sounds alone knows
no meaning: it chooses a form by luck, mood, the pitch at the phrase's end and how much time there is.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.gesturing import luck as read
from voxrig.exporters.gesturing.manner import Expressivity
from voxrig.runtime.animation.body.vocabulary import GESTURES, READY, grown, scale_of
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, mirrored

Doubles = NDArray[np.float64]


class Form(NamedTuple):
    """A form.

    Attributes:
        name: of `vocabulary.GESTURES`; beats have no key of their own and are made where the hands are.
        kind: "beat", "metaphoric" or "deictic".
        kept: how much of its posture stays after the stroke, 0 (hands go back to readiness) to 1.
        doubles: whether luck may give it to both hands.
    """

    name: str
    kind: str
    kept: float
    doubles: bool


BEAT: Final = Form("beat", "beat", 0.25, True)
ASK: Final = Form("ask", "metaphoric", 0.9, False)
BINS: Final[tuple[tuple[float, Form], ...]] = (
    (0.30, BEAT),
    (0.40, Form("precise", "beat", 0.85, False)),
    (0.47, Form("offer", "metaphoric", 0.7, True)),
    (0.50, ASK),
    (0.59, Form("size_big", "metaphoric", 0.8, False)),
    (0.65, Form("size_small", "metaphoric", 0.8, False)),
    (0.73, Form("list", "metaphoric", 0.75, False)),
    (0.79, Form("dismiss", "metaphoric", 0.1, True)),
    (0.85, Form("you", "deictic", 0.35, False)),
    (0.90, Form("self", "deictic", 0.15, False)),
    (0.95, Form("refuse", "metaphoric", 0.3, False)),
    (1.00, Form("insist", "beat", 0.7, False)),
)
"""Up to which luck each form is chosen."""
_TALKING: Final = READY + np.array((0.0, 0.1, *(0.0,) * (len(READY) - 2)))  # between strokes: beats need room to fall
_FAR: Final = 0.9  # arm lengths: no arm is stretched out while one talks
_FIERCE: Final = {"precise": "insist", "offer": "insist", "self": "you", "size_small": "insist"}
_SMALL: Final = {"size_big": "size_small", "dismiss": "beat", "insist": "precise"}
_LISTS: Final = ("list_one", "list_two", "list_three")
_OF: Final = {form.name: form for _, form in BINS}


class Shape(NamedTuple):
    """What the hands do in a gesture.

    Attributes:
        form: which it is.
        left: whether the left hand leads.
        hands: numbers of a posture that belong to the hands that take part.
        preparation: float64[34], the hands before the stroke.
        stroke: float64[34], the hands at the apex.
        torso: float64[34], added at the apex; 0 for the hands.
        kept: float64[34], the hands after the stroke.
    """

    form: Form
    left: bool
    hands: list[int]
    preparation: Doubles
    stroke: Doubles
    torso: Doubles
    kept: Doubles

    @property
    def both(self) -> bool:
        """Whether both hands take part."""
        return len(self.hands) > HAND_L.stop - HAND_L.start


def chosen(luck: Doubles, mood: Expressivity) -> Form:
    """Return the form that luck float64[12] and the mood make."""
    form = next(form for upper, form in BINS if float(luck[read.FORM]) < upper)
    other = _FIERCE.get(form.name) if mood.fierce else _SMALL.get(form.name) if mood.small else None
    return _OF[other] if other else form


def shaped(form: Form, luck: Doubles, mood: Expressivity, over: Doubles, left: bool) -> Shape:
    """Return what the hands do in a form.

    Args:
        form: which.
        luck: float64[12].
        mood: gives size, openness and height.
        over: float64[34], what hands do that take no part.
        left: whether the left hand leads.
    """
    name = _LISTS[min(int(3.0 * float(luck[read.BOTH])), 2)] if form.name == "list" else form.name
    gesture = GESTURES[name]
    key, before = gesture.keys[gesture.apex], gesture.keys[0]
    twin = form.doubles and read.with_both(luck, mood.often)
    scale = scale_of(gesture, 0.6 + 0.9 * (mood.amplitude * read.size(luck) - 1.0))
    leading, other = (HAND_L, HAND_R) if left else (HAND_R, HAND_L)
    two = twin or key.other is not None

    def posed(hand: Doubles, second: Doubles | None) -> Doubles:
        posture = over.copy()
        posture[leading] = _placed(hand, scale, luck, mood, gesture.grows)
        if two:
            posture[other] = _placed(hand if second is None else second, scale, luck, mood, gesture.grows)
        return posture

    stroke = posed(key.hand, key.other)
    ready = posed(_TALKING, None)
    torso = key.torso if left else mirrored(key.torso)
    parts = (leading, other) if two else (leading,)
    hands = [number for part in parts for number in range(part.start, part.stop)]
    kept = ready + form.kept * (stroke - ready)
    return Shape(form, left, hands, posed(before.hand, before.other), stroke, torso, kept)


def _placed(hand: Doubles, scale: float, luck: Doubles, mood: Expressivity, grows: float) -> Doubles:
    """Return a hand float64[12] where style, mood and luck have it; where it touches something it stays."""
    out, up = read.place(luck)
    moved = grown(hand, scale, grows * mood.openness)
    moved[0] += grows * out
    moved[1] = max(moved[1] + grows * (up + mood.height), mood.floor)
    if grows:
        moved[:3] *= min(_FAR / float(np.linalg.norm(moved[:3])), 1.0)
    return moved
