"""Cues: what a client tells a character at a moment, read from a name and numbers.

Every kind has keys of its own, strictly: a key that is not known is an error, not a shrug. proto/README.md has them in
tables.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.affect.appraisal import appraised
from voxrig.runtime.animation.affect.event import EVENT_KEYS, read_event
from voxrig.runtime.animation.affect.point import AffectError
from voxrig.runtime.animation.blink import Asked
from voxrig.runtime.animation.cue_values import (
    ANGLES,
    HOLD,
    SECONDS,
    SHARE,
    TARGET,
    WORLD,
    CueError,
    Range,
    checked,
    target_of,
)
from voxrig.runtime.animation.cues_body import (
    BodyChange,
    GestureChange,
    HandsChange,
    PointChange,
    read_body,
    read_gesture,
    read_hands,
    read_point,
)
from voxrig.runtime.animation.emotion import CATEGORIES, EmotionError
from voxrig.runtime.animation.emotion_names import read_emotion
from voxrig.runtime.animation.gesture import Gesture
from voxrig.runtime.animation.style import RANGES, StyleError
from voxrig.runtime.animation.target import Place, Target

STYLE_TRANSITION: Final = 0.25
"""Seconds that a style cue takes where it does not say."""
EMOTION_TRANSITION: Final = 0.4
"""Seconds that an emotion cue takes where it does not say."""
EVENT_HOLD: Final = 6.0
"""Seconds for which what an event at full intensity makes one feel is shown, where the cue does not say; a weaker one
as much less, and at least `EVENT_LEAST`."""
EVENT_LEAST: Final = 0.8

_TIMES: Final = {"transition": SECONDS, "hold": HOLD}
_EVENT: Final[Mapping[str, Range]] = MappingProxyType({**EVENT_KEYS, **_TIMES})
_STYLE: Final[Mapping[str, Range]] = MappingProxyType({**RANGES, "transition": SECONDS})
_GAZE: Final[Mapping[str, Range]] = MappingProxyType({**TARGET, "head": SHARE, "partner": SHARE, "hold": HOLD})
_PLACE: Final[Mapping[str, Range]] = MappingProxyType({**WORLD, **ANGLES})
_BLINK: Final[Mapping[str, Range]] = MappingProxyType(
    {"force": SHARE, "strength": SHARE, "seconds": (0.0, 10.0), "allow": SHARE, "rate": (0.0, 4.0)}
)
_HEAD: Final[Mapping[str, Range]] = MappingProxyType({"nod": SHARE, "shake": SHARE, "tilt": (-1.0, 1.0)})
_ACTIVITY: Final[Mapping[str, Range]] = MappingProxyType(dict.fromkeys(Activity, SHARE))


class StyleChange(NamedTuple):
    """Dials go over to new values within `transition` seconds."""

    values: Mapping[str, float]
    transition: float


class EmotionChange(NamedTuple):
    """Fields of the emotion go over to new values within `transition` seconds, and back after `hold` (0: stay)."""

    values: Mapping[str, float]
    transition: float
    hold: float


class GazeChange(NamedTuple):
    """Look at `target` (None: wherever the character likes), for `hold` seconds (0: until told otherwise)."""

    target: Target | None
    hold: float


class PlaceChange(NamedTuple):
    """The character's head is elsewhere in the world."""

    place: Place


class BlinkChange(NamedTuple):
    """What a blink cue says; None: nothing.

    Attributes:
        allow: whether the character blinks by itself.
        rate: factor on how often it does.
        asked: a blink now.
    """

    allow: bool | None
    rate: float | None
    asked: Asked | None


class ActivityChange(NamedTuple):
    """What the character does from now on."""

    activity: Activity


class HeadChange(NamedTuple):
    """The head makes a gesture now."""

    gesture: Gesture


Cue = (
    StyleChange | EmotionChange | GazeChange | PlaceChange | BlinkChange | ActivityChange | HeadChange
    | GestureChange | PointChange | HandsChange | BodyChange
)  # fmt: skip
"""What a cue changes."""


def read_cue(name: str, values: Mapping[str, float]) -> Cue:
    """Read a cue.

    Args:
        name: one of `CUE_NAMES`.
        values: its numbers by key; of 0 and 1 that switch something, anything but 0 counts as 1.

    Raises:
        CueError: an unknown name or key, a value that is no number or out of its range, or nothing to do.
    """
    if name not in _READERS:
        raise CueError(f"there is no cue {name!r}; there are {', '.join(_READERS)}")
    try:
        return _READERS[name]({key: _rounded(value) for key, value in values.items()})
    except (StyleError, EmotionError, AffectError) as error:
        raise CueError(str(error)) from error


def _rounded(value: float) -> float:
    """Return the decimal that a client meant: 0.3 comes as the float32 0.30000001192."""
    return float(f"{value:.7g}")


def _style(values: Mapping[str, float]) -> StyleChange:
    given = checked("style", values, _STYLE)
    seconds = given.pop("transition", STYLE_TRANSITION)
    if not given:
        raise CueError(f"the cue 'style' turns nothing; give some of {', '.join(RANGES)}")
    return StyleChange(given, seconds)


def _emotion(values: Mapping[str, float]) -> EmotionChange:
    times = checked("emotion", {key: value for key, value in values.items() if key in _TIMES}, _TIMES)
    fields = read_emotion({key: value for key, value in values.items() if key not in _TIMES})
    return EmotionChange(fields, times.get("transition", EMOTION_TRANSITION), times.get("hold", 0.0))


def _event(values: Mapping[str, float]) -> EmotionChange:
    """Appraise an event for an average personality; the more unexpected it is, the quicker the answer."""
    given = checked("event", values, _EVENT)
    times = {key: given.pop(key) for key in _TIMES if key in given}
    told = appraised([read_event(given)])
    usual = EMOTION_TRANSITION * (1.0 - 0.6 * given.get("unexpectedness", 0.0))
    hold = max(EVENT_LEAST, EVENT_HOLD * told.intensity)
    fields = read_emotion(dict(zip(CATEGORIES, told.face, strict=True)))
    return EmotionChange(fields, times.get("transition", usual), times.get("hold", hold))


def _gaze(values: Mapping[str, float]) -> GazeChange:
    given = checked("gaze", values, _GAZE)
    target = target_of("gaze", given, "the eyes")
    if target is None:
        return GazeChange(None, 0.0)
    return GazeChange(target._replace(partner=bool(given.get("partner"))), given.get("hold", 0.0))


def _place(values: Mapping[str, float]) -> PlaceChange:
    given = checked("place", values, _PLACE)
    if not given:
        raise CueError(f"the cue 'place' says nothing; give some of {', '.join(_PLACE)}")
    return PlaceChange(Place(**given))


def _blink(values: Mapping[str, float]) -> BlinkChange:
    given = checked("blink", values, _BLINK)
    if not given.get("force") and given.keys() & {"strength", "seconds"}:
        raise CueError("strength and seconds are those of a blink that is forced; give force 1 too, or leave them out")
    asked = Asked(given.get("strength", 1.0), given.get("seconds", 0.0)) if given.get("force") else None
    allow = bool(given["allow"]) if "allow" in given else None
    rate = given.get("rate")
    if asked is None and allow is None and rate is None:
        raise CueError("the cue 'blink' does nothing; give force 1, allow or rate")
    return BlinkChange(allow, rate, asked)


def _activity(values: Mapping[str, float]) -> ActivityChange:
    given = checked("activity", values, _ACTIVITY)
    chosen = [key for key, value in given.items() if value]
    if len(chosen) != 1:
        raise CueError(f"the cue 'activity' chooses {len(chosen)} of {', '.join(Activity)}; set one of them to 1")
    return ActivityChange(Activity(chosen[0]))


def _head(values: Mapping[str, float]) -> HeadChange:
    gesture = Gesture(**checked("head", values, _HEAD))
    if not any(gesture):
        raise CueError(f"the cue 'head' does nothing; give some of {', '.join(_HEAD)}")
    return HeadChange(gesture)


_READERS: Final[Mapping[str, Callable[[Mapping[str, float]], Cue]]] = MappingProxyType(
    {
        "style": _style,
        "emotion": _emotion,
        "gaze": _gaze,
        "place": _place,
        "blink": _blink,
        "activity": _activity,
        "head": _head,
        "event": _event,
        "gesture": read_gesture,
        "point": read_point,
        "hands": read_hands,
        "body": read_body,
    }
)
CUE_NAMES: Final = tuple(_READERS)
"""The cues that there are."""
