"""Pages of several processes become one."""

import asyncio
import sys
from contextlib import AsyncExitStack

from prometheus_client.parser import text_string_to_metric_families

from voxrig.runtime.serving.processes.page import Gathered, merged
from voxrig.runtime.serving.processes.supervisor import supervising
from voxrig.runtime.serving.settings import Settings

SAYS_READY = """
import json, sys
number = json.loads(sys.stdin.readline())["number"]
port = int(sys.argv[1 + number])
print(json.dumps({"event": "ready", "port": 1, "link_port": None, "metrics_port": port}), flush=True)
sys.stdin.read()
"""
"""A process that says that its page is on the port that it is given."""

ONE = """# HELP voxrig_frames_total Frames sent to clients.
# TYPE voxrig_frames_total counter
voxrig_frames_total 60.0
# HELP voxrig_tick_seconds Time of a tick.
# TYPE voxrig_tick_seconds histogram
voxrig_tick_seconds_bucket{le="0.1"} 3.0
voxrig_tick_seconds_bucket{le="+Inf"} 3.0
voxrig_tick_seconds_count 3.0
voxrig_tick_seconds_sum 0.01
"""
OTHER = ONE.replace("60.0", "90.0") + "# TYPE voxrig_sessions gauge\nvoxrig_sessions 2.0\n"


def test_every_name_is_there_once_and_every_number_has_its_process() -> None:
    families = merged({0: text_string_to_metric_families(ONE), 2: text_string_to_metric_families(OTHER)})
    assert [(family.name, family.type) for family in families] == [
        ("voxrig_frames", "counter"),
        ("voxrig_tick_seconds", "histogram"),
        ("voxrig_sessions", "gauge"),
    ]
    frames, ticks, sessions = families
    assert [(sample.labels, sample.value) for sample in frames.samples] == [
        ({"process": "0"}, 60.0),
        ({"process": "2"}, 90.0),
    ]
    assert {"process": "2", "le": "0.1"} in [sample.labels for sample in ticks.samples]
    assert len(ticks.samples) == 8
    assert [(sample.labels, sample.value) for sample in sessions.samples] == [({"process": "2"}, 2.0)]


async def test_what_else_may_answer_on_a_lost_processs_port_is_left_out() -> None:
    """A page that is none, and one of numbers beside it."""
    bodies = [b'voxrig{unclosed="1 2 3\n<html>', ONE.encode()]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        port = writer.get_extra_info("sockname")[1]
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + bodies[ports.index(port)])
        writer.close()

    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(await asyncio.start_server(answer, "127.0.0.1", 0)) for _ in bodies]
        ports = [server.sockets[0].getsockname()[1] for server in servers]
        command = (sys.executable, "-c", SAYS_READY, *map(str, ports))
        supervisor = await stack.enter_async_context(supervising(Settings(port=0, link=False), 2, command))
        gathered = Gathered(supervisor)
        await gathered.fetch()
        told = {family.name: family.samples for family in gathered.collect()}
    assert {sample.labels["process"] for sample in told["voxrig_frames"]} == {"1"}
    assert [sample.value for sample in told["voxrig_processes"]] == [2]


def test_a_process_that_said_nothing_is_left_out() -> None:
    assert merged({0: text_string_to_metric_families("")}) == []
