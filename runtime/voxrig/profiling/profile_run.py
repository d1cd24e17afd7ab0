"""A whole profile: the server, its cold start, runs, floors, capacities, one after the other."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from fractions import Fraction
from typing import Any, Final

from voxrig.profiling.capacity import Capacity, Point, find_capacity, judged
from voxrig.profiling.characters import Character
from voxrig.profiling.driving import Part, Target, lines_of, stop
from voxrig.profiling.floors import bundle_with, echo_us, floors
from voxrig.profiling.load import A2F_FPS, Load, LoadError
from voxrig.profiling.load_speech import LoadSpeech
from voxrig.profiling.measure_server import ServerWatch
from voxrig.profiling.overhead import describe_price, overhead
from voxrig.profiling.plan import CAPACITY_WARM_UP, Plan
from voxrig.profiling.record import default_look_ahead, server
from voxrig.profiling.running import Progress, Taken, record_of, run
from voxrig.profiling.server_child import ServerChild, serving
from voxrig.runtime.animation.clock import session_look_ahead
from voxrig.runtime.core.timing import FrameRate

_FIRST_FRAME_SECONDS: Final = 30.0
_PAUSE: Final = 0.3  # between runs, in which a server frees what it had

Note = Callable[[str], None]
"""Is told a line for people."""


class Profiler:
    """Measures a plan into a record, which has what was measured so far whenever it ends.

    Args:
        plan: what.
        record: of `new_record`.
        progress: is told of each run, once a second.
        done: is told of each run that is done, as the record has it; of capacities too.
        note: is told what else is worth a line.
    """

    def __init__(self, plan: Plan, record: dict[str, Any], progress: Progress, done: Progress, note: Note) -> None:
        self._plan = plan
        self._record = record
        self._progress = progress
        self._done = done
        self._note = note
        self._describing = 0.0
        self._largest: tuple[Taken, dict[str, Any]] | None = None  # the run with the most sessions: floors are of it

    async def run(self) -> None:
        """Measure everything. Raises LoadError, ConnectionError, ValueError; cancelled, the run so far counts."""
        plan = self._plan
        async with self._server() as (target, watch):
            self._describing = await describe_price(watch)
            for transport in plan.transports:
                for sessions in plan.sessions:
                    load = plan.load(transport, sessions, plan.seconds, 1.0)
                    await self._measured(load, target, watch)
                    await asyncio.sleep(_PAUSE)
            if plan.floors:
                await self._floors()
            if plan.capacity:
                for transport in plan.transports:
                    await self._capacity(transport, target, watch)

    @asynccontextmanager
    async def _server(self) -> AsyncIterator[tuple[Target, ServerWatch]]:
        """Find the server, or start one and see how quickly it does."""
        plan = self._plan
        if plan.target is not None:
            async with self._watched(plan.target, plan.link_target, None) as both:
                yield both
            return
        async with serving(plan.server_arguments) as child:
            first = await self._first_frame(child)
            self._record["cold_start"] = {"ready_s": round(child.ready, 3), "first_frame_s": round(first, 3)}
            async with self._watched(child.target, child.link_target, child) as both:
                yield both

    @asynccontextmanager
    async def _watched(
        self, place: str, link: str | None, child: ServerChild | None
    ) -> AsyncIterator[tuple[Target, ServerWatch]]:
        processes = 1 if child is None else child.processes
        token = self._plan.token if child is None else ""
        watch = ServerWatch(place, None if child is None or processes == 1 else child.process, token)
        try:
            described = await watch.describe()
            self._record["server"] = server(described, place, child is not None, processes)
            needs = session_look_ahead(default_look_ahead(described), self._plan.rate, FrameRate(int(A2F_FPS)))
            yield Target(place, link, needs, token), watch
        finally:
            watch.stop()

    async def _first_frame(self, child: ServerChild) -> float:
        """Return the seconds from the start of a server's process to its first frame, for speech that was all there."""
        speech = LoadSpeech(self._plan.clip, self._plan.rate, self._plan.load("grpc", 1, 0.5, 0.0))
        (line,) = lines_of(speech.load, speech, Target(child.target), Part())
        try:
            await line.open()
            for number in range(speech.load.chunks):
                line.send(number)
            one = line.characters[0]
            until = time.perf_counter() + _FIRST_FRAME_SECONDS
            while one.arrived[0] != one.arrived[0] and time.perf_counter() < until:
                await asyncio.sleep(0.001)
            if one.error or one.arrived[0] != one.arrived[0]:
                raise LoadError(one.error or f"no frame came within {_FIRST_FRAME_SECONDS:g} s")
            return one.arrived[0] - child.began
        finally:
            stop([line])

    async def _measured(self, load: Load, target: Target, watch: ServerWatch) -> None:
        """Run once, into the record."""
        plan = self._plan
        taken = Taken(LoadSpeech(plan.clip, plan.rate, load))
        try:
            await run(taken, plan.clip, target, watch, plan.processes, self._progress)
        except asyncio.CancelledError:
            self._keep(taken)  # what was measured until somebody pressed Ctrl-C
            raise
        self._keep(taken)

    def _keep(self, taken: Taken) -> None:
        told = record_of(taken)
        if told is None:
            return
        self._record["runs"].append(told)
        self._note_look_ahead(taken.characters[0])
        cost = overhead(taken.samples, taken.characters, taken.client_seconds, self._describing)
        worst = self._record["overhead"]
        if cost is not None and (worst is None or cost["server_share"] > worst["server_share"]):
            self._record["overhead"] = cost
        if self._largest is None or taken.speech.load.sessions > self._largest[0].speech.load.sessions:
            self._largest = taken, told
        self._done(told)

    def _note_look_ahead(self, one: Character) -> None:
        settings = self._record["settings"]
        if settings["look_ahead_ms"] is None and one.look_ahead > Fraction(0):
            settings["look_ahead_ms"] = round(float(one.look_ahead) * 1000.0, 4)

    async def _floors(self) -> None:
        """Measure the floors of the largest run; without its network here there are none."""
        models = (self._record["server"] or {}).get("models") or [{"sha256": ""}]
        loaded = bundle_with(models[0]["sha256"], self._plan.models)
        if self._largest is None or loaded is None:
            why = "nothing was run" if loaded else "the server's model is not on this machine, give it with --model"
            self._note(f"no floors: {why}")
            return
        taken, told = self._largest
        load = taken.speech.load
        self._note(f"floors of {load.transport} with {load.sessions} sessions")
        requests = load.chunks * (1 if load.bundled else load.sessions)
        answer = max(1, taken.received // requests)
        echo = await echo_us(load, self._plan.clip, self._plan.rate, answer)
        self._record["floors"] = floors(loaded, load, taken.speech, echo, told["server"]["cpu_us_per_frame"])
        self._record["settings"]["floors_of"] = f"{load.transport}, {load.sessions} sessions"

    async def _capacity(self, transport: str, target: Target, watch: ServerWatch) -> None:
        """Search for the most characters; each point is a run that the record has as a point alone."""
        plan, found = self._plan, Capacity(transport)

        async def measure(sessions: int) -> Point:
            load = plan.load(transport, sessions, plan.capacity_seconds, CAPACITY_WARM_UP)
            taken = Taken(LoadSpeech(plan.clip, plan.rate, load))
            try:
                await run(taken, plan.clip, target, watch, plan.processes, self._progress)
                told = record_of(taken)
            except LoadError as error:
                return Point(sessions, None, None, None, None, False, f"the server refused: {error}")
            await asyncio.sleep(_PAUSE)
            assert told is not None
            self._done(told)
            return judged(told, plan.budget)

        try:
            await find_capacity(found, measure, most=plan.most)
        finally:
            if found.points:
                found.ended = found.ended or "broken off before a budget broke"
                self._record["capacity"].append(found.record())
