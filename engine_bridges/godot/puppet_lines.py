"""The lines of the puppet protocol, as words, numbers and the engine link's own messages, and back.

Both puppets that are not made of text use it: Godot's and Blender's.
"""

from collections.abc import Iterable
from typing import Any


def command_of(line: str, playout: bool) -> list[Any]:
    """Turn a line of the protocol into words, numbers, and messages as the link has them."""
    word, *rest = line.split()
    if playout:
        return _playout_command(word, rest)
    if word in ("ping", "done", "quit"):
        return [word]
    session = int(rest[0])
    match word:
        case "open":
            rig, numerator, denominator, rate, seed = rest[1:6]
            content: dict[str, Any] = {
                "rig": "" if rig == "-" else rig,
                "frame_rate": {"numerator": int(numerator), "denominator": int(denominator)},
                "audio": {"encoding": "S16LE", "sample_rate": int(rate), "channels": 1},
                "seed": int(seed),
                "options": dict(pair.split("=", 1) for pair in rest[6:]),
            }
            if "look_ahead_ms" in content["options"]:
                content["look_ahead_ms"] = int(content["options"].pop("look_ahead_ms"))
        case "audio":
            samples = bytes.fromhex(rest[2]) if len(rest) > 2 else b""
            content = {"first_sample": int(rest[1]), "samples": samples}
        case "end":
            word, content = "end_utterance", {"tail_samples": int(rest[1])}
        case "interrupt":
            content = {"at_sample": int(rest[1])} if len(rest) > 1 else {}
        case "cue":
            values = {key: float(value) for key, value in (pair.split("=", 1) for pair in rest[3:])}
            content = {"media_sample": int(rest[1]), "name": rest[2], "values": values}
        case "close":
            content = {}
        case _:
            raise ValueError(f"{word!r} is no command of the puppet protocol")
    return [word, session, content]


def _playout_command(word: str, rest: list[str]) -> list[Any]:
    match word:
        case "buffer":
            return [word, *map(int, rest[:4]), float(rest[4]), float(rest[5])]
        case "frame":
            return [word, int(rest[0]), int(rest[1]), [float(value) for value in rest[2:]]]
        case "cut":
            return [word, int(rest[0])]
    return [word, *map(float, rest)]


def line_of(answer: list[Any]) -> str:
    """Turn an answer, a word and what belongs to it, into a line of the protocol."""
    word, *rest = answer
    match word:
        case "opened":
            return f"opened {rest[0]} {_opened(rest[1])}"
        case "frame":
            return "frame {} {} {} {} {:08x}".format(*rest)
        case "event":
            return " ".join(["event", *map(str, rest[:-1]), *(f"{key}={value:.9g}" for key, value in rest[-1].items())])
        case "error":
            return _plain(["error", *rest[:2], rest[2] or "-", *rest[3:]])
        case "shown" | "sampled":
            return " ".join([word, *map(repr, rest[:-1]), *(f"{value:.9g}" for value in rest[-1])])
        case "counts":
            return _plain([word, *rest[0]])
    return _plain(answer)


def _opened(opened: dict[str, Any]) -> str:
    rate, ahead = opened["frame_rate"], opened["look_ahead"]
    seed = opened["seed"] % 2**64  # the upper half is negative in GDScript
    fields = [opened["rig"], len(opened["controls"]), len(opened["bones"]), opened["stride"], opened["sample_rate"]]
    fields += [rate["numerator"], rate["denominator"], ahead["numerator"], ahead["denominator"], seed]
    return _plain([*fields, opened["blend_samples"], opened["controls"][0] if opened["controls"] else "-"])


def _plain(parts: Iterable[Any]) -> str:
    return " ".join(repr(part) if isinstance(part, float) else " ".join(str(part).split()) for part in parts)
