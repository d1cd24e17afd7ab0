"""What there is to do: which takes a dialogue needs, in what mood, and which of them are done already."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import soundfile

from voxrig.baking.job import Job, inputs_of
from voxrig.baking.moods import moods_of, told
from voxrig.baking.record import failed
from voxrig.baking.scratch import is_recorded, is_spoken, scratch_path
from voxrig.baking.script.dialogue import Dialogue, Line, Problem, Where
from voxrig.baking.settings import BakeSettings
from voxrig.baking.store import Record, Store, Stored
from voxrig.baking.take_names import LISTENS, clashes, is_listened
from voxrig.baking.voices import Voice
from voxrig.runtime.animation.affect.choosing import Choice
from voxrig.runtime.animation.cues_body import POSTURES
from voxrig.runtime.core.timecode_clock import Timecode, TimecodeTextError
from voxrig.runtime.models import bundle
from voxrig.runtime.models.listener import LISTENER
from voxrig.runtime.models.mover import mover_bundle


class Due(NamedTuple):
    """A take to bake, and the hash of what it is made from."""

    job: Job
    inputs: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A bake before its work.

    Attributes:
        due: takes to bake.
        why: the reason of each of them, by name.
        settled: records of all others by name: unchanged, edited by hand and so kept, or failed already.
        order: names of all takes, in the script's order, failed lines among them.
        moods: what the report tells of each take's emotion, by name.
        seconds: of sound, by name, where it can be read.
        audio: each take's sound, by name.
        left_over: names of takes that are done but no longer in the script.
    """

    due: tuple[Due, ...]
    why: Mapping[str, str]
    settled: Mapping[str, Record]
    order: tuple[str, ...]
    moods: Mapping[str, Mapping[str, Any]]
    seconds: Mapping[str, float]
    audio: Mapping[str, Path]
    left_over: tuple[str, ...]


def unwritten(dialogue: Dialogue) -> list[Line]:
    """Return the lines whose emotion is to be chosen by context, and so to be listened to."""
    return [line for line in dialogue.lines if line.emotion is None]


def sound_of(dialogue: Dialogue, line: Line, folder: Path) -> Path | None:
    """Return the sound that a line is baked from: its recording, or its scratch voice; None where there is neither."""
    if is_recorded(line):
        return line.audio
    return scratch_path(line, folder) if is_spoken(dialogue, line, folder) else None


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
        scratch: whether scratch voices take the place of recordings that are missing; one that is not spoken yet
            makes its line due.
        force: bake everything again, also what somebody has edited.
    """
    models = _checksums(settings)
    sounds = {
        line.id: sound_of(dialogue, line, store.folder) if scratch or is_recorded(line) else None
        for line in dialogue.lines
    }
    lengths = {name: _seconds(path) for name, path in sounds.items() if path is not None}
    seconds = {name: length for name, length in lengths.items() if length is not None}
    choices = moods_of(dialogue, voices, seconds)
    problems = (*problems, *clashes(dialogue.lines, settings), *_without_frame(dialogue, settings))
    out = {problem.line for problem in problems}
    kept = {line.id for line in dialogue.lines} - out
    problems = (*dialogue.problems, *problems)
    named = _named(problems, kept | {name + LISTENS for name in kept})
    settled = {name: _out(problem, name) for name, problem in named}
    due: list[Due] = []
    why: dict[str, str] = {}
    order = [(_row(problem.where, dialogue), name) for name, problem in named]
    moods: dict[str, Mapping[str, Any]] = {}
    audio: dict[str, Path] = {}
    for line in dialogue.lines:
        if line.id in out:
            continue
        for job in _jobs(dialogue, line, sounds[line.id], choices[line.id], settings):
            order.append((_row(line.where, dialogue), job.name))
            moods[job.name] = _mood(job, choices[line.id])
            if line.id in seconds:
                seconds[job.name] = seconds[line.id]
            if sounds[line.id] is None:
                found = _without_sound(job, scratch=scratch)
            else:
                audio[job.name] = job.audio
                found = _settle(job, settings, store, models, force=force)
            if isinstance(found, dict):
                settled[job.name] = found
            else:
                due.append(found[0])
                why[job.name] = found[1]
    order.sort(key=lambda placed: placed[0])
    names = tuple(name for _, name in order)
    # The take of one who listens to a line that is wrong now is not left over.
    left = set(store.names()) - {*names, *(problem.line + LISTENS for problem in problems)}
    return Plan(tuple(due), why, settled, names, moods, seconds, audio, tuple(sorted(left)))


def _without_frame(dialogue: Dialogue, settings: BakeSettings) -> Iterator[Problem]:
    """Yield a problem for each line that begins at a timecode which the rate of the bake has not."""
    for line in dialogue.lines:
        try:
            Timecode.parse(line.timecode or "00:00:00:00", settings.fps)
        except TimecodeTextError as error:
            yield Problem(line.id, f"timecode: {error}", line.where)


def _row(where: Where, dialogue: Dialogue) -> int:
    """Where in the script something stands; what is wrong elsewhere comes first."""
    return where.line if where.path == dialogue.path else 0


def _named(problems: Sequence[Problem], taken: Collection[str]) -> list[tuple[str, Problem]]:
    """Problems under names that no take and no other one has: lines' ids, or where they stand."""
    names: dict[str, Problem] = {}
    for problem in problems:
        name = problem.line or str(problem.where)
        while name in names or name in taken:
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
    audio = sound or line.audio or dialogue.path.with_name(f"{line.id}.wav")  # the last two for words only
    scratch = sound is not None and not is_recorded(line)
    sheet = dialogue.characters[line.character]
    jobs = [Job(line.id, line, sheet, False, audio, scratch, dict(choice.emotion), choice.words)]
    if line.listener is not None and is_listened(line, settings):
        other = dialogue.characters[line.listener]
        words = ",".join(f"{name}={value:g}" for name, value in choice.reaction.items())
        # Nothing of the speaker's manner goes into the listener's take, but the time, what the face reacts to, and the
        # postures that the listener mirrors.
        mirrored = line.tags if settings.embodied else ()
        kept = tuple(tag for tag in mirrored if tag.cue == "body" and not POSTURES.keys().isdisjoint(tag.values))
        bare = replace(line, emotion=None, intensity=None, tags=kept, overrides=(), style=None)
        jobs.append(Job(line.id + LISTENS, bare, other, True, audio, scratch, dict(choice.reaction), words))
    return jobs


def _mood(job: Job, choice: Choice) -> dict[str, Any]:
    if job.listening:
        return {"words": job.words, "why": ["what the one who listens shows of it"], "sources": {}, "vad": []}
    return told(choice)


def _without_sound(job: Job, *, scratch: bool) -> tuple[Due, str] | Record:
    line = job.line
    if scratch and line.text:
        return Due(job, ""), "to be spoken by a scratch voice"
    named = f"{line.audio} is not there" if line.audio else "it has no recording"
    remedy = "record it, or give --scratch-voice" if line.text else "correct the path, or record it"
    return failed(job, ValueError(f"{line.where}: {named}; {remedy}"))


def _settle(
    job: Job, settings: BakeSettings, store: Store, models: Mapping[str, str], *, force: bool
) -> tuple[Due, str] | Record:
    """Say that a job is due, and why; or return what is told of it."""
    try:
        inputs = inputs_of(job, settings, models)
    except OSError as error:
        return failed(job, ValueError(f"{job.line.where}: {error.filename}: {error.strerror}; check the path"))
    stored = store.load(job.name)
    due = Due(job, inputs)
    if stored is None:
        return due, "new"
    if force:
        return due, "forced"
    if not store.is_whole(stored):
        return due, "files are missing"
    if stored.inputs == inputs:
        return {**stored.record, "status": "unchanged"}
    return _kept(stored, store) or (due, "changed")


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
    mover = mover_bundle(settings.body_model) if settings.embodied else None
    return {
        "face": bundle.load(settings.model).spec.checksum,
        "emotion": listener,
        "body": mover.spec.checksum if mover else "",
    }


def _seconds(path: Path) -> float | None:
    """Length of a sound by its header; None where it has none that can be read: the bake tells why."""
    try:
        found = soundfile.info(path)
    except (OSError, RuntimeError):
        return None
    return float(found.frames / found.samplerate) if 0 < found.frames < 2**40 else None
