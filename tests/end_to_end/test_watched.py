"""The numbers of a real server while clients come and go, each in its way."""

import asyncio
import http.client
from contextlib import closing
from itertools import pairwise

import pytest
from prometheus_client.parser import text_string_to_metric_families

from voxrig.engine_bridges import client, link_client
from voxrig.engine_bridges.wire import SessionError


def scrape(port):
    """Return every sample of `/metrics` by its name and the value of its label."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
    families = text_string_to_metric_families(text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


@pytest.fixture
async def server(serve):
    async with serve(metrics_port=0, max_sessions=3) as server:
        yield server


async def test_who_is_there_by_transport(server, speech):
    async with (
        client.connect(server.target) as over_grpc,
        link_client.connect("127.0.0.1", server.link_port) as over_link,
    ):
        for opened in (over_grpc, over_grpc, over_link):
            await opened.open("arkit", 24000)
        with pytest.raises(SessionError):
            await over_link.open("arkit", 24000)  # a fourth
        told = await asyncio.to_thread(scrape, server.metrics_port)
    assert [told["voxrig_sessions", transport] for transport in ("grpc", "link", "view")] == [2, 1, 0]
    assert [told["voxrig_connections", transport] for transport in ("grpc", "link", "view")] == [1, 1, 0]
    assert [told["voxrig_sessions_opened_total", transport] for transport in ("grpc", "link")] == [2, 1]
    assert told["voxrig_sessions_refused_total", "RESOURCE_EXHAUSTED"] == 1
    assert told["voxrig_errors_total", "RESOURCE_EXHAUSTED"] == 1
    assert told["voxrig_max_sessions",] == 3
    while server.metrics.connections:
        await asyncio.sleep(0.01)
    told = await asyncio.to_thread(scrape, server.metrics_port)
    assert [told["voxrig_sessions", transport] for transport in ("grpc", "link")] == [0, 0]
    assert told["voxrig_sessions_opened_total", "grpc"] == 2


async def test_a_session_goes_on_while_its_numbers_are_read(server, speech):
    """Scraped after every chunk: counters only rise, and every frame comes."""
    async with client.connect(server.target) as connection:
        session = await connection.open("arkit", 24000)
        sound = speech(1.0, 24000)
        seen = []
        for start in range(0, len(sound), 2400):
            await session.send(sound[start : start + 2400])
            seen.append(await asyncio.to_thread(scrape, server.metrics_port))
        await session.close()
        frames = [frame async for frame in session]
    seen.append(await asyncio.to_thread(scrape, server.metrics_port))
    assert len(frames) == 60
    rising = [key for key in seen[0] if key[0].endswith(("_total", "_count", "_sum", "_bucket"))]
    for before, after in pairwise(seen):
        assert [key for key in rising if after[key] < before[key]] == []
    last = seen[-1]
    assert (last["voxrig_frames_total",], last["voxrig_sessions", "grpc"]) == (60, 0)
    assert last["voxrig_steps_total",] == last["voxrig_batch_steps_sum",] >= 60
    assert last["voxrig_queue_seconds_count",] == 12  # open, ten chunks, close
    assert last["voxrig_wait_seconds_count",] == last["voxrig_steps_total",]
    assert last["voxrig_tick_seconds_count",] > 0
    for stage in ("ingest", "mel", "network", "compose", "encode", "deliver"):
        assert last["voxrig_stage_seconds_total", stage] > 0


async def test_interruptions_and_bakes_are_counted(server, speech):
    async with client.connect(server.target) as connection:
        _, baked = await connection.bake("arkit", 24000, speech(0.5, 24000))
        session = await connection.open("arkit", 24000)
        await session.send(speech(1.0, 24000))
        await session.interrupt()
        told = await asyncio.to_thread(scrape, server.metrics_port)
        describe = (await connection.describe()).metrics
    assert len(baked) == 30
    assert told["voxrig_sessions_opened_total", "bake"] == 1
    assert told["voxrig_interruptions_total",] == describe["interruptions"] == 1
    assert told["process_cpu_seconds_total",] <= describe["cpu_seconds"]
    assert describe["uptime_seconds"] > 0
    assert describe["memory_bytes"] == pytest.approx(told["process_resident_memory_bytes",], rel=0.5)
    assert describe["stage_network_seconds"] == pytest.approx(told["voxrig_stage_seconds_total", "network"])
