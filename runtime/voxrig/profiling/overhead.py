"""What measuring costs: counted, times what one of it takes, against what the run took in all."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from voxrig.profiling.characters import Character
from voxrig.profiling.measure_server import ServerSample, ServerWatch
from voxrig.runtime.serving.stage_times import STAGES, StageTimes

_TIMES: Final = 20_000
_DESCRIBES: Final = 12

HOW: Final = (
    "client: moments noted x the price of noting one, of the client's CPU seconds; server: laps of its stage times "
    "x the price of one, and the Describe calls x the price of one, of its CPU seconds{laps}"
)


def price(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one `work()`, the calling not taken off."""
    begun = time.process_time()
    for _ in range(_TIMES):
        work()
    return (time.process_time() - begun) / _TIMES


def noting_price() -> float:
    """Return the CPU seconds of noting a moment."""
    one = Character(0)
    one.prepare(1, 1)

    def note() -> None:
        one.arrived[0] = time.perf_counter()
        one.noted += 1

    return price(note)


def lap_price() -> float:
    """Return the CPU seconds of telling a stage."""
    times = StageTimes()
    return price(lambda: times.lap("ingest"))


async def describe_price(watch: ServerWatch) -> float:
    """Return the CPU seconds of a server for telling its numbers once; ask it while nobody speaks."""
    before = await watch.sample()
    for _ in range(_DESCRIBES):
        after = await watch.sample()
    return (after.since(before, "cpu_seconds") or 0.0) / _DESCRIBES


def overhead(
    samples: Sequence[ServerSample], characters: Sequence[Character], client_seconds: float, describing: float
) -> dict[str, Any] | None:
    """Return what measuring took of a run on both sides, as shares; None where the server doesn't tell its CPU.

    Args:
        samples: of the server, over the run's window.
        characters: what was noted of them.
        client_seconds: CPU of this side in the window.
        describing: CPU seconds of the server for one sample.
    """
    before, after = samples[0], samples[-1]
    used = after.since(before, "cpu_seconds")
    if not used or client_seconds <= 0.0:
        return None
    laps, bound = after.since(before, "stage_laps"), ""
    if laps is None:
        timed = [name for name in STAGES if after.since(before, f"stage_{name}_seconds")]
        laps = (after.since(before, "rows") or 0.0) * len(timed)
        bound = " (laps: at most one of each stage timed and each step computed)" if timed else " (it times no stages)"
    share = (laps * lap_price() + (len(samples) - 1) * describing) / used
    noted = sum(one.noted for one in characters)
    return {
        "server_share": round(share, 6),
        "client_share": round(noted * noting_price() / client_seconds, 6),
        "how": HOW.format(laps=bound),
    }
