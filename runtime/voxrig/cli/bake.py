"""`voxrig bake`: a sound file in, a finished take out; or a whole dialogue, and all its assets."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxrig.cli.backend_option import Backend
from voxrig.cli.life_options import LARGEST_SEED, Blink, Body, BodyModel, Emotion, Gaze, Head, Heard, Idle, given

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.runtime.models.bundle import Bundle

_SCRIPTS = (".yaml", ".yml", ".json", ".csv", ".tsv", ".txt")


def _list(wanted: bool) -> None:
    if wanted:
        from voxrig.baking.formats import FORMATS

        for one in FORMATS.values():
            typer.echo(f"{one.name:<10} {', '.join(one.endings):<22} {one.about}")
        raise typer.Exit


def bake(
    source: Annotated[Path, typer.Argument(metavar="IN", help="WAV, FLAC or OGG; or a dialogue: YAML, JSON or CSV.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="OUT", help="A file, whose ending tells the format; or a folder."),
    ],
    formats: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="csv,glb,...", help="What to write; --formats lists them all."),
    ] = None,
    rig: Annotated[
        str | None, typer.Option(help="arkit or metahuman: names of the curves. In a dialogue the characters say it.")
    ] = None,
    fps: Annotated[
        str | None, typer.Option(help="Frames a second: 24, 29.97 or 30000/1001.", show_default="60")
    ] = None,
    look_ahead: Annotated[
        float | None, typer.Option(metavar="MS", help="Use the best model that looks ahead at most so far.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="live, fast or studio, or a bundle by its path.", show_default="studio")
    ] = None,
    tracks: Annotated[
        bool,
        typer.Option("--tracks", help="Also write each layer alone: speech, emotion, blink, gaze, head, idle, body."),
    ] = False,
    key_error: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=0.5, help="How far a curve with few keys may be off; 0 keeps them all.", show_default="0.01"
        ),
    ] = None,
    glb_model: Annotated[
        Path | None, typer.Option(metavar="FILE.glb", help="A model with ARKit shapes, whose face GLB files move.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=1, max=LARGEST_SEED, help="A clip's: another seed is another performance.", show_default="1"),
    ] = None,
    style: Annotated[
        str | None, typer.Option(metavar="PRESET|FILE.json", help="A clip's: mumble, clear, shout, or a file.")
    ] = None,
    overrides: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="A clip's: factors or visemes for stretches of it.")
    ] = None,
    emotion: Emotion = None,
    heard: Heard = None,
    blink: Blink = None,
    gaze: Gaze = None,
    head: Head = None,
    idle: Idle = None,
    body: Body = None,
    body_model: BodyModel = None,
    backend: Backend = None,
    characters: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A dialogue's characters, where its script has none.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="A dialogue's processes.", show_default="one a core")
    ] = None,
    batch: Annotated[
        int | None, typer.Option(min=1, max=64, help="Lines in one model call.", show_default="32")
    ] = None,
    ray: Annotated[str | None, typer.Option(metavar="ADDRESS|local", help="Bake a dialogue on a Ray cluster.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be baked, and why, and leave.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Bake every line again, also those whose files somebody has edited.")
    ] = False,
    scratch: Annotated[
        bool, typer.Option("--scratch-voice", help="Let espeak-ng or piper speak lines that have no recording.")
    ] = False,
    listeners: Annotated[
        bool, typer.Option("--listeners/--no-listeners", help="Takes of those who listen, too.")
    ] = True,
    pictures: Annotated[
        bool, typer.Option("--pictures/--no-pictures", help="Strips of faces in a dialogue's report.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON, and no progress.")] = False,
    _: Annotated[
        bool, typer.Option("--formats", is_eager=True, callback=_list, help="List all formats, and leave.")
    ] = False,
) -> None:
    """Turn sound into animation. Row 0 shows time 0: the look-ahead is taken out.

    A dialogue's assets, its report.html and report.json go to the folder OUT. Run it again, and only what has changed
    is baked; what was killed goes on.
    """
    life = given(emotion=emotion, heard=heard, blink=blink, gaze=gaze, head=head, idle=idle, body=body)
    files: dict[str, Any] = {
        "formats": formats,
        "fps": fps,
        "tracks": tracks,
        "key_error": key_error,
        "glb_model": glb_model,
    }
    chosen = _bundle(look_ahead, model)
    if source.suffix.lower() in _SCRIPTS or source.is_dir():
        from voxrig.cli.bake_script import Files, Work, bake_script

        embodied = _switch(life.pop("body", None))
        _refuse({"rig": rig, "seed": seed, "style": style, "overrides": overrides, **life}, "a dialogue", "its script")
        if source.is_dir():
            _refuse({"characters": characters}, "a folder of recordings", "a script")
        runs = backend or "cpu"
        work = Work(jobs, batch, ray, dry_run, force, scratch, listeners, pictures, embodied, body_model, runs)
        bake_script(source, output, characters, chosen, Files(**files), work, as_json=as_json)
        return
    from voxrig.cli.bake_clip import Acting, bake_clip
    from voxrig.cli.bake_script import Files

    told = {
        "characters": characters, "jobs": jobs, "batch": batch, "ray": ray, "dry-run": dry_run or None,
        "force": force or None, "scratch-voice": scratch or None, "no-listeners": None if listeners else True,
        "no-pictures": None if pictures else True,
    }  # fmt: skip
    _refuse(told, "one clip", "a dialogue (YAML, JSON or CSV)")
    acting = Acting(seed or 1, style or "natural", overrides, life, body_model, backend or "cpu")
    bake_clip(source, output, rig or "arkit", chosen, Files(**files), acting, as_json=as_json)


def _bundle(look_ahead: float | None, model: str | None) -> "Bundle":
    """Choose the model.

    Raises:
        ValueError: both options are given, or there is no such model.
    """
    from voxrig.runtime.models import bundle

    if model is not None and look_ahead is not None:
        raise ValueError("--model and --look-ahead both choose the model; give one of them")
    return bundle.choose(look_ahead, bundle.BAKING) if model is None else bundle.load(model)


def _switch(body: str | None) -> bool | None:
    """Read --body of a dialogue, where more than on or off is the characters' own.

    Raises:
        ValueError: it is more.
    """
    if body not in (None, "on", "off"):
        raise ValueError(
            f"--body {body}: of a dialogue give on or off; the rest belongs to a character's sheet, as body"
        )
    return None if body is None else body == "on"


def _refuse(options: Mapping[str, object], what: str, where: str) -> None:
    """Refuse options that would go unheard.

    Raises:
        ValueError: one is given.
    """
    given_all = [name for name, value in options.items() if value is not None]
    if given_all:
        raise ValueError(f"--{given_all[0]} has no effect on {what}; it belongs to {where}")
