"""Where the time of a mean frame goes, from the moment it shows being heard to the picture."""

from collections.abc import Mapping

from voxrig.runtime.serving.stage_times import STAGES

QUEUE, COMPUTE = "queue", "compute"


def waterfall(
    look_ahead_ms: float,
    filling_ms: float,
    latency_ms: float,
    delay_ms: float,
    queue_ms: float | None,
    tick_ms: float | None,
    stages: Mapping[str, float],
) -> list[dict[str, float | str]]:
    """Return the parts in their order; from `transport in` to `transport out` they sum to the mean latency.

    What the server tells of its queue and its ticks is taken as it is, the tick shared out to the stages by what each
    costs. What is left of the latency is the way in and out, which no clock on either side can tell apart: half each.

    Args:
        look_ahead_ms: of later speech that the frame waits for: the model's, not the machine's.
        filling_ms: from the last sample that it needs to the sending of the chunk with it.
        latency_ms: from there to its arrival, mean.
        delay_ms: from its moment's being recorded to its being shown.
        queue_ms: from a message's arrival to the tick that takes it, mean; None: unknown.
        tick_ms: of a tick, mean; None: unknown.
        stages: microseconds a frame of each; may be empty.
    """
    queue = min(queue_ms or 0.0, latency_ms)
    tick = min(tick_ms or 0.0, latency_ms - queue)
    way = (latency_ms - queue - tick) / 2.0
    parts: list[tuple[str, float]] = [("look-ahead", look_ahead_ms), ("chunk", filling_ms), ("transport in", way)]
    parts.append((QUEUE, queue))
    known = {name: stages[name] for name in STAGES if stages.get(name, 0.0) > 0.0}
    total = sum(known.values())
    if total > 0.0:
        parts += [(name, tick * cost / total) for name, cost in known.items()]
    else:
        parts.append((COMPUTE, tick))
    parts.append(("transport out", way))
    parts.append(("playout", delay_ms - look_ahead_ms - filling_ms - latency_ms))
    return [{"stage": name, "ms": round(ms, 4)} for name, ms in parts]
