"""What there is to do: which takes a dialogue needs, in what mood, and which of them are done already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import soundfile

from voxrig.baking.job import Job, inputs_of
from voxrig.baking.moods import moods_of, told
from voxrig.baking.record import failed
from voxrig.baking.scratch import is_recorded, scratch_path
from voxrig.baking.script.dialogue import Dialogue, Line, Problem
from voxrig.baking.settings import BakeSettings
from voxrig.baking.store import Record, Store, Stored
from voxrig.baking.voices import Voice
from voxrig.runtime.animation.affect.choosing import Choice
from voxrig.runtime.models import bundle
from voxrig.runtime.models.listener import LISTENER

LISTENS: Final = "_listener"
"""What the name of a listener's take ends with."""


class Due(NamedTuple):
    """A take to bake, and the hash of what it is made from."""

    job: Job
    inputs: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A bake before its work.

    Attributes:
        due: takes to bake.
        settled: records of all others by name: unchanged, edited by hand and so kept, or failed already.
        order: names of all takes, in the script's order, failed lines among them.
        moods: what the report tells of each take's emotion, by name.
        seconds: of sound, by name, where it can be read.
        audio: each take's sound, by name.
        left_over: names of takes that are done but no longer in the script.
    """

    due: tuple[Due, ...]
    settled: Mapping[str, Record]
    order: tuple[str, ...]
    moods: Mapping[str, Mapping[str, Any]]
    seconds: Mapping[str, float]
    audio: Mapping[str, Path]
    left_over: tuple[str, ...]


def unwritten(dialogue: Dialogue) -> list[Line]:
    """Return the lines whose emotion is to be chosen by context, and so to be listened to."""
    return [line for line in dialogue.lines if line.emotion is None]


def sound_of(line: Line, folder: Path) -> Path | None:
    """Return the sound that a line is baked from: its recording, or its scratch voice."""
    if is_recorded(line):
        return line.audio
    path = scratch_path(line, folder)
    return path if path.is_file() else None


def plan(
    dialogue: Dialogue,
    settings: BakeSettings,
    store: Store,
    voices: Mapping[str, Voice],
    problems: Sequence[Problem] = (),
    *,
    scratch: bool = False,
    force: bool = False,
) -> Plan:
    """Find out what there is to do.

    Args:
        dialogue: the script.
        settings: of the bake.
        store: what is done.
        voices: what is heard in the recordings, by the line's id.
        problems: lines that are out already, besides the script's own.
        scratch: whether scratch voices take the place of recordings that are missing.
        force: bake everything again, also what somebody has edited.
    """
    models = _checksums(settings)
    sounds = {
        line.id: sound_of(line, store.folder) if scratch or is_recorded(line) else None for line in dialogue.lines
    }
    lengths = {name: _seconds(path) for name, path in sounds.items() if path is not None}
    seconds = {name: length for name, length in lengths.items() if length is not None}
    choices = moods_of(dialogue, voices, seconds)
    out = {problem.line for problem in problems}
    settled = {name: _out(problem, name) for name, problem in _named((*dialogue.problems, *problems))}
    due: list[Due] = []
    order = list(settled)
    moods: dict[str, Mapping[str, Any]] = {}
    audio: dict[str, Path] = {}
    for line in dialogue.lines:
        if line.id in out:
            continue
        for job in _jobs(dialogue, line, sounds[line.id], choices[line.id], settings):
            order.append(job.name)
            moods[job.name] = _mood(job, choices[line.id])
            audio[job.name] = job.audio
            if line.id in seconds:
                seconds[job.name] = seconds[line.id]
            found = _settle(job, settings, store, models, force=force)
            if isinstance(found, Due):
                due.append(found)
            else:
                settled[job.name] = found
    left = set(store.names()) - set(order)
    return Plan(tuple(due), settled, tuple(order), moods, seconds, audio, tuple(sorted(left)))


def _named(problems: Sequence[Problem]) -> list[tuple[str, Problem]]:
    """Problems under names of their own: lines' ids, or where they stand."""
    names: dict[str, Problem] = {}
    for problem in problems:
        name = problem.line or str(problem.where)
        while name in names:
            name += "*"
        names[name] = problem
    return list(names.items())


def _out(problem: Problem, name: str) -> Record:
    return {
        "id": problem.line or name, "line": problem.line, "character": "", "role": "speaker", "listener": "",
        "text": "", "status": "failed", "error": f"{problem.where}: {problem.text}", "warnings": [], "files": [],
    }  # fmt: skip


def _jobs(dialogue: Dialogue, line: Line, sound: Path | None, choice: Choice, settings: BakeSettings) -> list[Job]:
    """Return the takes of a line: the speaker's, and the listener's where one listens."""
    audio = sound or line.audio or Path(f"{line.id}.wav")
    scratch = sound is not None and not is_recorded(line)
    sheet = dialogue.characters[line.character]
    jobs = [Job(line.id, line, sheet, False, audio, scratch, dict(choice.emotion), choice.words)]
    if settings.listeners and line.listener is not None and line.listener != line.character:
        other = dialogue.characters[line.listener]
        words = ",".join(f"{name}={value:g}" for name, value in choice.reaction.items())
        # Nothing of the speaker's manner goes into the listener's take, but the time and what the face reacts to.
        bare = replace(line, emotion=None, intensity=None, tags=(), overrides=(), style=None)
        jobs.append(Job(line.id + LISTENS, bare, other, True, audio, scratch, dict(choice.reaction), words))
    return jobs


def _mood(job: Job, choice: Choice) -> dict[str, Any]:
    if job.listening:
        return {"words": job.words, "why": ["what the one who listens shows of it"], "sources": {}, "vad": []}
    return told(choice)


def _settle(job: Job, settings: BakeSettings, store: Store, models: Mapping[str, str], *, force: bool) -> Due | Record:
    """Say that a job is due, or why it is not."""
    if not job.audio.is_file():
        named = f"{job.audio} is not there" if job.line.audio else "it has no recording"
        remedy = "record it, or give --scratch-voice" if job.line.text else "correct the path, or record it"
        return failed(job, ValueError(f"{job.line.where}: {named}; {remedy}"))
    try:
        inputs = inputs_of(job, settings, models)
    except OSError as error:
        return failed(job, ValueError(f"{job.line.where}: {error.filename}: {error.strerror}; check the path"))
    stored = store.load(job.name)
    if force or stored is None or not store.is_whole(stored):
        return Due(job, inputs)
    if stored.inputs == inputs:
        return {**stored.record, "status": "unchanged"}
    return _kept(stored, store) or Due(job, inputs)


def _kept(stored: Stored, store: Store) -> Record | None:
    """Return the record of a take that is to be baked again, but that somebody has worked on."""
    edited = store.edited(stored)
    if not edited:
        return None
    text = (
        f"{', '.join(edited)} was edited by hand since it was baked, and is kept; the script asks for another take: "
        "bake with --force to replace it, or move it away"
    )
    return {**stored.record, "status": "edited", "error": text}


def _checksums(settings: BakeSettings) -> dict[str, str]:
    listener = bundle.load(LISTENER, "emotion").spec.sha256 if LISTENER in bundle.shipped("emotion") else ""
    return {"face": bundle.load(settings.model).spec.sha256, "emotion": listener}


def _seconds(path: Path) -> float | None:
    """Length of a sound by its header; None where it has none that can be read: the bake tells why."""
    try:
        found = soundfile.info(path)
    except (OSError, RuntimeError):
        return None
    return float(found.frames / found.samplerate) if 0 < found.frames < 2**40 else None
