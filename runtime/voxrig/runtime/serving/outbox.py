"""A connection's answers that wait to be sent, and what is left out where the client reads too slowly."""

from collections import deque
from collections.abc import Set

from voxrig.v1 import performance_pb2 as pb

Sized = tuple[pb.ServerMessage, int]
"""An answer and its size in bytes."""


class Outbox:
    """In the order of their sending; `bytes` is the size of all."""

    def __init__(self) -> None:
        self.bytes = 0
        self._waiting: deque[Sized] = deque()

    def put(self, answer: pb.ServerMessage, size: int) -> None:
        """Let an answer wait, of 1 byte or more."""
        self._waiting.append((answer, size))
        self.bytes += size

    def take(self, most: int | None) -> list[Sized]:
        """Take out the first ones of up to `most` bytes together, one at least; None: all."""
        taken: list[Sized] = []
        left = self.bytes if most is None else most
        while self._waiting and (not taken or self._waiting[0][1] <= left):
            taken.append(self._waiting.popleft())
            left -= taken[-1][1]
            self.bytes -= taken[-1][1]
        return taken

    def without(self, number: int) -> list[Sized]:
        """Take out all of one session, up to its end: what comes behind that is of another one of the same number."""
        taken: list[Sized] = []
        left: deque[Sized] = deque()
        for sized in self._waiting:
            is_its = sized[0].session == number and not (taken and ends(taken[-1][0]))
            (taken if is_its else left).append(sized)
        self._waiting = left
        self.bytes -= sum(size for _, size in taken)
        return taken

    def shed(self, sessions: Set[int], most: int) -> None:
        """Leave out the oldest frames of `sessions` until `most` bytes are left, and put one event for each gap.

        What else they have to say is not left out, so that more may be left than `most`.
        """
        if not sessions:
            return
        left: deque[Sized] = deque()
        gaps: dict[int, pb.Event] = {}  # those that the next frames of a session may belong to
        for answer, size in self._waiting:
            number = answer.session
            if number in sessions and self.bytes > most and answer.HasField("frames"):
                self.bytes -= size
                gap = gaps.get(number)
                if gap is None or not _goes_on(gap, answer.frames):
                    told = _gap(answer)
                    gaps[number] = gap = told.event
                    left.append((told, told.ByteSize()))
                    self.bytes += left[-1][1]
                else:
                    gap.frame_count += len(answer.frames.media_samples)
                continue
            if answer.event.kind == pb.Event.FRAMES_DROPPED:  # of the last time
                gaps[number] = answer.event
            elif number in gaps:
                del gaps[number]
            left.append((answer, size))
        self._waiting = left


def ends(answer: pb.ServerMessage) -> bool:
    """Whether there is no such session after an answer."""
    kind = answer.WhichOneof("message")
    if kind == "event":
        return answer.event.kind == pb.Event.CLOSED
    return kind == "error" and answer.error.session_closed


def _goes_on(gap: pb.Event, frames: pb.Frames) -> bool:
    end = gap.frame_index + gap.frame_count
    return gap.utterance == frames.utterance and end == frames.first_index


def _gap(answer: pb.ServerMessage) -> pb.ServerMessage:
    frames = answer.frames
    event = pb.Event(
        kind=pb.Event.FRAMES_DROPPED,
        utterance=frames.utterance,
        frame_count=len(frames.media_samples),
        frame_index=frames.first_index,
        media_sample=frames.media_samples[0],
        message="the client reads too slowly",
    )
    return pb.ServerMessage(session=answer.session, event=event)
