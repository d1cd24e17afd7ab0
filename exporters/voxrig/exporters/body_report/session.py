"""What is reported on: speech that no network learned from, and several performances of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.body_report.motion import Motion

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One voice's speech and what performers made of it.

    Attributes:
        name: of the session, for people.
        voice: who speaks; classifiers are tested on voices that they did not see.
        emotion: a word; the same for all of the session.
        style: a word or two.
        voices: float64[T, 11], the voice at each pose, as `animation.voice.Voices` has it.
        stressed: float64[n], the poses of the stressed syllables, in order.
        motions: by performer: its performances of this speech, one for each seed.
        planned: poses of the strokes' apexes that the first performer itself meant in its first performance; empty
            where nobody tells.

    Raises:
        ValueError: a performance has another number of poses than the speech.
    """

    name: str
    voice: str
    emotion: str
    style: str
    voices: Doubles
    stressed: Doubles
    motions: Mapping[str, Sequence[Motion]] = field(repr=False)
    planned: Sequence[int] = ()

    def __post_init__(self) -> None:
        for performer, all_of in self.motions.items():
            for motion in all_of:
                if len(motion) != len(self.voices):
                    raise ValueError(
                        f"session {self.name}: {performer} performs {len(motion)} poses of a speech of "
                        f"{len(self.voices)}; give as many"
                    )

    @property
    def speaking(self) -> NDArray[np.bool_]:
        """bool[T]: within a stretch of speech."""
        return np.asarray(self.voices[:, 0] > 0.0)


def performed(sessions: Sequence[Session], performer: str) -> Iterator[tuple[Session, Motion]]:
    """Yield all performances of a performer, each with its session."""
    for session in sessions:
        for motion in session.motions.get(performer, ()):
            yield session, motion
