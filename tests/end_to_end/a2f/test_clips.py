"""NVIDIA's own client plays clips on a real server: what it read."""

import json
import subprocess

import numpy as np
import pytest

from a2f_client.clips import RATE, clip, header, pcm
from a2f_client.fields import shape
from voxrig.ace import a2f_controller_pb2
from voxrig.ace.emotion_aggregate_pb2 import EmotionAggregate
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.clock import session_look_ahead
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.timing import FrameRate, frame_count

SEED = 20  # what the tests' server draws


def test_our_messages_are_nvidias_on_the_wire(client):
    command, variables = client("fields.py")
    ran = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    [method] = a2f_controller_pb2.DESCRIPTOR.services_by_name["A2FControllerService"].methods
    ours = [method.input_type, method.output_type, EmotionAggregate.DESCRIPTOR]
    assert json.loads(ran.stdout) == json.loads(json.dumps([method.full_name, *map(shape, ours)]))


async def test_a_burst(play, server, offline, speech):
    data = pcm(speech(1.72, RATE))
    [played] = await play(server, clip(data))
    played.assert_whole()
    assert played.header["audio"] == [0, 1, RATE, 16]
    assert played.header["names"] == list(ARKIT_SHAPES)
    assert played.header["joints"] == []
    assert played.header["epoch"] > 1.7e9
    count = frame_count(len(data) // 2, RATE, FrameRate(30))
    assert len(played.frames) == count == 52
    assert {len(bytes.fromhex(frame["audio"])) for frame in played.frames} == {1600}
    assert played.audio == data + bytes(count * 1600 - len(data))
    life = {"heard": "0.6", **dict.fromkeys(("blink", "gaze", "head", "idle"), "off")}
    alone = offline("arkit", RATE, FrameRate(30), character=Character(SEED).with_options(life))
    alone.say(np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768))
    assert np.array_equal(played.weights, np.stack([frame.values[:52] for frame in alone.frames]))


async def test_a_paced_clip_a_cut_one_and_one_with_empty_chunks_are_the_burst(play, server, speech, tiny_bundle):
    data = pcm(speech(1.5, RATE))
    fps = FrameRate(30)
    needed = session_look_ahead(tiny_bundle.spec.look_ahead, RATE, fps)
    paced = []
    for start in range(0, len(data), 4800):  # 100 ms
        paced.append({"audio": data[start : start + 4800].hex()})
        heard = min(start + 4800, len(data)) // 2
        # Every frame whose look-ahead is in has to come before more is sent, but for the last of them: a network step
        # is as long as half a frame.
        paced.append({"frames": max(int((heard / RATE - needed) * 30), 0)})
    assert paced[-1]["frames"] == 42  # of 45, before the end of the clip is known
    cut = [{"audio": piece.hex()} for piece in (data[:1], b"", data[1:333], data[333:334], data[334:20_001], b"")]
    rest = [{"audio": data[20_001:].hex()}, {"audio": ""}, {"end": True}]
    burst, slow, odd = await play(
        server,
        clip(data),
        {"header": header(), "steps": [*paced, {"end": True}]},
        {"header": header(), "steps": [{"audio": ""}, *cut, *rest]},
    )
    for played in (burst, slow, odd):
        played.assert_whole()
        assert played.audio == data
    assert np.array_equal(slow.weights, burst.weights)
    assert np.array_equal(odd.weights, burst.weights)


async def test_a_clip_that_is_half_closed_without_its_end_is_a_clip(play, server, speech):
    whole = clip(pcm(speech(0.5, RATE)))
    open_ended = {**whole, "steps": whole["steps"][:-1]}
    ended, half_closed = await play(server, whole, open_ended)
    half_closed.assert_whole()
    assert np.array_equal(ended.weights, half_closed.weights)


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
async def test_any_rate_at_60_frames_a_second(play, serve, speech, rate):
    data = pcm(speech(0.7, rate))
    async with serve(a2f_fps=60) as server:
        [played] = await play(server, clip(data, rate=rate))
    played.assert_whole(fps=60)
    assert len(played.frames) == 42
    assert played.audio[: len(data)] == data
    assert not any(played.audio[len(data) :])
    starts = [k * rate // 60 for k in range(43)]
    assert [len(frame["audio"]) // 4 for frame in played.frames] == np.diff(starts).tolist()


async def test_a_short_look_ahead_waits_for_the_audio_of_its_frame(play, serve, speech, tiny_fast_bundle):
    data = pcm(speech(0.4, RATE))
    steps = [{"audio": data[start : start + 48].hex()} for start in range(0, len(data), 48)]  # 1 ms
    async with serve(models=(str(tiny_fast_bundle.path),)) as server:
        [played] = await play(server, {"header": header(), "steps": [*steps, {"end": True}]})
    played.assert_whole()
    assert played.audio == data


async def test_clips_at_once_do_not_know_of_each_other(play, server, speech):
    clips = [
        clip(pcm(speech(1.0, RATE, seed=seed)), size=3001, emotions=[[0.2, {"fear": seed / 9}]]) for seed in range(6)
    ]
    together = await play(server, *clips)
    [alone] = await play(server, clips[4])
    for played in together:
        played.assert_whole()
    assert np.array_equal(together[4].weights, alone.weights)
    assert together[4].frames == alone.frames
    assert not np.array_equal(together[3].weights, alone.weights)
    assert server.stage.sessions == 0
