"""How busy a tick loop is with what is due in real time, and whether one more session fits.

A clip that is sent at once makes ticks busy and nobody late: what is not due yet waits for what is (`tick`). So load is
not the time that ticks take but the time that due steps need, had the loop nothing else to do:

    load = (fixed + each * steps due in a period) / period

where the period is the tick deadline, as far as ticks may wait for each other without a late frame. `fixed` and `each`
are fitted to what ticks of some and of many steps took, moving messages included. At 1 nothing is left.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, NamedTuple

import grpc

from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.serving.refusal import RefusalError

WINDOW: Final = 2.0
"""Seconds that a load is the mean of."""

_SLOT: Final = WINDOW / 8
_USUAL_FIXED, _USUAL = 1.5e-3, 150e-6
"""Seconds of a tick and of each of its steps on an ordinary processor, until ticks have shown what it is here."""
_BELIEVED: Final = 20.0
"""What these count beside what was seen: ticks of one step."""
_DOUBT: Final = 50.0
"""What `_USUAL` counts beside what was seen: squared steps of difference between ticks."""
_FORGETTING: Final = 0.995
"""A tick, of those before it: some 200 are remembered."""
_UNEVEN: Final = 12
"""Steps' worth of audio that a tick may hear besides twice what it computes: one that hears a clip is no measure."""
_JERK: Final = 0.005
"""Seconds by which a tick may be longer than thrice what is expected; more is the machine's hiccup."""
_CALM: Final = 0.9
"""Of the limit: once sessions are refused, they are until the load is below that."""
_LATE: Final = 0.01
"""The share of due steps that may be late, at half the limit or more, before sessions are refused."""


@dataclass(slots=True)
class Done:
    """What a tick did.

    Attributes:
        steps: that it computed.
        due: of these, how many were not ahead of their time.
        late: of these, how many came later than `Load.patience` allows.
        heard: seconds of audio that it took in.
    """

    steps: int = 0
    due: int = 0
    late: int = 0
    heard: float = 0.0


class _Slot(NamedTuple):
    begun: float
    due: int
    late: int


class Cost:
    """What a tick of some steps takes, fitted to the latest ones by least squares: seconds `fixed` + `each` * steps."""

    def __init__(self) -> None:
        self.fixed = _USUAL_FIXED
        self.each = _USUAL
        self._weight = self._x = self._xx = _BELIEVED
        self._y = self._xy = _BELIEVED * (_USUAL_FIXED + _USUAL)

    def learn(self, steps: int, seconds: float) -> None:
        """Note a tick of so many steps, 1 or more."""
        seconds = min(seconds, 3.0 * (self.fixed + self.each * steps) + _JERK)
        keep = _FORGETTING
        self._weight = keep * self._weight + 1.0
        self._x = keep * self._x + steps
        self._y = keep * self._y + seconds
        self._xx = keep * self._xx + steps * steps
        self._xy = keep * self._xy + steps * seconds
        mean_x, mean_y = self._x / self._weight, self._y / self._weight
        spread = max(self._xx - mean_x * self._x, 0.0)
        slope = (self._xy - mean_x * self._y + _DOUBT * _USUAL) / (spread + _DOUBT)
        self.each = min(max(slope, 0.1 * _USUAL), mean_y / mean_x)
        self.fixed = mean_y - self.each * mean_x


class Load:
    """Written by one thread at a time: by ticks and between them.

    Args:
        limit: the load up to which sessions are opened; 0: any.
        deadline: the tick deadline, seconds.

    Attributes:
        cost: of ticks.
        shed: sessions that were refused.
    """

    def __init__(self, limit: float = 0.0, deadline: float = 0.0) -> None:
        self.cost = Cost()
        self.shed = 0
        self.patience = 2.0 * max(deadline, 1.0 / STEP_RATE)
        """Seconds after it was due from which a step is late here: no tick waits for two others."""
        self._limit = limit
        self._period = max(deadline, 1.0 / STEP_RATE)
        self._now = 0.0
        self._slots: deque[_Slot] = deque()
        self._fresh: deque[float] = deque()
        self._refusing = False

    def at(self, now: float) -> None:
        """Note that it is `now`, seconds."""
        self._now = now
        while self._slots and now - self._slots[0].begun > WINDOW:
            self._slots.popleft()
        while self._fresh and now - self._fresh[0] > WINDOW:
            self._fresh.popleft()

    def ticked(self, now: float, busy: float, done: Done) -> None:
        """Note a tick and what went with it, `busy` seconds without openings and cues, at `now` seconds."""
        self.at(now)
        if done.steps and done.heard * STEP_RATE <= 2 * done.steps + _UNEVEN:
            self.cost.learn(done.steps, busy)
        if self._slots and now - self._slots[-1].begun < _SLOT:
            last = self._slots[-1]
            self._slots[-1] = _Slot(last.begun, last.due + done.due, last.late + done.late)
        else:
            self._slots.append(_Slot(now, done.due, done.late))

    @property
    def share(self) -> float:
        """The load over the last `WINDOW`: 0 at rest, 1 where not one step more can be done in time."""
        due = sum(slot.due for slot in self._slots)
        if not due:
            return 0.0
        return self.cost.fixed / self._period + self.cost.each * due / WINDOW

    def admit(self, sessions: int) -> None:
        """Count one session more, if it fits beside `sessions`; the first always does.

        Raises:
            RefusalError: RESOURCE_EXHAUSTED.
        """
        if sessions and self._limit and self._is_too_much(sessions):
            self.shed += 1
            raise RefusalError(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                f"with one session more than the {sessions} the server would be {self._expected(sessions):.0%} busy, "
                f"and {self._limit:.0%} is the most; try again in {WINDOW:g} s, take another server, or raise max_load",
            )
        self._fresh.append(self._now)

    def _is_too_much(self, sessions: int) -> bool:
        due, late = (
            sum(counts) for counts in ([slot.due for slot in self._slots], [slot.late for slot in self._slots])
        )
        is_late = late > _LATE * due and self.share > self._limit / 2.0
        self._refusing = is_late or self._expected(sessions) > self._limit * (_CALM if self._refusing else 1.0)
        return self._refusing

    def _expected(self, sessions: int) -> float:
        """Return the load with one session more than the `sessions` that are open."""
        # What was opened just now is not seen yet, or only in part; but no more than is still open can come.
        opened = list(self._fresh)[-sessions:]
        unseen = sum(1.0 - (self._now - begun) / WINDOW for begun in opened)
        return self.share + STEP_RATE * self.cost.each * (unseen + 1.0)
