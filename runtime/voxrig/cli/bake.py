"""`voxrig bake`: a sound file in, a finished take as a CSV out."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voxrig.cli.life_options import LARGEST_SEED, Blink, Emotion, Gaze, Head, Heard, Idle, given, told

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.cli.sound_file import Sound
    from voxrig.runtime.animation.overrides import Overrides


def bake(
    sound_path: Annotated[Path, typer.Argument(metavar="IN", help="WAV, FLAC or OGG (Vorbis, Opus).")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT.csv", help="The take; replaced if it is there.")
    ],
    rig: Annotated[
        str, typer.Option(help="arkit: Live Link Face CSV. metahuman: all 251 raw controls and the bones.")
    ] = "arkit",
    fps: Annotated[str, typer.Option(help="Frames a second: 60, 29.97 or 30000/1001.")] = "60",
    seed: Annotated[
        int, typer.Option(min=1, max=LARGEST_SEED, help="Of all random choices: another seed is another performance.")
    ] = 1,
    look_ahead: Annotated[
        float | None, typer.Option(metavar="MS", help="Use the best model that looks ahead at most so far.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="live, fast or studio, or a bundle by its path [default: studio].")
    ] = None,
    style: Annotated[
        str, typer.Option(metavar="PRESET|FILE.json", help="How the character speaks: mumble, clear, shout, or a file.")
    ] = "natural",
    overrides: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Factors or visemes for stretches of the clip.")
    ] = None,
    emotion: Emotion = None,
    heard: Heard = None,
    blink: Blink = None,
    gaze: Gaze = None,
    head: Head = None,
    idle: Idle = None,
    tracks: Annotated[
        bool, typer.Option("--tracks", help="Also write each layer alone: OUT.speech.csv, OUT.blink.csv, ...")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON, and no progress.")] = False,
) -> None:
    """Turn a sound file into animation curves. Row 0 shows time 0: the look-ahead is taken out."""
    from voxrig.cli.animate import animate
    from voxrig.cli.curve_file import check_output, track_path, write_curves
    from voxrig.cli.sound_file import read_sound
    from voxrig.runtime.animation.character import Character
    from voxrig.runtime.animation.style_json import style_from_source
    from voxrig.runtime.core.rig import profile
    from voxrig.runtime.core.timing import FrameRate
    from voxrig.runtime.models import bundle

    # Everything that can be wrong is found before the work is done.
    chosen_rig, rate = profile(rig).name, FrameRate.parse(fps)
    if model is not None and look_ahead is not None:
        raise ValueError("--model and --look-ahead both choose the model; give one of them")
    spoken = style_from_source(style)
    life = given(emotion=emotion, heard=heard, blink=blink, gaze=gaze, head=head, idle=idle)
    character = Character(seed).with_options(life)
    check_output(output, sound_path)
    sound = read_sound(sound_path)
    by_hand = _overrides(overrides, sound)
    chosen = bundle.choose(look_ahead, bundle.BAKING) if model is None else bundle.load(model)
    take, apart, elapsed = animate(
        sound, chosen, chosen_rig, rate, spoken, by_hand, character, tracks=tracks, quiet=as_json
    )
    write_curves(take, output)
    paths = {name: track_path(output, name) for name in apart}
    for name, track in apart.items():
        write_curves(track, paths[name])
    summary = {
        "input": str(sound_path),
        "output": str(output),
        "rig": chosen_rig,
        "fps": str(rate),
        "frames": len(take),
        "seconds": round(sound.seconds, 6),
        "sound": f"{sound.kind}, {sound.rate} Hz, {sound.channels} channel(s)",
        "model": f"{chosen.spec.name} {chosen.spec.version}",
        "look_ahead_ms": float(chosen.spec.look_ahead * 1000),
        "style": style,
        "overrides": len(by_hand.entries),
        **told(character, life),
        "tracks": {name: str(path) for name, path in paths.items()},
        "bake_seconds": round(elapsed, 6),
        "times_real_time": round(sound.seconds / elapsed, 2),
    }
    if as_json:
        typer.echo(json.dumps(summary))
        return
    typer.echo(f"{sound_path}: {sound.seconds:.2f} s of {summary['sound']}")
    typer.echo(f"{output}: {len(take)} frames at {rate} fps, rig {chosen_rig}")
    typer.echo(f"model {summary['model']}, looks ahead {summary['look_ahead_ms']:g} ms")
    if not spoken.is_natural or by_hand.entries:
        typer.echo(f"style {style}, {len(by_hand.entries)} overrides")
    typer.echo(f"emotion {summary['emotion']}; {', '.join(character.on) or 'no layer'} on; seed {seed}")
    if paths:
        typer.echo(f"tracks {', '.join(path.name for path in paths.values())}")
    typer.echo(f"baked in {elapsed:.2f} s: {sound.seconds / elapsed:.1f} times real time")
    if chosen_rig == "arkit" and -(-rate.numerator // rate.denominator) != 60:
        typer.echo("note: Unreal's Live Link Face importer reads every such CSV as 60 fps; bake at 60 for it")


def _overrides(path: "Path | None", sound: "Sound") -> "Overrides":
    """Read what was set by hand; nothing was where there is no file."""
    from voxrig.runtime.animation.overrides import NO_OVERRIDES, overrides_from_json
    from voxrig.runtime.animation.style import StyleError

    if path is None:
        return NO_OVERRIDES
    try:
        return overrides_from_json(path.read_text(encoding="utf-8"), sound.seconds)
    except OSError as error:
        raise ValueError(f"overrides {path}: cannot be read ({error.strerror}); check the path") from error
    except (StyleError, UnicodeDecodeError) as error:
        raise ValueError(f"overrides {path}: {error}") from error
