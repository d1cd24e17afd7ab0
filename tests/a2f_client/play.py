"""Plays clips to an Audio2Face service with NVIDIA's own messages, and tells what it read.

Runs in NVIDIA's environment (`environment.py`), not in ours. Reads a job as JSON from standard input,

    {"target": "127.0.0.1:52000", "clips": [{"header": {...}, "steps": [...]}, ...]}

and plays all its clips at once. A header is an AudioWithEmotionStreamHeader as JSON. Steps, in their order:

    {"audio": HEX, "emotions": [[SECONDS, {NAME: VALUE}], ...]}   emotions may be left out
    {"frames": N}      wait until so many frames have come
    {"header": {...}}  another header
    {"end": true}      end of audio
    {"nothing": true}  a message without content

A clip without a header sends none. After the steps the client is done writing, but for `"hush": true`: it waits then.
Prints, as JSON, for each clip {"read": [...], "code": NAME of the call's status}.
"""

import asyncio
import json
import sys

import grpc
from google.protobuf.json_format import ParseDict
from nvidia_audio2face_3d.audio2face_pb2_grpc import A2FControllerServiceStub
from nvidia_audio2face_3d.messages_pb2 import (
    AudioWithEmotion,
    AudioWithEmotionStream,
    AudioWithEmotionStreamHeader,
    EmotionAggregate,
    EmotionWithTimeCode,
)


def message(step):
    if "header" in step:
        return AudioWithEmotionStream(audio_stream_header=ParseDict(step["header"], AudioWithEmotionStreamHeader()))
    if "nothing" in step:
        return AudioWithEmotionStream()
    if "end" in step:
        return AudioWithEmotionStream(end_of_audio=AudioWithEmotionStream.EndOfAudio())
    emotions = [EmotionWithTimeCode(time_code=at, emotion=values) for at, values in step.get("emotions", [])]
    return AudioWithEmotionStream(
        audio_with_emotion=AudioWithEmotion(audio_buffer=bytes.fromhex(step["audio"]), emotions=emotions)
    )


def moments(emotions):
    return [[moment.time_code, dict(moment.emotion)] for moment in emotions]


def told(answer):
    """What a message of the server says, as JSON."""
    kind = answer.WhichOneof("stream_part")
    if kind == "animation_data_stream_header":
        header = answer.animation_data_stream_header
        audio, names = header.audio_header, header.skel_animation_header
        return {
            "kind": "header",
            "audio": [audio.audio_format, audio.channel_count, audio.samples_per_second, audio.bits_per_sample],
            "names": list(names.blend_shapes),
            "joints": list(names.joints),
            "epoch": header.start_time_code_since_epoch,
        }
    if kind == "animation_data":
        data = answer.animation_data
        [weights] = data.skel_animation.blend_shape_weights
        packed = data.metadata["emotion_aggregate"]
        emotions = EmotionAggregate.FromString(packed.value)
        return {
            "kind": "frame",
            "at": weights.time_code,
            "weights": list(weights.values),
            "audio": data.audio.audio_buffer.hex(),
            "audio_at": data.audio.time_code,
            "type": packed.type_url,
            "asked": moments(emotions.input_emotions),
            "detected": moments(emotions.a2e_output),
            "shown": moments(emotions.a2f_smoothed_output),
        }
    if kind == "event":
        return {"kind": "event", "type": answer.event.event_type}
    return {"kind": "status", "code": answer.status.code, "message": answer.status.message}


async def write(call, clip, arrived):
    try:
        if "header" in clip:
            await call.write(message({"header": clip["header"]}))
        for step in clip["steps"]:
            if "frames" in step:
                async with arrived:
                    await arrived.wait_for(lambda: call.done() or arrived.frames >= step["frames"])  # noqa: B023
            else:
                await call.write(message(step))
        if not clip.get("hush"):
            await call.done_writing()
    except (asyncio.InvalidStateError, grpc.RpcError):
        pass  # the server has ended the call; what it said is read


async def play(channel, clip):
    call = A2FControllerServiceStub(channel).ProcessAudioStream()
    arrived = asyncio.Condition()
    arrived.frames = 0
    writing = asyncio.create_task(write(call, clip, arrived))
    read = []
    while (answer := await call.read()) != grpc.aio.EOF:
        read.append(told(answer))
        async with arrived:
            arrived.frames += read[-1]["kind"] == "frame"
            arrived.notify_all()
    code = await call.code()
    async with arrived:
        arrived.notify_all()
    await writing
    return {"read": read, "code": code.name}


async def main():
    job = json.load(sys.stdin)
    async with grpc.aio.insecure_channel(job["target"]) as channel:
        results = await asyncio.gather(*(play(channel, clip) for clip in job["clips"]))
        check = channel.unary_unary("/grpc.health.v1.Health/Check")
        print(json.dumps({"clips": results, "health": (await check(b"")).hex()}))


if __name__ == "__main__":
    asyncio.run(main())
