"""`voxrig serve --processes N`: the parent of several processes."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxrig.runtime.serving.processes.supervisor import Supervisor
    from voxrig.runtime.serving.settings import Settings
    from voxrig.runtime.serving.stopping import Stopping

COMMAND = (sys.executable, "-m", "voxrig.cli.serve_child")


async def served_by_many(
    settings: "Settings", count: int, stopping: "Stopping", as_json: bool, counts: dict[str, float]
) -> None:
    """Serve with `count` processes until `stopping` is asked, then drain; `counts` gets the counters of all."""
    from voxrig.runtime.serving.processes.page import watched_together
    from voxrig.runtime.serving.processes.supervisor import supervising
    from voxrig.runtime.serving.reloading import on_hangup

    async with AsyncExitStack() as stack:
        starting = asyncio.create_task(stack.enter_async_context(supervising(settings, count, COMMAND)))
        asked = asyncio.create_task(stopping.asked.wait())
        await asyncio.wait((starting, asked), return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not starting.done():  # Ctrl-C before they are ready
            starting.cancel()
            await asyncio.wait((starting,))
            return
        supervisor = await starting
        metrics_port = await stack.enter_async_context(watched_together(settings, supervisor))
        print(_ready_line(supervisor, metrics_port, as_json), flush=True)
        stack.enter_context(on_hangup(supervisor.reload))
        try:
            await stopping.asked.wait()
            await supervisor.drain(stopping.hurried)
        finally:
            counts |= supervisor.counts()


def _ready_line(supervisor: "Supervisor", metrics_port: int | None, as_json: bool) -> str:
    """Say where they are: as one server does, and which targets there are where each has ports of its own."""
    ready = supervisor.ready
    first = ready[0]
    targets = list(dict.fromkeys(str(one["target"]) for one in ready))
    links = list(dict.fromkeys(one["link_port"] for one in ready if one["link_port"] is not None))
    if as_json:
        whole = {"metrics_port": metrics_port, "processes": len(ready), "pids": supervisor.pids}
        return json.dumps({"event": "ready", **first, **whole, "targets": targets, "link_ports": links})
    link = f", engine link on port {', '.join(map(str, links))}" if links else ""
    page = f", metrics on port {metrics_port}" if metrics_port is not None else ""
    where = f"voxrig {first['version']} is ready on {', '.join(targets)}{link}{page}"
    return f"{where}; {len(ready)} processes; model {', '.join(first['models'])}; Ctrl-C stops it"
