"""Live Link and VMC over UDP that loses, repeats, reorders and spoils packets; and engines that go and come back."""

import asyncio
import random
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from faults.packet_lane import PacketFault, PacketLane
from faults.udp_proxy import UdpProxy
from stand import PLAIN

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.outlets import UdpOutlets
from voxrig.runtime.serving.server import running

SENT = [n.to_bytes(4, "big") for n in range(2000)]
BAD = PacketFault(loss=0.1, duplicate=0.1, late=0.2, corrupt=0.1, truncate=0.1)


def arrived(fault: PacketFault) -> list[bytes]:
    lane = PacketLane(fault, random.Random(3))
    return [packet for sent in SENT for packet in lane.take(sent)] + lane.rest()


def test_a_good_network_changes_nothing() -> None:
    assert arrived(PacketFault()) == SENT


def test_packets_are_lost_and_repeated() -> None:
    lost, twice = arrived(PacketFault(loss=0.1)), arrived(PacketFault(duplicate=0.1))
    assert lost == sorted(lost)
    assert 1700 < len(lost) < 1900
    assert sorted(set(twice)) == SENT
    assert 2100 < len(twice) < 2300


def test_packets_are_overtaken_by_so_many() -> None:
    late = arrived(PacketFault(late=0.1, behind=3))
    assert sorted(late) == SENT
    ahead = [sum(earlier > packet for earlier in late[max(0, n - 9) : n]) for n, packet in enumerate(late)]
    assert sum(count > 0 for count in ahead) > 100
    assert max(ahead) <= 3


def test_packets_are_spoilt() -> None:
    assert sum(packet not in SENT for packet in arrived(PacketFault(corrupt=0.1))) > 100
    assert sum(len(packet) < 4 for packet in arrived(PacketFault(truncate=0.1))) > 100


class Clock:
    """The sender's, whose thread is not started: nothing is sent before the test says so."""

    now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def show(settings, speech, caplog):
    """`await show({"livelink": address})`: say something; return its frames and the outlets with their clock."""
    async with AsyncExitStack() as opened:
        clock = Clock()
        outlets = UdpOutlets(clock=clock)
        opened.callback(outlets.sender.close)
        server = await opened.enter_async_context(running(settings, lambda: 20, outlets))
        connection = await opened.enter_async_context(connect(server.target, **PLAIN))

        async def say(options: dict[str, str]) -> tuple[list[bytes], UdpOutlets, Clock]:
            session = await connection.open("arkit", 16_000, options=options)
            await session.send(speech(1.0, 16_000))
            await session.close()
            return [frame.values.tobytes() async for frame in session], outlets, clock

        yield say
    assert caplog.records == []


def until(outlets: UdpOutlets, clock: Clock, moment: float) -> None:
    while (due := outlets.turn()) <= moment:
        clock.now = max(clock.now, due)
    clock.now = moment


@pytest.mark.parametrize("protocol", ["livelink", "vmc"])
async def test_what_arrives_over_a_bad_network_is_right_or_can_be_seen_to_be_wrong(
    show: Any, receiver: Callable[..., Any], protocol: str
) -> None:
    there, beside = receiver(), receiver()
    async with asyncio.timeout(30), UdpProxy(("127.0.0.1", there.port), BAD, seed=5) as proxy:
        frames, outlets, clock = await show({protocol: f"{proxy.address},{beside.address}"})
        until(outlets, clock, 53.0)
        await proxy.all_of(outlets.sender.counts.sent // 2)
    whole = beside.taken()
    came = there.taken()
    right = [packet for packet in came if packet in whole]
    assert len(frames) == 60
    assert len(whole) >= 60
    assert 0.6 * len(whole) < len(right) < 1.1 * len(whole)
    assert len(right) < len(came)  # the others were spoilt on their way


async def test_an_engine_that_is_gone_and_comes_back_is_sent_poses_again(
    show: Any, receiver: Callable[..., Any], read_livelink: Callable[[bytes], Any]
) -> None:
    gone, beside = receiver(), receiver()
    frames, outlets, clock = await show({"livelink": f"{gone.address},{beside.address}"})
    until(outlets, clock, 50.3)
    before = [read_livelink(packet).number for packet in gone.taken()]
    place = gone.socket.getsockname()
    gone.socket.close()
    until(outlets, clock, 50.6)  # the system answers that nobody listens
    gone.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    gone.socket.bind(place)
    until(outlets, clock, 53.0)
    after = [read_livelink(packet).number for packet in gone.taken()]
    shown = [read_livelink(packet) for packet in beside.taken()]
    assert [one.values.tobytes() for one in shown[:60]] == frames
    assert before
    assert after
    numbers = [one.number for one in shown]
    assert before == numbers[: len(before)]
    assert after == numbers[-len(after) :]
