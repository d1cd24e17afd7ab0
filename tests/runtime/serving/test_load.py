"""How busy a tick loop is, whom it refuses, who goes first: real sessions on a machine whose seconds are counted."""

import asyncio
import re

import numpy as np
import pytest

from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.serving.load import Cost, Done, Load
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.networks import Networks
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage

from .client_messages import RATE, audio, opening

CHUNK = RATE // 50
PLAIN = {"emotion": "off", "blink": "off", "gaze": "off", "head": "off", "idle": "off"}
CALL, EACH = 0.0005, 0.0006
"""Seconds that a call of the network takes, and each character in it."""


class Machine(OnnxModel):
    """The network on a machine of its own: a step takes what `CALL` and `EACH` say, by the clock of `loop`."""

    def __init__(self, bundle, loop):
        super().__init__(bundle)
        self._loop = loop

    def step(self, features, states):
        self._loop.now += CALL + EACH * len(features)
        return super().step(features, states)


class House:
    """A server without sockets on that machine, and its clients."""

    def __init__(self, bundle, loop, max_load=0.85):
        settings = Settings(models=(str(bundle.path),), max_load=max_load, max_sessions=1000)
        self.stage = Stage(settings)
        self.stage.adopt(Networks((BatchRunner(Machine(bundle, loop)),), None, None))
        self.metrics = Metrics()
        deadline = settings.tick_ms / 1000
        self.pacer = Pacer(self.metrics, 30.0, deadline=deadline, clock=loop.time, load=self.stage.load)
        self.loop = loop
        self.errors = []
        self.opened = 0
        self.held, self.speaking = [], []
        self.ticking = asyncio.create_task(self.pacer.run())

    async def opens(self, transport="grpc"):
        """A connection with one session; None where that is refused."""
        connection = self.pacer.connection(self.stage, transport)
        self.held.append(connection)
        entered = connection.__enter__()
        entered.put([opening(options=PLAIN, seed=1)], self.loop.time())
        [answer] = await entered.take()
        if answer.HasField("error"):
            self.errors.append(answer.error)
            connection.__exit__(None, None, None)
            return None
        self.opened += 1
        return entered

    async def speaks(self, connection, seconds):
        """In real time, 20 ms at a time; the frames are read by a task of their own."""
        reading = asyncio.create_task(self.reads(connection))
        start = self.loop.time()
        for number in range(round(seconds * 50)):
            await asyncio.sleep(max(start + (number + 1) / 50 - self.loop.time(), 0))
            connection.put([audio(number * CHUNK, CHUNK)], self.loop.time())
        await reading

    async def reads(self, connection):
        frames = 0
        while answers := await connection.take():
            frames += sum(len(answer.frames.media_samples) for answer in answers)
        return frames


async def fill(house, most):
    """Open a session every 0.1 s until one is refused, or there are `most`; all speak until 3 s after that."""
    ends = house.loop.time() + 3.0 + most * 0.1
    while house.opened < most and (connection := await house.opens()) is not None:
        house.speaking.append(asyncio.create_task(house.speaks(connection, ends - house.loop.time())))
        await asyncio.sleep(0.1)
    await asyncio.sleep(3.0)


def test_sessions_are_refused_before_running_ones_are_late(virtual_time, tiny_bundle):
    async def main(loop):
        house = House(tiny_bundle, loop)
        await fill(house, 60)
        [refusal] = house.errors
        told = house.metrics.snapshot()
        house.opened, before = 0, house.opened
        for _ in range(3):  # and go on to be, as nobody has left
            await house.opens()
        return before, refusal, told, len(house.errors)

    opened, refusal, told, errors = virtual_time(main)
    possible = (0.85 - CALL * 60) / (EACH * 60)
    assert 0.75 * possible < opened <= possible + 1
    assert told["late"] / told["rows"] < 0.001
    assert 0.6 < told["load"] < 0.9
    assert (refusal.code, refusal.session_closed, errors) == (8, True, 4)
    assert re.fullmatch(
        rf"with one session more than the {opened} the server would be 8\d% busy, and 85% is the most; "
        "try again in 2 s, take another server, or raise max_load",
        refusal.message,
    )
    assert told["sessions_shed"] == 1


def test_without_a_limit_they_are_late(virtual_time, tiny_bundle):
    """The control: what the limit is for."""

    async def main(loop):
        house = House(tiny_bundle, loop, max_load=0.0)
        await fill(house, 34)
        return house.metrics.snapshot()

    told = virtual_time(main)
    assert told["late"] / told["rows"] > 0.1
    assert told["load"] > 0.95


def test_many_that_come_at_once_are_not_all_let_in(virtual_time, tiny_bundle):
    """Nothing was measured yet of those that were opened a moment ago."""

    async def main(loop):
        house = House(tiny_bundle, loop)
        await fill(house, 6)
        connections = await asyncio.gather(*(house.opens() for _ in range(60)))
        for connection in connections:
            if connection is not None:
                house.speaking.append(asyncio.create_task(house.speaks(connection, 3.0)))
        late = house.metrics.late
        await asyncio.sleep(3.0)
        told = house.metrics.snapshot()
        return house.opened, told["late"] - late, told

    opened, late, told = virtual_time(main)
    assert 10 < opened < 26
    assert late / told["rows"] < 0.001


def test_clips_sent_at_once_are_no_load_and_make_nobody_late(virtual_time, tiny_bundle):
    """Ten clips of 8 s and two bakes keep the ticks busy; who speaks in real time goes first, and more may come."""

    async def main(loop):
        house = House(tiny_bundle, loop)
        speaking = [await house.opens() for _ in range(4)]
        for connection in speaking:
            house.speaking.append(asyncio.create_task(house.speaks(connection, 6.0)))
        await asyncio.sleep(2.0)
        clips = [await house.opens("bake" if number < 2 else "a2f") for number in range(12)]
        reads = []
        for connection in clips:
            connection.put([audio(second * RATE, RATE) for second in range(8)], loop.time())
            connection.done_writing()
            reads.append(asyncio.create_task(house.reads(connection)))
        ticking, begun = house.metrics.tick_ms.sum, loop.time()
        await asyncio.sleep(2.0)
        busy, load = (house.metrics.tick_ms.sum - ticking) / 1000 / 2.0, house.stage.load.share
        other = await house.opens()
        frames = await asyncio.gather(*reads)
        took = loop.time() - begun
        told = house.metrics.snapshot()
        return busy, load, other, frames, took, told

    busy, load, other, frames, took, told = virtual_time(main)
    assert busy > 0.4
    assert load < 0.85
    assert other is not None
    assert frames == [480] * 12
    assert took < 9.0, "what is left goes to them"
    assert told["late"] == 0
    assert told["wait_ms_p50"] < 100_000


def test_the_first_session_is_never_refused():
    load = Load(0.5)
    for number in range(100):
        load.ticked(number / 50, 0.019, Done(30, 30, 3))
    assert load.share > 0.9
    load.admit(0)
    with pytest.raises(RefusalError, match="max_load"):
        load.admit(1)
    assert load.shed == 1


def test_sessions_that_have_gone_again_are_expected_no_more():
    """Hundreds that come and go in a second are one at a time."""
    load = Load(0.85)
    for _ in range(300):
        load.at(1.0)
        load.admit(1)
    with pytest.raises(RefusalError, match="more than the 300"):
        load.admit(300)


def test_once_refused_until_it_is_calm():
    """At the limit a session more or less must not make the answer change from one moment to the next."""
    load = Load(0.5, 0.016)

    def ticks(start, steps):
        for number in range(120):
            load.ticked(start + number / 60, 0.0005 + 0.0005 * steps, Done(steps, steps))

    ticks(0.0, 18)
    with pytest.raises(RefusalError):
        load.admit(18)
    ticks(2.0, 14)
    assert load.share < 0.5 - 60 * load.cost.each
    with pytest.raises(RefusalError):
        load.admit(14)
    ticks(4.0, 12)
    load.admit(12)


def test_late_steps_refuse_whatever_the_ticks_say():
    load = Load(0.85)
    for number in range(120):
        load.ticked(number / 60, 0.009, Done(10, 10, number % 5 == 0))
    assert load.share < 0.6
    with pytest.raises(RefusalError):
        load.admit(10)


def test_nothing_is_no_load_and_forgotten_after_two_seconds():
    load = Load(0.85)
    assert load.share == 0.0
    load.ticked(0.0, 0.010, Done(10, 10))
    assert load.share > 0.0
    load.at(10.0)
    assert load.share == 0.0


def test_the_cost_is_that_of_ticks_of_some_and_of_many_steps():
    cost = Cost()
    rng = np.random.default_rng(1)
    for steps in rng.integers(5, 60, 400):
        cost.learn(int(steps), 0.002 + 0.00025 * steps + rng.uniform(0, 0.0002))
    assert cost.each == pytest.approx(0.00025, rel=0.05)
    assert cost.fixed == pytest.approx(0.0021, rel=0.2)
    for _ in range(5):  # a hiccup of the machine is not the cost of a step
        cost.learn(30, 2.0)
    assert cost.each < 0.0006


def test_ticks_that_are_all_alike_tell_their_mean():
    cost = Cost()
    for _ in range(100):
        cost.learn(20, 0.001)
    assert cost.fixed + 20 * cost.each == pytest.approx(0.001, rel=0.2)
    assert cost.fixed >= 0.0
