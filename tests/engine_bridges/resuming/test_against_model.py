"""The resuming client against a server in its simplest form, through any course of losses."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from voxrig.engine_bridges.back_off import BackOff
from voxrig.engine_bridges.perform_connection import PerformConnection
from voxrig.engine_bridges.wire import Frame, SessionError
from voxrig.v1 import performance_pb2 as pb

from .model_server import PER_FRAME, RATE, ModelServer, samples

PATIENCE = 20


@dataclass
class Told:
    """What a session's user was given, as a player keeps it."""

    frames: dict[int, Frame] = field(default_factory=dict)
    events: list[pb.Event] = field(default_factory=list)
    errors: list[SessionError] = field(default_factory=list)
    next_index: int = 0

    def take(self, item: Frame | pb.Event) -> None:
        if isinstance(item, Frame):
            assert item.index == self.next_index, "each index once, in order"
            self.frames[item.index] = item
            self.next_index += 1
            return
        self.events.append(item)
        if item.kind == pb.Event.INTERRUPTED:
            assert item.frame_index <= self.next_index
            for index in range(item.frame_index, self.next_index):
                del self.frames[index]
            self.next_index = item.frame_index

    def kinds(self) -> list[int]:
        return [event.kind for event in self.events]


class Turns:
    """Time that passes with the turns of the event loop: a thousand to the second."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            await asyncio.sleep(0)
            self.now += 0.001


@dataclass
class Course:
    """One session, what it was sent, and what came of it."""

    server: ModelServer
    connection: PerformConnection
    turns: Turns
    told: Told = field(default_factory=Told)
    sent: list[tuple[str, Any]] = field(default_factory=list)
    cuts: list[pb.Event] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


async def run(operations: list[tuple[str, int]], seed: int, keep_seconds: float, resumes: bool = True) -> Course:
    """Run operations on one session; close it, and read it to its end."""
    chance, turns = random.Random(seed), Turns()
    server = ModelServer(chance, resumes=resumes)
    notices: list[str] = []
    back_off = BackOff(seed, turns.clock, turns.sleep)
    while (line := await dialled(server)) is None:
        pass
    connection = PerformConnection(
        line, server.dial, 20.0, lambda notice: notices.append(notice.kind), back_off, keep_seconds
    )
    session = await connection.open("arkit", RATE, encoding=pb.AudioFormat.F32LE)
    course = Course(server, connection, turns, notices=notices)
    reading = asyncio.create_task(read(session, course.told))
    spoken = 0
    for operation, amount in operations:
        match operation:
            case "send":
                data = samples(amount, seed + spoken)
                course.sent.append(("audio", data))
                await session.send(data)
                spoken += amount > 0
            case "end":
                if spoken:
                    course.sent.append(("end", amount))
                    await session.end_utterance(amount)
                spoken = 0
            case "cue":
                at = session.next_sample + amount
                course.sent.append(("cue", (at, f"cue {len(course.sent)}")))
                await session.cue(course.sent[-1][1][1], at)
            case "interrupt":
                back = None if amount < 3 else max(0, (course.told.next_index - amount) * PER_FRAME)
                try:
                    course.cuts.append(await session.interrupt(back))
                    course.sent.append(("interrupt", course.cuts[-1]))
                    spoken = 0
                except SessionError:
                    assert keep_seconds < 20, "the history reaches so far"
            case "lose":
                server.lose()
            case "kill":
                server.kill()
                server.lose()
            case "rest":
                await turns.sleep(amount / 100)
    await session.close()
    await reading
    await connection.stop()
    return course


async def dialled(server: ModelServer) -> Any:
    try:
        return await server.dial(0)
    except ConnectionError:
        return None


async def read(session: Any, told: Told) -> None:
    while True:
        try:
            async for item in session.items():
                told.take(item)
            return
        except SessionError as error:
            told.errors.append(error)
            if error.closed:
                return


def undisturbed(course: Course) -> dict[int, int]:
    """The frames of a session that is sent the same and never loses anything: index -> what it shows."""
    opening = pb.OpenSession(seed=77)
    session = ModelServer(random.Random(0)).open(opening)
    session.cues = [cue for kind, cue in course.sent if kind == "cue"]
    for kind, value in course.sent:
        match kind:
            case "audio":
                session.take_audio(pb.AudioChunk(first_sample=session.position, samples=value))
            case "end":
                session.take_end_utterance(pb.EndUtterance(tail_samples=value))
            case "interrupt":
                while session.next_frame < value.frame_index:
                    session.compute(1)
                session.take_interrupt(pb.Interrupt(at_sample=value.media_sample))
    session.take_close(pb.CloseSession())
    session.compute(1 << 30)
    return {index: session.shown[index] for index in range(session.next_frame)}


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 150)),
        st.tuples(st.just("end"), st.integers(0, 40)),
        st.tuples(st.just("cue"), st.integers(0, 400)),
        st.tuples(st.just("interrupt"), st.integers(0, 20)),
        st.tuples(st.sampled_from(["lose", "kill"]), st.just(0)),
        st.tuples(st.just("rest"), st.integers(0, 12)),
    ),
    max_size=30,
)
quick = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@quick
@given(OPERATIONS, st.integers(0, 1 << 20))
@example([("cue", 0), ("kill", 0), ("interrupt", 0)], 0)  # the cue is sent again before what follows it
def test_all_frames_come_once_and_are_those_of_an_undisturbed_session(operations, seed):
    course = asyncio.run(asyncio.wait_for(run(operations, seed, 20.0), PATIENCE))
    expected = undisturbed(course)
    assert not course.told.errors
    assert {index: int(frame.values[2]) for index, frame in course.told.frames.items()} == expected
    assert course.told.kinds().count(pb.Event.CLOSED) == 1
    assert [event for event in course.told.events if event.kind == pb.Event.INTERRUPTED] == course.cuts


@quick
@given(OPERATIONS, st.integers(0, 1 << 20), st.booleans())
def test_no_index_is_repeated_or_lost_where_only_the_latest_audio_is_kept(operations, seed, resumes):
    course = asyncio.run(asyncio.wait_for(run(operations, seed, 0.5, resumes), PATIENCE))
    if "ended" in course.notices:
        assert course.told.errors[-1].closed
        return
    assert sorted(course.told.frames) == list(undisturbed(course))
    counts: dict[int, int] = {}
    for frame in course.told.frames.values():
        counts[frame.utterance] = counts.get(frame.utterance, 0) + 1
    ended = [event for event in course.told.events if event.kind == pb.Event.UTTERANCE_ENDED]
    assert len({event.utterance for event in ended}) == len(ended), "each end is told once"
