"""One session id's side of the protocol: messages of the client in, messages of the server out.

Pure: no socket, no clock, no thread. Audio is checked and taken in at once, and heard by `hear` or before the next
message of another kind; the network steps it asks for are run by whoever owns the session: `row`, a batched call,
`advancing`.
"""

import logging
import secrets
from collections.abc import Callable
from typing import NamedTuple

import grpc
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models.asking import Asking, alone
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import State
from voxrig.runtime.serving import announce
from voxrig.runtime.serving.access.account import ANYONE, Account
from voxrig.runtime.serving.performing import Performing
from voxrig.runtime.serving.refusal import RefusalError, Refused
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

log = logging.getLogger(__name__)

_LONGEST_MESSAGE = 1000  # characters: a client's own text may be quoted in an error


class Row(NamedTuple):
    """Network steps that a session asks for: `features` float32[k, 2 * bands], one after the other from `state` on."""

    runner: BatchRunner
    features: NDArray[np.float32]
    state: State


class Session:
    """What one session id of a connection stands for: nothing yet, an open session, or one that has ended.

    Args:
        number: the id.
        stage: opens it.
        live: whether it has an outlet.
        account: of its client.
        resumable: whether it may wait for a client that was lost.
    """

    def __init__(
        self, number: int, stage: Stage, live: bool = True, account: Account = ANYONE, resumable: bool = False
    ) -> None:
        self.resume_id = ""
        """What brings it back from a connection that was lost; empty where nothing does."""
        self.window = 0.0
        """Seconds for which it waits then."""
        self._number = number
        self._stage = stage
        self._live = live
        self._account = account
        self._resumable = resumable
        self._stream: Performing | None = None
        self._is_parked = False
        self._is_back = False
        self._taken = 0  # messages since its opening
        self._handlers: dict[str, Callable[[pb.ClientMessage], list[pb.ServerMessage]]] = {
            "open": self._open,
            "cue": lambda message: self._running("a cue").cue(message.cue),
            "end_utterance": lambda message: self._running("an end of utterance").end_utterance(message.end_utterance),
            "interrupt": lambda message: self._running("an interrupt", True).interrupt(message.interrupt),
            "close": self._close,
        }

    @property
    def is_open(self) -> bool:
        """Whether there is a session."""
        return self._stream is not None

    @property
    def has_ended(self) -> bool:
        """Whether it was open, and its client may come for its end: nothing else is opened in its place."""
        return self._stream is None and bool(self.resume_id)

    @property
    def pending(self) -> int:
        """Network steps that are ready."""
        return self._stream.pending if self._stream else 0

    @property
    def buffered_seconds(self) -> float:
        """Audio taken in and not yet shown."""
        if self._stream is None:
            return 0.0
        return self._stream.pending / STEP_RATE + self._stream.unheard / self._stream.part.pipeline.rate

    @property
    def taken(self) -> int:
        """Messages since its opening, that one with them."""
        return self._taken

    @property
    def drops(self) -> bool:
        """Whether frames are left out where its client reads too slowly."""
        return self._stream is not None and self._stream.part.drops

    def receive(self, message: pb.ClientMessage) -> list[pb.ServerMessage]:
        """Obey a message, or refuse it and leave everything as it was; return the answers."""
        kind = message.WhichOneof("message") or ""
        self._taken += kind != "resume"
        try:
            if kind == "audio":
                self._running("audio").audio(message.audio, self._stage.settings.max_chunk_bytes, self._account)
                return []
            self.hear()
            if kind == "resume":
                return [self._resume()]
            if kind not in self._handlers:
                raise RefusalError(
                    grpc.StatusCode.INVALID_ARGUMENT, "the message has no content that this version of the server knows"
                )
            answers = self._handlers[kind](message)
        except RefusalError as refusal:
            return [self._error(refusal, kind)]
        return answers + self._settle()

    def hear(self) -> None:
        """Hear the audio that was taken in, so that its steps become `pending`."""
        alone(self.hearing(), self._stage.times)

    def hearing(self) -> Asking[None]:
        """As `hear`, stage by stage."""
        if self._stream is not None:
            yield from self._stream.hearing()

    def refuse(self, refused: Refused) -> list[pb.ServerMessage]:
        """Answer a message that could not be read."""
        self._taken += 1
        return [self._error(refused.refusal, refused.kind)]

    def close(self) -> list[pb.ServerMessage]:
        """Close as a CloseSession does, if it is open and not closing yet."""
        if self._stream is None or self._stream.closing:
            return []
        self.hear()
        return self._close(pb.ClientMessage()) + self._settle()

    def fail(self) -> list[pb.ServerMessage]:
        """End the session because the server itself failed."""
        self.release()
        return [self._error(RefusalError(grpc.StatusCode.INTERNAL, "the server failed; its log says why"), "")]

    def release(self) -> None:
        """Free the session, whatever it was doing."""
        stream, self._stream = self._stream, None
        if stream is not None:
            if self._is_parked:
                self._stage.parked -= 1
                self._is_parked = False
            else:
                self._stage.release()
                self._account.close_session()
            if stream.part.outlet is not None:
                try:
                    stream.part.outlet.closed()
                except Exception:  # it is one session's, and this is called amid everybody's
                    log.exception("ending an outlet failed")

    def park(self) -> bool:
        """Let an open session wait for its client; return whether it does. It counts as open no more."""
        if self._stream is None or self._stage.parked >= self._stage.settings.max_sessions:
            return False
        self._is_parked = True
        self._stage.parked += 1
        self._stage.release()
        self._account.close_session()
        return True

    def unpark(self) -> None:
        """Count it as open again, if it was parked and still is open. Raises RefusalError where it may not be."""
        if self._is_parked:
            self._stage.check_room()
            self._account.open_session()
            self._is_parked = False
            self._stage.parked -= 1
            self._stage.sessions += 1

    def move(self, number: int) -> None:
        """Go on under another number; a ResumeSession in its turn then says how far it has come."""
        self._number, self._is_back = number, True
        if self._stream is not None:
            self._stream.number = number

    def row(self, most: int) -> Row:
        """Return the next network steps, 1 to `most`; only while one is `pending`."""
        stream = self._stream
        assert stream is not None
        pipeline = stream.part.pipeline
        return Row(stream.part.runner, pipeline.waiting(stream.state, most), pipeline.model_state(stream.state))

    def advancing(self, controls: NDArray[np.float32], state: State) -> Asking[list[pb.ServerMessage]]:
        """Take the result of `row`, controls float32[k, N] and the state after them.

        Returns:
            Work that comes to the frames they complete and the events these bring.
        """
        stream = self._stream
        assert stream is not None
        stream.state, frames = yield from stream.part.pipeline.advancing(stream.state, controls, state)
        yield "encode"
        stream.pending -= len(controls)
        answers = stream.show(frames) + self._settle()
        yield "encode"
        return answers

    def _open(self, message: pb.ClientMessage) -> list[pb.ServerMessage]:
        if self._stream is not None:
            raise RefusalError(
                grpc.StatusCode.ALREADY_EXISTS,
                f"session {self._number} is open already, and goes on; choose another number or close it first",
            )
        self._account.open_session()
        try:
            part = self._stage.open(message.open, self._live)
        except BaseException:
            self._account.close_session()
            raise
        self._stream = Performing(self._number, part)
        self._taken = 1
        told = announce.opened(part)
        longest = announce.longest_window_ms(self._stage.settings) if self._resumable else 0
        told.resume_window_ms = min(message.open.resume_window_ms, longest)
        self.window = told.resume_window_ms / 1000.0
        self.resume_id = secrets.token_urlsafe(16) if self.window else ""
        told.resume_id = self.resume_id
        return [pb.ServerMessage(session=self._number, opened=told)]

    def _resume(self) -> pb.ServerMessage:
        if not self._is_back:
            raise RefusalError(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"session {self._number} cannot be resumed here: resume as the first message of an unused number",
            )
        self._is_back = False
        next_sample = self._stream.next_sample if self._stream is not None else 0
        resumed = pb.SessionResumed(taken=self._taken, next_sample=next_sample)
        return pb.ServerMessage(session=self._number, resumed=resumed)

    def _close(self, _: pb.ClientMessage) -> list[pb.ServerMessage]:
        self._running("a close").close()
        return []

    def _running(self, what: str, even_closing: bool = False) -> Performing:
        """Return the open session, or refuse `what` was sent to none."""
        if self._stream is None:
            raise RefusalError(
                grpc.StatusCode.NOT_FOUND, f"session {self._number} is not open, {what} cannot be taken: open it first"
            )
        if self._stream.closing and not even_closing:
            raise RefusalError(
                grpc.StatusCode.FAILED_PRECONDITION, f"session {self._number} is closing: {what} is too late"
            )
        return self._stream

    def _settle(self) -> list[pb.ServerMessage]:
        """Count what is pending, and tell of utterances that have ended, and of the end of the session."""
        stream = self._stream
        if stream is None:
            return []
        answers = stream.settle()
        if stream.closing and not stream.endings:
            self.release()
            answers.append(pb.ServerMessage(session=self._number, event=pb.Event(kind=pb.Event.CLOSED)))
        return answers

    def _error(self, refusal: RefusalError, refused: str) -> pb.ServerMessage:
        stream = self._stream
        return pb.ServerMessage(
            session=self._number,
            error=pb.Error(
                code=refusal.code,
                message=str(refusal)[:_LONGEST_MESSAGE],
                session_closed=stream is None,
                next_sample=stream.next_sample if stream else 0,
                refused=refused,
            ),
        )
