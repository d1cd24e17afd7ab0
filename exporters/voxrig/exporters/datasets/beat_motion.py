"""BEAT (Liu et al., ECCV 2022): a body as BVH for each WAV; and any folder with BVH and sound files of the same names.

BEAT names its files SPEAKER_NAME_KIND_FIRST_LAST: `1_wayne_0_65_72` is speaker 1, Wayne, English (even kinds are
speeches, odd ones conversations), sentences 65 to 72. In speeches the sentences tell the emotion (by the data's own
account). The JSON beside them, the face, is not looked at: `beat` reads that.

In other folders (Trinity, ZeroEGGS, one's own) the speaker is the first folder below, else the folder itself, and
there is no emotion but what ZeroEGGS writes into its names (`065_Speech_0_x_1_0`, `001_Neutral_0_x_1_0`).
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from voxrig.exporters.datasets.motion import MotionRecording, bvh_motion, check_together, sounds_below, text_beside
from voxrig.exporters.datasets.speech import DatasetError

_BEAT: Final = re.compile(r"(?P<speaker>\d+_[a-zA-Z]+)_(?P<kind>\d+)_(?P<first>\d+)_(?P<last>\d+)")
_EMOTIONS: Final = (
    (64, "neutral"), (72, "happiness"), (80, "anger"), (86, "sadness"),
    (94, "contempt"), (102, "surprise"), (110, "fear"), (118, "disgust"),
)  # fmt: skip
_ZEROEGGS: Final = re.compile(r"\d{3}_(?P<style>[A-Z][a-z]+)_\d+_(?:x|mirror)_\d+_\d+")


def beat_name(stem: str) -> tuple[str, str] | None:
    """Speaker and emotion (empty for conversations) of a file that is named as BEAT's are, else None."""
    match = _BEAT.fullmatch(stem)
    if not match:
        return None
    first, speech = int(match["first"]), int(match["kind"]) % 2 == 0
    emotion = next((name for last, name in _EMOTIONS if first <= last), "") if speech else ""
    return match["speaker"], emotion


def read_bvh_pairs(folder: Path, own: Mapping[str, str] | None = None) -> Iterator[MotionRecording]:
    """Every BVH file of a folder and those below it, with the sound of its name, in the order of their paths.

    Raises:
        DatasetError: nothing there, a BVH file that can't be read, without sound, of another length than its sound, or
            with a skeleton whose names are not known (`own` tells them, see `joint_names`).
    """
    sounds = sounds_below(folder)
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".bvh")
    if not paths:
        raise DatasetError(f"{folder} holds no motion; put NAME.bvh and NAME.wav there")
    for path in paths:
        if path.stem not in sounds:
            raise DatasetError(f"{path} has no sound; put {path.stem}.wav beside it")
        beside = next((path.with_suffix(s) for s in (".wav", ".flac") if path.with_suffix(s).is_file()), None)
        sound = beside or sounds[path.stem]
        motion = bvh_motion(path, own)
        check_together(path, motion, sound)
        dataset, speaker, emotion = _whose(folder, path)
        name = path.relative_to(folder).with_suffix("").as_posix()
        yield MotionRecording(name, dataset, speaker, sound, motion, emotion, text_beside(sound))


def _whose(folder: Path, path: Path) -> tuple[str, str, str]:
    """Data set, speaker and emotion."""
    beat = beat_name(path.stem)
    if beat:
        return "beat", *beat
    styled = _ZEROEGGS.fullmatch(path.stem)
    parts = path.relative_to(folder).parts
    speaker = parts[0] if len(parts) > 1 else folder.resolve().name
    return "motion", speaker, styled["style"].lower() if styled else ""
