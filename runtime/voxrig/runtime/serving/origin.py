"""Where a session's counting begins: at 0, or where one ended that its server has lost."""

from math import gcd
from typing import Final, NamedTuple

import grpc

from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.v1 import performance_pb2 as pb

_LARGEST: Final = 2**53
"""Of frames and samples; a day has some ten billion samples."""
_LARGEST_UTTERANCE: Final = 2**31


class Origin(NamedTuple):
    """What the first frame, the first media sample and the first utterance of a stream are called.

    A stream counts from 0; its client is told these numbers more, and tells them.
    """

    frame: int = 0
    sample: int = 0
    utterance: int = 0

    def told(self, event: pb.Event) -> pb.Event:
        """Return an event of the stream as its client is told it; what it leaves at 0 without meaning stays so."""
        if self.sample and event.kind in _WITH_SAMPLE:
            event.media_sample += self.sample
        if self.frame and event.kind in _WITH_FRAME:
            event.frame_index += self.frame
        if self.utterance and event.kind in _WITH_UTTERANCE:
            event.utterance += self.utterance
        return event


_WITH_UTTERANCE: Final = {pb.Event.UTTERANCE_ENDED, pb.Event.INTERRUPTED, pb.Event.VISEME, pb.Event.EMOTION}
_WITH_FRAME: Final = {pb.Event.INTERRUPTED, pb.Event.VISEME, pb.Event.EMOTION}
_WITH_SAMPLE: Final = {*_WITH_FRAME, pb.Event.CUE_IGNORED, pb.Event.CUE_LATE}

START: Final = Origin()


def read_origin(begin: pb.Beginning, rate: int, fps: FrameRate) -> Origin:
    """Read where a session at `rate` samples and `fps` frames a second is to begin.

    Raises:
        RefusalError: INVALID_ARGUMENT; the frame does not fall on the sample exactly, or is too far off.
    """
    frame, sample = begin.frame_index, begin.media_sample
    if max(frame, sample) >= _LARGEST or begin.utterance >= _LARGEST_UTTERANCE:
        raise RefusalError(
            grpc.StatusCode.INVALID_ARGUMENT,
            f"begin is at frame {frame}, sample {sample}, utterance {begin.utterance}, which is further than any "
            "session comes; give the numbers of the session that was lost",
        )
    if frame * rate * fps.denominator != sample * fps.numerator:
        every = fps.numerator // gcd(fps.numerator, rate * fps.denominator)
        near = round(frame / every) * every
        raise RefusalError(
            grpc.StatusCode.INVALID_ARGUMENT,
            f"begin has frame {frame} at sample {sample}, where it does not fall exactly; "
            f"frame {near} falls on sample {near * rate * fps.denominator // fps.numerator}",
        )
    return Origin(frame, sample, begin.utterance)
