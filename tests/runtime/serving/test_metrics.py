"""What a server counts about itself."""

import time

import numpy as np
import psutil
import pytest
from grpc import StatusCode

from voxrig.runtime.serving.metrics import Metrics, Punctuality
from voxrig.runtime.serving.stage_times import OTHER, STAGES
from voxrig.runtime.serving.usage import Usage
from voxrig.v1 import performance_pb2 as pb


def test_metrics_snapshot_is_plain_numbers():
    metrics = Metrics(frames=3)
    metrics.tick_ms.add(2.0)
    metrics.times.seconds["mel"] += 0.25
    told = metrics.snapshot()
    assert told["frames"] == 3.0
    assert told["tick_ms_max"] == 2.0
    assert told["stage_mel_seconds"] == 0.25
    assert [name for name in told if name.startswith("stage_") and name != "stage_laps"] == [
        f"stage_{name}_seconds" for name in (*STAGES, OTHER)
    ]
    assert all(type(value) is float for value in told.values())


def test_answers_are_counted_by_what_they_are():
    metrics = Metrics()
    frames = pb.Frames(media_samples=[0, 400, 800])
    missing, full = StatusCode.NOT_FOUND, StatusCode.RESOURCE_EXHAUSTED
    refusals = (("open", missing), ("audio", missing), ("open", full))
    for transport, answer in (
        ("link", pb.ServerMessage(opened=pb.SessionOpened())),
        ("link", pb.ServerMessage(frames=frames)),
        ("grpc", pb.ServerMessage(event=pb.Event(kind=pb.Event.INTERRUPTED))),
        ("grpc", pb.ServerMessage(event=pb.Event(kind=pb.Event.CLOSED))),
        *(("grpc", pb.ServerMessage(error=pb.Error(code=code.value[0], refused=what))) for what, code in refusals),
        ("grpc", pb.ServerMessage(error=pb.Error(code=99))),
    ):
        metrics.answered(answer, transport)
    told = metrics.snapshot()
    assert (told["frames"], told["interruptions"], told["sessions_opened"]) == (3, 1, 1)
    assert metrics.opened == {"grpc": 0, "bake": 0, "link": 1, "a2f": 0, "view": 0}
    assert (told["errors"], told["sessions_refused"]) == (4, 2)
    assert some(metrics.refused) == {"NOT_FOUND": 1, "RESOURCE_EXHAUSTED": 1}
    assert some(metrics.codes) == {"NOT_FOUND": 2, "RESOURCE_EXHAUSTED": 1, "UNKNOWN": 1}


def some(counts):
    return {name: count for name, count in counts.items() if count}


def test_usage_is_that_of_this_process():
    clock = iter((10.0, 12.5))
    usage = Usage(lambda: next(clock), lambda: 1_700_000_000.0)
    before = time.process_time()
    told = usage.snapshot()
    assert usage.started == 1_700_000_000.0
    assert told["uptime_seconds"] == 2.5
    assert before <= told["cpu_seconds"] <= time.process_time()
    assert told["memory_bytes"] == pytest.approx(psutil.Process().memory_info().rss, rel=0.1)


def test_steps_in_real_time_are_late_after_two_steps():
    punctuality = Punctuality()
    for n in range(100):
        punctuality.heard(1, n / 60)
        delay = 0.036 if n % 10 == 5 else 0.004
        wait, late = punctuality.done(n / 60 + delay)
        assert np.isclose(wait, delay)
        assert punctuality.wait == wait
        assert late == (n % 10 == 5)


def test_a_clip_in_one_piece_is_due_as_it_would_be_played():
    punctuality = Punctuality()
    punctuality.heard(60, 0.0)
    assert not any(punctuality.done((n + 2) / 60 - 0.001)[1] for n in range(59))
    assert punctuality.done(1.02) == (1.02, True)


def test_an_interruption_forgets_what_was_waiting():
    punctuality = Punctuality()
    punctuality.heard(100, 0.0)
    punctuality.done(0.01)
    punctuality.heard(0, 5.0)
    assert punctuality.done(5.0) == (0.0, False)
    punctuality.heard(1, 6.0)
    assert punctuality.done(6.001)[1] is False
