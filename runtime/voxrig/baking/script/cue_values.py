"""Values of cues as a script has them: "joy=0.8", thinking, listener, or a group of keys; checked as live ones are.

`body_values` has what is peculiar to the body's.
"""

from typing import Final

from voxrig.baking.script.body_values import body_word, gesture_pairs
from voxrig.baking.script.entry import Faults, near, one_line
from voxrig.baking.script.event_values import event_values
from voxrig.baking.script.names import Names
from voxrig.baking.script.nodes import Items, Node, Pairs, Scalar, kind_of, pairs, shown
from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.cue_values import CueError
from voxrig.runtime.animation.cues import CUE_NAMES, read_cue

Values = dict[str, float | str]

LISTENER: Final = "listener"
AWAY: Final = "away"
FREE: Final = "free"

CUES: Final = CUE_NAMES
"""Cues that a tag may have, besides the mouth's."""

_AIMED: Final = ("gaze", "point")  # at somebody, perhaps


def cue_values(cue: str, node: Node, names: Names, faults: Faults) -> Values | None:
    """Read the values of a cue.

    Args:
        cue: one of CUES.
        node: what the script has for it.
        names: of characters.
        faults: takes what is wrong.

    Returns:
        As `Tag.values`; None where something is wrong, which is written down.
    """
    before = len(faults.problems)
    if cue == "gesture" and not isinstance(node, Items):
        node = gesture_pairs(node, faults)
    if isinstance(node, Scalar) and "=" not in node.text:
        short = _word(cue, node, names, faults)
        if short is not None or len(faults.problems) > before:
            return short
    if isinstance(node, Scalar):
        node = pairs_of_text(node)
    if isinstance(node, Items):
        faults.add(node.line, f"{cue} is {kind_of(node)}; write one value, or a group of keys")
        return None
    if cue == "event":
        return event_values(node, names, faults, live=True)
    values = _numbers(cue, node, names, faults)
    return None if len(faults.problems) > before else _checked(cue, values, node.line, faults)


def pairs_of_text(node: Scalar) -> Pairs:
    """Return "joy=0.8, anger=0.2" as pairs; a name alone counts as 1."""
    made: list[tuple[Scalar, Node]] = []
    for piece in node.text.split(","):
        key, equals, value = (part.strip() for part in piece.partition("="))
        made.append((Scalar(key, "cell", node.line), Scalar(value if equals else "1", "cell", node.line)))
    return pairs(made, node.line)


def _numbers(cue: str, node: Pairs, names: Names, faults: Faults) -> Values:
    """Read keys with numbers; of a gaze or a pointing hand, `to` has a name."""
    values: Values = {}
    for key, value in node.pairs:
        number = value.number() if isinstance(value, Scalar) else None
        truth = value.truth() if isinstance(value, Scalar) else None
        if key.text in values:
            faults.add(key.line, f"{cue} has {shown(key.text)} twice; keep one")
        elif cue in _AIMED and key.text == "to" and isinstance(value, Scalar):
            values |= _aimed(cue, value, names, faults) or {}
        elif number is not None:
            values[key.text] = number
        elif truth is not None:
            values[key.text] = float(truth)
        else:
            problem = f"{shown(key.text)} of {cue} is {kind_of(value)}; it must be a number without quotes"
            faults.add(value.line, problem)
    return values


def _checked(cue: str, values: Values, line: int, faults: Faults) -> Values | None:
    """Check values as a live cue's; of somebody's name the angles take the place."""
    numbers = {key: value for key, value in values.items() if isinstance(value, float)}
    if "to" in values:
        numbers |= {"yaw": 0.0}
    try:
        read_cue(cue, numbers)
    except CueError as error:
        faults.add(line, str(error))
        return None
    return values


def _word(cue: str, node: Scalar, names: Names, faults: Faults) -> Values | None:
    """Read a single word, where a cue has such; None: it is none, or it is wrong, which is written down."""
    match cue:
        case "gaze" | "point":
            return _aimed(cue, node, names, faults)
        case "blink":
            return _blink(node, faults)
        case "activity":
            return _activity(node, faults)
        case "hands" | "body":
            return body_word(cue, node, faults)
        case _:
            return None


def _aimed(cue: str, node: Scalar, names: Names, faults: Faults) -> Values | None:
    text = one_line(node.text)
    if text == FREE:
        return {"release": 1.0}
    if text not in (LISTENER, AWAY) and (fault := names.fault(text, (LISTENER, AWAY, FREE))):
        faults.add(node.line, f"{cue}: {fault}")
        return None
    return {"to": text}


def _blink(node: Scalar, faults: Faults) -> Values | None:
    if node.truth() is not None:
        return {"force": 1.0} if node.truth() else {"allow": 0.0}
    strength = node.number()
    values: Values | None = None if strength is None else {"force": 1.0, "strength": strength}
    return _checked("blink", values, node.line, faults) if values else None


def _activity(node: Scalar, faults: Faults) -> Values | None:
    text = one_line(node.text)
    if text not in list(Activity):
        faults.add(node.line, f"activity: there is no {shown(text)}; {near(text, list(Activity))}")
        return None
    return {text: 1.0}
