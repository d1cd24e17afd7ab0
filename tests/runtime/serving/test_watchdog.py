"""Something stands still: a tick that hangs, by a real model that waits for ever."""

import asyncio
import logging
import threading

import numpy as np
import pytest
from grpc_health.v1._async import HealthServicer

from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.networks import Networks
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.runtime.serving.tending import tended
from voxrig.runtime.serving.watchdog import Standstill, stack
from voxrig.v1 import performance_pb2 as pb

from .client_messages import opening


class Hanging(OnnxModel):
    """The network, until a character speaks; then it waits for `gate`."""

    gate = threading.Event()

    def step(self, features, states):
        self.gate.wait()
        return super().step(features, states)


async def test_a_tick_that_hangs_ends_every_session_and_says_where(tiny_bundle, caplog):
    stage = Stage(Settings(models=(str(tiny_bundle.path),), hang_seconds=1.0))
    stage.warm_up()
    stage.adopt(Networks((BatchRunner(Hanging(tiny_bundle)),), None, None))
    pacer = Pacer(Metrics(), 4.0)
    doctor = HealthServicer()
    try:
        async with tended(stage, pacer, doctor) as tending:
            with pacer.connection(stage) as first, pacer.connection(stage, "link") as second:
                first.put([opening(1), opening(2)], 0.0)
                opened = []
                while len(opened) < 2:
                    opened += await first.take()
                second.put([opening(5)], 0.0)
                await second.take()
                samples = np.zeros(2400, "<f4").tobytes()
                first.put([pb.ClientMessage(session=1, audio=pb.AudioChunk(samples=samples))], 0.0)
                await tending.failed.wait()
                told = await first.take() + await second.take()
                assert [(m.session, m.error.code, m.error.session_closed) for m in told] == [
                    *((1, 14, True), (2, 14, True), (5, 14, True))
                ]
                assert {m.error.message for m in told} == {"the server failed and ends; connect again"}
                assert await first.take() == await second.take() == [], "nothing more comes"
            assert (stage.failed, stage.draining) == (True, True)
            with pytest.raises(RefusalError, match="connect again"), pacer.connection(stage):
                pass
            await tending.told(5.0)
            assert not pacer.clients
    finally:
        Hanging.gate.set()
    [line] = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    told = line.getMessage()
    assert "a tick hangs for 1 s" in told
    assert "\n" not in told
    assert told.index("in wait (") < told.index("step (") < told.index("_run (") < told.index("tick (")


def test_a_sign_that_changes_or_is_none_never_stands_still():
    standstill = Standstill(2.0)
    assert not any(standstill.look(number // 3, number * 0.5) for number in range(100))
    assert not any(standstill.look(None, number * 0.5) for number in range(100, 200))


def test_a_sign_that_stays_does_so_for_the_limit():
    standstill = Standstill(2.0)
    looks = [standstill.look("same", number * standstill.period) for number in range(10)]
    assert looks == [False] * 4 + [True] * 6
    assert standstill.period == 0.5


def test_time_in_which_nobody_could_look_does_not_count():
    """A laptop was closed for an hour, or the process was stopped."""
    standstill = Standstill(20.0)
    assert not standstill.look(7, 0.0)
    assert not standstill.look(7, 3600.0)
    assert [standstill.look(7, 3600.0 + number) for number in range(1, 19)] == [False] * 17 + [True]


def test_the_stack_of_a_thread_is_one_line():
    ready, over = threading.Event(), threading.Event()

    def waiting():
        ready.set()
        over.wait()

    thread = threading.Thread(target=waiting)
    thread.start()
    ready.wait()
    told = stack(thread.ident)
    over.set()
    thread.join()
    assert f"waiting ({__file__}:" in told
    assert told.startswith("wait (")
    assert stack(thread.ident) == "its thread is gone"


async def test_a_tick_loop_that_dies_ends_every_session(tiny_bundle, monkeypatch, caplog):
    stage = Stage(Settings(models=(str(tiny_bundle.path),), hang_seconds=0.0))
    pacer = Pacer(Metrics(), 4.0)
    async with tended(stage, pacer, HealthServicer()) as tending:
        with pacer.connection(stage) as connection:
            connection.put([opening(1)], 0.0)
            await connection.take()
            monkeypatch.setattr(pacer, "_turns", None)
            connection.put([opening(2)], 0.0)
            await tending.failed.wait()
            assert sorted((m.session, m.error.code) for m in await connection.take()) == [(1, 14), (2, 14)]
            assert await connection.take() == []
            await asyncio.sleep(0)
    assert "the tick loop failed; no session goes on, and the server ends" in caplog.text
