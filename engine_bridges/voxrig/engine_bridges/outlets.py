"""Live sessions to game engines over UDP: Live Link Face and VMC, in real time, for any number of receivers.

The server hands frames over as it makes them; one thread sends what is due. It is woken by frames as they come and by
the next moment at which something is due, so that a live voice is not delayed by anything but the evening out of its
chunks. Nothing here ever makes the server wait.
"""

import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from types import TracebackType
from typing import Final, Self

from voxrig.engine_bridges.outlet_player import OutletPlayer, PlayerCounts
from voxrig.engine_bridges.routes import Route, Routes
from voxrig.engine_bridges.targets import AllowedHosts, Target, TargetError, check_name, parse_targets, resolve
from voxrig.engine_bridges.udp_sender import Address, UdpSender
from voxrig.engine_bridges.vmc import SHAPES
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.serving.outlet import OutletError

log = logging.getLogger(__name__)

_LONGEST_INBOX: Final = 65_536  # messages: a sender that is stuck must not take all memory
_COARSE: Final = 0.02
_NEVER: Final = float("inf")

_Post = Callable[[float], None]
"""What the sender's thread does with something that came, told the time."""


class UdpOutlets:
    """Makes the outlets of sessions, and sends; give it to `serving.server.running` while it is entered.

    Args:
        livelink, vmc: targets of the server's own, `HOST:PORT` for every session, `HOST:PORT=CHARACTER` for those whose
            option `character` is that.
        shapes: of VMC, one of `vmc.SHAPES`.
        send_to: hosts besides this machine that sessions may name targets on.
        clock: seconds, never going back.
        first_number, number_step: sessions without a name are called by these numbers, the lowest that is free; where
            several processes send to the same engine, each has its own.

    Raises:
        TargetError: a target or host cannot be.
    """

    def __init__(
        self,
        *,
        livelink: Sequence[str] = (),
        vmc: Sequence[str] = (),
        shapes: str = "arkit",
        send_to: Sequence[str] = (),
        clock: Callable[[], float] = time.perf_counter,
        first_number: int = 1,
        number_step: int = 1,
    ) -> None:
        if shapes not in SHAPES:
            raise TargetError(f"there are no blend shapes {shapes!r} for VMC; use one of: {', '.join(SHAPES)}")
        self.sender = UdpSender()
        self.lost = 0
        """Frames that the sender's thread was too busy to take."""
        self._own: list[tuple[Target, Address]] = [
            (target, resolve(target))
            for protocol, texts in (("livelink", livelink), ("vmc", vmc))
            for text in texts
            for target in parse_targets(protocol, text)
        ]
        self._shapes = shapes
        self._allowed = AllowedHosts(send_to)
        self._clock = clock
        self._inbox: queue.SimpleQueue[_Post] = queue.SimpleQueue()
        self._stopping = False
        self._numbers: set[int] = set()
        self._first_number = first_number
        self._number_step = number_step
        self._shows: list[_Show] = []
        self._owners: dict[Route, _Show] = {}
        self._past = PlayerCounts()
        self._thread: threading.Thread | None = None

    def __call__(self, options: Mapping[str, str], pipeline: Pipeline) -> "SessionOutlet | None":
        """Make the outlet of a session; None where nobody wants its frames.

        Raises:
            OutletError: an option of the session cannot be, or names a host that isn't allowed.
        """
        try:
            character = check_name(options["character"]) if "character" in options else None
            named = [
                (target, self._allowed.address(target))
                for protocol in ("livelink", "vmc")
                for target in parse_targets(protocol, options.get(protocol, ""))
            ]
        except TargetError as error:
            raise OutletError(str(error)) from error
        own = [(target, address) for target, address in self._own if target.name in ("", character)]
        if not own and not named:
            return None
        number = self._free_number() if character is None else 0
        subject = character or f"Voxrig-{number}"
        routes = [_route(target, address, target.name or subject) for target, address in own + named]
        show = _Show(Routes(routes, pipeline.fps, self._shapes, pipeline.profile.body), pipeline, self._clock())
        self.post(lambda _: self._shows.append(show))
        return SessionOutlet(self, show, number)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, name="voxrig-outlets", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._stopping = True
            self._inbox.put(_nothing)  # wakes it
            self._thread.join()
        self.rest()
        self.sender.close()

    def post(self, act: _Post, frames: int = 0) -> None:
        """Have the sender's thread do something; never waits. With its inbox full, `frames` of them are lost."""
        if frames and self._inbox.qsize() >= _LONGEST_INBOX:
            self.lost += frames
            return
        self._inbox.put(act)

    def turn(self) -> float:
        """Do what has come, send what is due; return when something is due next. In the sender's thread."""
        while not self._inbox.empty():
            self._do(self._inbox.get())
        now = self._clock()
        for show in self._shows:
            try:
                self._play(show, now)
            except Exception:
                log.exception("sending a session failed; nothing more is sent of it")
                show.failed = True
        if any(show.is_done for show in self._shows):
            self._drop([show for show in self._shows if show.is_done])
        return min((show.player.next_due() for show in self._shows), default=_NEVER)

    def release(self, number: int) -> None:
        """Take back the number of a session without a name. In the thread that opens sessions."""
        self._numbers.discard(number)

    def rest(self) -> None:
        """Put every face to rest at once: the server stops."""
        for show in self._shows:
            show.routes.send(show.player.stopped(), show.player.number + 1, self.sender)
        self._drop(list(self._shows))

    def snapshot(self) -> dict[str, float]:
        """Return counts since the start, of all sessions."""
        total = PlayerCounts(**vars(self._past))
        for show in tuple(self._shows):
            total.add(show.player.counts)
        counts = {f"outlet_{name}": float(value) for name, value in vars(total).items()}
        packets = {"outlet_packets": float(self.sender.counts.sent), "outlet_failed": float(self.sender.counts.failed)}
        return counts | packets | {"outlet_sessions": float(len(self._shows)), "outlet_lost": float(self.lost)}

    def now(self) -> float:
        """Seconds on the clock that frames are timed by."""
        return self._clock()

    def _free_number(self) -> int:
        """The lowest that no session has, so that a client that comes back finds its subject again."""
        number = next(n for n in count(self._first_number, self._number_step) if n not in self._numbers)
        self._numbers.add(number)
        return number

    def _run(self) -> None:
        while not self._stopping:
            due = self.turn()
            if not self._stopping:
                self._do(self._wait(due))

    def _do(self, act: _Post) -> None:
        try:
            act(self._clock())
        except Exception:  # one session's; the thread is everybody's
            log.exception("a message to the sender failed")

    def _wait(self, due: float) -> _Post:
        """Return what comes next, or a post that does nothing when something is due."""
        wait = max(0.0, due - self._clock())
        try:
            if wait == _NEVER:
                return self._inbox.get()
            if sys.platform == "win32" and wait < _COARSE:
                # A wait for a queue ends up to 15 ms late there; a sleep doesn't.
                time.sleep(min(wait, 0.001))
                return self._inbox.get_nowait()
            return self._inbox.get(timeout=wait)
        except queue.Empty:
            return _nothing

    def _play(self, show: "_Show", now: float) -> None:
        sending = show.player.play(now)
        if sending is None:
            return
        # Two sessions of one name, as when a client is back before its last words are over: who speaks has it, and
        # of two who do the later one.
        mine = []
        for route in show.routes.all:
            owner = self._owners.setdefault(route, show)
            if owner is not show and sending.is_frame and (not owner.player.is_speaking or owner.opened < show.opened):
                owner = self._owners[route] = show
            if owner is show:
                mine.append(route)
        show.routes.send(sending.pose, sending.number, self.sender, mine)

    def _drop(self, shows: "list[_Show]") -> None:
        for show in shows:
            self._shows.remove(show)
            self._past.add(show.player.counts)
            for route in [route for route, owner in self._owners.items() if owner is show]:
                del self._owners[route]


class _Show:
    """What the sender's thread keeps of a session."""

    def __init__(self, routes: Routes, pipeline: Pipeline, now: float) -> None:
        self.routes = routes
        self.player = OutletPlayer(pipeline.profile, pipeline.fps, now)
        self.opened = now
        self.failed = False

    @property
    def is_done(self) -> bool:
        return self.failed or self.player.is_done


class SessionOutlet:
    """The outlet of one session; see `serving.outlet.Outlet`."""

    def __init__(self, outlets: UdpOutlets, show: _Show, number: int) -> None:
        self._outlets = outlets
        self._show = show
        self._number = number

    def frames(self, frames: Sequence[Frame]) -> None:
        """Take consecutive frames of one utterance."""
        made = self._outlets.now()
        self._outlets.post(lambda _: self._show.player.arrived(frames, made), len(frames))

    def interrupted(self, frame_index: int) -> None:
        """Forget the frames from `frame_index` on: others follow."""
        self._outlets.post(lambda now: self._show.player.interrupted(frame_index, now))

    def closed(self) -> None:
        """Show what is left, ease to rest, fall silent."""
        self._outlets.release(self._number)
        self._outlets.post(lambda _: self._show.player.close())


def _route(target: Target, address: Address, subject: str) -> Route:
    return Route(target.protocol, address, subject if target.protocol == "livelink" else "")


def _nothing(_: float) -> None:
    pass
