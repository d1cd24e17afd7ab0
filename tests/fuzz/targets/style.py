"""Styles as JSON, from a file and from a client's options."""

import json
from random import Random

from voxrig.runtime.animation.character import LIFE_KEYS, Character
from voxrig.runtime.animation.presets import PRESETS
from voxrig.runtime.animation.style import NATURAL, RANGES, StyleError
from voxrig.runtime.animation.style_json import style_from_json, style_from_text, style_to_json
from voxrig.runtime.serving.options import read_options
from voxrig.runtime.serving.outlet import OUTLET_KEYS
from voxrig.runtime.serving.refusal import RefusalError

from ..cursor import Cursor
from ..target import Target
from ..tree_mutation import changed

_KEYS = ("style", *RANGES, *LIFE_KEYS, "tell", *OUTLET_KEYS)
_CHARACTER = Character()


def check(data: bytes) -> None:
    if data[:1] == b"O":
        _options(Cursor(data[1:]))
        return
    text = data.decode("utf-8", "replace")
    try:
        style = style_from_json(text)
    except StyleError:
        return
    assert style_from_text(style_to_json(style)) == style


def _options(cursor: Cursor) -> None:
    options = {}
    while cursor.more:
        key = cursor.choice((*_KEYS, "other"))
        options[key] = cursor.text()
    try:
        wanted = read_options(options, NATURAL, _CHARACTER)
    except RefusalError:
        return
    assert style_from_json(style_to_json(wanted.style)) == wanted.style


def seeds() -> list[bytes]:
    whole = {"preset": "clear", "jaw": 1.3, "rest": {"mouthCornerPullL": 0.1}, "controls": {"jawOpen": {"gain": 1.2}}}
    texts = [
        json.dumps(whole),
        '{"about": "x", "lips": 1}',
        "{}",
        *(style_to_json(style) for style in PRESETS.values()),
    ]
    options = (("style", "clear"), ("jaw", "1.2"), ("emotion", "joy=0.4,brows.anger=0.2"), ("tell", "visemes,emotion"))
    packed = b"".join(bytes([_KEYS.index(key), len(text)]) + text.encode() for key, text in options)
    texts += [f'{{"jaw": {"7" * digits}}}' for digits in (400, 4400)]
    return [*(text.encode() for text in texts), b"O" + packed]


def mutate(data: bytes, chance: Random) -> bytes:
    if data[:1] == b"O":
        return data
    try:
        return json.dumps(changed(json.loads(data), chance)).encode()
    except (ValueError, RecursionError):
        return data


TARGET = Target(check, seeds, mutate, words=(*_KEYS, "9" * 40), longest=6000)
