"""An Audio2Face-3D client: one clip."""

import asyncio

import grpc
import grpc.aio
import numpy as np
from numpy.typing import NDArray
from talking.heard import CHUNK, RATE, Heard, Row

from voxrig.ace import a2f_controller_pb2_grpc as rpc
from voxrig.ace import a2f_pb2, audio_pb2, controller_pb2

FINDING = [
    ("grpc.keepalive_time_ms", 2000),
    ("grpc.keepalive_timeout_ms", 2000),
    ("grpc.http2.ping_timeout_ms", 2000),  # of a ping that was under way already
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.min_reconnect_backoff_ms", 4000),  # for so long they may greet each other
    ("grpc.use_local_subchannel_pool", 1),
]
"""How a client that minds finds out that its server is lost."""


async def ace(port: int, audio: NDArray[np.int16]) -> Heard:
    """See `Talker`; a clip that ends without a status of success has failed."""
    heard = Heard([[]])
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=FINDING) as channel:
        call = rpc.A2FControllerServiceStub(channel).ProcessAudioStream()
        sending = asyncio.create_task(_send(call, audio))
        succeeded = False
        try:
            async for message in call:
                if message is None:  # gRPC's way to say that it can't be read
                    raise EOFError("an answer is no message")
                if message.HasField("animation_data"):
                    [weights] = message.animation_data.skel_animation.blend_shape_weights
                    values = np.array(weights.values, np.float32).tobytes()
                    heard.rows[0].append(Row(round(weights.time_code * 30), values))
                elif message.HasField("status"):
                    succeeded = message.status.code == 0
            if not succeeded:
                heard.failure = EOFError("the clip ended without success")
        except (grpc.aio.AioRpcError, EOFError) as failure:
            heard.failure = failure
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    return heard


async def _send(call: grpc.aio.StreamStreamCall, audio: NDArray[np.int16]) -> None:
    header = audio_pb2.AudioHeader(channel_count=1, samples_per_second=RATE, bits_per_sample=16)
    opening = controller_pb2.AudioStreamHeader(audio_header=header)
    await call.write(controller_pb2.AudioStream(audio_stream_header=opening))
    for start in range(0, len(audio), CHUNK):
        part = a2f_pb2.AudioWithEmotion(audio_buffer=audio[start : start + CHUNK].tobytes())
        await call.write(controller_pb2.AudioStream(audio_with_emotion=part))
    await call.write(controller_pb2.AudioStream(end_of_audio=controller_pb2.AudioStream.EndOfAudio()))
    await call.done_writing()
