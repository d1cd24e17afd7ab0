"""An open session: its stream, and what is owed to the client."""

from collections import Counter, deque
from typing import NamedTuple

from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.serving.stage import Part
from voxrig.runtime.serving.tells import Told, news
from voxrig.v1 import performance_pb2 as pb


class Ending(NamedTuple):
    """An utterance that has ended, and whose end is told once all its frames are."""

    utterance: int
    next_sample: int


class Performing:
    """What session `number` does from its opening to its end."""

    def __init__(self, number: int, part: Part) -> None:
        self.part = part
        self.state: StreamState = part.pipeline.start()
        self.speaking = False
        self.closing = False
        self.endings: deque[Ending] = deque()
        self.frames: Counter[int] = Counter()
        """Shown of each utterance that has not ended."""
        self.pending = 0
        self._number = number
        self._fps = float(part.pipeline.fps.fraction)
        self._told = Told()

    @property
    def next_sample(self) -> int:
        """Media sample that the next audio starts at."""
        return self.part.pipeline.next_sample(self.state)

    def show(self, frames: list[Frame]) -> list[pb.ServerMessage]:
        """Return consecutive frames of one utterance as a message, with what is to be told of them; none for none."""
        if not frames:
            return []
        utterance = frames[0].utterance
        self.frames[utterance] += len(frames)
        message = pb.Frames(
            first_index=frames[0].index,
            utterance=utterance,
            media_samples=[frame.sample for frame in frames],
            values=b"".join([frame.values.astype("<f4", copy=False).tobytes() for frame in frames]),
        )
        if self.part.outlet is not None:
            self.part.outlet.frames(frames)
        self._told, events = news(self.part.tells, self._told, self.state, frames, self._fps)
        return [pb.ServerMessage(session=self._number, frames=message), *map(self._addressed, events)]

    def event(self, kind: pb.Event.Kind, **fields: int | str) -> pb.ServerMessage:
        """Return an event; next_sample is told unless it is given."""
        fields.setdefault("next_sample", self.next_sample)
        return pb.ServerMessage(session=self._number, event=pb.Event(kind=kind, **fields))  # type: ignore[arg-type]

    def _addressed(self, event: pb.Event) -> pb.ServerMessage:
        event.next_sample = self.next_sample
        return pb.ServerMessage(session=self._number, event=event)
