"""What a puppet says of what its client got, one line each, and how to read it again."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from voxrig.engine_bridges.wire import Frame, SessionError
from voxrig.v1 import performance_pb2 as pb

_OFFSET: Final = 2166136261
_PRIME: Final = 16777619


def fnv1a(data: bytes) -> int:
    """Return the 32-bit FNV-1a hash of bytes."""
    value = _OFFSET
    for byte in data:
        value = ((value ^ byte) * _PRIME) & 0xFFFFFFFF
    return value


def opened_line(session: int, opened: pb.SessionOpened) -> str:
    """Say what was opened."""
    rate, ahead = opened.frame_rate, opened.look_ahead
    first = opened.controls[0] if opened.controls else ""
    return _line(
        *("opened", session, opened.rig, len(opened.controls), len(opened.bones), opened.stride, opened.sample_rate),
        *(rate.numerator, rate.denominator, ahead.numerator, ahead.denominator, opened.seed, opened.blend_samples),
        first,
    )


def frame_line(session: int, frame: Frame) -> str:
    """Say which frame came, with a hash of its values."""
    hashed = f"{fnv1a(frame.values.astype('<f4').tobytes()):08x}"
    return _line("frame", session, frame.utterance, frame.index, frame.sample, hashed)


def event_line(session: int, event: pb.Event) -> str:
    """Say which event came; values in the order of their names."""
    kind = pb.Event.Kind.Name(event.kind)
    values = [f"{key}={event.values[key]:.9g}" for key in sorted(event.values)]
    numbers = (event.utterance, event.frame_count, event.frame_index, event.media_sample, event.next_sample)
    return _line("event", session, kind, *numbers, *values)


def error_line(session: int | None, error: pb.Error) -> str:
    """Say what was refused; session None is the connection itself."""
    number = "-" if session is None else session
    closed = int(error.session_closed)
    return _line("error", number, error.code, error.refused, closed, error.next_sample, error.message)


def refusal_line(session: int, refusal: SessionError) -> str:
    """Say what a session was refused, as a client raised it."""
    error = pb.Error(
        code=refusal.code,
        message=str(refusal),
        session_closed=refusal.closed,
        next_sample=refusal.next_sample,
        refused=refusal.refused,
    )
    return error_line(session, error)


def lost_line(error: Exception) -> str:
    """Say that the connection is gone."""
    return _line("lost", str(error))


def _line(*parts: object) -> str:
    """Join parts; what is empty is a dash, line breaks are spaces."""
    return " ".join(" ".join(str(part).split()) or "-" for part in parts)


def of_session(lines: Iterable[str], session: int | None = None) -> list[str]:
    """Return the lines of one session, or of the connection, without the words for people at their end.

    Nor the next_sample of what comes with frames: it says how much audio has come by then, which is a matter of luck.
    """
    name = "-" if session is None else str(session)
    told = []
    for line in lines:
        words = line.split()
        if words[:1] == ["event"] and words[2] in ("VISEME", "EMOTION"):
            words[7] = "-"
        if len(words) > 1 and words[0] in ("opened", "frame", "event", "error") and words[1] == name:
            told.append(" ".join(_sorted_values(words[:6]) if words[0] == "error" else _sorted_values(words)))
    return told


def _sorted_values(words: Sequence[str]) -> list[str]:
    """Put what an event says by name in the order of the names: a map has none of its own."""
    values = sorted(word for word in words if "=" in word)
    return [*(word for word in words if "=" not in word), *values]


def difference(wanted: Sequence[str], told: Sequence[str]) -> str:
    """Say where two transcripts part, or nothing where they don't. Values of events may differ in their last digit."""
    for number, (left, right) in enumerate(zip(wanted, told, strict=False), 1):
        if left != right and not _near(left, right):
            return f"line {number} of the session is {right!r}, not {left!r}"
    if len(wanted) > len(told):
        return f"the transcript ends after {len(told)} lines; the next should be {wanted[len(told)]!r}"
    if len(told) > len(wanted):
        return f"there is a line too many: {told[len(wanted)]!r}"
    return ""


def _near(left: str, right: str) -> bool:
    pairs = list(zip(left.split(), right.split(), strict=False))
    if len(left.split()) != len(right.split()):
        return False
    return all(a == b or ("=" in a and "=" in b and _same_value(a, b)) for a, b in pairs)


def _same_value(left: str, right: str) -> bool:
    (name, value), (other, told) = left.split("=", 1), right.split("=", 1)
    return name == other and math.isclose(float(value), float(told), rel_tol=1e-6, abs_tol=1e-9)
