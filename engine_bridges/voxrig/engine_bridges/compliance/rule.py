"""Rules of the protocol, each a function that tries it on a server or a client, and what came of them."""

import inspect
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal


class RuleBrokenError(AssertionError):
    """What was tried broke the rule; the message says how."""


class NotApplicableError(Exception):
    """The rule cannot be tried here; the message says why."""


def require(holds: object, text: str) -> None:
    """Raise RuleBrokenError with `text` unless it holds."""
    if not holds:
        raise RuleBrokenError(text)


Status = Literal["kept", "broken", "not tried"]


@dataclass(frozen=True)
class Finding:
    """What came of trying one rule.

    Attributes:
        case: name of the function that tried it.
        rule: the rule in words.
        status: kept, broken, or not tried.
        detail: how it was broken, or why it was not tried.
        seconds: that it took.
    """

    case: str
    rule: str
    status: Status
    detail: str
    seconds: float


def run(cases: Iterable[Callable[[Any], None]], subject: Any) -> Iterator[Finding]:
    """Try each case on `subject`, and yield what came of it."""
    for case in cases:
        start = time.perf_counter()
        status: Status = "kept"
        detail = ""
        try:
            case(subject)
        except NotApplicableError as reason:
            status, detail = "not tried", str(reason)
        except (RuleBrokenError, OSError, ValueError) as error:
            status, detail = "broken", str(error) or type(error).__name__
        rule = " ".join((inspect.getdoc(case) or "").split())
        name = getattr(case, "__name__", str(case))
        yield Finding(name, rule, status, detail, time.perf_counter() - start)
