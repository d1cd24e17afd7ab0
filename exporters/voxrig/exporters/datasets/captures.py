"""A studio's own captures: a folder of ARKit takes as CSV, each with its sound beside it.

    FOLDER/anna/take_1.csv          what Live Link Face records (`MySlate_1_iPhone.csv` or `..._cal.csv`)
    FOLDER/anna/take_1.wav          its sound, also .flac, .ogg, .opus
    FOLDER/anna/take_1.json         phones if they are known: [["b", 0.31, 0.38], ...], or take_1.TextGrid
    FOLDER/captures.json            what the files can't say, see `Settings`

`python -m voxrig.exporters.datasets.captures FOLDER` lists what it reads and how far the jaw runs behind the sound.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from voxrig.exporters.coarticulation import Phone
from voxrig.exporters.command import run
from voxrig.exporters.datasets.lag import USUAL, jaw_lag
from voxrig.exporters.datasets.recording import SOUNDS, Recording, check_lengths, check_phones, mouth_steps, moving
from voxrig.exporters.datasets.speech import Clip, DatasetError
from voxrig.exporters.datasets.textgrid import TextGridError, parse_textgrid
from voxrig.runtime.core.arkit import ARKIT_LOCATIONS
from voxrig.runtime.core.capture import CaptureError, parse_capture
from voxrig.runtime.core.timing import STEP_RATE, FrameRate, FrameRateError

# Live Link Face writes the take as it saw it and, after a calibration, less the neutral face: that one is better.
_ENDINGS: Final = ("_cal", "", "_raw")
_VIDEOS: Final = (".mov", ".mp4", ".m4v")
_NO_CAPTURES: Final = frozenset(("frame_log",))  # another file of the app, without weights
_TOGETHER: Final = 'trim one of them, or give the capture\'s start in the sound as "offset" in captures.json'


@dataclass(frozen=True, slots=True)
class Settings:
    """What `captures.json` says of a take: `{"anna/take_1": {"offset": 0.25}, "*": {"fps": "59.94"}}`.

    Attributes:
        offset: seconds into the sound at which the capture begins; None: they begin and end together.
        speaker: who speaks; None: the first folder below FOLDER, or FOLDER itself.
        fps: the frame rate of the CSV's timecode where it doesn't tell (29.97 or 59.94).
    """

    offset: float | None = None
    speaker: str | None = None
    fps: str | None = None


def read_captures(folder: Path) -> Iterator[Clip]:
    """Clips of 3 to 8 s of every take in a folder and those below it.

    The articulators that move in a take are trusted in its clips, but for the tongue's.

    Raises:
        DatasetError: no captures, one that can't be read, without sound, or of another length than its sound.
    """
    for recording in recordings(folder):
        yield from recording.clips()


def recordings(folder: Path) -> Iterator[Recording]:
    """The takes of a folder, whole; see `read_captures`."""
    takes = _takes(folder)
    if not takes:
        raise DatasetError(f"{folder} holds no captures; put NAME.csv and NAME.wav there")
    settings = _settings(folder, takes.keys())
    for name, path in takes.items():
        own = settings.get(name, settings.get("*", Settings()))
        yield _recording(folder, name, path, own)


def _takes(folder: Path) -> dict[str, Path]:
    """Name (path below the folder, without ending) and CSV of every take, in order."""
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.rglob("*.csv")):
        ending = next(e for e in _ENDINGS if path.stem.endswith(e) and (e or path.stem[-4:] not in _ENDINGS))
        stem = path.stem.removesuffix(ending)
        if stem not in _NO_CAPTURES:
            found.setdefault(path.with_name(stem).relative_to(folder).as_posix(), {})[ending] = path
    return {name: next(paths[e] for e in _ENDINGS if e in paths) for name, paths in sorted(found.items())}


def _recording(folder: Path, name: str, path: Path, own: Settings) -> Recording:
    place = folder / name
    sound = _sound(place, path)
    try:
        take = parse_capture(path.read_text("utf-8"), FrameRate.parse(own.fps) if own.fps else None)
    except (CaptureError, FrameRateError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: {error}") from error
    if own.offset is None:
        check_lengths(path, len(take) / float(take.fps.fraction), sound, _TOGETHER)
    seconds = np.arange(len(take)) / float(take.fps.fraction) + (own.offset or 0.0)
    first, mouth = mouth_steps(seconds, take.controls[:, : len(ARKIT_LOCATIONS)], ARKIT_LOCATIONS)
    speaker = own.speaker or (Path(name).parts[0] if "/" in name else folder.resolve().name)
    return Recording(name, "captures", speaker, sound, _phones(place), first, mouth, moving(mouth))


def _sound(place: Path, capture: Path) -> Path:
    for ending in SOUNDS:
        path = place.with_name(place.name + ending)
        if path.is_file():
            return path
    video = next((v for e in _VIDEOS if (v := place.with_name(place.name + e)).is_file()), None)
    if video:
        remedy = f"take it out of the video: ffmpeg -i {video.name} -vn -ac 1 {place.name}.wav"
    else:
        remedy = f"put {place.name}.wav beside it"
    raise DatasetError(f"{capture} has no sound; {remedy}")


def _phones(place: Path) -> tuple[Phone, ...]:
    path, grid = place.with_name(place.name + ".json"), place.with_name(place.name + ".TextGrid")
    if grid.is_file():
        try:
            return check_phones(grid, parse_textgrid(grid.read_text("utf-8")))
        except (TextGridError, UnicodeDecodeError) as error:
            raise DatasetError(f"{grid}: {error}") from error
    if not path.is_file():
        return ()
    read = _json(path)
    try:
        entries: Any = read["phones"] if isinstance(read, dict) else read
        phones = [(str(symbol), float(start), float(end)) for symbol, start, end in entries]
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(f'{path}: phones must look like [["b", 0.31, 0.38], ...]') from error
    return check_phones(path, phones)


def _settings(folder: Path, names: Any) -> dict[str, Settings]:
    path = folder / "captures.json"
    if not path.is_file():
        return {}
    read = _json(path)
    if not isinstance(read, dict) or not all(isinstance(entry, dict) for entry in read.values()):
        raise DatasetError(f'{path} must look like {{"take_1": {{"offset": 0.25}}}}')
    known = {field.name for field in fields(Settings)}
    for name, entry in read.items():
        if name != "*" and name not in names:
            raise DatasetError(f"{path}: there is no take {name!r}; there are {', '.join(sorted(names)[:5])}, ...")
        if entry.keys() - known:
            unknown = min(entry.keys() - known)
            raise DatasetError(f"{path}: {name}: {unknown!r} is no setting; use {', '.join(sorted(known))}")
        if not isinstance(entry.get("offset", 0.0), int | float):
            raise DatasetError(f"{path}: {name}: offset {entry['offset']!r} must be seconds")
    common = read.get("*", {})
    return {name: Settings(**(common | entry)) for name, entry in read.items()}


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise DatasetError(f"{path} is no JSON: {error}") from error


def main() -> None:
    """List the takes of a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    total = 0.0
    for recording in recordings(parser.parse_args().folder):
        seconds = len(recording.mouth) / STEP_RATE
        total += seconds
        print(f"{recording.name}: {recording.speaker}, {seconds:.1f} s, {len(recording.phones)} phones")
        print(f"  moves: {', '.join(sorted(recording.trusted)) or 'nothing'}")
        print(f"  {_sync(jaw_lag(recording))}")
    print(f"{total / 60:.1f} min")


def _sync(lag: float | None) -> str:
    if lag is None:
        return "too short or too still to tell whether face and sound are in step"
    told = f"the jaw follows the sound by {lag * 1000:+.0f} ms"
    if USUAL[0] <= lag <= USUAL[1]:
        return told
    return f"{told}: that is unusual, look whether they are in step; if not, change its offset by {-lag:+.2f}"


if __name__ == "__main__":
    run(main)
