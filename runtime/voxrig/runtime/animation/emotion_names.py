"""Emotions by name: the categories, their aliases, and points in valence, arousal and dominance.

Names are forgiving: case, spaces, underscores and signs don't count, nor does the word "and"; of a name with several
parts ("Hope/Enthusiasm/Optimism") each part will do. A region and a dot before a name keep it to that region.
"""

import math
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from voxrig.runtime.animation.emotion import CATEGORIES, NEUTRAL, REGIONS, Emotion, EmotionError, everywhere, fields_of
from voxrig.runtime.animation.emotion_table import BLENDS
from voxrig.runtime.animation.vad import from_vad

AXES: Final = ("valence", "arousal", "dominance")
"""Names that are no emotions but a point; those of the three that are not given are 0."""

_NO_EMOTION: Final = "neutral"

Asked = tuple[str, float]


def _letters(name: str) -> str:
    """The name as it is looked up: its letters, less the word "and"."""
    words = re.split(r"[\W_]+", name.casefold())
    return "".join(word for word in words if word != "and")


def _parts(name: str) -> list[str]:
    return [part.strip() for part in re.split(r"[/&]| and ", name.casefold().replace("_", " "))]


def _regions(values: Mapping[str, float]) -> dict[str, list[Asked]]:
    """What each region is asked for: by names of its own, or else by those for the whole face; none is left out."""
    whole: list[Asked] = []
    own: dict[str, list[Asked]] = {}
    for key, value in values.items():
        before, dot, name = key.partition(".")
        region = before.strip().casefold()
        if not dot:
            whole.append((key, value))
        elif region in REGIONS:
            own.setdefault(region, []).append((name, value))
        else:
            raise EmotionError(f"{key!r} names the region {before!r}; there are {', '.join(REGIONS)}")
    return {region: asked for region in REGIONS if (asked := own.get(region, whole))}


def _sum(region: str, parts: Iterable[tuple[Emotion, float]]) -> dict[str, float]:
    total = dict.fromkeys(fields_of(region), 0.0)
    for emotion, amount in parts:
        for field in total:
            total[field] = min(total[field] + amount * getattr(emotion, field), 1.0)
    return total


def _known() -> tuple[Mapping[str, Emotion], Mapping[str, str]]:
    """Emotions, and names as they are written, by the letters of each name."""
    pure = {category: everywhere(**{category: 1.0}) for category in CATEGORIES}
    emotions, written = {_NO_EMOTION: NEUTRAL} | pure, {name: name for name in (*AXES, _NO_EMOTION, *CATEGORIES)}
    for name, blend in BLENDS.items():
        fields: dict[str, float] = {}
        for region, asked in _regions(blend).items():
            fields |= _sum(region, ((pure[part], amount) for part, amount in asked))
        for spelling in (name, *_parts(name)):
            emotions.setdefault(_letters(spelling), NEUTRAL._replace(**fields))
            written.setdefault(_letters(spelling), spelling)
    return MappingProxyType(emotions), MappingProxyType(written)


_KNOWN, _WRITTEN = _known()


def named(name: str) -> Emotion:
    """Return an emotion at its full strength.

    Raises:
        EmotionError: there is none of that name; the message has those near it.
    """
    whole = _KNOWN.get(_letters(name))
    if whole is not None:
        return whole
    parts = {_KNOWN.get(_letters(part)) for part in _parts(name)}
    only = parts.pop()
    if parts or only is None:
        raise EmotionError(f"there is no emotion {name!r}; {_near(name)}")
    return only


def read_emotion(values: Mapping[str, float]) -> dict[str, float]:
    """Return the fields of `Emotion` that an emotion cue sets: all those of the regions that it names.

    A name alone is for the whole face, but where a region has names of its own only these count: joy=0.8 with
    brows.anger=0.3 smiles under brows of anger. Several names for a region add up, in each field to 1 at the most.
    `neutral` adds nothing: alone it clears.

    Args:
        values: name -> how much of it, 0 to 1; valence, arousal or dominance -> -1 to 1. Either as it is or as
            "region.name".

    Raises:
        EmotionError: nothing is named, an unknown name or region, a value that is no number or out of its range.
    """
    if not values:
        raise EmotionError("an emotion cue needs at least one emotion, such as joy=0.8; neutral=1 clears the face")
    fields: dict[str, float] = {}
    asked_for = _regions({key: _amount(key, value) for key, value in values.items()})
    for region, asked in asked_for.items():
        point = dict.fromkeys(AXES, 0.0)
        parts = []
        for name, amount in asked:
            if _letters(name) in point:
                point[_letters(name)] = amount
            else:
                parts.append((named(name), amount))
        fields |= _sum(region, [*parts, (from_vad(**point), 1.0)])
    return fields


def emotion_from_text(text: str) -> Emotion:
    """Read what a person gives on a command line: "joy=0.8,brows.anger=0.3", or "joy" alone for joy=1.

    Raises:
        EmotionError: as `read_emotion`; or what stands behind the = is no number, or a name comes twice.
    """
    values: dict[str, float] = {}
    for entry in text.split(","):
        key, equals, number = (piece.strip() for piece in entry.partition("="))
        if key in values:
            raise EmotionError(f"{key} is given twice in {text!r}; give it once")
        try:
            values[key] = float(number) if equals else 1.0
        except ValueError:
            raise EmotionError(f"{key} is {number!r} in {text!r}; give a number, as in joy=0.8") from None
    return NEUTRAL._replace(**read_emotion(values))


def _amount(key: str, value: object) -> float:
    """Check a value against the range of what its key names."""
    name = key.partition(".")[2] or key
    lowest = -1.0 if _letters(name) in AXES else 0.0
    if lowest == 0.0:
        named(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise EmotionError(f"{key} is {value!r}; it must be a number from {lowest:g} to 1")
    if not lowest <= value <= 1.0:
        raise EmotionError(f"{key} is {value:g}; it must be from {lowest:g} to 1")
    return float(value)


def _near(name: str) -> str:
    alike = get_close_matches(_letters(name), list(_WRITTEN), n=4)
    if not alike:
        return f"there are {', '.join((_NO_EMOTION, *CATEGORIES))} and their aliases"
    return f"near it are {', '.join(_WRITTEN[key] for key in alike)}"
