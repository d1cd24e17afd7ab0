"""Frames as a load's connection notes them: those that were to come, and those that no chunk accounts for."""

import asyncio
from contextlib import suppress
from math import isnan

import pytest

from voxrig.engine_bridges.link_packets import packet
from voxrig.profiling.characters import Character
from voxrig.profiling.load import Load, LoadError
from voxrig.profiling.load_link import LinkLine

OPENED = {"look_ahead": {"numerator": 13, "denominator": 160}}


@pytest.fixture
def line(speech_of):
    """Of two sessions, without a server: what comes is put into it."""
    load = Load("link-bundled", 2, 1.0)
    return LinkLine("nowhere:1", [Character(0), Character(1)], speech_of(load), {0: [], 1: []})


def came(line, session, first, count):
    line.data_received(packet({"session": session, "frames": {"first_index": first, "media_samples": [0] * count}}))


def opens(line):
    for session in (1, 2):
        line.data_received(packet({"session": session, "opened": OPENED}))


def test_frames_are_noted_where_they_belong_also_one_too_many(line, speech_of):
    opens(line)
    one = line.characters[1]
    frames = speech_of(Load("link-bundled", 2, 1.0)).frames(one.variant)
    came(line, 2, 3, 2)
    came(line, 2, frames, 1)
    assert [index for index, moment in enumerate(one.arrived) if not isnan(moment)] == [3, 4, frames]
    assert one.error == ""


@pytest.mark.parametrize(("first", "count"), [(100_000, 1), (0, 100_000), (-2, 2)])
def test_frames_that_no_chunk_accounts_for_are_an_error_of_that_session_alone(line, first, count):
    opens(line)
    came(line, 1, first, count)
    came(line, 2, 0, 1)
    one, other = line.characters
    assert one.error == f"the server sent frame {first + count - 1}; its chunks make 150"
    assert all(map(isnan, one.arrived))
    assert (other.error, isnan(other.arrived[0])) == ("", False)


async def test_frames_before_the_session_is_open_end_the_opening(speech_of):
    gone = asyncio.Event()

    async def early(reader, writer):
        writer.write(packet({"session": 1, "frames": {"first_index": 0, "media_samples": [0]}}))
        with suppress(ConnectionError):
            await reader.read()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        gone.set()

    async with await asyncio.start_server(early, "127.0.0.1", 0) as server:
        target = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        line = LinkLine(target, [Character(0)], speech_of(Load("link", 1, 1.0)), {0: []})
        with pytest.raises(LoadError, match="the server sent frame 0"):
            await line.open()
        line.stop()
        await gone.wait()
