"""The three calls of the protocol on grpc.aio."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import grpc
import grpc.aio
from google.protobuf.message import DecodeError

from voxrig.runtime.core.audio import AudioError, AudioFormat
from voxrig.runtime.serving import announce
from voxrig.runtime.serving.access.gate import caller
from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage, audio_format
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

log = logging.getLogger(__name__)

_TAKEN_AT_ONCE = 1024  # messages of one request, before others have their turn
_STATUSES = {status.value[0]: status for status in grpc.StatusCode}

Context = grpc.aio.ServicerContext[Any, Any]


class VoxrigService(rpc.VoxrigServicer):
    """Moves messages between gRPC and the connections that the pacer serves."""

    def __init__(self, stage: Stage, pacer: Pacer, metrics: Metrics) -> None:
        self._stage = stage
        self._pacer = pacer
        self._metrics = metrics

    async def Perform(self, requests: AsyncIterator[pb.PerformRequest], context: Context) -> None:  # noqa: N802
        """Serve one connection with its sessions."""
        with self._pacer.connection(self._stage, account=caller()) as connection:
            reader = asyncio.create_task(self._read(requests, connection))
            try:
                while answers := await connection.take():
                    await context.write(pb.PerformResponse(messages=answers))
            finally:
                await _stop(reader)

    async def Describe(self, request: pb.DescribeRequest, context: Context) -> pb.DescribeResponse:  # noqa: N802, ARG002
        """Say what this server is."""
        self._metrics.sessions = self._stage.sessions
        return announce.description(self._stage, self._metrics)

    async def Bake(self, request: pb.BakeRequest, context: Context) -> None:  # noqa: N802
        """Send a clip through a session of its own, which shares ticks with everybody else's."""
        start = time.perf_counter()
        try:
            # Whole and off the event loop: an error names the sample in the clip, and comes before any frame.
            audio, sample_count = await asyncio.to_thread(check_clip, request, self._stage.settings)
        except RefusalError as refusal:
            await context.abort(refusal.status, str(refusal))
        frame_count = 0
        with self._pacer.connection(self._stage, "bake", caller()) as connection:
            feeder = asyncio.create_task(self._feed(request, audio, connection))
            try:
                while answers := await connection.take():
                    for response in _bake_responses(answers):
                        if isinstance(response, pb.Error):
                            await context.abort(_STATUSES[response.code], response.message)
                        frame_count += len(response.frames.media_samples)
                        await context.write(response)
            finally:
                await _stop(feeder)
        summary = pb.BakeSummary(
            frame_count=frame_count, sample_count=sample_count, seconds=time.perf_counter() - start
        )
        await context.write(pb.BakeResponse(summary=summary))

    async def _read(self, requests: AsyncIterator[pb.PerformRequest], connection: Connection) -> None:
        try:
            async for request in requests:
                arrived = self._pacer.now()
                await self._prepare(request.messages)
                for start in range(0, len(request.messages), _TAKEN_AT_ONCE):
                    if start:
                        await asyncio.sleep(0)
                    await connection.readable()
                    connection.put(request.messages[start : start + _TAKEN_AT_ONCE], arrived)
        except DecodeError as error:
            log.warning("a client's message is damaged, its call is read no further: %s", str(error))
        except Exception:
            log.exception("reading a connection failed")
        finally:
            connection.done_writing()

    async def _prepare(self, messages: Iterable[pb.ClientMessage]) -> None:
        """Do the slow part of opening sessions where no tick waits for it."""
        for message in messages:
            if message.HasField("open"):
                await asyncio.to_thread(self._stage.prepare, message.open)

    async def _feed(self, request: pb.BakeRequest, audio: AudioFormat, connection: Connection) -> None:
        """Put a clip, a second at a time, so that taking it in never holds up a tick for long."""
        opening = [pb.ClientMessage(open=request.open)]
        await self._prepare(opening)
        connection.put(opening, self._pacer.now())
        count = min(audio.sample_rate, self._stage.settings.max_chunk_bytes // audio.frame_bytes)
        size = count * audio.frame_bytes
        for number, start in enumerate(range(0, len(request.samples), size)):
            await connection.readable()
            chunk = pb.AudioChunk(first_sample=number * count, samples=request.samples[start : start + size])
            connection.put([pb.ClientMessage(audio=chunk)], self._pacer.now())
        connection.done_writing()


def check_clip(request: pb.BakeRequest, settings: Settings) -> tuple[AudioFormat, int]:
    """Return the format of a clip and how many samples it has.

    Raises:
        RefusalError: INVALID_ARGUMENT for a clip that is empty, broken or not as its format says; RESOURCE_EXHAUSTED
            for one that is too long.
    """
    audio = audio_format(request.open.audio)
    if not request.samples:
        raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, "the clip is empty: there is nothing to bake")
    seconds = len(request.samples) / audio.frame_bytes / audio.sample_rate
    if seconds > settings.max_bake_seconds:
        raise RefusalError(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            f"the clip has {seconds:.1f} s, the most is {settings.max_bake_seconds:g} s; stream it with Perform",
        )
    try:
        return audio, len(audio.decode(request.samples))
    except AudioError as error:
        raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, str(error)) from error


def _bake_responses(answers: list[pb.ServerMessage]) -> Iterator[pb.BakeResponse | pb.Error]:
    """Turn a session's answers into those of Bake: all frames at hand in one message, events left out."""
    joined = pb.Frames()
    values: list[bytes] = []
    for answer in answers:
        match answer.WhichOneof("message"):
            case "opened":
                yield pb.BakeResponse(opened=answer.opened)
            case "error":
                yield answer.error
            case "frames":
                if not values:
                    joined.first_index = answer.frames.first_index
                joined.media_samples.extend(answer.frames.media_samples)
                values.append(answer.frames.values)
    if values:
        joined.values = b"".join(values)
        yield pb.BakeResponse(frames=joined)


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
