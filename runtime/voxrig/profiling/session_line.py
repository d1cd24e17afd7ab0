"""What a load's gRPC and engine link have in common: who has opened, what was sent and came, what was refused."""

import asyncio
from collections.abc import Sequence
from fractions import Fraction

from voxrig.profiling.characters import Character
from voxrig.profiling.load import LoadError
from voxrig.profiling.load_speech import LoadSpeech


class SessionLine:
    """Sessions 1, 2, ... of one connection.

    Args:
        target: "host:port" of the server.
        characters: who speaks on it.
        speech: what they say.
        messages: of each variant, what is sent with each chunk, without the session.
    """

    def __init__(
        self,
        target: str,
        characters: Sequence[Character],
        speech: LoadSpeech,
        messages: dict[int, list[tuple[bytes, ...]]],
    ) -> None:
        self.characters = list(characters)
        self._target = target
        self._speech = speech
        self._messages = [messages[one.variant] for one in self.characters]
        self._closed = 0
        self._lost = False
        self._opened: asyncio.Future[None] | None = None
        self._unopened = len(self.characters)

    @property
    def done(self) -> bool:
        """Whether every session is closed, or the connection lost."""
        return self._lost or self._closed >= len(self.characters)

    def _sent(self, number: int, now: float) -> bool:
        """Note when chunk `number` of all was handed over; return whether it is the last."""
        for one in self.characters:
            one.sent[number] = now
            one.noted += 1
        return number + 1 == self._speech.load.chunks

    def _came(self, session: int, first: int, count: int, now: float) -> None:
        """Note frames `first`, `first` + 1, ... of a session; one far beyond what was sent is the server's error."""
        one = self.characters[session - 1]
        arrived = one.arrived
        if not 0 <= first <= len(arrived) - count:
            made = self._speech.frames(one.variant)
            self._failed(session, f"the server sent frame {first + count - 1}; its chunks make {made}", False)
            return
        for index in range(first, first + count):
            arrived[index] = now
        one.noted += 1

    def _has_opened(self, session: int, look_ahead: Fraction) -> None:
        one = self.characters[session - 1]
        one.look_ahead = look_ahead
        one.prepare(self._speech.load.chunks, self._speech.frames(one.variant))
        self._unopened -= 1
        if self._unopened == 0 and self._opened is not None and not self._opened.done():
            self._opened.set_result(None)

    def _failed(self, session: int, text: str, closed: bool) -> None:
        one = self.characters[session - 1]
        one.error = one.error or text
        self._closed += closed
        self._refused(one.error)

    def _ended_early(self, what: str, remedy: str) -> None:
        """Tell whoever waits that the server ended `what`; nothing where everything had been said."""
        if not self.done:
            self._lost = True
            for one in self.characters:
                one.error = one.error or f"the server ended the {what}"
            self._refused(f"{self._target} ended the {remedy}")

    def _refused(self, text: str) -> None:
        if self._opened is not None and not self._opened.done():
            self._opened.set_exception(LoadError(text))
