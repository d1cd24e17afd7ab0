"""Marks in a text: "Whoa, [anger=0.9] hold it [gaze=away] right there!" tells the character something at the next word.

`[[` is a bracket that is meant.
"""

from typing import Final, NamedTuple

from voxrig.baking.script.cue_values import CUES
from voxrig.baking.script.entry import Faults
from voxrig.baking.script.nodes import Node, Pairs, Scalar, pairs, shown
from voxrig.baking.words_text import stands_alone, tokens

ESCAPE: Final = "for a bracket that is meant write [["

_MOUTH: Final = ("viseme", "weight", "ease", "jaw", "lips", "tongue")
_HEAD: Final = ("nod", "shake", "tilt")
_GAZE: Final = ("yaw", "pitch", "x", "y", "z", "world", "partner", "release")
_BODY: Final = ("lean", "side", "turn", "sitting", "mirror")
_TIMES: Final = ("hold", "transition")
_KINDS: Final = {
    **dict.fromkeys(_HEAD, "head"), **dict.fromkeys(_GAZE, "gaze"), **dict.fromkeys(_BODY, "body")
}  # fmt: skip
_WHOLE: Final = frozenset((*CUES, *_MOUTH, "until")) - {"emotion", "style", "place", "event"}


class Marked(NamedTuple):
    """A text, and what its marks say.

    Attributes:
        text: without marks.
        marks: index of the word that a mark stands before, and what is in it.
    """

    text: str
    marks: tuple[tuple[int, str], ...]


def unmarked(text: str, line: int, faults: Faults) -> Marked:
    """Take the marks out of a text.

    Args:
        text: on one line.
        line: of the file.
        faults: takes what is wrong: a bracket that is not closed.
    """
    if "[" not in text:
        return Marked(text, ())
    bare, said, at = "", 0, 0
    marks: list[tuple[int, str]] = []
    while (bracket := text.find("[", at)) >= 0:
        escaped = text.startswith("[[", bracket)
        piece = text[at : bracket + escaped]
        said += len(tokens(piece)) - _joined(bare, piece)
        bare += piece
        at = bracket + 2
        if escaped:
            continue
        end = text.find("]", bracket)
        inside = text[bracket + 1 : end] if end >= 0 else text[bracket + 1 :]
        if end < 0 or "[" in inside:
            faults.add(line, f"the mark {shown('[' + inside)} is not closed; write ] behind it, or {ESCAPE}")
            return Marked(bare, ())
        at = end + 1
        if bare.endswith(" ") and not text[at : at + 1].strip():
            at += 1  # of the spaces on both sides of the mark one stays
        marks.append((said - _joined(bare, text[at:]), inside))
    return Marked((bare + text[at:]).strip(), tuple(marks))


def _joined(before: str, behind: str) -> int:
    """1 where a word goes on over the place between two pieces, else 0."""
    left, right = before[-1:], behind[:1]
    return int(left.isalnum() and right.isalnum() and not stands_alone(left) and not stands_alone(right))


def mark_pairs(inside: str, at: Scalar) -> Pairs:
    """Return what is in a mark as a tag's keys.

    Args:
        inside: "anger=0.9, until=there".
        at: the place.
    """
    line = at.line
    made: list[tuple[Scalar, Node]] = [(Scalar("at", "cell", line), at)]
    groups: dict[str, list[tuple[Scalar, Node]]] = {}
    times: list[tuple[Scalar, Node]] = []
    for piece in inside.split(","):
        key, equals, value = (part.strip() for part in piece.partition("="))
        pair = Scalar(key, "cell", line), Scalar(value if equals else "1", "cell", line)
        if key == "gaze" and equals:
            groups.setdefault(key, []).append((Scalar("to", "cell", line), pair[1]))
        elif key in _WHOLE:
            made.append(pair)
        elif key in _TIMES:
            times.append(pair)
        else:
            groups.setdefault(_KINDS.get(key, "emotion"), []).append(pair)
    if times:
        timed = next((kind for kind in ("emotion", "gaze", "body") if kind in groups), "emotion")
        groups.setdefault(timed, []).extend(times)
    for cue, found in groups.items():
        made.append((Scalar(cue, "cell", line), pairs(found, line)))
    return pairs(made, line)
