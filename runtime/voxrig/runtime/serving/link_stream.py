"""What a link carries by the hundred a second, audio and frames, without a look at what else a message may be.

The results are those of `link_codec`, which takes everything else, and all that is wrong with these.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgpack

from voxrig.runtime.serving.link_codec import to_map
from voxrig.v1 import performance_pb2 as pb

_AUDIO_KEYS: Final = frozenset(("session", "audio"))
_CHUNK_KEYS: Final = frozenset(("first_sample", "samples"))
_LARGEST_SESSION: Final = 2**32 - 1
_LARGEST_SAMPLE: Final = 2**64 - 1


def audio_message(content: dict[str, Any]) -> pb.ClientMessage | None:
    """Return the message of a payload that is audio with a first sample, all in order; None for any other."""
    if content.keys() != _AUDIO_KEYS:
        return None
    session, chunk = content["session"], content["audio"]
    if type(chunk) is not dict or chunk.keys() != _CHUNK_KEYS:
        return None
    first, samples = chunk["first_sample"], chunk["samples"]
    if type(session) is not int or type(first) is not int or type(samples) is not bytes:
        return None
    if not (0 <= session <= _LARGEST_SESSION and 0 <= first <= _LARGEST_SAMPLE):
        return None
    return pb.ClientMessage(session=session, audio=pb.AudioChunk(first_sample=first, samples=samples))


class AnswerPacker:
    """Packs a server's messages, with one buffer for all of them. Of one task."""

    def __init__(self) -> None:
        self._packer = msgpack.Packer()

    def payloads(self, answers: Iterable[pb.ServerMessage]) -> list[bytes]:
        """Return each message as a payload."""
        pack = self._packer.pack
        return [pack(_frames_map(answer) if answer.HasField("frames") else to_map(answer)) for answer in answers]


def _frames_map(answer: pb.ServerMessage) -> dict[str, Any]:
    frames = answer.frames
    return {
        "session": answer.session,
        "frames": {
            "first_index": frames.first_index,
            "utterance": frames.utterance,
            "media_samples": list(frames.media_samples),
            "values": frames.values,
        },
    }
