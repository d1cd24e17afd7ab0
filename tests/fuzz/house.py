"""A small server in this process, without sockets: a tiny model, a stage, and a pacer in a loop of its own."""

import asyncio
import atexit
import functools
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from typing import Any
from unittest.mock import patch

from tests.conftest import tiny_network, tiny_spec
from voxrig.runtime.models import bundle
from voxrig.runtime.models.asking import alone
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.session import Session
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

from .target import scratch


class _AtOnce(Executor):
    """Runs a tick where it is asked for: waiting for another thread would take longer than most ticks."""

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(function(*given, **named))
        except BaseException as error:  # it is the one who waits that hears of it
            done.set_exception(error)
        return done


class House:
    """What serves the inputs of a target, one after the other. Nothing of one may be left for the next."""

    def __init__(self) -> None:
        path = scratch() / "tiny"
        spec = tiny_spec(1950, 8)
        bundle.write(path, spec, tiny_network(spec))
        self.stage = Stage(Settings(models=(str(path),), max_sessions=8))
        self.stage.warm_up()
        self.metrics = Metrics()
        self.time = 0.0
        """Of the server, in seconds: a microsecond a look, so that nothing depends on how quick this machine is."""
        self.pacer = Pacer(self.metrics, self.stage.settings.max_buffered_seconds, clock=self._now)
        self.loop = asyncio.new_event_loop()
        with patch("voxrig.runtime.serving.pacing.ThreadPoolExecutor", lambda *_, **__: _AtOnce()):
            self._running = self.loop.create_task(self.pacer.run())
            self.loop.run_until_complete(asyncio.sleep(0))  # it has made its executor
        atexit.register(self._close)

    def serve(self, messages: Iterable[pb.ClientMessage], lost: int) -> None:
        """Serve a client, judge what it is answered, and check that nothing of it is left.

        A client that has sessions to resume is lost with the last `lost` answers of each, comes back for them, and
        closes them.
        """
        answers = self._perform(list(messages))
        came, again = answers, []
        for number, heard in resumable(answers).items():
            received = max(len(heard) - lost, 1)
            last = heard[received - 1]
            if _ends(last):
                continue
            place = next(at for at, answer in enumerate(came) if answer is last)
            came = came[: place + 1] + [answer for answer in came[place + 1 :] if answer.session != number]
            back = pb.ResumeSession(id=heard[0].opened.resume_id, received=received)
            again.append(pb.ClientMessage(session=number, resume=back))
            again.append(pb.ClientMessage(session=number, close=pb.CloseSession()))
        judge(came + (self._perform(again) if again else []))
        self.time += 1000.0  # every window is over
        if self.pacer.connections:  # the next tick forgets whoever did not come back
            self._perform([pb.ClientMessage(close=pb.CloseSession())])
        assert (self.stage.sessions, self.stage.parked, len(self.pacer.connections)) == (0, 0, 0), "something is left"

    def converse(self, messages: Iterable[pb.ClientMessage], most: int) -> None:
        """Hand messages to their sessions one by one, with no pacer between.

        After each, `most` network steps are run, a few at once; at the end each session is closed.
        """
        sessions: dict[int, Session] = {}
        answers: list[pb.ServerMessage] = []
        for message in messages:
            session = sessions.setdefault(message.session, Session(message.session, self.stage))
            answers += session.receive(message)
            session.hear()
            answers += _stepped(session, most)
        for session in sessions.values():
            answers += session.close()
            while session.pending:
                answers += _stepped(session, 6)
            session.release()
        judge(answers)
        assert self.stage.sessions == 0, "something is left"

    def _perform(self, messages: list[pb.ClientMessage]) -> list[pb.ServerMessage]:
        """One connection from its first message to its end; all answers."""
        return self.loop.run_until_complete(self._connected(messages))

    def _now(self) -> float:
        self.time += 1e-6
        return self.time

    def _close(self) -> None:
        self._running.cancel()
        self.loop.run_until_complete(asyncio.gather(self._running, return_exceptions=True))
        self.loop.close()

    async def _connected(self, messages: list[pb.ClientMessage]) -> list[pb.ServerMessage]:
        answers: list[pb.ServerMessage] = []
        if self._running.done():
            self._running.result()  # which raises what ended it
        async with asyncio.timeout(15.0):
            with self.pacer.connection(self.stage) as connection:
                connection.put(messages, self.pacer.now())
                connection.done_writing()
                while taken := await connection.take():
                    answers += taken
        return answers


@functools.cache
def house() -> House:
    """The one of this process."""
    return House()


def _stepped(session: Session, most: int) -> list[pb.ServerMessage]:
    if not (session.pending and most):
        return []
    row = session.row(most)
    [(controls, state)] = row.runner.steps([row.features], [row.state])
    return alone(session.advancing(controls, state))


def resumable(answers: Iterable[pb.ServerMessage]) -> dict[int, list[pb.ServerMessage]]:
    """The answers of each session that can be resumed, from its opening to its end, by its number: the latest."""
    own: dict[int, list[pb.ServerMessage]] = {}
    ended: set[int] = set()
    for answer in answers:
        if answer.HasField("opened"):
            own.pop(answer.session, None)
            ended.discard(answer.session)
            if answer.opened.resume_id:
                own[answer.session] = []
        if answer.session in own and answer.session not in ended:
            own[answer.session].append(answer)
            if _ends(answer):
                ended.add(answer.session)
    return own


def _ends(answer: pb.ServerMessage) -> bool:
    return answer.event.kind == pb.Event.CLOSED or answer.error.session_closed


def judge(answers: Iterable[pb.ServerMessage]) -> None:
    """Check what must be true of any answers of one connection."""
    strides: dict[int, int] = {}
    following: dict[int, int] = {}
    rates: dict[int, tuple[int, int, int]] = {}
    for answer in answers:
        kind = answer.WhichOneof("message")
        number = answer.session
        if kind == "opened":
            opened = answer.opened
            assert number not in strides, "opened twice"
            assert opened.seed != 0
            following.pop(number, None)
            strides[number] = opened.stride
            rates[number] = (opened.sample_rate, opened.frame_rate.numerator, opened.frame_rate.denominator)
        elif kind == "frames":
            frames = answer.frames
            count = len(frames.media_samples)
            assert count > 0
            assert len(frames.values) == 4 * count * strides[number]
            assert frames.first_index == following.get(number, frames.first_index), "an index is lost or repeated"
            rate, numerator, denominator = rates[number]
            for place, sample in enumerate(frames.media_samples):
                assert sample == (frames.first_index + place) * denominator * rate // numerator
            following[number] = frames.first_index + count
        elif kind == "event":
            if answer.event.kind == pb.Event.INTERRUPTED:
                following[number] = answer.event.frame_index
            elif answer.event.kind == pb.Event.FRAMES_DROPPED:
                assert answer.event.frame_index == following[number]
                following[number] += answer.event.frame_count
            elif answer.event.kind == pb.Event.CLOSED:
                del strides[number]
                following.pop(number, None)
        elif kind == "resumed":
            assert number in strides, "a session came back that nobody had"
        elif kind == "error":
            assert answer.error.code != 13, f"the server failed: {answer.error.message}"
            assert answer.error.code > 0
            assert answer.error.message
            if answer.error.session_closed:
                strides.pop(number, None)
                following.pop(number, None)
    assert not strides, "a session was never closed"
