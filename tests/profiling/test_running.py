"""Real-time speech of a second to a real server, over every transport."""

import asyncio
from fractions import Fraction

import pytest

from voxrig.profiling.babble import RATE, babble
from voxrig.profiling.driving import Target
from voxrig.profiling.load import TRANSPORTS, Load, LoadError
from voxrig.profiling.load_speech import LoadSpeech
from voxrig.profiling.measure_server import ServerWatch
from voxrig.profiling.running import Taken, record_of, run

LOOK_AHEAD = Fraction(13, 160)
PATIENT = {"patience": 60.0}  # however busy the machine is: what never comes is never sent
CLIP = babble(3.0)


def measured(server, load, processes=1, reports=None):
    """Run a load; broken off after so many `reports`. Returns the record and what was reported."""
    told = []

    async def main():
        watch = ServerWatch(server.target)
        taken = Taken(LoadSpeech(CLIP, RATE, load))
        target = Target(server.target, server.link_target, LOOK_AHEAD)

        def report(now):
            told.append(now)
            if len(told) == reports:
                running.cancel()

        running = asyncio.create_task(run(taken, CLIP, target, watch, processes, report))
        try:
            await running
        except asyncio.CancelledError:
            assert reports is not None
        finally:
            watch.stop()
        return record_of(taken)

    return asyncio.run(main()), told


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_second_of_two_characters(server, transport):
    load = Load(transport, 2, 1.0, warm_up=0.4, utterance_seconds=0.8, options={"blink": "off"}, **PATIENT)
    record, told = measured(server, load)
    fps = 30 if transport == "a2f" else 60
    assert record["transport"] == transport
    assert abs(record["frames"] - 2 * fps) <= 4  # a clip's own timeline may begin a frame within the window
    assert record["dropped"] == 0
    assert 0.0 < record["latency_ms"]["p50"] <= record["latency_ms"]["p99"] <= record["latency_ms"]["max"]
    assert record["first_frame_ms"]["max"] <= record["latency_ms"]["max"]
    assert sum(record["histogram_ms"]["counts"]) == record["frames"]
    assert [row["second"] for row in record["timeline"]] == [0]
    assert record["av_offset_ms"]["sessions"] == 2
    assert record["server"]["cpu_us_per_frame"] > 0
    assert record["server"]["memory_bytes"] > 1e6
    assert record["client"]["cpu_us_per_frame"] > 0
    assert record["stages_us_per_frame"]["network"] > 0
    parts = {part["stage"]: part["ms"] for part in record["waterfall_ms"]}
    assert parts["look-ahead"] == 81.25
    ways = [part["ms"] for part in record["waterfall_ms"] if part["stage"] not in ("look-ahead", "chunk", "playout")]
    assert sum(ways) == pytest.approx(record["latency_ms"]["mean"], abs=0.01)
    assert [now["second"] for now in told] == [1.0]


def test_frames_of_another_rate_and_rig_are_all_there(server):
    rate = Fraction(30000, 1001)
    load = Load("grpc", 1, 0.5, 0.3, chunk_ms=10, utterance_seconds=0.5, rig="arkit", fps=rate, **PATIENT)
    record, _ = measured(server, load)
    assert (record["frames"], record["dropped"]) == (15, 0)


def test_two_client_processes_share_the_characters(server):
    record, told = measured(server, Load("grpc", 3, 0.6, warm_up=0.3, **PATIENT), processes=2)
    assert (record["frames"], record["dropped"]) == (3 * 36, 0)
    assert record["client"]["cpu_share"] > 0
    assert len(told) == 1


def test_client_processes_tell_what_the_server_has_against_it(small_server):
    with pytest.raises(LoadError, match="2 sessions are open, the most this server takes"):
        measured(small_server, Load("grpc", 3, 0.6), processes=2)


def test_a_run_that_is_broken_off_tells_what_there_was(server):
    record, told = measured(server, Load("link", 1, 30.0, warm_up=0.2), reports=1)
    assert record["seconds"] == 1.0
    assert 0 < record["frames"] < 60
    assert len(told) == 1


@pytest.mark.parametrize("transport", ["grpc", "grpc-bundled", "link"])
def test_a_server_that_takes_no_more_says_so(small_server, transport):
    with pytest.raises(LoadError, match="2 sessions are open, the most this server takes"):
        measured(small_server, Load(transport, 3, 0.3, warm_up=0.2))


def test_audio2face_clips_that_are_refused_say_so(small_server):
    with pytest.raises(LoadError, match="2 sessions are open"):
        measured(small_server, Load("a2f", 3, 0.3, warm_up=0.2))


def test_options_that_cannot_be_are_the_servers_words(server):
    with pytest.raises(LoadError, match="blink is 'maybe'; it must be on or off"):
        measured(server, Load("grpc", 1, 0.3, options={"blink": "maybe"}))


def test_a_port_of_something_else_is_told(server):
    class Swapped:
        target, link_target = server.link_target, server.target

    with pytest.raises(ConnectionError, match="has no Describe to answer"):
        measured(Swapped, Load("grpc", 1, 0.3))
    Swapped.target = server.target
    with pytest.raises(LoadError, match="is it a Voxrig server's engine link"):
        measured(Swapped, Load("link", 1, 0.3))
