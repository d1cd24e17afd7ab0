"""Which of a session's answers its user has been given: what comes again after a loss is left out."""

from dataclasses import replace
from fractions import Fraction

from voxrig.engine_bridges.seam import Seam
from voxrig.engine_bridges.wire import Frame
from voxrig.v1 import performance_pb2 as pb

_REFUSALS = (pb.Event.CUE_LATE, pb.Event.CUE_IGNORED)
_MOST_UTTERANCES = 64


class Arrivals:
    """Counts what came and what was given, so that no frame index is given twice and none left out.

    Interruptions set the index back; how many there were tells frames before and after one from each other. A session
    that is begun anew (`begin_anew`) repeats everything from its beginning on: frames, events and interruptions.
    """

    def __init__(self, opened: pb.SessionOpened) -> None:
        self.received = 1
        """Messages of the server that came, as `ResumeSession.received` counts them."""
        self.next_index = 0
        """Of the frame that is to be given next."""
        self.coming_index = 0
        """Of the frame that comes next: below `next_index` while a session that was begun anew repeats itself."""
        self.cuts = 0
        """Interruptions that were given."""
        self.coming_cuts = 0
        """Of those that came: fewer while a session that was begun anew repeats itself."""
        self.last: Frame | None = None
        """The newest frame that was given."""
        self._told: dict[int, int] = {}  # kind of event -> frame index of the newest that was given
        self._ended = -1  # utterance whose end was given last
        self._begins: dict[int, int] = {}  # utterance -> its first frame
        self._missing: tuple[int, int] | None = None  # an utterance, and how many of its frames came before a beginning
        self._behind = 0  # media sample up to which refusals were told before
        self._seam: Seam | None = None
        self._bones = len(opened.bones)
        self._rate = Fraction(opened.frame_rate.numerator, opened.frame_rate.denominator)

    @property
    def is_repeating(self) -> bool:
        """Whether what comes was given already."""
        return self.coming_cuts < self.cuts or self.coming_index < self.next_index

    def begin_anew(self, opening: pb.OpenSession, cuts: int, position: int, is_same: bool) -> None:
        """Note that the session was opened anew, and will answer the latest `cuts` interrupts again.

        It was sent everything up to media sample `position` before. `is_same`: its frames are those of before.
        """
        begin = opening.begin
        self.received = 1
        self.coming_index = begin.frame_index
        self.coming_cuts = self.cuts - cuts
        self._behind = position
        if opening.HasField("begin") and begin.utterance in self._begins:
            self._missing = begin.utterance, begin.frame_index - self._begins[begin.utterance]
        if not is_same and self.last is not None:
            self._seam = Seam(self.last.values, self.next_index, self._rate, self._bones)

    def frames(self, frames: list[Frame]) -> list[Frame]:
        """Return those of the frames that came which are to be given."""
        self.coming_index = frames[-1].index + 1
        if self.coming_cuts < self.cuts:
            return []
        if frames[0].index < self.next_index:
            frames = [frame for frame in frames if frame.index >= self.next_index]
        if not frames:
            return []
        if self._seam is not None:
            frames = [replace(frame, values=self._seam.eased(frame.index, frame.values)) for frame in frames]
            if self._seam.is_over(frames[-1].index):
                self._seam = None
        self.last = frames[-1]
        self.next_index = self.last.index + 1
        if self.last.utterance not in self._begins:
            self._begin(self.last.utterance, frames[0].index)
        return frames

    def is_new(self, event: pb.Event) -> bool:
        """Return whether an event that came is to be given; the count of an utterance's frames is made whole."""
        if event.kind == pb.Event.INTERRUPTED:
            return self._interrupted(event)
        if self.coming_cuts < self.cuts:
            return event.kind == pb.Event.CLOSED
        match event.kind:
            case pb.Event.UTTERANCE_ENDED:
                if event.utterance <= self._ended:
                    return False
                self._ended = event.utterance
                if self._missing is not None and self._missing[0] == event.utterance:
                    event.frame_count += self._missing[1]
            case pb.Event.VISEME | pb.Event.EMOTION:
                if event.frame_index <= self._told.get(event.kind, -1):
                    return False
                self._told[event.kind] = event.frame_index
            case pb.Event.FRAMES_DROPPED:
                self.coming_index = event.frame_index + event.frame_count
                if self.coming_index <= self.next_index:
                    return False
                self.next_index = self.coming_index
            case kind if kind in _REFUSALS:
                return event.next_sample >= self._behind
        return True

    def is_new_refusal(self, error: pb.Error) -> bool:
        """Return whether an error that leaves the session open is to be given."""
        return self.coming_cuts == self.cuts and error.next_sample >= self._behind

    def _interrupted(self, event: pb.Event) -> bool:
        self.coming_cuts += 1
        self.coming_index = event.frame_index
        if self.coming_cuts <= self.cuts:
            return False
        self.cuts = self.coming_cuts
        self.next_index = event.frame_index
        self._told = {kind: min(index, event.frame_index - 1) for kind, index in self._told.items()}
        self._behind = 0
        if self._missing is not None and self._missing[0] != event.utterance:
            self._missing = None
        self._begin(event.utterance, event.frame_index)
        return True

    def _begin(self, utterance: int, index: int) -> None:
        self._begins[utterance] = index
        if len(self._begins) > _MOST_UTTERANCES:
            del self._begins[min(self._begins)]
