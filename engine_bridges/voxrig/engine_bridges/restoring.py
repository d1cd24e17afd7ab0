"""One session on a new connection: brought back where the server has it, else begun anew from what was kept."""

from typing import Literal

from voxrig.engine_bridges.perform_line import PerformLine
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.replay import GapError, begin_anew, cuts_before
from voxrig.engine_bridges.session_log import Entry
from voxrig.engine_bridges.wire import SessionError
from voxrig.v1 import performance_pb2 as pb

_BUSY = (8, 14)  # RESOURCE_EXHAUSTED, UNAVAILABLE: another moment may be better
_FAILED_PRECONDITION = 9


class BusyError(SessionError):
    """The server won't have the session now."""


class Restoring:
    """What is done for one session on one new line: `ask`, until it doesn't raise BusyError, then `feed`."""

    def __init__(self, session: PerformSession, line: PerformLine) -> None:
        self.session = session
        self._line = line
        self._number = 0  # of the message that is sent next

    async def ask(self) -> Literal["resumed", "rebuilt"]:
        """Have the session on the server again. Raises BusyError, and SessionError where it has come to an end."""
        session, log = self.session, self.session.log
        assert log is not None
        if session.resume_id:
            resume = pb.ResumeSession(id=session.resume_id, received=session.arrivals.received)
            reply = await self._asked(pb.ClientMessage(session=session.number, resume=resume))
            if reply.HasField("resumed") and log.first <= reply.resumed.taken <= log.end:
                log.taken(reply.resumed.taken)
                self._number = reply.resumed.taken
                return "resumed"
            if reply.HasField("error") and reply.error.code in _BUSY:
                raise BusyError(reply.error)
            if reply.HasField("resumed"):  # what it lacks is kept no more: none of it can be used
                await self._line.outbox.put(pb.ClientMessage(session=session.number, close=pb.CloseSession()))
                raise SessionError(
                    _lost(f"the server took {reply.resumed.taken} messages, {log.first} are kept no more")
                )
            session.resume_id = ""
        await self._begin_anew()
        return "rebuilt"

    async def feed(self) -> None:
        """Send what the server hasn't got; from then on what is sent goes out at once."""
        session, log = self.session, self.session.log
        assert log is not None
        while self._number < log.end:
            entry = next(log.since(self._number))
            if entry.kind == "interrupt" and session.arrivals.is_repeating:
                await self._until_it_can_cut(entry)
                await self._line.outbox.put(entry.message)
                await self._until_cut(entry)
            else:
                await self._line.outbox.put(entry.message)
            self._number += 1
        session.is_live = True
        session.moved.set()

    async def _begin_anew(self) -> None:
        session, log = self.session, self.session.log
        assert log is not None
        position = log.position
        try:
            begin_anew(log, session.opened, session.arrivals.next_index)
        except GapError as gap:
            raise SessionError(_lost(str(gap))) from gap
        reply = await self._asked(log.opening)
        if reply.HasField("error"):
            if reply.error.code in _BUSY:
                raise BusyError(reply.error)
            raise SessionError(reply.error)
        opened = reply.opened
        if why := _differs(session.opened, opened):
            await self._line.outbox.put(pb.ClientMessage(session=session.number, close=pb.CloseSession()))
            raise SessionError(_lost(f"the server that is there now has another {why}"))
        is_same = log.is_whole and list(opened.models) == list(session.opened.models)
        session.resume_id = opened.resume_id
        session.arrivals.begin_anew(log.opening.open, cuts_before(log.entries), position, is_same)
        self._number = 1

    async def _asked(self, message: pb.ClientMessage) -> pb.ServerMessage:
        reply = self.session.expect_reply()
        await self._line.outbox.put(message)
        return await reply

    async def _until_it_can_cut(self, entry: Entry) -> None:
        """Wait until the server has come as far as it was when it was interrupted: else it would cut before."""
        arrivals = self.session.arrivals
        frame = arrivals.next_index if entry.cut is None else entry.cut.frame_index
        while arrivals.coming_index < frame and not self.session.is_closed:
            await self._moved()

    async def _until_cut(self, entry: Entry) -> None:
        """Wait for the answer to an interrupt: it says where the audio goes on that was sent after it."""
        arrivals = self.session.arrivals
        cuts = arrivals.coming_cuts
        while arrivals.coming_cuts == cuts and not entry.is_void and not self.session.is_closed:
            await self._moved()

    async def _moved(self) -> None:
        self.session.moved.clear()
        await self.session.moved.wait()


def _differs(old: pb.SessionOpened, new: pb.SessionOpened) -> str:
    """Return what makes a session unfit to go on in the place of another; empty where nothing does."""
    if list(new.controls) != list(old.controls) or list(new.bones) != list(old.bones):
        return "rig"
    before, now = old.look_ahead, new.look_ahead
    if now.numerator * before.denominator > before.numerator * now.denominator:
        return "model, of a longer look-ahead"
    return ""


def _lost(text: str) -> pb.Error:
    return pb.Error(
        code=_FAILED_PRECONDITION,
        message=f"the session can't go on after its connection was lost: {text}; open a new one",
        session_closed=True,
    )
