"""Values of the body's cues as a script has them: a gesture by its name, hands that are busy, how one sits."""

from types import MappingProxyType
from typing import Final

from voxrig.baking.script.entry import Entry, Faults, near, one_line
from voxrig.baking.script.nodes import Node, Pairs, Scalar, kind_of, pairs, shown
from voxrig.runtime.animation.body.asked import AskedGesture
from voxrig.runtime.animation.body.options import BodyError, read_body
from voxrig.runtime.animation.body.vocabulary import GESTURES
from voxrig.runtime.animation.cues_body import SWITCHES

USUAL: Final = f"{AskedGesture._field_defaults['size']:g}"
"""Size of a gesture that is named alone."""

_SIDES: Final = ("left", "right")
_WORDS: Final = MappingProxyType(
    {
        "hands": {
            "left": {"left": 1.0},
            "right": {"right": 1.0},
            "both": {"left": 1.0, "right": 1.0},
            "free": {"left": 0.0, "right": 0.0, "hold": 0.0},
        },
        "body": {"sitting": {"sitting": 1.0}, "standing": {"sitting": 0.0}, "mirror": {"mirror": 1.0}},
    }
)


def gesture_pairs(node: Scalar | Pairs, faults: Faults) -> Pairs:
    """Return a gesture as a live cue has it, {NAME: size}, from "shrug", "shrug=0.8, left" or {name: shrug, ...}.

    Args:
        node: what the script has for it.
        faults: takes a name that there is not.
    """
    made = _of_text(node) if isinstance(node, Scalar) else _of_group(node)
    for key, _ in made:
        if key.text == "point":
            faults.add(key.line, "pointing is a tag of its own, not a gesture; write for example point: listener")
        elif key.text not in GESTURES and key.text not in (*_SIDES, "hold", "rate"):
            faults.add(key.line, f"there is no gesture {shown(key.text)}; {near(key.text, GESTURES)}")
    return pairs(made, node.line)


def _of_text(node: Scalar) -> list[tuple[Scalar, Node]]:
    made: list[tuple[Scalar, Node]] = []
    for piece in node.text.split(","):
        name, equals, value = (part.strip() for part in piece.partition("="))
        usual = "1" if name in _SIDES else USUAL
        made.append((Scalar(name, "cell", node.line), Scalar(value if equals else usual, "cell", node.line)))
    return made


def _of_group(node: Pairs) -> list[tuple[Scalar, Node]]:
    """Return the keys that say something; of `name` and `strength` one key is made."""
    said = [(key, value) for key, value in node.pairs if not (isinstance(value, Scalar) and value.absent)]
    strength = next((value for key, value in said if key.text == "strength"), Scalar(USUAL, "cell", node.line))
    return [
        (Scalar(_name(value), "cell", key.line), strength) if key.text == "name" else (key, value)
        for key, value in said
        if key.text != "strength"
    ]


def _name(node: Node) -> str:
    return one_line(node.text) if isinstance(node, Scalar) else kind_of(node)


def body_word(cue: str, node: Scalar, faults: Faults) -> dict[str, float | str] | None:
    """Read one word for the hands or the body; None where it is wrong, which is written down."""
    text, known = one_line(node.text), _WORDS[cue]
    if text not in known:
        faults.add(node.line, f"{cue}: there is no {shown(text)}; {near(text, known)}, or give a group of keys")
        return None
    return dict(known[text])


def body_text(entry: Entry, key: str) -> str:
    """Return how a character's body is as its option has it, "energy=0.5,sitting"; "" where nobody says.

    Args:
        entry: has it as that text, or as a group such as {energy: 0.5, sitting: true}.
        key: that it has it under.
    """
    node = entry.node(key)
    text = entry.text(key) if not isinstance(node, Pairs) else _joined(entry, key, node)
    if text is None:
        return ""
    try:
        read_body(text)
    except BodyError as error:
        entry.fault(key, str(error).removeprefix("body: ").removeprefix("body "))
        return ""
    return text.replace(" ", "")


def _joined(entry: Entry, key: str, node: Pairs) -> str | None:
    """Join a group's keys; a switch that is off is left out."""
    pieces = []
    for name, value in node.pairs:
        number = value.number() if isinstance(value, Scalar) else None
        truth = value.truth() if isinstance(value, Scalar) else None
        if number is not None and name.text not in SWITCHES:
            pieces.append(f"{name.text}={value.text.strip()}" if isinstance(value, Scalar) else "")
        elif truth is not None or number is not None:
            pieces += [name.text] if truth or number else []
        else:
            entry.fault(key, f"{shown(name.text)} needs a number, as in {{energy: 0.5}}, or true")
            return None
    return ",".join(pieces) or "on"
