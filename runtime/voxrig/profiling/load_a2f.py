"""A connection of a load as an Audio2Face client: one character, and a call for each utterance."""

import asyncio
import time
from collections.abc import Sequence
from fractions import Fraction

from voxrig.ace.audio_pb2 import AudioHeader
from voxrig.ace.controller_pb2 import AnimationDataStream, AudioStream, AudioStreamHeader
from voxrig.ace.status_pb2 import Status
from voxrig.profiling.address import dialled
from voxrig.profiling.characters import Character
from voxrig.profiling.load import A2F_FPS
from voxrig.profiling.load_http2 import Http2Connection, framed
from voxrig.profiling.load_speech import LoadSpeech

PROCESS = "/nvidia_ace.services.a2f_controller.v1.A2FControllerService/ProcessAudioStream"


def a2f_chunks(speech: LoadSpeech, variant: int) -> list[tuple[bytes, ...]]:
    """Return what is sent with each chunk, framed, the header in front of an utterance and its end behind it."""
    head = AudioHeader(channel_count=1, samples_per_second=speech.rate, bits_per_sample=16)
    header = framed(AudioStream(audio_stream_header=AudioStreamHeader(audio_header=head)).SerializeToString())
    ending = framed(AudioStream(end_of_audio=AudioStream.EndOfAudio()).SerializeToString())
    chunks: list[tuple[bytes, ...]] = []
    for chunk in speech.chunks(variant):
        message = AudioStream()
        message.audio_with_emotion.audio_buffer = chunk.samples
        body = framed(message.SerializeToString())
        chunks.append((header if chunk.begins else b"", body, ending if chunk.ends else b""))
    return chunks


class A2FLine:
    """One character's clips.

    Args:
        target: "host:port" of the server.
        character: who speaks.
        speech: what it says.
        messages: of each variant, what is sent with each chunk.
        look_ahead: how much later audio a frame needs, seconds; this protocol has no word for it.
        token: that it shows; empty: none.
    """

    def __init__(
        self,
        target: str,
        characters: Sequence[Character],
        speech: LoadSpeech,
        messages: dict[int, list[tuple[bytes, ...]]],
        look_ahead: Fraction,
        token: str = "",
    ) -> None:
        (self._character,) = self.characters = list(characters)
        self._character.look_ahead = look_ahead
        self._target = target
        self._speech = speech
        self._connection = Http2Connection(target, self._heard, self._ended, token)
        self._messages = messages[self._character.variant]
        self._places: dict[int, int] = {}  # of each call, where its next frame is in the character's timetable
        self._call = 0
        self._utterances = 0
        self._sent_all = self._lost = False

    async def open(self) -> None:
        """Connect; calls are begun with the speech."""
        await dialled(self._target, self._connection)
        self._character.prepare(self._speech.load.chunks, self._speech.frames(self._character.variant))
        await asyncio.sleep(0)

    def send(self, number: int) -> None:
        """Send chunk `number`, and begin or end a call with it."""
        now = time.perf_counter()
        header, body, ending = self._messages[number]
        if header:
            self._call = self._connection.begin(PROCESS)
            self._places[self._call] = self._speech.frames_before(self._character.variant, self._utterances)
            self._utterances += 1
        self._connection.send(self._call, header + body + ending, last=bool(ending))
        self._character.sent[number] = now
        self._character.noted += 1
        self._sent_all = number + 1 == self._speech.load.chunks

    @property
    def received(self) -> int:
        """Bytes that came."""
        return self._connection.received

    @property
    def done(self) -> bool:
        """Whether every clip is answered, or the connection lost."""
        return self._lost or (self._sent_all and not self._places)

    def stop(self) -> None:
        """Break off."""
        self._lost = True
        self._connection.stop()

    def _heard(self, call: int, data: bytes, now: float) -> None:
        message = AnimationDataStream.FromString(data)
        one = self._character
        kind = message.WhichOneof("stream_part")
        if kind == "animation_data" and call in self._places:
            place = self._places[call]
            if place < len(one.arrived):
                one.arrived[place] = now
            self._places[call] = place + 1
            one.noted += 1
            if abs(message.animation_data.audio.time_code * A2F_FPS % 1 - 0.5) < 0.4:
                one.error = one.error or f"frames don't come {A2F_FPS} times a second: leave --a2f-fps of the server"
        elif kind == "status" and message.status.code == Status.ERROR:
            one.error = one.error or message.status.message

    def _ended(self, call: int) -> None:
        if call == 0 and not self.done:
            self._lost = True
            self._character.error = self._character.error or "the server ended the connection"
        self._places.pop(call, None)
