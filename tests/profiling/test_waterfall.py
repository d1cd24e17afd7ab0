"""The parts of a frame's way sum to what they are parts of."""

import pytest

from voxrig.profiling.waterfall import waterfall
from voxrig.runtime.serving.stage_times import STAGES


def parts_of(queue, tick, stages):
    return waterfall(81.25, 10.2, 4.0, 137.9, queue, tick, stages)


@pytest.mark.parametrize("queue", [None, 0.5, 9.0])
@pytest.mark.parametrize("tick", [None, 1.2, 9.0])
@pytest.mark.parametrize("stages", [{}, dict.fromkeys(STAGES, 10.0), {"rig": 3.0, "mel": 1.0, "mover": 0.0}])
def test_the_way_in_and_out_and_all_between_are_the_latency(queue, tick, stages):
    parts = parts_of(queue, tick, stages)
    names = [part["stage"] for part in parts]
    assert names[:2] == ["look-ahead", "chunk"]
    assert names[-1] == "playout"
    between = parts[names.index("transport in") : names.index("transport out") + 1]
    assert sum(part["ms"] for part in between) == pytest.approx(4.0, abs=0.01)
    assert sum(part["ms"] for part in parts) == pytest.approx(137.9, abs=0.01)
    assert all(part["ms"] >= 0 for part in parts)


def test_a_tick_is_shared_out_by_what_stages_cost_in_the_order_of_the_way():
    parts = {part["stage"]: part["ms"] for part in parts_of(0.5, 2.0, {"rig": 30.0, "mel": 10.0, "mover": 0.0})}
    assert (parts["mel"], parts["rig"]) == (0.5, 1.5)
    assert list(parts) == ["look-ahead", "chunk", "transport in", "queue", "mel", "rig", "transport out", "playout"]
    assert parts["transport in"] == parts["transport out"] == 0.75


def test_without_stages_there_is_the_tick():
    assert {"stage": "compute", "ms": 2.0} in parts_of(0.5, 2.0, {})
