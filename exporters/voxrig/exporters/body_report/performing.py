"""Has speech that nobody learned from performed: by the planner, and by an exported network with the same luck."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from voxrig.exporters.body_report.motion import Motion
from voxrig.exporters.body_report.session import Session
from voxrig.exporters.gesturing.accents import accents
from voxrig.exporters.gesturing.listened import Listened
from voxrig.exporters.gesturing.manner import Manner
from voxrig.exporters.gesturing.planner import Planner, silenced
from voxrig.exporters.training import body_sessions
from voxrig.exporters.training.body_hearing import Sounds, does, ears, hear
from voxrig.exporters.training.body_voices import voices
from voxrig.runtime.animation.body.following import followed, resting
from voxrig.runtime.animation.body.noise import noise_rows
from voxrig.runtime.animation.body.rows import STYLE, network_rows, voice_rows
from voxrig.runtime.animation.voice import QUIET
from voxrig.runtime.core.body.posture import LEARNED, SIT, SITTING, STANDING
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.timing import SAMPLE_RATE
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.spec import BODY_POSES

Doubles = NDArray[np.float64]

MOODS: Final[Mapping[str, tuple[float, float, float]]] = {
    "neutral": (0.0, 0.0, 0.0),
    "joy": (0.7, 0.5, 0.3),
    "anger": (-0.6, 0.7, 0.6),
    "fear": (-0.6, 0.6, -0.6),
    "sadness": (-0.6, -0.5, -0.5),
}
"""Valence, arousal and dominance of the emotions that are reported."""
TEACHER: Final = "planner"
STUDENT: Final = "student"

_SPREAD: Final = 0.35  # of styles
_RIGHT_HANDED: Final = 0.3
_SITTING: Final = 0.2


class NoSpeechError(ValueError):
    """There is no speech of voices that are kept for checking."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is performed.

    Attributes:
        name, voice, emotion, style: as of `Session`.
        sounds: what is heard, broken off where it is.
        whole: float64[T, 11], the voice as it was meant.
        stressed: start and end of stressed vowels in seconds.
        cuts: poses at which the speech is broken off.
        doing: int64[T], numbers of `rows.DOING`.
        manner: how.
        keys: one for each seed.
    """

    name: str
    voice: str
    emotion: str
    style: str
    sounds: Sounds
    whole: Doubles
    stressed: tuple[tuple[float, float], ...]
    cuts: tuple[int, ...]
    doing: NDArray[np.int64]
    manner: Manner
    keys: tuple[int, ...]


def held_out_tasks(data: Path, *, seconds: int = 30, seeds: int = 2, seed: int = 77, most: int = 0) -> Iterator[Task]:
    """Make tasks: each voice that no network learned from, in each of `MOODS`, each time in another style.

    Args:
        data: the folder that holds the data sets tts, emodb and ljspeech.
        seconds: length of each.
        seeds: how often each is performed.
        seed: of all choices.
        most: how many tasks; 0: all.

    Raises:
        NoSpeechError: there is none.
    """
    kept = {voice: clips for voice, clips in voices(data, held_out=True).items() if voice.startswith("tts:")}
    if not kept:
        raise NoSpeechError(f"{data}: no voice is held out in its tts; give the folder that holds the data sets")
    random = np.random.default_rng(seed)
    count = len(kept) * len(MOODS)
    made = body_sessions.sessions(kept, count, seed, seconds)
    for number, session in enumerate(made):
        if most and number >= most:
            return
        emotion = list(MOODS)[number // len(kept)]
        yield _task(number, emotion, session, seeds, random)


def _task(number: int, emotion: str, session: body_sessions.Session, seeds: int, random: np.random.Generator) -> Task:
    spec = ears()
    whole = hear(session.samples, SAMPLE_RATE, spec)
    deaf = silenced(Listened(whole.values, session.stressed), session.cuts)
    sounds = hear(session.samples, SAMPLE_RATE, spec, deaf) if deaf else whole
    numbers = np.clip(random.normal(0.0, _SPREAD, len(STYLE)), -1.0, 1.0)
    numbers[-1] = np.clip(random.normal(_RIGHT_HANDED, _SPREAD), -1.0, 1.0)
    sitting = bool(random.random() < _SITTING)
    energy, space, rate, openness, handedness = numbers.tolist()
    valence, arousal, dominance = MOODS[emotion]
    words = [f"{name} {value:+.1f}" for name, value in zip(STYLE, numbers, strict=True) if abs(value) > 0.25]
    voice = session.voice.partition(":")[2]
    return Task(
        f"{number + 1} {voice}", voice, emotion, ", ".join([*words, *(["sitting"] * sitting)]) or "usual", sounds,
        whole.values, session.stressed, session.cuts, does(sounds.values, session.told),
        Manner(energy, space, rate, openness, handedness, valence, arousal, dominance, sitting),
        tuple(key_of(1000 * number + take) for take in range(seeds)),
    )  # fmt: skip


def sessions(tasks: Sequence[Task], model: StepModel | None) -> list[Session]:
    """Have tasks performed by the planner and, unless `model` is None, by a network with the role `body`."""
    planner, found = Planner(), []
    for task in track(tasks, description="performing"):
        heard = Listened(task.whole, task.stressed)
        plans = [planner.perform(heard, task.manner, key, activity=task.doing, cuts=task.cuts) for key in task.keys]
        motions = {TEACHER: [Motion.of(plan.postures) for plan in plans]}
        if model is not None:
            motions[STUDENT] = [Motion.of(postures) for postures in student_postures(task, model)]
        stressed = [accent.at for accent in accents(Listened(task.sounds.values, task.stressed))]
        apexes = tuple(stroke.apex for stroke in plans[0].strokes)
        found.append(Session(
            task.name, task.voice, task.emotion, task.style, task.sounds.values, np.array(stressed, np.float64),
            motions, apexes,
        ))  # fmt: skip
    return found


def student_postures(task: Task, model: StepModel) -> Iterator[Doubles]:
    """Yield what a network makes of a task with each of its keys, as a session of the runtime does: float64[T, 34]."""
    rows = np.stack([network_input(task, key) for key in task.keys])
    batch, steps, _ = rows.shape
    state = tuple(np.repeat(part[None], batch, axis=0) for part in model.start())
    rest = SITTING if task.manner.sitting else STANDING
    goals = np.tile(rest, (batch, steps, 1))
    for step in range(steps):
        goals[:, step, LEARNED], state = model.step(np.ascontiguousarray(rows[:, step]), state)
    for path in np.repeat(goals, BODY_POSES, axis=1):
        path[:, SIT] = float(task.manner.sitting)
        yield followed(resting(path[0]), path)[1][: len(task.doing)]


def network_input(task: Task, key: int) -> NDArray[np.float32]:
    """Lay out what the network is given at the even poses of a task: float32[ceil(T / 2), row]."""
    poses = len(task.doing)
    steps = -(-poses // BODY_POSES)
    even = np.arange(steps) * BODY_POSES
    at = np.arange(-1, steps * BODY_POSES - 1)  # that before each even pose, and its own
    inside = np.clip(at, 0, poses - 1)
    voiced, mels = voice_rows(task.sounds.values)[inside], task.sounds.mel[inside]
    voiced[0] = voice_rows(np.array([QUIET], np.float64))[0]
    mels[0] = np.log(np.float32(ears().features.floor))
    manner = task.manner
    mood = np.stack(np.broadcast_arrays(manner.valence, manner.arousal, manner.dominance, np.zeros(poses))[:3], axis=1)
    return network_rows(
        voiced, mels, mood[even], np.tile([getattr(manner, name) for name in STYLE], (steps, 1)),
        np.full(steps, float(manner.sitting)), task.doing[even], noise_rows(key, 0, steps, BODY_POSES),
    )  # fmt: skip
