"""Performances to learn from: sessions heard once and gestured by the planner several times, kept on disk."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from voxrig.exporters import gesturing
from voxrig.exporters.datasets.speech import Clip
from voxrig.exporters.gesturing import accents, phrases
from voxrig.exporters.gesturing.listened import Listened
from voxrig.exporters.gesturing.manner import Manner
from voxrig.exporters.gesturing.planner import Planner, silenced
from voxrig.exporters.training.body_hearing import Sounds, does, ears, hear
from voxrig.exporters.training.body_manners import Mannered, manner
from voxrig.exporters.training.body_rows import BodyExample, heard_rows, told_rows
from voxrig.exporters.training.body_sessions import Session, sessions
from voxrig.runtime.animation.body import noise, rows, vocabulary
from voxrig.runtime.core.body import posture
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.timing import SAMPLE_RATE

Floats = NDArray[np.float32]
Play = Callable[[Session, Sounds, NDArray[np.int64], Mannered], Floats]
"""Gestures a session: with what is heard of it unbroken, what one does (int[T]), and a manner; float32[T, 34]."""

LATE: Final = 8
"""Poses (133 ms) by which the network is taught to be behind the planner.

It hears a stress 83 ms ahead, as long as its own lag; the planner begins a stroke a third of a second before. Taught
to be in time it would have to guess, and guesses average to small strokes at any time. So much behind, a stroke's apex
is 100 ms after the loudest moment of its syllable."""

_VERSION: Final = 1  # of what is kept


@dataclass(frozen=True, slots=True)
class Corpus:
    """Which performances there are.

    Attributes:
        sessions: how many.
        takes: how often each is gestured, in another manner and with other luck.
        seed: of all choices.
        seconds: length of a session.
    """

    sessions: int
    takes: int
    seed: int
    seconds: int = 60

    def examples(self, clips: dict[str, list[Clip]], cache: Path, label: str, play: Play) -> list[BodyExample]:
        """Make all performances, or read those that were made before.

        Args:
            clips: of each voice, as of `body_voices.voices`.
            cache: the folder in which they are kept; what was made stays when making is broken off.
            label: what is shown while they are made.
            play: who gestures: `planned`.
        """
        listed = [(voice, [clip.name for clip in of]) for voice, of in sorted(clips.items())]
        heard_in = cache / f"body-heard-{_digest(str((_VERSION, self, listed)), _HEARD_BY)}"
        played_in = cache / f"body-played-{_digest(heard_in.name, (*_HEARD_BY, *_PLAYED_BY))}"
        for folder in (heard_in, played_in):
            folder.mkdir(parents=True, exist_ok=True)
        made = sessions(clips, self.sessions, self.seed, self.seconds)
        found: list[BodyExample] = []
        for number, session in enumerate(track(made, total=self.sessions, description=label)):
            found += self._session(number, session, heard_in / f"{number:05}.npz", played_in / f"{number:05}.npz", play)
        return found

    def _session(
        self, number: int, session: Session, heard_path: Path, played_path: Path, play: Play
    ) -> Iterator[BodyExample]:
        kept = _kept(heard_path, lambda: _heard(session))
        heard, doing = kept["heard"], kept["does"].astype(np.int64)
        manners = [
            manner(session.poses, np.random.default_rng((self.seed, number, take))) for take in range(self.takes)
        ]
        sounds = Sounds(kept["values"].astype(np.float64), heard[:, :0].astype(np.float32))
        played = _kept(
            played_path, lambda: {"postures": np.stack([play(session, sounds, doing, own) for own in manners])}
        )
        for take, own in enumerate(manners):
            name = f"{number}.{take}"
            yield BodyExample(name, session.voice, heard, told_rows(own, doing), _late(played["postures"][take]))


def _heard(session: Session) -> dict[str, NDArray[Any]]:
    """What is heard of a session: by the network, and (`values`) by the planner, for whom nothing is broken off."""
    spec = ears()
    whole = hear(session.samples, SAMPLE_RATE, spec)
    deaf = silenced(Listened(whole.values), session.cuts)
    broken = hear(session.samples, SAMPLE_RATE, spec, deaf) if deaf else whole
    doing = does(broken.values, session.told).astype(np.int8)
    return {"heard": heard_rows(broken), "values": whole.values.astype(np.float32), "does": doing}


def _kept(path: Path, make: Callable[[], dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Read arrays from a file, which is made first where it is not there."""
    if not path.is_file():
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, **make())  # type: ignore[arg-type]
        partial.replace(path)
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


def _late(postures: Floats) -> Floats:
    """Return postures float32[T, 34] `LATE` poses later."""
    return np.concatenate((np.repeat(postures[:1], LATE, axis=0), postures[:-LATE]))


def planned(session: Session, sounds: Sounds, doing: NDArray[np.int64], own: Mannered) -> Floats:
    """Gesture a session by the planner: a `Play`.

    It is not told where vowels are stressed, only hears it, as the network does.
    """
    energy, space, rate, openness, handedness = own.style.tolist()
    valence, arousal, dominance = own.mood.T
    style = Manner(energy, space, rate, openness, handedness, valence, arousal, dominance, own.sitting)
    heard = Listened(sounds.values)
    return PLANNER.perform(heard, style, key_of(own.seed), activity=doing, cuts=session.cuts).postures


PLANNER: Final = Planner()
"""The teacher."""


def seconds(examples: Iterable[BodyExample]) -> float:
    """Length of the examples together."""
    return sum(example.steps for example in examples) / 30


def _sources(*modules: object) -> tuple[Path, ...]:
    return tuple(Path(str(module.__file__)) for module in modules)  # type: ignore[attr-defined]


_HERE: Final = Path(__file__)
_HEARD_BY: Final = (
    *(_HERE.with_name(f"body_{name}.py") for name in ("sessions", "hearing", "voices")),
    *_sources(rows, phrases, accents),
)
_PLAYED_BY: Final = (
    _HERE.with_name("body_manners.py"),
    *sorted(Path(str(gesturing.__file__)).parent.glob("*.py")),
    *_sources(noise, vocabulary, posture),
    Path(str(posture.__file__)).with_name("gestures.json"),
)


def played_by() -> str:
    """Changes when what plans performances does."""
    return _digest("", (*_HEARD_BY, *_PLAYED_BY))


def _digest(what: str, sources: Iterable[Path]) -> str:
    """Changes when what is made, or what makes it, changes."""
    digest = hashlib.sha256(what.encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]
