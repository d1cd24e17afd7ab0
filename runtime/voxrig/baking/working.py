"""The work itself: jobs in, files and records out. Runs in this process, in another one, or on another machine."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from voxrig.baking.casting import Cast, cast
from voxrig.baking.formats import files_of
from voxrig.baking.job import Job
from voxrig.baking.performing import Part, Performed, perform, unheard
from voxrig.baking.record import failed, kept_keys, record_of
from voxrig.baking.settings import BakeSettings
from voxrig.baking.store import Record, Store
from voxrig.baking.viseme_track import visemes_of
from voxrig.engine_bridges.writers.whole_file import whole_binary_file
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.models import bundle
from voxrig.runtime.models.backend import ModelOpener
from voxrig.runtime.models.batching import BatchRunner, StepModel
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.mover import mover

_YOUNG = 100_000  # objects

Progress = Callable[[int], None]


class Task(NamedTuple):
    """Jobs that are done together, each with the hash of what it is made from."""

    jobs: tuple[tuple[Job, str], ...]
    settings: BakeSettings
    folder: Path


@dataclass(frozen=True, slots=True)
class Studio:
    """What a worker loads once: the models."""

    runner: BatchRunner
    listener: StepModel | None
    mover: StepModel | None


@lru_cache(maxsize=2)
def studio(model: str, body_model: str, backend: str = "cpu") -> Studio:
    """Load the models, once in a process.

    Raises:
        BundleError: one can't be loaded.
        BackendError: the backend can't be used.
    """
    models = ModelOpener(backend)
    runner = BatchRunner(models.open(bundle.load(model)))
    return Studio(runner, shipped_listener(models.open), mover(body_model, models.open))


def work(task: Task, progress: Progress = unheard) -> list[Record]:
    """Do a task, and return a record of each of its jobs, in any order; see `records_of`."""
    with seldom_collected():
        return list(records_of(task, progress))


def records_of(task: Task, progress: Progress = unheard) -> Iterator[Record]:
    """Do a task.

    Args:
        task: its jobs; what goes wrong with one of them is told in its record, and the others go on.
        progress: told how many poses (of 1/60 s) were made since it was last told.

    Yields:
        A record of each job, as it is finished.

    Raises:
        BundleError: the model can't be loaded.
    """
    loaded = studio(task.settings.model, task.settings.body_model, task.settings.backend)
    spec = loaded.runner.model.spec
    broken: list[Record] = []
    casts: dict[int, tuple[Cast, str]] = {}  # of those under way only: a task may be hours of sound

    def parts() -> Iterator[Part]:
        number = 0
        for job, inputs in task.jobs:
            try:
                ready = cast(job, task.settings, spec, loaded.listener, loaded.mover)
            except Exception as error:  # whatever it is: the other lines are not to blame
                broken.append(failed(job, error))
                continue
            casts[number] = ready, inputs
            number += 1
            yield ready.part

    for number, performed in perform(parts(), loaded.runner, task.settings.batch, progress):
        ready, inputs = casts.pop(number)
        try:
            if isinstance(performed, Exception):
                raise performed
            record = _write(ready, performed, inputs, task)
        except Exception as error:  # a full disk, a name that the system refuses
            record = failed(ready.job, error)
        yield record
        while broken:
            yield broken.pop()
    yield from broken


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let Python look for reference cycles only now and then: frames have none, and there are very many of them."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _YOUNG), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def clip_of(ready: Cast, performed: Performed, settings: BakeSettings) -> Clip:
    """Put together what the writers get."""
    job, sound = ready.job, ready.sound
    seconds = Fraction(len(sound.samples), sound.rate)
    layers = performed.layers
    needed = any(one.needs_layers for one in settings.writers)
    return Clip(
        name=job.name,
        take=performed.take,
        layers=layers if settings.layers else {},
        character=job.sheet.name,
        listening=job.listening,
        text="" if job.listening else job.line.text,
        emotion=job.words,
        sound="" if job.listening else job.audio.name,
        seconds=seconds,
        timecode=job.line.timecode or "00:00:00:00",
        visemes=visemes_of(layers["speech"], seconds) if needed else (),
        cues=ready.cues,
        seed=job.seed,
    )


def _write(ready: Cast, performed: Performed, inputs: str, task: Task) -> Record:
    """Write all files of a take, and last that it is done."""
    job, settings = ready.job, task.settings
    clip = clip_of(ready, performed, settings)
    manner = settings.manner(job.sheet.rig)
    paths: list[Path] = []
    told: list[str] = []
    for chosen in settings.writers:
        folder = task.folder / chosen.name
        folder.mkdir(exist_ok=True)
        for part, path in files_of(clip, chosen, folder / f"{job.name}{chosen.endings[0]}"):
            told += chosen.write(part, path, manner)
            paths.append(path)
    record = record_of(ready, clip, [path.relative_to(task.folder) for path in paths], list(dict.fromkeys(told)))
    if any(one.reduced for one in settings.writers):
        record["keys"] = kept_keys(clip, settings.bound)
    if settings.pictures:
        from voxrig.baking.report.strip import strip

        path = task.folder / "report" / f"{job.name}.jpg"
        path.parent.mkdir(exist_ok=True)
        with whole_binary_file(path) as file:
            file.write(strip(clip))
        paths.append(path)
        record["strip"] = f"report/{job.name}.jpg"
    Store(task.folder).save(job.name, inputs, paths, record)
    return record
