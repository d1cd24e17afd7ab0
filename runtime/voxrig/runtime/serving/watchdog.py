"""Finds out that something stands still which should not: a tick that never ends, a process that says nothing.

What counts is time that was seen to pass, look by look. While the machine sleeps or the process is stopped there are no
looks: whoever wakes up is given the whole time again.
"""

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable, Hashable
from typing import Final

from voxrig.runtime.serving.pacing import Pacer

HUNG_EXIT: Final = 70
"""Exit code of a server whose ticks hang or have died: whoever started it starts it again. `EX_SOFTWARE` of Unix."""

_LONGEST_PERIOD: Final = 1.0
_LOOKS: Final = 4
_DEEPEST: Final = 30
"""Calls of a stack that are told."""


class Standstill:
    """Looks at a sign of life again and again.

    Args:
        limit: seconds, more than 0, for which the sign may stay the same.
    """

    def __init__(self, limit: float) -> None:
        self.period = min(_LONGEST_PERIOD, limit / _LOOKS)
        """Seconds from look to look."""
        self._limit = limit
        self._sign: Hashable = None
        self._stood = 0.0
        self._looked = float("-inf")

    def look(self, sign: Hashable, now: float) -> bool:
        """Tell whether the sign has been the same for too long, by a clock that never goes back; None is no sign."""
        passed = min(now - self._looked, 2.0 * self.period)
        self._looked = now
        if sign is None or sign != self._sign:
            self._sign, self._stood = sign, 0.0
            return False
        self._stood += passed
        return self._stood >= self._limit


async def hung(
    pacer: Pacer,
    seconds: float,
    clock: Callable[[], float],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> str:
    """Wait until a tick runs for `seconds`; return where it stands, in one line."""
    standstill = Standstill(seconds)
    while not standstill.look(pacer.tick, clock()):
        await sleep(standstill.period)
    return stack(pacer.thread)


def stack(thread: int) -> str:
    """Return what a thread is doing in one line, the innermost call first."""
    frame = sys._current_frames().get(thread)
    if frame is None:
        return "its thread is gone"
    calls = reversed(traceback.extract_stack(frame)[-_DEEPEST:])
    return " < ".join(f"{call.name} ({call.filename}:{call.lineno})" for call in calls)
