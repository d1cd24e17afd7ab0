"""What the report tells of a take: numbers and words only, the same whenever and wherever it is baked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from voxrig.baking.casting import Cast
from voxrig.baking.job import Job
from voxrig.baking.sound_check import Warned
from voxrig.baking.store import Record
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import linear_keys


def record_of(ready: Cast, clip: Clip, files: Sequence[Path], told: Sequence[str]) -> Record:
    """Tell of a take that is baked; `files` are relative to the bake's folder, `told` is what the writers warn of."""
    from voxrig.baking.report.curve_plot import curves

    words = ready.words
    return {
        **_asked(ready.job),
        "status": "baked",
        "error": "",
        "seconds": round(float(clip.seconds), 6),
        "frames": len(clip.take),
        "fps": str(clip.take.fps),
        "timecode": clip.timecode,
        "seed": clip.seed,
        "warnings": _warnings([*ready.warnings, *(Warned("model", text) for text in told)]),
        "words": [] if words is None else [[w.text, round(w.start, 3), round(w.end, 3)] for w in words.words],
        "words_by": "" if words is None else words.how,
        "files": [path.as_posix() for path in files],
        "curves": curves(clip, None if clip.listening else ready.sound.samples),
    }


def kept_keys(clip: Clip, bound: float) -> dict[str, Any]:
    """Tell how many keys an editor finds on the MetaHuman curves that move, each with a time line of its own."""
    moving = clip.take.controls[:, np.ptp(clip.take.controls, axis=0) > 0.0]
    keys = sum(len(linear_keys(column, bound).frames) for column in moving.T)
    return {"bound": bound, "of_frames": moving.size, "keys": keys}


def failed(job: Job, error: Exception) -> Record:
    """Tell of a take that could not be baked."""
    # By its name alone: a report is the same wherever the recordings lie.
    text = " ".join(str(error).replace(str(job.audio), job.audio.name).split()) or type(error).__name__
    if not isinstance(error, ValueError | OSError):
        text = f"{type(error).__name__}: {text}"
    return {**_asked(job), "status": "failed", "error": text, "warnings": [], "files": []}


def _asked(job: Job) -> dict[str, Any]:
    return {
        "id": job.name,
        "line": job.line.id,
        "character": job.sheet.name,
        "role": "listener" if job.listening else "speaker",
        "listener": job.line.listener or "",
        "speaker": job.line.character,
        "text": job.line.text,
        "audio": job.audio.name,
        "scratch": job.scratch,
        "scene": job.line.scene,
    }


def _warnings(warnings: Sequence[Warned]) -> list[dict[str, str]]:
    return [{"kind": warned.kind, "text": warned.text} for warned in warnings]
