"""A server's work as OpenTelemetry spans: sessions with their utterances in them, and ticks with their stages."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace import Span, Status, StatusCode, set_span_in_context
from opentelemetry.trace import Tracer as SpanMaker
from opentelemetry.util.types import AttributeValue

from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.serving.cloakroom import Place
from voxrig.runtime.serving.connection import Connection
from voxrig.v1 import performance_pb2 as pb

_NANO: Final = 1_000_000_000
_ROOT: Final = Context()


@dataclass(slots=True)
class _Live:
    """An open session.

    Attributes:
        utterance: the span of the one that runs.
        number: of the last utterance that had frames; -1: none had.
        easing: frames that come now only ease the mouth to rest after an interruption.
    """

    session: Span
    utterance: Span | None = None
    number: int = -1
    easing: bool = False


class SpanTracer:
    """A `tracing.Tracer` that makes spans.

    Args:
        maker: makes them; what becomes of them is its provider's affair.
        tick_seconds: a tick is told of once in so many seconds, and one longer than a step ten times as often.
        wall: nanoseconds since the epoch.
    """

    def __init__(self, maker: SpanMaker, tick_seconds: float = 1.0, wall: Callable[[], int] = time.time_ns) -> None:
        self._maker = maker
        self._rest = tick_seconds * _NANO
        self._wall = wall
        self._live: dict[Connection, dict[int, _Live]] = {}
        self._told = 0  # nanoseconds; the end of the last tick that was told of
        self._before: dict[str, float] = {}  # the seconds by stage at the end of the last tick

    def delivered(self, connection: Connection, answers: Sequence[pb.ServerMessage]) -> None:
        """Begin and end the spans of what the answers tell of."""
        sessions = self._live.setdefault(connection, {})
        for answer in answers:
            kind = answer.WhichOneof("message")
            live = sessions.get(answer.session)
            if kind == "opened":
                sessions[answer.session] = self._opened(connection.transport, answer.opened)
            elif kind == "error":
                self._refused(sessions, connection.transport, answer)
            elif live is None:
                continue
            elif kind == "frames" and answer.frames.utterance != live.number and not live.easing:
                self._begun(live, answer.frames, connection, answer.session)
            elif kind == "event":
                self._event(sessions, answer)
        for live in sessions.values():
            live.easing = False

    def moved(self, before: Place, now: Place) -> None:
        """Have the spans of a session go on on another connection."""
        live = self._live.get(before[0], {}).pop(before[1], None)
        if live is not None:
            self._live.setdefault(now[0], {})[now[1]] = live
            live.session.add_event("resumed", {"voxrig.transport": now[0].transport})

    def left(self, connection: Connection) -> None:
        """End the spans of what the client left open."""
        for live in self._live.pop(connection, {}).values():
            live.session.set_attribute("voxrig.lost", True)
            _end(live)

    def tick(self, seconds: float, stage_seconds: Mapping[str, float], batches: Sequence[int]) -> None:
        """Tell of a tick now and then, with the time of its stages one after another: in truth they take turns."""
        end = self._wall()
        if end - self._told >= self._rest * (0.1 if seconds > 1.0 / STEP_RATE else 1.0):
            self._told = end
            start = end - round(seconds * _NANO)
            attributes: dict[str, AttributeValue] = {"voxrig.batches": list(batches), "voxrig.steps": sum(batches)}
            tick = self._maker.start_span("tick", _ROOT, attributes=attributes, start_time=start)
            inside = set_span_in_context(tick, _ROOT)
            for stage, total in stage_seconds.items():
                if (taken := round((total - self._before.get(stage, 0.0)) * _NANO)) > 0:
                    self._maker.start_span(stage, inside, start_time=start).end(start + taken)
                    start += taken
            tick.end(end)
        self._before.update(stage_seconds)

    def close(self) -> None:
        """End the spans of everything that is still open."""
        for connection in list(self._live):
            self.left(connection)

    def _opened(self, transport: str, opened: pb.SessionOpened) -> _Live:
        rate = opened.frame_rate
        attributes: dict[str, AttributeValue] = {
            "voxrig.transport": transport,
            "voxrig.rig": opened.rig,
            "voxrig.fps": rate.numerator / rate.denominator,
            "voxrig.sample_rate": opened.sample_rate,
            "voxrig.model": " ".join(f"{model.name} {model.version}" for model in opened.models),
        }
        return _Live(self._maker.start_span("session", _ROOT, attributes=attributes))

    def _refused(self, sessions: dict[int, _Live], transport: str, answer: pb.ServerMessage) -> None:
        """Note an error: in its session, or as a session that never was."""
        error = answer.error
        told: dict[str, AttributeValue] = {
            "voxrig.refused": error.refused,
            "voxrig.code": error.code,
            "voxrig.message": error.message,
        }
        live = sessions.get(answer.session)
        if live is not None:
            live.session.add_event("error", told)
            if error.session_closed:
                live.session.set_status(Status(StatusCode.ERROR, error.message))
                _end(sessions.pop(answer.session))
        elif error.refused == "open":
            span = self._maker.start_span("session", _ROOT, attributes={"voxrig.transport": transport, **told})
            span.set_status(Status(StatusCode.ERROR, error.message))
            span.end()

    def _begun(self, live: _Live, frames: pb.Frames, connection: Connection, number: int) -> None:
        """Begin an utterance, whose first frame is there."""
        _end_utterance(live)
        seat = connection.seats.get(number)
        wait = seat.punctuality.wait if seat is not None else 0.0
        now = self._wall()
        attributes: dict[str, AttributeValue] = {
            "voxrig.utterance": frames.utterance,
            "voxrig.first_frame": frames.first_index,
        }
        inside = set_span_in_context(live.session, _ROOT)
        start = now - round(wait * _NANO)
        live.utterance = self._maker.start_span("utterance", inside, attributes=attributes, start_time=start)
        live.utterance.add_event("first frame", {"voxrig.latency_ms": wait * 1000}, now)
        live.number = frames.utterance

    def _event(self, sessions: dict[int, _Live], answer: pb.ServerMessage) -> None:
        live, event = sessions[answer.session], answer.event
        if event.kind == pb.Event.UTTERANCE_ENDED:
            if live.utterance is not None:
                live.utterance.set_attribute("voxrig.frames", event.frame_count)
            _end_utterance(live)
        elif event.kind == pb.Event.INTERRUPTED:
            if live.utterance is not None:
                live.utterance.set_attribute("voxrig.interrupted", True)
            _end_utterance(live)
            live.easing = True
        elif event.kind == pb.Event.CLOSED:
            _end(sessions.pop(answer.session))


def _end_utterance(live: _Live) -> None:
    if live.utterance is not None:
        live.utterance.end()
        live.utterance = None


def _end(live: _Live) -> None:
    _end_utterance(live)
    live.session.end()
