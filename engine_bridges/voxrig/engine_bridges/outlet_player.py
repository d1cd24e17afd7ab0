"""One session's frames in real time: what to send, and when, to receivers that only ever show the newest.

Bursts are spread out at the session's frame rate by an `ArrivalClock`; each frame is sent once, as it is. Starved, the
face eases to rest by the rules of `PlayoutBuffer` while a body stays as it is, and the pose it ends in is repeated a
few times a second, so that a receiver that starts later has it as well. The numbers of what is sent count frames on the
sender's own timeline, on through pauses and interruptions: they never go back.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from voxrig.engine_bridges.arkit_pose import FACE, Pose, arkit_reader, standing
from voxrig.engine_bridges.arrival_clock import ArrivalClock
from voxrig.engine_bridges.playout import PlayoutBuffer
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.rig import Profile
from voxrig.runtime.core.timing import FrameRate

HEARTBEAT_SECONDS: Final = 0.2
"""Between two repeats of a pose that stays."""
HOLD_SECONDS: Final = 0.1
EASE_SECONDS: Final = 0.2
STORE_SECONDS: Final = 120
"""Of frames that may wait; what comes on top is lost."""
_CUT_AHEAD: Final = 0.5
"""Seconds that speech may go on until a cut that lies ahead; one further off acts at once."""
_BRIDGE: Final = 0.05
"""Seconds in which a cut goes over from what is shown to what follows."""
_GOODBYES: Final = 3  # packets get lost, and nothing repeats the last
_SAME_TIME: Final = 1e-6


@dataclass
class PlayerCounts:
    """What happened to frames, since the start."""

    arrived: int = 0
    sent: int = 0
    """Frames sent as they came."""
    skipped: int = 0
    """Frames too late to be sent: a newer one was due already."""
    superseded: int = 0
    """Frames that an interruption made void."""
    overflowed: int = 0
    """Frames beyond STORE_SECONDS."""
    eased: int = 0
    """Poses sent between frames: easing to rest, the bridge of an interruption, repeats."""
    waited: float = 0.0
    """Seconds between the arrival of a frame and its sending, the sum of all that were sent as they came."""

    def add(self, other: "PlayerCounts") -> None:
        """Add the counts of another player."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


class Sending(NamedTuple):
    """What is to be sent now."""

    number: int
    """Of the frame: rises by 1 from frame to frame."""
    pose: Pose
    """float32[61 + 4 * body's bones]; kept, and written over by the next."""
    is_frame: bool
    """A frame as it came; else something in between, or a repeat."""


@dataclass(frozen=True, slots=True)
class _Stamped:
    """A pose on the sender's timeline, as `PlayoutBuffer` takes it."""

    index: int
    sample: int
    values: Pose


class _Waiting(NamedTuple):
    frame: Frame
    arrived: float


class OutletPlayer:
    """Frames in as they are made, poses out as they are due. It has no clock and no thread.

    `now` is everywhere in seconds of the caller's own clock, which never goes back.

    Args:
        rig: of the frames.
        fps: of the frames.
        now: the session begins, at rest.
    """

    def __init__(self, rig: Profile, fps: FrameRate, now: float) -> None:
        self.counts = PlayerCounts()
        self.is_speaking = False
        """Whether the last pose sent was a frame."""
        self._read: Callable[[Pose], Pose] = arkit_reader(rig)
        self._fps = fps
        self._period = float(1 / fps.fraction)
        self._clock = ArrivalClock(self._period)
        # Its timeline is the sender's: sample `number * denominator` at `numerator` Hz is frame `number`, exactly.
        self._buffer = PlayoutBuffer(
            *(FACE, len(rig.body), fps.numerator), capacity=8, hold=HOLD_SECONDS, ease=EASE_SECONDS, eased=0
        )
        self._store: deque[_Waiting] = deque()
        self._capacity = max(2, int(STORE_SECONDS * fps.fraction))
        self._hold = max(1, int(HOLD_SECONDS * fps.fraction))
        self._until_rest = int((HOLD_SECONDS + EASE_SECONDS) * fps.fraction) + 2
        self._number = -1
        self._frame_number = -self._until_rest  # of the last frame; long ago, that is at rest
        self._index = -1  # of the last frame, in the session
        self._sent_at = now
        self._bridge_end: int | None = None
        self._shown: Pose = standing(rig.body)
        self._cut = False
        self._closing = False
        self._goodbyes = _GOODBYES

    def arrived(self, frames: Sequence[Frame], now: float) -> None:
        """Take consecutive frames, made at `now`."""
        for frame in frames:
            self.counts.arrived += 1
            if len(self._store) >= self._capacity:
                self.counts.overflowed += 1
                continue
            if self._cut:
                self._cut = False
                if self._bridged(frame, now):
                    continue
            self._clock.arrived(frame.index, frame.utterance, now)
            self._store.append(_Waiting(frame, now))

    def interrupted(self, frame_index: int, now: float) -> None:
        """Forget the frames from `frame_index` on, and those before it too where the cut is far ahead."""
        waiting = len(self._store)
        while self._store and self._store[-1].frame.index >= frame_index:
            self._store.pop()
        if self._store and self._clock.due(self._store[-1].frame.index) > now + _CUT_AHEAD:
            self._store.clear()
        self.counts.superseded += waiting - len(self._store)
        self._cut = True

    def close(self) -> None:
        """Nothing more arrives: show what is in store, ease to rest, and be done."""
        self._closing = True

    @property
    def is_done(self) -> bool:
        """Whether everything has been sent, after `close`."""
        return self._closing and not self._goodbyes

    @property
    def number(self) -> int:
        """Of the frame sent last; -1 before the first."""
        return self._number

    def stopped(self) -> Pose:
        """Return what to show where everything ends at once: the face at rest, the body as it was sent last."""
        pose = self._shown.copy()
        pose[:FACE] = 0.0
        return pose

    def next_due(self) -> float:
        """When `play` has something to send, if nothing comes before; infinity where it never has."""
        if self.is_done:
            return float("inf")
        if self._bridge_end is not None:
            return self._sent_at + self._period
        idle = self._idle_due()
        return min(idle, self._clock.due(self._store[0].frame.index)) if self._store else idle

    def play(self, now: float) -> Sending | None:
        """Return what is to be sent at `now`, if anything is."""
        if self._bridge_end is not None:
            return self._on_the_bridge(now) if now + _SAME_TIME >= self._sent_at + self._period else None
        due: _Waiting | None = None
        while self._store and self._clock.due(self._store[0].frame.index) <= now + _SAME_TIME:
            self.counts.skipped += due is not None
            due = self._store.popleft()
        if due is not None:
            return self._frame(due, now)
        if not self.is_done and now + _SAME_TIME >= self._idle_due():
            return self._between(now)
        return None

    def _frame(self, due: _Waiting, now: float) -> Sending:
        index = due.frame.index
        follows = self.is_speaking and index > self._index
        step = index - self._index if follows else self._passed(now)
        if step > 1 and not follows:
            self._buffer.sample((self._number + step - 1) * self._fps.denominator)  # so that it eases back from here
        self._number += step
        self._index, self._frame_number, self.is_speaking = index, self._number, True
        self.counts.sent += 1
        self.counts.waited += now - due.arrived
        self._push(due.frame, self._number)
        return self._sending(now, is_frame=True)

    def _between(self, now: float) -> Sending:
        """Hold, ease to rest, or repeat."""
        if self._is_ending and self._is_resting:
            self._goodbyes -= 1
        # One frame after the other while the face moves, also where this comes late: nothing may jump.
        self._number += self._passed(now) if self._is_resting else self._hold if self.is_speaking else 1
        self.is_speaking = False
        self.counts.eased += 1
        return self._sending(now, is_frame=False)

    def _bridged(self, frame: Frame, now: float) -> bool:
        """Begin to go over to the first frame after a cut; False where it follows what is shown or in store."""
        if self._store or not self.is_speaking or frame.index == self._index + 1 or self._bridge_end is not None:
            return False
        steps = max(1, round(_BRIDGE * self._fps.fraction))
        self._bridge_end = self._number + steps
        self._push(frame, self._bridge_end)
        self._clock.arrived(frame.index, frame.utterance, now)
        self._clock.restart(frame.index, now + (steps - 1) * self._period)
        self._index, self._frame_number = frame.index, self._bridge_end
        self._sent_at = now - self._period  # the first step is due at once
        return True

    def _on_the_bridge(self, now: float) -> Sending:
        self._number += 1
        if self._number == self._bridge_end:
            self._bridge_end = None
            self.counts.sent += 1
            return self._sending(now, is_frame=True)
        self.counts.eased += 1
        return self._sending(now, is_frame=False)

    def _push(self, frame: Frame, number: int) -> None:
        self._buffer.push((_Stamped(number, number * self._fps.denominator, self._read(frame.values)),))

    def _sending(self, now: float, is_frame: bool) -> Sending:
        self._sent_at = now
        pose = self._buffer.sample(self._number * self._fps.denominator)
        if self._index >= 0:  # else none has come yet, and the buffer's is a T-pose
            self._shown = pose
        return Sending(self._number, self._shown, is_frame)

    def _passed(self, now: float) -> int:
        """Frames since what was sent last, at least one."""
        return max(1, int((now - self._sent_at) / self._period + _SAME_TIME))

    @property
    def _is_ending(self) -> bool:
        return self._closing and not self._store

    @property
    def _is_resting(self) -> bool:
        return self._number - self._frame_number >= self._until_rest

    def _idle_due(self) -> float:
        """When to send something that is no frame, if none comes before."""
        if self._number < 0:
            return self._sent_at  # at rest, so that receivers know of the character
        if self._is_resting:
            return self._sent_at + (self._period if self._is_ending else HEARTBEAT_SECONDS)
        if self.is_speaking and not self._is_ending:
            return self._sent_at + max(HOLD_SECONDS, self._period)
        return self._sent_at + self._period
