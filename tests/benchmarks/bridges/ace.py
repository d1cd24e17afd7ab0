"""An Audio2Face-3D client, with Voxrig's own descriptors of NVIDIA's messages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc.aio
from bridges.journey import Journey

from voxrig.ace import a2f_controller_pb2_grpc as rpc
from voxrig.ace import a2f_pb2, audio_pb2, controller_pb2


class AceBridge:
    """One clip; frames are told by their time codes."""

    def __init__(self, stub: rpc.A2FControllerServiceStub, journey: Journey) -> None:
        self.journey = journey
        self._call = stub.ProcessAudioStream()
        self._reading = asyncio.create_task(self._read())

    async def open(self) -> None:
        header = audio_pb2.AudioHeader(channel_count=1, samples_per_second=self.journey.rate, bits_per_sample=16)
        opening = controller_pb2.AudioStreamHeader(audio_header=header)
        await self._call.write(controller_pb2.AudioStream(audio_stream_header=opening))

    async def send(self, first: int, samples: bytes) -> None:
        audio = a2f_pb2.AudioWithEmotion(audio_buffer=samples)
        await self._call.write(controller_pb2.AudioStream(audio_with_emotion=audio))

    async def finish(self) -> None:
        await self._call.write(controller_pb2.AudioStream(end_of_audio=controller_pb2.AudioStream.EndOfAudio()))
        await self._call.done_writing()
        await self._reading

    async def _read(self) -> None:
        async for message in self._call:
            if message.HasField("animation_data"):
                [weights] = message.animation_data.skel_animation.blend_shape_weights
                self.journey.arrived(round(weights.time_code * self.journey.fps))


@asynccontextmanager
async def ace(target: str, journey: Journey) -> AsyncIterator[AceBridge]:
    async with grpc.aio.insecure_channel(target) as channel:
        bridge = AceBridge(rpc.A2FControllerServiceStub(channel), journey)
        await bridge.open()
        yield bridge
