"""Emotions and styles as a script names them, each checked once however many lines have it."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from voxrig.baking.script.entry import Entry, near
from voxrig.baking.script.nodes import Pairs, Scalar, shown
from voxrig.baking.script.sound_folder import is_file
from voxrig.runtime.animation.emotion import EmotionError
from voxrig.runtime.animation.emotion_names import emotion_from_text
from voxrig.runtime.animation.presets import PRESETS
from voxrig.runtime.animation.style import StyleError
from voxrig.runtime.animation.style_json import style_from_source

FOLLOWING: Final = ("auto", "off")
"""What a line's emotion may be besides one with a name: the voice's own, or none at all."""


def emotion_text(entry: Entry, key: str, besides: tuple[str, ...] = ()) -> str | None:
    """Return an emotion as "joy=0.8,anger=0.2"; None where none is given, or it is wrong, which is written down.

    Args:
        entry: has it, as a text or as a group such as {joy: 0.8}.
        key: that it has it under.
        besides: texts that are as good.
    """
    node = entry.node(key)
    if isinstance(node, Pairs):
        pieces = []
        for name, value in node.pairs:
            if not isinstance(value, Scalar) or value.number() is None:
                entry.fault(key, f"{shown(name.text)} needs a number, as in {{joy: 0.8}}")
                return None
            pieces.append(f"{name.text}={value.text}")
        text: str | None = ",".join(pieces)
    else:
        text = entry.text(key)
    if text is None or text in besides:
        return text
    fault = _emotion_fault(text)
    if fault:
        entry.fault(key, fault if not besides else f"{fault}; or write {' or '.join(besides)}")
        return None
    return text


@lru_cache(maxsize=4096)
def _emotion_fault(text: str) -> str | None:
    try:
        emotion_from_text(text)
    except EmotionError as error:
        return str(error)
    return None


class Styles:
    """Styles that a script names: presets, and files relative to a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._checked: dict[str, tuple[str, str | None]] = {}

    def named(self, entry: Entry, key: str) -> str | None:
        """Return the preset, or the file's absolute path; None where none is given or it is wrong."""
        given = entry.text(key)
        if given is None:
            return None
        if given not in self._checked:
            self._checked[given] = self._check(given)
        source, fault = self._checked[given]
        if fault:
            entry.fault(key, fault)
            return None
        return source

    def _check(self, given: str) -> tuple[str, str | None]:
        if given in PRESETS:
            return given, None
        path = self._folder / given.replace("\\", "/")
        if not is_file(path):
            return "", f"there is no style preset and no file {shown(given)}; {near(given, PRESETS)}"
        try:
            style_from_source(str(path))
        except StyleError as error:
            return "", str(error)
        return str(path), None
