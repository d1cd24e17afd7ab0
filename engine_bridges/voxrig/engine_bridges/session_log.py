"""What a session was sent, kept for as long as it may have to be sent again."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from voxrig.engine_bridges.standing_cues import StandingCues
from voxrig.engine_bridges.wire import sample_bytes
from voxrig.v1 import performance_pb2 as pb

KEEP_SECONDS = 20.0
"""Of audio that is shown already: from which a session is begun anew."""
MOST_BYTES = 16 << 20
"""Of all that is kept. Audio that may not be taken yet waits at this; what is shown already is forgotten."""
_ENTRY_BYTES = 64  # what it costs to keep a message besides what it says, about


@dataclass(slots=True)
class Entry:
    """One message that was sent.

    Attributes:
        message: of the client.
        kind: the name of its field.
        start: media sample at which the session stood before it.
        end: and after it; of audio that an interrupt has cut, where that cut.
        utterance: to which audio belongs.
        size: bytes it takes to keep, about.
        is_void: the server refuses or has refused it: it changed nothing.
        is_answered: that refusal has come.
        was_speaking: whether an utterance was running before it.
        cut: the answer to an interrupt, when it has come.
    """

    message: pb.ClientMessage
    kind: str
    size: int
    start: int = 0
    end: int = 0
    utterance: int = 0
    is_void: bool = False
    is_answered: bool = False
    was_speaking: bool = False
    cut: pb.Event | None = None


def entry_of(message: pb.ClientMessage) -> Entry:
    """Return the entry of a message that has no place yet."""
    return Entry(message, message.WhichOneof("message") or "", _ENTRY_BYTES + message.ByteSize())


class SessionLog:
    """The messages of one session from its `open` on, the latest of them kept.

    Messages are numbered as the server counts what it took, `open` being 0. Frames prove what was taken: one at media
    sample m needs all audio before m. From then on audio is kept for `keep_seconds` more, within `most_bytes`, so that
    a session can be begun anew on a server that has lost it.
    """

    def __init__(
        self, opening: pb.ClientMessage, keep_seconds: float = KEEP_SECONDS, most_bytes: int = MOST_BYTES
    ) -> None:
        self.opening = opening
        """The `open` with which the session began, or was begun anew."""
        self.first = 1
        """Number of the oldest message kept."""
        self.is_whole = True
        """Whether everything since the session's first `open` is kept."""
        self.entries: deque[Entry] = deque()
        self.standing = StandingCues(opening.open.audio.sample_rate)
        """The cues that were forgotten and may be in force."""
        self.position = 0
        """Media sample at which the session stands after all that was sent."""
        self.utterance = 0
        self.is_speaking = False
        self.is_closing = False
        """Whether a `close` was sent."""
        self.bytes = 0
        self._sample_bytes = sample_bytes(opening.open.audio) or 1
        self._keep = round(keep_seconds * opening.open.audio.sample_rate)
        self._most = most_bytes
        self._shown = 0
        self._sure = 0  # of the entries, the foremost that were taken for certain
        self._sure_bytes = 0

    @property
    def end(self) -> int:
        """Number of the next message."""
        return self.first + len(self.entries)

    @property
    def is_full(self) -> bool:
        """Whether so much is kept that may not have been taken that audio should wait."""
        return self.bytes - self._sure_bytes >= self._most

    def append(self, message: pb.ClientMessage) -> None:
        """Note a message that is sent."""
        entry = entry_of(message)
        self._place(entry)
        self.is_closing |= entry.kind == "close"
        self.entries.append(entry)
        self.bytes += entry.size

    def since(self, number: int) -> Iterator[Entry]:
        """Yield what was sent from message `number` on."""
        for index in range(number - self.first, len(self.entries)):
            yield self.entries[index]

    def shown(self, sample: int) -> None:
        """Note that the frame at media `sample` came."""
        self._shown = sample
        entries, sure = self.entries, self._sure
        while sure < len(entries) and entries[sure].end < sample:
            self._sure_bytes += entries[sure].size
            sure += 1
        self._sure = sure
        while self._sure and (entries[0].end < sample - self._keep or self.bytes > self._most):
            self._forget()

    def taken(self, number: int) -> None:
        """Note that the server has everything before message `number`."""
        while self._sure < min(number - self.first, len(self.entries)):
            self._sure_bytes += self.entries[self._sure].size
            self._sure += 1

    def interrupted(self, event: pb.Event) -> bool:
        """Note the answer to the oldest interrupt that has none; return whether there was such a one."""
        for index, entry in enumerate(self.entries):
            if entry.kind == "interrupt" and entry.cut is None and not entry.is_void:
                entry.cut = event
                for before in range(index):  # what was cut off is never shown
                    self.entries[before].end = min(self.entries[before].end, event.media_sample)
                self._shown = event.next_sample
                self._recount(index)
                return True
        return False

    def refused(self, kind: str, next_sample: int) -> None:
        """Note that the server refused a message of this kind, and stands at media sample `next_sample`."""
        if kind not in ("audio", "end_utterance", "interrupt"):
            return
        for index, entry in enumerate(self.entries):
            if entry.kind != kind or entry.is_answered or entry.cut is not None:
                continue
            if entry.is_void or entry.start == next_sample or kind == "interrupt":
                recount = not entry.is_void
                entry.is_void = entry.is_answered = True
                if recount:
                    self._recount(index, next_sample)
                return

    def late(self, event: pb.Event) -> None:
        """Note from where a cue acts that came too late: told again, it is told so."""
        for entry in self.entries:
            cue = entry.message.cue
            if entry.kind == "cue" and entry.start == event.next_sample and cue.media_sample < event.media_sample:
                cue.media_sample = event.media_sample
                return

    def replace(self, opening: pb.ClientMessage, entries: list[Entry], standing: StandingCues) -> None:
        """Take these messages in place of those kept: they are what a session begun anew is sent, from 1 on."""
        self.opening = opening
        self.entries = deque(entries)
        self.standing = standing
        self.first = 1
        self.bytes = sum(entry.size for entry in entries)
        self._shown = opening.open.begin.media_sample
        self._sure = self._sure_bytes = 0
        self.position, self.utterance = opening.open.begin.media_sample, opening.open.begin.utterance
        self.is_speaking = False
        for entry in entries:
            self._place(entry)

    def _forget(self) -> None:
        entry = self.entries.popleft()
        self.first += 1
        self.is_whole = False
        self.bytes -= entry.size
        self._sure -= 1
        self._sure_bytes -= entry.size
        if entry.kind == "cue":
            self.standing.add(entry.message.cue)

    def _recount(self, index: int, position: int | None = None) -> None:
        """Find again where the session stands after the entries from `index` on."""
        entry = self.entries[index]
        self.position = entry.start if position is None else position
        self.utterance, self.is_speaking = entry.utterance, entry.was_speaking
        for number in range(index, len(self.entries)):
            self._place(self.entries[number])

    def _place(self, entry: Entry) -> None:
        """Put an entry where the session stands, and the session behind it."""
        entry.start = entry.end = self.position
        entry.utterance, entry.was_speaking = self.utterance, self.is_speaking
        if entry.is_answered:
            return
        match entry.kind:
            case "audio":
                count = len(entry.message.audio.samples) // self._sample_bytes
                entry.is_void = entry.message.audio.first_sample != self.position
                if not entry.is_void:
                    self.position += count
                    self.is_speaking |= count > 0
            case "end_utterance":
                entry.is_void = not self.is_speaking
                if self.is_speaking:
                    self.position += entry.message.end_utterance.tail_samples
                    self.utterance += 1
                    self.is_speaking = False
            case "interrupt" if entry.cut is not None:
                self.position, self.utterance = entry.cut.next_sample, entry.cut.utterance
                self.is_speaking = False
        entry.end = self.position
