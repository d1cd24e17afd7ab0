"""Sessions, utterances and ticks as spans, from real sessions on a pacer that runs."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.spans import SpanTracer
from voxrig.runtime.serving.stage import Stage
from voxrig.runtime.serving.stage_times import OTHER, STAGES
from voxrig.v1 import performance_pb2 as pb

from .client_messages import RATE, audio, opening
from .tick_loop import tick_loop

SECOND = 1_000_000_000


class Watched:
    """A pacer that runs and is traced, and what it told."""

    def __init__(self, settings: Settings) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = SpanTracer(provider.get_tracer("test"), tick_seconds=0.0)
        self.stage = Stage(settings)
        self.pacer = Pacer(Metrics(), settings.max_buffered_seconds, self.stage.times, tracer=self.tracer)

    def spans(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.name == name]


@pytest.fixture
async def watched(tiny_bundle: Bundle) -> AsyncIterator[Watched]:
    watched = Watched(Settings(models=(str(tiny_bundle.path),)))
    async with tick_loop(watched.pacer):
        yield watched


async def until(connection: Connection, kind: int) -> list[pb.ServerMessage]:
    told: list[pb.ServerMessage] = []
    while not any(answer.event.kind == kind for answer in told):
        told += await connection.take()
    return told


END = pb.ClientMessage(end_utterance=pb.EndUtterance())
CLOSE = pb.ClientMessage(close=pb.CloseSession())


async def test_a_session_with_its_utterances(watched):
    with watched.pacer.connection(watched.stage, "link") as connection:
        connection.put([opening(), audio(0, RATE), END, audio(RATE, RATE // 2), CLOSE], watched.pacer.now())
        await until(connection, pb.Event.CLOSED)
    [session] = watched.spans("session")
    told = session.attributes
    assert (told["voxrig.transport"], told["voxrig.rig"], told["voxrig.fps"]) == ("link", "arkit", 60.0)
    assert (told["voxrig.model"], told["voxrig.sample_rate"]) == ("tiny 1", RATE)
    assert "voxrig.lost" not in told
    assert session.parent is None
    first, second = watched.spans("utterance")
    assert (first.attributes["voxrig.frames"], second.attributes["voxrig.frames"]) == (60, 30)
    assert (first.attributes["voxrig.first_frame"], second.attributes["voxrig.first_frame"]) == (0, 60)
    for utterance in (first, second):
        assert utterance.parent.span_id == session.context.span_id
        [event] = utterance.events
        assert event.name == "first frame"
        waited = event.timestamp - utterance.start_time
        assert event.attributes["voxrig.latency_ms"] == pytest.approx(waited / 1e6, abs=0.01)
        assert utterance.start_time < event.timestamp <= utterance.end_time <= session.end_time


async def test_an_interruption_ends_its_utterance_and_easing_is_none(watched):
    with watched.pacer.connection(watched.stage) as connection:
        connection.put([opening(), audio(0, RATE)], watched.pacer.now())
        while not (told := await connection.take())[-1].HasField("frames"):
            pass
        connection.put([pb.ClientMessage(interrupt=pb.Interrupt())], watched.pacer.now())
        [cut] = [answer.event for answer in await until(connection, pb.Event.INTERRUPTED) if answer.HasField("event")]
        [first] = watched.spans("utterance")
        assert first.attributes["voxrig.interrupted"] is True
        connection.put([audio(cut.next_sample, RATE // 2), CLOSE], watched.pacer.now())
        await until(connection, pb.Event.CLOSED)
    assert told[-1].frames.utterance == 0
    _, second = watched.spans("utterance")
    assert second.attributes["voxrig.utterance"] == cut.utterance
    assert second.attributes["voxrig.first_frame"] * 400 >= cut.next_sample


async def test_who_leaves_is_lost(watched):
    with watched.pacer.connection(watched.stage) as connection:
        connection.put([opening(), audio(0, RATE)], watched.pacer.now())
        while not (await connection.take())[-1].HasField("frames"):
            pass
    while watched.stage.sessions:
        await asyncio.sleep(0)
    [session], [utterance] = watched.spans("session"), watched.spans("utterance")
    assert session.attributes["voxrig.lost"] is True
    assert utterance.end_time <= session.end_time


async def test_errors_stand_in_their_session(watched):
    with watched.pacer.connection(watched.stage) as connection:
        connection.put([opening(rig="puppet"), opening(), audio(99, 10), CLOSE], watched.pacer.now())
        await until(connection, pb.Event.CLOSED)
    refused, session = watched.spans("session")
    assert refused.status.status_code is StatusCode.ERROR
    assert refused.attributes["voxrig.code"] == 5
    assert "puppet" in refused.attributes["voxrig.message"]
    [event] = session.events
    assert (event.name, event.attributes["voxrig.refused"], event.attributes["voxrig.code"]) == ("error", "audio", 11)
    assert session.status.status_code is StatusCode.UNSET


async def test_what_is_open_at_the_end_is_told(watched):
    with watched.pacer.connection(watched.stage) as connection:
        connection.put([opening()], watched.pacer.now())
        await connection.take()
        watched.tracer.close()
        assert len(watched.spans("session")) == 1


async def test_ticks_with_their_stages(watched):
    with watched.pacer.connection(watched.stage) as connection:
        connection.put([opening(), audio(0, RATE // 2)], watched.pacer.now())
        while not (await connection.take())[-1].HasField("frames"):
            pass
        connection.put([CLOSE], watched.pacer.now())
        await until(connection, pb.Event.CLOSED)
    ticks = watched.spans("tick")
    stages = [span for span in watched.exporter.get_finished_spans() if span.name in (*STAGES, OTHER)]
    assert {"ingest", "mel", "network", "compose", "rig", "encode"} <= {span.name for span in stages}
    assert {span.parent.span_id for span in stages} <= {tick.context.span_id for tick in ticks}
    assert sum(tick.attributes["voxrig.steps"] for tick in ticks) >= 30
    for tick in ticks:
        inside = [span for span in stages if span.parent.span_id == tick.context.span_id]
        assert all(left.end_time == right.start_time for left, right in pairwise(inside))
        assert inside[0].start_time == tick.start_time


def test_ticks_are_told_of_now_and_then_and_long_ones_more_often():
    now = [10 * SECOND]
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = SpanTracer(provider.get_tracer("test"), wall=lambda: now[0])
    seconds = {"mel": 0.0}
    for number in range(40):
        now[0] += SECOND // 10
        seconds["mel"] += 0.001
        tracer.tick(0.05 if number >= 30 else 0.002, seconds, [number])
    told = [span.attributes["voxrig.batches"][0] for span in exporter.get_finished_spans() if span.name == "tick"]
    assert told == [0, 10, 20, *range(30, 40)]
    for span in exporter.get_finished_spans():  # a stage's share is that of its tick, not of all since the last told
        if span.name == "mel":
            assert span.end_time - span.start_time == 1_000_000


async def test_a_session_that_is_resumed_is_one_span(watched):
    message = opening()
    message.open.resume_window_ms = 5000
    with watched.pacer.connection(watched.stage) as before:
        before.put([message, audio(0, RATE // 2)], 0.0)
        [opened] = [one.opened for one in await until(before, pb.Event.KIND_UNSPECIFIED) if one.HasField("opened")]
    with watched.pacer.connection(watched.stage, "link") as connection:
        resume = pb.ResumeSession(id=opened.resume_id, received=1)
        connection.put([pb.ClientMessage(session=7, resume=resume)], 0.0)
        connection.put([pb.ClientMessage(session=7, close=pb.CloseSession())], 0.0)
        await until(connection, pb.Event.CLOSED)
    [session] = watched.spans("session")
    assert "voxrig.lost" not in session.attributes
    assert [event.name for event in session.events] == ["resumed"]
    assert [span.attributes["voxrig.frames"] for span in watched.spans("utterance")] == [30]
