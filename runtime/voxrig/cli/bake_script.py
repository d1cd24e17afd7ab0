"""`voxrig bake` of a whole dialogue: what it prints and shows while it works."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from voxrig.baking.dialogue_bake import Outcome, Watcher, Way, bake_dialogue, look
from voxrig.baking.formats import formats_of
from voxrig.baking.performing import BATCH
from voxrig.baking.planning import Plan
from voxrig.baking.recordings import dialogue_of_folder
from voxrig.baking.script.dialogue import Dialogue
from voxrig.baking.script.reading import read_dialogue
from voxrig.baking.settings import BakeSettings
from voxrig.baking.store import Record
from voxrig.runtime.core.keys import BOUND, TURN
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models.bundle import SHIPPED_FOLDER, Bundle
from voxrig.runtime.models.mover import MOVER, mover_bundle

_MOST_TOLD = 20
"""Lines that went wrong and are printed; the report has them all."""


class Files(NamedTuple):
    """What files a bake writes.

    Attributes:
        formats: names with commas between them; None: the usual one.
        fps: frames a second as text; None: 60, or as a script has it.
        tracks: whether each layer is written alone, too.
        key_error: how far a curve may be off where keys are left out; None: the usual bound.
        glb_model: a model whose face GLB files move.
    """

    formats: str | None
    fps: str | None
    tracks: bool
    key_error: float | None
    glb_model: Path | None

    def check(self) -> None:
        """Refuse a model that is not there.

        Raises:
            ValueError: with the remedy.
        """
        if self.glb_model is not None and not self.glb_model.is_file():
            raise ValueError(f"--glb-model {self.glb_model}: there is no such file; check the path")


class Work(NamedTuple):
    """How a dialogue is worked on; the names are those of the options."""

    jobs: int | None
    batch: int | None
    ray: str | None
    dry_run: bool
    force: bool
    scratch: bool
    listeners: bool
    pictures: bool
    body: bool | None
    body_model: str | None
    backend: str


def bake_script(
    source: Path, folder: Path, characters: Path | None, bundle: Bundle, files: Files, work: Work, *, as_json: bool
) -> None:
    """Bake a dialogue into a folder.

    Raises:
        ValueError: a script that can't be read at all, a value that can't be.
        typer.Exit: with code 2, where lines failed or were kept though the script asks for others.
    """
    if folder.is_file():
        raise ValueError(
            f"{folder} is a file; a dialogue's assets go to a folder, for example {folder.with_suffix('')}"
        )
    files.check()
    dialogue = dialogue_of_folder(source) if source.is_dir() else read_dialogue(source, characters)
    settings = _settings(dialogue, bundle, files, work)
    if work.body_model is not None and not settings.embodied:
        raise ValueError("--body-model has no effect without a body; give --body on, or write a format for bones")
    way = Way(work.jobs or _cores(), work.ray, work.scratch, work.force)
    if work.dry_run:
        plan = look(dialogue, settings, folder, way)
        _tell_plan(dialogue, plan, folder, as_json=as_json)
        if any(record["error"] for record in plan.settled.values()):
            raise typer.Exit(2)
        return
    begun = time.perf_counter()
    try:
        with _watching(quiet=as_json) as watcher:
            outcome = bake_dialogue(dialogue, settings, folder, way, watcher)
    except OSError as error:
        raise ValueError(
            f"{folder}: {error.strerror or error}; what is baked stays: give it room and leave to write, and the "
            "same command goes on from there"
        ) from error
    except KeyboardInterrupt:
        typer.echo("stopped; what is baked stays, and the same command goes on from there", err=True)
        raise typer.Exit(130) from None
    _tell(dialogue, outcome, folder, time.perf_counter() - begun, settings, way, as_json=as_json)
    if outcome.count("failed") or outcome.count("edited"):
        raise typer.Exit(2)


def _settings(dialogue: Dialogue, bundle: Bundle, files: Files, work: Work) -> BakeSettings:
    bound = BOUND if files.key_error is None else files.key_error
    return BakeSettings(
        formats=tuple(one.name for one in formats_of(files.formats or "csv")),
        fps=FrameRate.parse(files.fps or dialogue.fps or "60"),
        # On other machines a shipped model lies elsewhere.
        model=bundle.path.name if work.ray and bundle.path.parent == SHIPPED_FOLDER else str(bundle.path.resolve()),
        layers=files.tracks,
        listeners=work.listeners,
        pictures=work.pictures,
        body=work.body,
        body_model=_body_model(work.body_model),
        backend=work.backend,
        bound=bound,
        turn=TURN if bound else 0.0,
        model_file=files.glb_model and files.glb_model.resolve(),
        batch=work.batch or BATCH,
    )


def _body_model(chosen: str | None) -> str:
    """Return the body's bundle as workers find it, wherever they run.

    Raises:
        BundleError: there is no such bundle.
    """
    if chosen is None or (found := mover_bundle(chosen)) is None:
        return MOVER
    return chosen if found.path.parent == SHIPPED_FOLDER else str(found.path.resolve())


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(slots=True)
class _Watch(Watcher):
    """Shows how a bake gets on."""

    progress: Progress
    task: Any = None
    total: float = 0.0

    def planned(self, plan: Plan) -> None:
        self.total = sum(plan.seconds.get(due.job.name, 0.0) for due in plan.due)
        self.task = self.progress.add_task("bake", total=self.total or None, rate="", takes=f"0/{len(plan.due)}")

    def made(self, poses: int) -> None:
        self.progress.advance(self.task, poses / 60)
        task = self.progress.tasks[0]
        if task.elapsed:
            self.progress.update(self.task, rate=f"{task.completed / task.elapsed:.0f} x real time")

    def finished(self, record: Record) -> None:
        done, of = self.progress.tasks[0].fields["takes"].split("/")
        self.progress.update(self.task, takes=f"{int(done) + 1}/{of}")
        if record["status"] == "failed" and self.progress.console.is_terminal:  # elsewhere the end tells it all
            self.progress.console.print(
                f"{record['id']}: {record['error']}", style="red", markup=False, highlight=False
            )


@contextmanager
def _watching(*, quiet: bool) -> Iterator[_Watch]:

    console = Console(file=sys.stderr, quiet=quiet)
    columns = (
        TextColumn("baking {task.fields[takes]}"),
        BarColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        yield _Watch(progress)


def _tell_plan(dialogue: Dialogue, plan: Plan, folder: Path, *, as_json: bool) -> None:
    """Say what a bake would do."""
    due = {due.job.name for due in plan.due}
    takes = [
        {
            "id": name if name in due else plan.settled[name]["id"],
            "would": "bake" if name in due else plan.settled[name]["status"],
            "why": plan.why.get(name, ""),
            "emotion": plan.moods.get(name, {}).get("words", ""),
            "error": "" if name in due else plan.settled[name]["error"],
            "seconds": round(plan.seconds.get(name, 0.0), 3),
        }
        for name in plan.order
    ]
    if as_json:
        typer.echo(
            json.dumps(
                {"script": str(dialogue.path), "output": str(folder), "takes": takes, "left_over": plan.left_over}
            )
        )
        return
    for take in takes:
        told = "  ".join(str(take[key]) for key in ("id", "why", "emotion", "error") if take[key])
        typer.echo(f"{take['would']:<10} {told}")
    total = sum(plan.seconds.get(name, 0.0) for name in due)
    typer.echo(
        f"{folder}: {len(due)} of {len(takes)} takes would be baked, {total:.1f} s of sound; nothing was written"
    )


def _tell(
    dialogue: Dialogue,
    outcome: Outcome,
    folder: Path,
    elapsed: float,
    settings: BakeSettings,
    way: Way,
    *,
    as_json: bool,
) -> None:
    """Say what came of a bake."""
    counts = {status: outcome.count(status) for status in ("baked", "unchanged", "edited", "failed")}
    warnings = sum(len(record["warnings"]) for record in outcome.records)
    if as_json:
        wrong = [{"id": r["id"], "status": r["status"], "error": r["error"]} for r in outcome.records if r["error"]]
        told = {
            "script": str(dialogue.path), "output": str(folder), **counts, "warnings": warnings, "errors": wrong,
            "left_over": outcome.left_over, "report": str(folder / "report.html"), "seconds": round(outcome.seconds, 3),
            "elapsed": round(elapsed, 3), "times_real_time": round(outcome.seconds / elapsed, 1), "jobs": way.processes,
        }  # fmt: skip
        typer.echo(json.dumps(told))
        return
    wrong = [record for record in outcome.records if record["error"]]
    for record in wrong[:_MOST_TOLD]:
        typer.echo(f"{record['status']} {record['id']}: {record['error']}", err=True)
    if len(wrong) > _MOST_TOLD:
        typer.echo(f"... and {len(wrong) - _MOST_TOLD} more; see the report", err=True)
    told_counts = ", ".join(f"{count} {status}" for status, count in counts.items() if count or status == "baked")
    typer.echo(f"{dialogue.title}: {len(outcome.records)} takes: {told_counts}; {warnings} warnings")
    if outcome.left_over:
        typer.echo(f"no longer in the script, and left where they are: {', '.join(outcome.left_over[:_MOST_TOLD])}")
    if counts["baked"]:
        rate = outcome.seconds / elapsed
        typer.echo(f"{outcome.seconds:.1f} s of sound in {elapsed:.1f} s, {rate:.0f} times real time, all of it")
    typer.echo(f"{', '.join(settings.formats)} in {folder}; look at {folder / 'report.html'}")
