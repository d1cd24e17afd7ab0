"""A finished take to receivers over UDP, in real time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from voxrig.engine_bridges.arkit_pose import FACE, Pose, arkit_reader, rig_of
from voxrig.engine_bridges.outlet_player import EASE_SECONDS
from voxrig.engine_bridges.routes import Routes
from voxrig.engine_bridges.udp_sender import UdpSender
from voxrig.runtime.core.take import Take

_GOODBYES: Final = 3


@dataclass
class TakeRun:
    """What was played."""

    frames: int = 0
    """Sent, those of easing to rest left out."""
    skipped: int = 0
    """Frames left out, since a newer one was due already: the machine was busy."""
    rounds: int = 0
    """Times that the whole take was played."""


class TakePlayer:
    """Plays a take on the caller's clock.

    Args:
        take: in profile `arkit` or `metahuman`.
        routes: made with the take's frame rate, and `body` of `rig_of(take)`.
        sender: sends.
        clock: seconds, never going back.
        sleep: waits so many seconds on that clock.
    """

    def __init__(
        self,
        take: Take,
        routes: Routes,
        sender: UdpSender,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.run = TakeRun()
        self._take = take
        self._read: Callable[[Pose], Pose] = arkit_reader(rig_of(take))
        self._routes = routes
        self._sender = sender
        self._clock = clock
        self._sleep = sleep
        self._period = float(1 / take.fps.fraction)
        self._last: Pose | None = None
        self._number = 0

    def play(self, first: int = 0, loop: bool = False, progress: Callable[[int], None] = lambda _: None) -> None:
        """Play from row `first` on to the end, or over and over from row 0; `progress` is told each row sent.

        However it ends, also by an exception from `sleep`, the face is eased to rest.
        """
        begun = self._clock() - first * self._period
        base = self._take.start_index
        try:
            row = first
            while row < len(self._take):
                if (early := begun + row * self._period - self._clock()) > 0.0:
                    self._sleep(early)
                due = min(len(self._take) - 1, int((self._clock() - begun) / self._period + 1e-6))
                if due > row:
                    self.run.skipped += due - row
                    row = due
                self._send(self._read(self._take.values[row]), base + row)
                self.run.frames += 1
                progress(row)
                row += 1
                if row == len(self._take):
                    self.run.rounds += 1
                    if loop:
                        begun, base, row = begun + row * self._period, base + row, 0
        finally:
            self._rest()

    def _rest(self) -> None:
        """Ease from the last pose, so that no mouth stays open; the pose at rest goes out three times."""
        if (last := self._last) is None:
            return
        steps = max(1, round(EASE_SECONDS / self._period))
        due = self._clock()
        for step in range(1, steps + _GOODBYES):
            due += self._period
            if (early := due - self._clock()) > 0.0:
                self._sleep(early)
            left = 1.0 - min(1.0, step / steps)
            pose = last.copy()  # a body stays as it is
            pose[:FACE] *= left * left * (3.0 - 2.0 * left)
            self._send(pose, self._number + 1)

    def _send(self, pose: Pose, number: int) -> None:
        self._routes.send(pose, number, self._sender)
        self._last, self._number = pose, number  # `pose` is the take's own row, or new
