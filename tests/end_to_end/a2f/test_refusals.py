"""What cannot be, with NVIDIA's own client: a status that says why, and a call that ends with OK."""

import asyncio

import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from a2f_client.clips import ERROR, RATE, clip, header, pcm
from voxrig.ace.a2f_controller_pb2_grpc import A2FControllerServiceStub
from voxrig.ace.audio_pb2 import AudioHeader
from voxrig.ace.controller_pb2 import AnimationDataStream, AudioStream, AudioStreamHeader
from voxrig.ace.status_pb2 import Status
from voxrig.runtime.serving.server import A2F_SERVICE

PATIENCE = 60  # seconds; what hangs fails
GOOD = {"samples_per_second": RATE, "channel_count": 1, "bits_per_sample": 16}


def errors(data):
    """Clips that cannot be: what is said of each."""
    half = {"audio": data[:9600].hex()}
    end = {"end": True}
    nan = float("nan")
    return {
        "audio_with_emotion came first; send audio_stream_header first": {"steps": [half]},
        "the end of the stream came first": {"steps": []},
        "end_of_audio came first": {"steps": [end]},
        "a message without content came first": {"steps": [{"nothing": True}]},
        "a message without content came where audio was due": {"header": header(), "steps": [half, {"nothing": True}]},
        "the stream ended after its header": {"header": header(), "steps": []},
        "the clip has no audio": {"header": header(), "steps": [{"audio": ""}, end]},
        "ends within a sample": {"header": header(), "steps": [{"audio": data[:9601].hex()}, end]},
        "audio_stream_header came where audio was due": {"header": header(), "steps": [half, {"header": header()}]},
        "samples_per_second is 4000; send 8000 to 192000": {"header": header(4000), "steps": [half]},
        "channel_count is 2": {"header": {"audioHeader": {**header()["audioHeader"], "channelCount": 2}}, "steps": []},
        "bits_per_sample is 0; send 16": {"header": {"audioHeader": {"channelCount": 1}}, "steps": []},
        "there is no emotion 'bliss'; there are amazement": clip(data, emotions=[[0, {"bliss": 1}]]),
        "emotion joy is nan; send a number": clip(data, emotions=[[0, {"joy": nan}]]),
        "time_code is nan": clip(data, emotions=[[nan, {"joy": 1}]]),
        "time_code is -1": clip(data, emotions=[[-1, {"joy": 1}]]),
        "time_code is 301; send seconds from 0 to 300": clip(data, emotions=[[301, {"joy": 1}]]),
        "no emotion 'happy'": clip(data, emotionParams={"beginningEmotion": {"happy": 1}}),
        "face parameter skinStrength is nan": clip(data, faceParams={"floatParams": {"skinStrength": "NaN"}}),
        "multiplier of blend shape JawOpen is inf": clip(
            data, blendshapeParams={"bsWeightMultipliers": {"JawOpen": "Infinity"}}
        ),
        "emotion_strength is nan": clip(data, emotionPostProcessingParams={"emotionStrength": "NaN"}),
        "the buffer has 10.5 s, the most is 10 s": clip(bytes(21 * RATE), size=21 * RATE),
    }


async def sessions(server, count):
    async with asyncio.timeout(PATIENCE):
        while server.stage.sessions != count:
            await asyncio.sleep(0.002)


async def test_what_cannot_be_is_said_in_one_line_and_the_call_is_ok(play, server, speech):
    expected = errors(pcm(speech(0.5, RATE)))
    read = await play(server, *expected.values())
    for text, played in zip(expected, read, strict=True):
        assert text in played.status["message"], text
        assert played.status["code"] == ERROR
        assert played.code == "OK"
        assert "\n" not in played.status["message"]
        assert played.kinds.count("status") == 1
        assert "event" not in played.kinds
    assert server.stage.sessions == 0


async def test_a_clip_too_long_comes_as_far_as_it_may(play, serve):
    """At 8 kHz, in buffers of 10 s; the server does not wait for the 301st second."""
    steps = [{"audio": bytes(16_000 * 10).hex()}] * 30
    async with serve(max_buffered_seconds=1000.0) as server:
        [played] = await play(server, {"header": header(8000), "steps": [*steps, {"audio": "0000"}, {"end": True}]})
    assert played.status["message"] == "the clip is longer than 300 s; send it as several"
    assert played.status["code"] == ERROR


async def test_silence_of_a_client_ends_its_clip(play, serve, speech):
    half = {"audio": pcm(speech(0.5, RATE)).hex()}
    async with serve(a2f_idle_seconds=1.0) as server:
        silent, mute = await play(
            server, {"header": header(), "steps": [half, {"frames": 10}], "hush": True}, {"steps": [], "hush": True}
        )
        assert server.stage.sessions == 0
    assert (
        silent.status["message"]
        == mute.status["message"]
        == "nothing came for 1 s; send end_of_audio where a clip ends"
    )
    assert silent.kinds[:11] == ["header", *["frame"] * 10]
    assert mute.kinds == ["status"]


async def test_more_clips_than_sessions_and_a_client_that_vanishes(play, serve, speech):
    data = pcm(speech(0.5, RATE))
    opening = AudioStreamHeader(audio_header=AudioHeader(channel_count=1, samples_per_second=RATE, bits_per_sample=16))
    async with serve(max_sessions=1) as server, grpc.aio.insecure_channel(server.target) as channel:
        call = A2FControllerServiceStub(channel).ProcessAudioStream()
        await call.write(AudioStream(audio_stream_header=opening))
        await sessions(server, 1)
        [refused] = await play(server, clip(data))
        assert refused.kinds == ["header", "status"]
        assert refused.status["code"] == ERROR
        assert "1 sessions are open, the most this server takes" in refused.status["message"]
        call.cancel()
        await sessions(server, 0)
        [played] = await play(server, clip(data))
    played.assert_whole()


async def test_its_health_has_a_name(server):
    async with grpc.aio.insecure_channel(server.target) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check
        answer = await check(health_pb2.HealthCheckRequest(service=A2F_SERVICE))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    assert A2F_SERVICE == "nvidia_ace.services.a2f_controller.v1.A2FControllerService"


async def test_a_damaged_message_is_said_in_one_line_and_the_call_is_ok(server, caplog):
    good = AudioStream(audio_stream_header=AudioStreamHeader(audio_header=AudioHeader(**GOOD))).SerializeToString()
    async with grpc.aio.insecure_channel(server.target) as channel:
        for messages, begun in (([b"\xff\xff"], 0), ([good, b"\xff\xff", good], 1)):
            call = channel.stream_stream(f"/{A2F_SERVICE}/ProcessAudioStream")(iter(messages))
            *before, last = [AnimationDataStream.FromString(answer) async for answer in call]
            assert len(before) == begun
            assert (last.status.code, "is damaged" in last.status.message) == (Status.ERROR, True)
            assert await call.code() is grpc.StatusCode.OK
    await sessions(server, 0)
    assert not [record for record in caplog.records if record.exc_info and record.name.startswith("voxrig")]
