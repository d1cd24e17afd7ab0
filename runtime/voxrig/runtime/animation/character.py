"""Who a session animates: what stays the same while it lives, apart from how it speaks."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from voxrig.runtime.animation.body.options import NO_BODY, Body, BodyError, read_body
from voxrig.runtime.animation.emotion import EmotionError
from voxrig.runtime.animation.emotion_names import emotion_from_text
from voxrig.runtime.animation.layers import NO_LIFE, Layers
from voxrig.runtime.animation.temper import Temper

LIFE_KEYS: Final = ("emotion", "heard", "blink", "gaze", "head", "idle", "body")
"""Keys of `Character.with_options`."""

_SWITCH: Final = {"on": True, "off": False}


class CharacterError(ValueError):
    """A character that cannot be; the message names the key, what was given and what there is."""


@dataclass(frozen=True, slots=True)
class Character:
    """A character's life, besides its speech.

    Attributes:
        seed: of every random choice; any number from 0 on. Equal audio, cues, settings and seed give equal frames.
        layers: which parts of its life are on.
        temper: what it feels by nature, and what moves it.
        body: the parts of it that are shown while its layer is on, and how it holds itself at first.

    Raises:
        CharacterError: the seed is negative.
    """

    seed: int = 0
    layers: Layers = field(default_factory=Layers)
    temper: Temper = field(default_factory=Temper)
    body: Body = NO_BODY

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise CharacterError(f"seed {self.seed} cannot be; give 0 or more")

    @property
    def on(self) -> tuple[str, ...]:
        """Names of the layers that are on."""
        return tuple(name for name, is_on in self.layers._asdict().items() if is_on)

    def with_options(self, options: Mapping[str, str]) -> "Character":
        """Return this character with what a person or a client asks for, in words.

        Args:
            options: some of `LIFE_KEYS`. `emotion` is "off"; or "auto": no feeling of its own, but it hears the
                voice's; or emotions such as "joy=0.8,brows.anger=0.2": then it feels these and does not follow the
                voice, unless `heard` says so. `heard` is the weight of what is heard, 0 to 1. `body` is read by
                `body.options.read_body`. The others are "on" or "off".

        Raises:
            CharacterError: an unknown key, or a value that cannot be.
        """
        layers, temper, body = self.layers, self.temper, self.body
        for key, text in options.items():
            if key not in LIFE_KEYS:
                raise CharacterError(f"there is no option {key!r}; there are {', '.join(LIFE_KEYS)}")
            if key == "emotion":
                layers, temper = layers._replace(emotion=text != "off"), _tempered(temper, text)
            elif key == "body":
                body = _body(text)
                layers = layers._replace(body=bool(body.parts))
            elif key != "heard":
                layers = layers._replace(**{key: switch(key, text)})
        if "heard" in options:
            temper = replace(temper, heard=_weight(options["heard"]))
        return replace(self, layers=layers, temper=temper, body=body)


SPEECH_ALONE: Final = Character(layers=NO_LIFE)
"""No life at all: what the model gives for the voice, in a style."""


def _body(text: str) -> Body:
    try:
        return read_body(text)
    except BodyError as error:
        raise CharacterError(str(error)) from error


def _tempered(temper: Temper, emotion: str) -> Temper:
    if emotion == "off":
        return temper
    usual = Temper()
    if emotion == "auto":
        return replace(temper, baseline=usual.baseline, heard=usual.heard)
    try:
        return replace(temper, baseline=emotion_from_text(emotion), heard=0.0)
    except EmotionError as error:
        raise CharacterError(f"emotion: {error}; or give auto, or off") from error


def switch(key: str, text: str) -> bool:
    """Read a switch.

    Raises:
        CharacterError: it is neither on nor off; the message names `key`.
    """
    if text not in _SWITCH:
        raise CharacterError(f"{key} is {text!r:.40}; it must be on or off")
    return _SWITCH[text]


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0.0 <= weight <= 1.0:
        raise CharacterError(f"heard is {text!r:.40}; it must be a number from 0 to 1")
    return weight
