"""A whole dialogue, from its script to its assets and its report."""

import json
import math
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voxrig.baking.crew import crew
from voxrig.baking.folder_lock import only_one
from voxrig.baking.own_files import check_inputs
from voxrig.baking.planning import Plan, plan, unwritten
from voxrig.baking.scratch import is_recorded, speak_lines
from voxrig.baking.script.dialogue import Dialogue
from voxrig.baking.settings import BakeSettings
from voxrig.baking.store import HIDDEN, Record, Store
from voxrig.baking.voices import Voice, known
from voxrig.baking.working import Task
from voxrig.runtime.models import bundle


class Watcher:
    """Is told how a bake gets on; this one takes no notice."""

    def planned(self, plan: Plan) -> None:
        """The work begins."""

    def made(self, poses: int) -> None:
        """So many more poses (of 1/60 s) are made."""

    def finished(self, record: Record) -> None:
        """A take is done, or failed."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the work is done; nothing in the files depends on it.

    Attributes:
        processes: workers on this machine, or of a local Ray.
        ray: address of a Ray cluster, `local`, or None.
        scratch: whether scratch voices take the place of recordings that are missing.
        force: bake everything again, also what somebody has edited.
    """

    processes: int = 1
    ray: str | None = None
    scratch: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a bake.

    Attributes:
        records: of all takes, in the script's order.
        left_over: takes in the folder that the script no longer has.
        seconds: of sound that were baked now.
    """

    records: tuple[Record, ...]
    left_over: tuple[str, ...]
    seconds: float

    def count(self, status: str) -> int:
        """How many takes are `baked`, `unchanged`, `edited` or `failed`."""
        return Counter(record["status"] for record in self.records)[status]


def look(dialogue: Dialogue, settings: BakeSettings, folder: Path, way: Way) -> Plan:
    """Say what a bake would do, and do nothing: lines that were never listened to count as neutral."""
    check_inputs(dialogue, settings, folder)
    store = Store(folder)
    return plan(dialogue, settings, store, _voices(dialogue, folder), scratch=way.scratch, force=way.force)


def bake_dialogue(
    dialogue: Dialogue, settings: BakeSettings, folder: Path, way: Way, watcher: Watcher | None = None
) -> Outcome:
    """Bake what is not baked yet.

    Args:
        dialogue: the script.
        settings: what to make.
        folder: where it goes; made if it is not there.
        way: how.
        watcher: told how it gets on.

    Raises:
        OwnFileError: it would write over what it reads.
        FolderBusyError: another bake is writing there.
        RayError: the cluster can't be reached.
        BundleError: the model can't be loaded.
        OSError: the folder can't be written.
    """
    watcher = watcher or Watcher()
    check_inputs(dialogue, settings, folder)
    with only_one(folder / HIDDEN / "lock"), crew(way.processes, way.ray) as workers:
        store = Store(folder)
        store.open()
        problems = []
        if way.scratch:
            problems = speak_lines(dialogue, [line for line in dialogue.lines if not is_recorded(line)], folder)
        workers.listen(_unheard(dialogue, folder), folder)
        voices = _voices(dialogue, folder)
        made = plan(dialogue, settings, store, voices, problems, scratch=way.scratch, force=way.force)
        watcher.planned(made)
        done: dict[str, Record] = {}
        for found in workers.bake(made, Task((), settings, folder), watcher.made):
            for record in found:
                done[record["id"]] = record
                watcher.finished(record)
        records = tuple(_reported(name, made, done, folder) for name in made.order)
        seconds = sum(made.seconds.get(name, 0.0) for name, record in done.items() if record["status"] == "baked")
        outcome = Outcome(records, made.left_over, seconds)
        write_report(dialogue, settings, folder, outcome)
        return outcome


def write_report(dialogue: Dialogue, settings: BakeSettings, folder: Path, outcome: Outcome) -> None:
    """Write report.html and report.json; nothing in them tells one run from another of the same."""
    from voxrig.baking.report.page import write_json, write_page

    # In order of the keys: a record that was read back has them so, and the page must be the same.
    told = [record | {"status": _lasting(record["status"])} for record in outcome.records]
    records: list[Record] = json.loads(json.dumps(told, sort_keys=True))
    summary: dict[str, Any] = {
        "title": dialogue.title,
        "script": dialogue.path.name,
        "fps": str(settings.fps),
        "model": _model(settings),
        "formats": list(settings.formats),
        "layers": settings.layers,
        "key_error": {"curves": settings.bound, "degrees": round(math.degrees(settings.turn), 3)},
        "takes": dict(sorted(Counter(record["status"] for record in records).items())),
        "warnings": [str(problem) for problem in dialogue.warnings],
        "left_over": list(outcome.left_over),
    }
    _write_unreal(outcome.records, folder)
    write_json(summary, records, folder / "report.json")
    write_page(summary, records, folder / "report.html")


def _model(settings: BakeSettings) -> str:
    spec = bundle.load(settings.model).spec
    return f"{spec.name} {spec.version}"


def _write_unreal(records: Sequence[Record], folder: Path) -> None:
    """Write the script that makes AnimSequences of all takes for Unreal, where there are some."""
    place = folder / "unreal"
    files = [
        (record, Path(path)) for record in records for path in record["files"] if Path(path).parent.name == "unreal"
    ]
    if not files:
        return
    from voxrig.engine_bridges.writers.unreal_script import ListedTake, write_unreal_script

    takes = [ListedTake(path.name, _heard(record)) for record, path in files]
    write_unreal_script(takes, place / "import_to_unreal.py")


def _heard(record: Record) -> str:
    """Return a take's sound as a script in a folder below the assets finds it; a listener's has none."""
    path = Path("..", record["audio"])
    return "" if record["role"] == "listener" or set(":\\") & set(record["audio"]) else path.as_posix()


def _lasting(status: str) -> str:
    """What a report says of a take: it can't tell what was baked now from what was there."""
    return "baked" if status == "unchanged" else status


def _reported(name: str, made: Plan, done: Mapping[str, Record], folder: Path) -> Record:
    record = done[name] if name in done else made.settled[name]
    if name not in made.moods:
        return record
    audio = _from(folder, made.audio[name]) if name in made.audio else ""
    return {**record, "emotion": made.moods[name], "audio": audio}


def _from(folder: Path, audio: Path) -> str:
    """Return where a recording is, as a page in the folder finds it."""
    try:
        return Path(os.path.relpath(audio, folder)).as_posix()
    except ValueError:  # on another drive of Windows
        return audio.as_uri()


def _unheard(dialogue: Dialogue, folder: Path) -> list[Path]:
    """Return the recordings of those lines whose emotion is to be chosen, as far as nobody listened to them before."""
    audio = [line.audio for line in unwritten(dialogue) if line.audio and is_recorded(line)]
    heard = known(audio, folder)
    return [path for path in dict.fromkeys(audio) if path not in heard]


def _voices(dialogue: Dialogue, folder: Path) -> dict[str, Voice]:
    """What was heard in the recordings; a scratch voice has no feeling to hear."""
    lines = {line.id: line.audio for line in unwritten(dialogue) if line.audio and is_recorded(line)}
    heard = known(set(lines.values()), folder)
    return {name: heard[path] for name, path in lines.items() if path in heard}
