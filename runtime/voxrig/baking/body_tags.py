"""Tags for the body as live cues: a stroke's apex is where the tag stands, and what has an end is held until then."""

from collections.abc import Mapping
from typing import Any, Final

from voxrig.runtime.animation.body.acts import POINT_LEAD
from voxrig.runtime.animation.body.asked import USUAL, BodyManner
from voxrig.runtime.animation.body.vocabulary import GESTURES, lead
from voxrig.runtime.animation.cues_body import POSTURES
from voxrig.runtime.core.clip import TimedCue

BODY_CUES: Final = ("gesture", "point", "hands", "body")
"""Cues that need a body."""

_LONGEST: Final = 60.0  # seconds of a hold


def body_cues(
    name: str, values: Mapping[str, Any], start: float, end: float | None, own: BodyManner = USUAL
) -> list[TimedCue]:
    """Return the live cues that a tag means.

    Args:
        name: one of `BODY_CUES`.
        values: of the tag, as a live cue has them.
        start: seconds of the tag, of a gesture's apex.
        end: seconds where it is over; None: as the cue has it.
        own: how the character's body is by itself, to which it goes back.
    """
    match name:
        case "gesture":
            return [_gesture(values, start, end)]
        case "point" if values.get("release"):
            return [TimedCue(start, name, values)]
        case "point":
            begun = _to_ms(max(0.0, start - POINT_LEAD))
            held = values if end is None else {**values, "hold": _held(end - begun - POINT_LEAD)}
            return [TimedCue(begun, name, held)]
        case "hands":
            held = values if end is None or not values.get("hold") else {**values, "hold": _held(end - start)}
            freed = {key: 0.0 for key in ("left", "right") if values.get(key)}
            return [TimedCue(start, name, held), *([TimedCue(end, name, freed)] if end is not None and freed else [])]
        case _:
            back = {key: value if key == "transition" else _own(own, key) for key, value in values.items()}
            return [TimedCue(start, name, values), *([] if end is None else [TimedCue(end, name, back)])]


def _gesture(values: Mapping[str, Any], start: float, end: float | None) -> TimedCue:
    """Return a gesture that begins early enough for its apex, and whose last stroke stays until the end."""
    gesture = next(GESTURES[key] for key in values if key in GESTURES)
    rate = float(values.get("rate", 1.0))
    ahead = lead(gesture.name, rate)
    begun = _to_ms(max(0.0, start - ahead))
    if end is not None:
        apex, later = gesture.keys[gesture.apex], gesture.keys[gesture.apex + 1 :]
        more = (apex.hold + sum(key.seconds + key.hold for key in later)) / rate
        values = {**values, "hold": _held(end - begun - ahead - more)}
    return TimedCue(begun, "gesture", values)


def _own(own: BodyManner, key: str) -> float:
    return 0.0 if key in POSTURES else float(getattr(own, key))


def _to_ms(seconds: float) -> float:
    return round(seconds, 3)


def _held(seconds: float) -> float:
    return _to_ms(max(0.0, min(seconds, _LONGEST)))
