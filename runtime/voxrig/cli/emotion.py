"""`voxrig emotion`: a sound file in, the emotion that is heard in the voice out, ten times a second."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.runtime.animation.listening import HeardEmotion

Track = list[tuple[float, "HeardEmotion"]]

_LINES_EVERY: Final = 5  # answers
_BAR: Final = 20  # characters
_SEEN: Final = 0.5  # a category is told as the clip's if it is once as likely as that


def emotion(
    sound_path: Annotated[Path, typer.Argument(metavar="IN", help="WAV, FLAC or OGG (Vorbis, Opus).")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole track as JSON.")] = False,
    model: Annotated[
        str | None, typer.Option(help="A bundle that hears emotion, by its path [default: the shipped one].")
    ] = None,
) -> None:
    """Tell the emotion heard in a voice. What is not sure is neutral; each answer has heard the clip up to its time."""
    from voxrig.engine_bridges.readers.sound_file import read_sound
    from voxrig.runtime.animation.heard_track import heard_track
    from voxrig.runtime.models import bundle
    from voxrig.runtime.models.listener import LISTENER
    from voxrig.runtime.models.onnx import OnnxModel

    listener = OnnxModel(bundle.load(model or LISTENER, "emotion"))
    sound = read_sound(sound_path)
    track = heard_track(sound.samples, sound.rate, listener)
    summary = _summary(track)
    if as_json:
        heading = {
            "input": str(sound_path),
            "seconds": round(sound.seconds, 6),
            "sound": f"{sound.kind}, {sound.rate} Hz, {sound.channels} channel(s)",
            "model": f"{listener.spec.name} {listener.spec.version}",
        }
        typer.echo(json.dumps({**heading, **summary, "track": [_entry(*answer) for answer in track]}))
        return
    typer.echo(f"{sound_path}: {sound.seconds:.2f} s, heard by {listener.spec.name} {listener.spec.version}")
    typer.echo(f"{'time s':>7}  {'strongest':<9} {'':{_BAR}}  valence arousal dominance  confidence")
    for answer in track[_LINES_EVERY - 1 :: _LINES_EVERY] or track[-1:]:
        typer.echo(_line(*answer))
    strongest = summary["strongest"]
    found = "neutral" if strongest is None else "{emotion} ({probability:.2f} at {time:.2f} s)".format(**strongest)
    typer.echo(f"strongest: {found}, mean confidence {summary['mean_confidence']:.2f}")


def _named(heard: "HeardEmotion") -> dict[str, float]:
    """The probabilities by name."""
    from voxrig.runtime.models.spec import HEARD

    return dict(zip(HEARD, heard.probabilities, strict=False))


def _entry(time: float, heard: "HeardEmotion") -> dict[str, Any]:
    """One answer for JSON."""
    point = {"valence": heard.valence, "arousal": heard.arousal, "dominance": heard.dominance}
    rounded = {name: round(value, 4) for name, value in {**point, "confidence": heard.confidence}.items()}
    probabilities = {name: round(value, 4) for name, value in _named(heard).items()}
    return {"time": round(time, 4), "probabilities": probabilities, **rounded}


def _line(time: float, heard: "HeardEmotion") -> str:
    """One answer for people."""
    named = _named(heard)
    strongest = max(named, key=named.__getitem__)
    bar = "#" * round(named[strongest] * _BAR)
    return (
        f"{time:7.2f}  {strongest:<9} {bar:<{_BAR}}  {heard.valence:+7.2f} {heard.arousal:+7.2f} "
        f"{heard.dominance:+9.2f}  {heard.confidence:10.2f}"
    )


def _summary(track: Track) -> dict[str, Any]:
    """The category that is most probable at any time, if that is more likely than not, and means over the clip."""
    named = [_named(heard) for _, heard in track]
    mean = {name: round(sum(entry[name] for entry in named) / len(named), 4) for name in named[0]}
    peak, name, time = max(
        (value, name, time)
        for (time, _), entry in zip(track, named, strict=True)
        for name, value in entry.items()
        if name != "neutral"
    )
    seen = peak >= _SEEN
    return {
        "strongest": {"emotion": name, "probability": round(peak, 4), "time": round(time, 4)} if seen else None,
        "mean_probabilities": mean,
        "mean_confidence": round(sum(heard.confidence for _, heard in track) / len(track), 4),
    }
