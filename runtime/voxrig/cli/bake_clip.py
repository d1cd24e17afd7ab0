"""`voxrig bake` of one sound file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import typer

from voxrig.baking.formats import Format, Manner, files_of, format_of_file, formats_of
from voxrig.baking.performing import Part
from voxrig.baking.viseme_track import visemes_of
from voxrig.cli.animate import animate
from voxrig.cli.bake_script import Files
from voxrig.cli.curve_file import check_output
from voxrig.cli.life_options import told
from voxrig.engine_bridges.readers.sound_file import Sound, read_sound
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.overrides import NO_OVERRIDES, Overrides, overrides_from_json
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.style import StyleError
from voxrig.runtime.animation.style_json import style_from_source
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models.backend import ModelOpener
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.mover import MOVER, mover


class Acting(NamedTuple):
    """How a clip is performed.

    Attributes:
        seed: of all random choices.
        style: a preset, or the path of a style file.
        overrides: a file of what is set by hand.
        life: options of the character's life.
        body_model: bundle of what moves the body; None: the shipped one.
        backend: what runs the networks.
    """

    seed: int
    style: str
    overrides: Path | None
    life: Mapping[str, str]
    body_model: str | None = None
    backend: str = "cpu"


def bake_clip(
    source: Path, output: Path, rig: str, bundle: Bundle, files: Files, acting: Acting, *, as_json: bool
) -> None:
    """Bake one sound file.

    Raises:
        ValueError: something that cannot be; all of it is found before the work is done.
    """

    rate = FrameRate.parse(files.fps or "60")
    named = profile(rig).name
    style = style_from_source(acting.style)
    places = _places(source, output, files.formats)
    # Files for bones get a body, unless somebody says otherwise.
    body = {"body": "on"} if any(one.embodied for one, _ in places) else {}
    character = Character(acting.seed).with_options({**body, **acting.life})
    if acting.body_model is not None and not character.layers.body:
        raise ValueError("--body-model has no effect without a body; give --body on, or write a format for bones")
    files.check()
    sound = read_sound(source)
    overrides = _overrides(acting.overrides, sound)
    tells = files.tracks or any(one.needs_layers for one, _ in places)
    models = ModelOpener(acting.backend)
    listener = shipped_listener(models.open) if character.layers.emotion else None
    moved = mover(acting.body_model or MOVER, models.open) if character.layers.body else None
    pipeline = Pipeline(
        bundle.spec, profile("metahuman"), rate, sound.rate, style, overrides, character, listener, tells, moved
    )
    take, layers, elapsed = animate(Part(pipeline, sound.samples), bundle, quiet=as_json, model=models.open(bundle))
    bound = BOUND if files.key_error is None else files.key_error
    manner = Manner(bound, TURN if bound else 0.0, named, files.glb_model)
    clip = _clip(source, take, layers if files.tracks else {}, sound, acting, character)
    written = _write(clip, places, manner, layers)
    summary: dict[str, Any] = {
        "input": str(source),
        "output": str(output),
        "files": [str(path) for path in written],
        "formats": [one.name for one, _ in places],
        "rig": named,
        "fps": str(rate),
        "frames": len(take),
        "seconds": round(sound.seconds, 6),
        "sound": f"{sound.kind}, {sound.rate} Hz, {sound.channels} channel(s)",
        "model": f"{bundle.spec.name} {bundle.spec.version}",
        "body_model": f"{moved.spec.name} {moved.spec.version}" if moved else None,
        "look_ahead_ms": float(bundle.spec.look_ahead * 1000),
        "style": acting.style,
        "overrides": len(overrides.entries),
        **told(character, dict(acting.life)),
        "tracks": _tracks(clip, places),
        "bake_seconds": round(elapsed, 6),
        "times_real_time": round(sound.seconds / elapsed, 2),
    }
    if as_json:
        typer.echo(json.dumps(summary))
    else:
        _show(summary, character.on, natural=style.is_natural and not overrides.entries)


def _places(source: Path, output: Path, formats: str | None) -> list[tuple[Format, Path]]:
    """Return where each format goes: one to the file OUT, several into the folder OUT."""

    if formats is None:
        check_output(output, source)
        return [(format_of_file(output), output)]
    chosen = formats_of(formats)
    if len(chosen) == 1 and output.suffix and not output.is_dir():
        check_output(output, source)
        return [(chosen[0], output)]
    if output.is_file() or not output.parent.is_dir():
        raise ValueError(
            f"{output}: several formats go to a folder; name one that is there, or a new one in one that is"
        )
    return [(one, output / f"{source.stem}{one.endings[0]}") for one in chosen]


def _clip(source: Path, take: Any, layers: Mapping[str, Any], sound: Sound, acting: Acting, character: Any) -> Clip:

    return Clip(
        name=source.stem,
        take=take,
        layers=layers,
        emotion=acting.life.get("emotion", "auto"),
        sound=source.name,
        seconds=Fraction(len(sound.samples), sound.rate),
        seed=character.seed,
    )


def _write(clip: Clip, places: Sequence[tuple[Format, Path]], manner: Any, layers: Mapping[str, Any]) -> list[Path]:
    """Write the files; return them."""

    if any(one.needs_layers for one, _ in places):
        clip = replace(clip, visemes=visemes_of(layers["speech"], clip.seconds))
    written = []
    for one, place in places:
        place.parent.mkdir(exist_ok=True)
        for part, path in files_of(clip, one, place):
            for warning in one.write(part, path, manner):
                typer.echo(f"warning: {warning}", err=True)
            written.append(path)
    return written


def _tracks(clip: Clip, places: Sequence[tuple[Format, Path]]) -> dict[str, list[str]]:
    """Return the files that show one layer alone, by layer; formats that hold all in one file have none."""
    apart = [path for one, place in places for _, path in files_of(clip, one, place)[1:]]
    return {layer: [str(path) for path in apart[row :: len(clip.layers)]] for row, layer in enumerate(clip.layers)}


def _show(summary: Mapping[str, Any], on: Sequence[str], *, natural: bool) -> None:
    typer.echo(f"{summary['input']}: {summary['seconds']:.2f} s of {summary['sound']}")
    typer.echo(f"{summary['output']}: {summary['frames']} frames at {summary['fps']} fps, rig {summary['rig']}")
    body = f"; body {summary['body_model']}" if summary["body_model"] else ""
    typer.echo(f"model {summary['model']}, looks ahead {summary['look_ahead_ms']:g} ms{body}")
    if not natural:
        typer.echo(f"style {summary['style']}, {summary['overrides']} overrides")
    typer.echo(f"emotion {summary['emotion']}; {', '.join(on) or 'no layer'} on; seed {summary['seed']}")
    if len(summary["files"]) > 1:
        typer.echo(f"files {', '.join(Path(path).name for path in summary['files'])}")
    typer.echo(f"baked in {summary['bake_seconds']:.2f} s: {summary['times_real_time']:.1f} times real time")
    if "csv" in summary["formats"] and summary["rig"] == "arkit" and summary["fps"] not in ("60", "60000/1001"):
        typer.echo("note: Unreal's Live Link Face importer reads every such CSV as 60 fps; bake at 60 for it")


def _overrides(path: Path | None, sound: Sound) -> Overrides:
    """Read what was set by hand; nothing was where there is no file."""

    if path is None:
        return NO_OVERRIDES
    try:
        return overrides_from_json(path.read_text(encoding="utf-8"), sound.seconds)
    except OSError as error:
        raise ValueError(f"overrides {path}: cannot be read ({error.strerror}); check the path") from error
    except (StyleError, UnicodeDecodeError) as error:
        raise ValueError(f"overrides {path}: {error}") from error
