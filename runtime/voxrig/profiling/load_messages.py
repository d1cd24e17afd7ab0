"""What a load sends, made before it begins: for each variant of the speech the bytes of every chunk."""

from typing import Any

import msgpack

from voxrig.profiling.load import Load
from voxrig.profiling.load_speech import Chunk, LoadSpeech
from voxrig.v1 import performance_pb2 as pb

_ENDING = pb.ClientMessage(end_utterance=pb.EndUtterance()).SerializeToString()


def opening(load: Load, rate: int, number: int) -> pb.OpenSession:
    """Return what opens the session of character `number`; its seed is its own."""
    return pb.OpenSession(
        rig=load.rig,
        frame_rate=pb.FrameRate(numerator=load.fps.numerator, denominator=load.fps.denominator),
        audio=pb.AudioFormat(encoding=pb.AudioFormat.S16LE, sample_rate=rate, channels=1),
        seed=number + 1,
        options=load.options,
    )


def protobuf_chunks(speech: LoadSpeech, variant: int) -> list[tuple[bytes, ...]]:
    """Return the ClientMessages of each chunk without their session, which goes in front (`for_session`).

    What is sent last but one in an utterance is its end, and at the very end that of the session.
    """
    return [_protobuf(chunk) for chunk in speech.chunks(variant)]


def _protobuf(chunk: Chunk) -> tuple[bytes, ...]:
    audio = pb.AudioChunk(first_sample=chunk.first, samples=chunk.samples)
    message = pb.ClientMessage(audio=audio).SerializeToString()
    return (message, _ENDING) if chunk.ends else (message,)


def for_session(session: int, messages: tuple[bytes, ...]) -> bytes:
    """Return messages as the part of a PerformRequest that they are in."""
    head = b"\x08" + _varint(session)
    return b"".join(b"\x0a" + _varint(len(head) + len(body)) + head + body for body in messages)


def link_chunks(speech: LoadSpeech, variant: int) -> list[tuple[bytes, ...]]:
    """Return what the maps of each chunk's packets have besides their session (`link_packets`)."""
    return [_link(chunk) for chunk in speech.chunks(variant)]


def _link(chunk: Chunk) -> tuple[bytes, ...]:
    audio = _entry("audio", {"first_sample": chunk.first, "samples": chunk.samples})
    return (audio, _entry("end_utterance", {})) if chunk.ends else (audio,)


def _entry(key: str, value: Any) -> bytes:
    return bytes(msgpack.packb(key)) + bytes(msgpack.packb(value))


def link_packets(session: int, entries: tuple[bytes, ...]) -> bytes:
    """Return entries as packets of the engine link: a map with the session and one more each."""
    head = b"\x82" + _entry("session", session)
    return b"".join((len(head) + len(entry)).to_bytes(4, "little") + head + entry for entry in entries)


def _varint(value: int) -> bytes:
    data = bytearray()
    while value >= 128:
        data.append(value & 127 | 128)
        value >>= 7
    data.append(value)
    return bytes(data)
