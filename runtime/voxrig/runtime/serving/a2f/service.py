"""The call of an Audio2Face client on grpc.aio: one clip in, its frames and its audio out.

Header, frames, event and status go out in this order, and the call ends with OK whatever the status says.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc.aio

from voxrig.ace import a2f_controller_pb2_grpc, animation_data_pb2, status_pb2
from voxrig.ace.controller_pb2 import (
    END_OF_A2F_AUDIO_PROCESSING,
    AnimationDataStream,
    AnimationDataStreamHeader,
    AudioStream,
    Event,
)
from voxrig.runtime.animation.style_json import style_from_source
from voxrig.runtime.serving.a2f.incoming import Incoming, Timeout
from voxrig.runtime.serving.a2f.intake import Intake, Piece
from voxrig.runtime.serving.a2f.number import ClipError
from voxrig.runtime.serving.a2f.opening import Opening, read_opening
from voxrig.runtime.serving.a2f.output import Output
from voxrig.runtime.serving.access.gate import caller
from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.stage import Stage

log = logging.getLogger(__name__)

Context = grpc.aio.ServicerContext[Any, Any]


class A2FService(a2f_controller_pb2_grpc.A2FControllerServiceServicer):
    """Serves clips on the sessions that everybody shares.

    Args:
        stage: opens sessions.
        pacer: runs them.
        wall: seconds since the epoch.
        timeout: the clock of clients that fall silent.
    """

    def __init__(
        self, stage: Stage, pacer: Pacer, wall: Callable[[], float] = time.time, timeout: Timeout = asyncio.timeout
    ) -> None:
        self._stage = stage
        self._pacer = pacer
        self._wall = wall
        self._timeout = timeout
        self._style = style_from_source(stage.settings.style)

    async def ProcessAudioStream(self, requests: AsyncIterator[AudioStream], context: Context) -> None:  # noqa: N802
        """Serve one clip."""
        incoming = Incoming(requests, self._timeout)
        try:
            try:
                text = await self._serve(incoming, context)
                status = status_pb2.Status(code=status_pb2.Status.SUCCESS, message=text)
            except ClipError as error:
                status = status_pb2.Status(code=status_pb2.Status.ERROR, message=str(error))
            await context.write(AnimationDataStream(status=status))
            if status.code == status_pb2.Status.ERROR:
                await incoming.drain()
        finally:
            await incoming.close()

    async def _serve(self, incoming: Incoming, context: Context) -> str:
        """Read the header, answer it, and perform the clip; return what is to be said in the end."""
        first = await self._next(incoming)
        kind = first.WhichOneof("stream_part") if first is not None else "the end of the stream"
        if first is None or kind != "audio_stream_header":
            raise ClipError(f"{kind or 'a message without content'} came first; send audio_stream_header first")
        opening = read_opening(first.audio_stream_header, self._stage.settings, self._style)
        await context.write(AnimationDataStream(animation_data_stream_header=self._header(opening)))
        output = Output(opening)
        with self._pacer.connection(self._stage, "a2f", caller()) as connection:
            reader = asyncio.create_task(self._read(incoming, connection, opening, output))
            try:
                while answers := await connection.take():
                    if reader.done() and reader.exception() is not None:
                        break
                    for message in output.messages(answers):
                        await context.write(message)
                await reader
            finally:
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)
        for message in output.rest():
            await context.write(message)
        await context.write(AnimationDataStream(event=Event(event_type=END_OF_A2F_AUDIO_PROCESSING)))
        return "; ".join((f"{output.frames} frames", *opening.remarks))

    async def _read(self, incoming: Incoming, connection: Connection, opening: Opening, output: Output) -> None:
        """Put the clip into the connection, until its end."""
        intake = Intake(opening, self._stage.settings.max_chunk_bytes)
        try:
            await asyncio.to_thread(self._stage.prepare, opening.session)
            self._put(intake.begin(), connection, output)
            while (message := await self._next(incoming)) is not None and not message.HasField("end_of_audio"):
                for piece in intake.take(message):
                    await connection.readable()
                    self._put(piece, connection, output)
            if message is None and not intake.samples:
                raise ClipError("the stream ended after its header; send audio, then end_of_audio")
            intake.end()
        finally:
            connection.done_writing()

    def _put(self, piece: Piece, connection: Connection, output: Output) -> None:
        output.hear(piece.samples, piece.asked)
        connection.put(piece.messages, self._pacer.now())

    async def _next(self, incoming: Incoming) -> AudioStream | None:
        """Return the client's next message, None at the end of its stream.

        Raises:
            ClipError: it was silent for too long.
        """
        patience = self._stage.settings.a2f_idle_seconds
        try:
            return await incoming.next(patience)
        except TimeoutError:
            raise ClipError(f"nothing came for {patience:g} s; send end_of_audio where a clip ends") from None

    def _header(self, opening: Opening) -> AnimationDataStreamHeader:
        return AnimationDataStreamHeader(
            audio_header=opening.audio,
            skel_animation_header=animation_data_pb2.SkelAnimationHeader(blend_shapes=opening.shaping.columns),
            start_time_code_since_epoch=self._wall(),
        )
