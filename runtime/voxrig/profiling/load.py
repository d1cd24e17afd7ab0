"""What a server is loaded with: so many characters that speak in real time over one kind of connection."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Final

TRANSPORTS: Final = ("grpc", "grpc-bundled", "link", "link-bundled", "a2f")
"""gRPC and the engine link, with a connection for each character or with one for all; Audio2Face's calls."""

A2F_FPS: Final = Fraction(30)
COOL_SECONDS: Final = 0.5
"""Speech after the measured window, so that nothing in it is seen while sessions end."""


class LoadError(ValueError):
    """A load that can't be put on a server; the message says what the server, or this side, has against it."""


@dataclass(frozen=True, slots=True)
class Load:
    """One run.

    Attributes:
        transport: one of TRANSPORTS.
        sessions: characters that speak at once.
        seconds: of speech that are measured.
        warm_up: seconds of speech before, which are not.
        chunk_ms: of speech sent at once, as a microphone or a game's tick has it.
        margin_ms: that playing waits beyond what audio, look-ahead and a frame make it wait.
        utterance_seconds: after which an utterance ends and the next begins: so often there is a first frame.
        rig: a profile's name.
        fps: frames a second, of gRPC and the link; Audio2Face has 30.
        options: of the sessions, as in OpenSession.
        patience: seconds after the last chunk in which frames may come before they count as dropped.
    """

    transport: str
    sessions: int
    seconds: float
    warm_up: float = 1.0
    chunk_ms: int = 20
    margin_ms: float = 20.0
    utterance_seconds: float = 4.0
    rig: str = "metahuman"
    fps: Fraction = Fraction(60)
    options: dict[str, str] = field(default_factory=dict)
    patience: float = 3.0

    def __post_init__(self) -> None:
        if self.transport not in TRANSPORTS:
            raise ValueError(f"there is no transport {self.transport!r}; there are {', '.join(TRANSPORTS)}")
        if self.sessions < 1:
            raise ValueError(f"{self.sessions} sessions are no load; give 1 or more")
        if not 0.2 <= self.seconds <= 86_400:
            raise ValueError(f"{self.seconds:g} s cannot be measured; give 0.2 to 86400")
        if not 1 <= self.chunk_ms <= 1000:
            raise ValueError(f"chunks of {self.chunk_ms} ms are not sent in real time; give 1 to 1000")
        if self.margin_ms < 0:
            raise ValueError(f"a margin of {self.margin_ms:g} ms cannot be; give 0 or more")

    @property
    def bundled(self) -> bool:
        """Whether all characters share one connection."""
        return self.transport.endswith("-bundled")

    @property
    def frame_rate(self) -> Fraction:
        """Frames a second that come."""
        return A2F_FPS if self.transport == "a2f" else self.fps

    @property
    def chunk(self) -> float:
        """Seconds of speech sent at once."""
        return self.chunk_ms / 1000

    @property
    def chunks(self) -> int:
        """How many are sent for each character, before, in and after the window."""
        return ceil((self.warm_up + self.seconds + COOL_SECONDS) * 1000 / self.chunk_ms)

    @property
    def utterance_chunks(self) -> int:
        """Chunks of one utterance."""
        return max(1, round(self.utterance_seconds * 1000 / self.chunk_ms))

    def delay(self, look_ahead: Fraction) -> float:
        """Seconds that playing is behind the recording: a frame that comes later than that is late."""
        return float(look_ahead + 1 / self.frame_rate) + (self.chunk_ms + self.margin_ms) / 1000
