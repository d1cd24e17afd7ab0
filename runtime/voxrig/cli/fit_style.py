"""`voxrig fit-style`: a recorded face and its sound in, a character's style out."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.runtime.animation.style_fit import Fit
    from voxrig.runtime.core.take import Take
    from voxrig.runtime.core.timing import FrameRate


def fit_style(
    capture_path: Annotated[
        Path, typer.Argument(metavar="CAPTURE.csv", help="A face recorded with ARKit: Live Link Face's CSV.")
    ],
    sound_path: Annotated[Path, typer.Argument(metavar="CAPTURE.wav", help="The sound of the same recording.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="STYLE.json", help="The style; replaced if it is there.")
    ],
    fps: Annotated[
        str | None, typer.Option(help="Frames a second of the recording [default: as its timecode tells].")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Fit for this model: a shipped one by name, or a bundle by its path.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was learned as JSON, and no progress.")] = False,
) -> None:
    """Learn how far a person moves each control, and how the face rests, from minutes of a recording."""
    from dataclasses import replace

    from voxrig.baking.performing import Part
    from voxrig.cli.animate import animate
    from voxrig.cli.curve_file import check_output
    from voxrig.engine_bridges.readers.sound_file import read_sound
    from voxrig.engine_bridges.writers.whole_file import whole_text_file
    from voxrig.runtime.animation.character import Character
    from voxrig.runtime.animation.layers import NO_LIFE
    from voxrig.runtime.animation.pipeline import Pipeline
    from voxrig.runtime.animation.style import PREFIX
    from voxrig.runtime.animation.style_fit import RATE, FitError
    from voxrig.runtime.animation.style_fit import fit_style as fit
    from voxrig.runtime.animation.style_json import style_to_json
    from voxrig.runtime.core.rig import profile
    from voxrig.runtime.core.timing import FrameRate
    from voxrig.runtime.models import bundle

    check_output(output, capture_path, sound_path, example="style.json", read="the recording")
    capture = _read_capture(capture_path, FrameRate.parse(fps) if fps is not None else None)
    sound = read_sound(sound_path)
    chosen = bundle.choose(None) if model is None else bundle.load(model)
    rate = FrameRate(RATE)
    # Speech alone: what a recorded face does besides is no part of how it speaks.
    mute = Character(layers=NO_LIFE)
    said = Pipeline(chosen.spec, profile("metahuman"), rate, sound.rate, character=mute)
    before = animate(Part(said, sound.samples), chosen, label="listening", quiet=as_json)
    try:
        found = fit(capture, before.take, tuple(name.removeprefix(PREFIX) for name in chosen.spec.controls))
    except FitError as error:
        raise ValueError(f"{capture_path} with {sound_path}: {error}") from error
    again = Part(replace(said, style=found.style), sound.samples)
    after = animate(again, chosen, label="checking", quiet=as_json)
    about = (
        f"fitted to {capture_path.name} and {sound_path.name}, {found.speech:.0f} s of speech, "
        f"for model {chosen.spec.name} {chosen.spec.version}"
    )
    with whole_text_file(output) as file:
        file.write(style_to_json(found.style, about))
    summary = _summary(found, capture, before.take, after.take) | {"output": str(output)}
    if as_json:
        typer.echo(json.dumps(summary))
    else:
        _show(summary)


def _read_capture(path: Path, fps: "FrameRate | None") -> "Take":
    from voxrig.runtime.core.capture import CaptureError, parse_capture

    try:
        return parse_capture(path.read_text(encoding="utf-8-sig"), fps)
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: this is no CSV text; export the recording as CSV") from error
    except CaptureError as error:
        raise ValueError(f"{path}: {error}") from error


def _summary(fit: "Fit", capture: "Take", before: "Take", after: "Take") -> dict[str, Any]:
    from voxrig.runtime.animation.style_fit import agreement

    rows = []
    for item in fit.learned:
        (r_before, error_before), (r_after, error_after) = (
            agreement(fit, capture, take, item.control) for take in (before, after)
        )
        rows.append(
            {
                "control": item.control,
                "gain": item.style.gain,
                "bias": item.style.bias,
                "rest": item.rest,
                "learned": round(item.share, 3),
                "correlation_before": round(r_before, 3),
                "correlation_after": round(r_after, 3),
                "error_before": round(error_before, 4),
                "error_after": round(error_after, 4),
            }
        )
    return {
        "offset_ms": round(fit.offset.seconds * 1000, 1),
        "correlation": round(fit.offset.correlation, 3),
        "seconds": round(fit.seconds, 2),
        "speech_seconds": round(fit.speech, 2),
        "rest": dict(fit.style.rest),
        "controls": rows,
    }


def _show(summary: dict[str, Any]) -> None:
    where = "behind" if summary["offset_ms"] >= 0 else "ahead of"
    typer.echo(
        f"the recording runs {abs(summary['offset_ms']):.0f} ms {where} the sound (r = {summary['correlation']:.2f}); "
        f"{summary['seconds']:.1f} s in common, {summary['speech_seconds']:.1f} s of speech"
    )
    typer.echo(f"{'control':26} {'gain':>5} {'bias':>6} {'rest':>5}  correlation    mean error       learned")
    for row in summary["controls"]:
        if row["learned"]:
            typer.echo(
                f"{row['control']:26} {row['gain']:5.2f} {row['bias']:+6.3f} {row['rest']:5.2f}  "
                f"{row['correlation_before']:4.2f} -> {row['correlation_after']:4.2f}   "
                f"{row['error_before']:.3f} -> {row['error_after']:.3f}   {row['learned']:4.0%}"
            )
    alone = [row["control"] for row in summary["controls"] if not row["learned"]]
    if alone:
        typer.echo(f"left as they are, since they don't move, or not with the recording: {', '.join(alone)}")
    if summary["rest"]:
        typer.echo("the face at rest: " + ", ".join(f"{name} {value:.2f}" for name, value in summary["rest"].items()))
    typer.echo(f"{summary['output']}: written; use it as --style {summary['output']}")
