"""One take to bake: who performs which line, and in what mood."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from voxrig.baking.script.dialogue import CharacterSheet, Line
from voxrig.baking.settings import BakeSettings

FRAMES_VERSION: Final = 2
"""Raised when the same input gives other files than before, so that they are baked again."""

_APART: Final = ("where", "relations", "voice")
"""Fields that no file depends on: what they do is in the feeling and in the sound, which count themselves."""


@dataclass(frozen=True, slots=True)
class Job:
    """A take of a dialogue. Plain values, so that it goes to another process or machine as it is.

    Attributes:
        name: of the take and its files.
        line: what is said.
        sheet: who performs: the speaker, or the listener.
        listening: whether this is the listener's take.
        audio: the sound.
        scratch: whether the sound is a scratch voice.
        feeling: `words` of the choice as numbers: values of an emotion cue; empty for none.
        words: the emotion as a script has it: "joy=0.6", "auto", "off", or "".
    """

    name: str
    line: Line
    sheet: CharacterSheet
    listening: bool
    audio: Path
    scratch: bool
    feeling: Mapping[str, float]
    words: str

    @property
    def seed(self) -> int:
        """Of this take's random choices: another one for each line, role and seed of the character."""
        role = "listens" if self.listening else "speaks"
        digest = hashlib.sha256(f"{self.sheet.seed}/{self.line.id}/{role}".encode()).digest()
        return int.from_bytes(digest[:6], "big")


def inputs_of(job: Job, settings: BakeSettings, models: Mapping[str, str]) -> str:
    """Return the hash of all that the files of a job depend on.

    Args:
        job: the job; its sound, what lies beside it, and a style in a file are read.
        settings: of the bake.
        models: checksums of the models, by what they are for.

    Raises:
        OSError: a file cannot be read.
    """
    sidecar = job.audio.with_suffix(".json")
    told: dict[str, Any] = {
        "frames": FRAMES_VERSION,
        "voxrig": _version(),
        "models": dict(models),
        "settings": settings.as_inputs(),
        "line": _plain(job.line) | {"style": _named(job.line.style)},
        "sheet": _plain(job.sheet) | {"style": _named(job.sheet.style)},
        "take": [job.name, job.listening, job.scratch, job.words, dict(job.feeling)],
        "audio": digest_of(job.audio),
        "sidecar": digest_of(sidecar) if sidecar.is_file() else "",
        "files": [digest_of(Path(style)) for style in (job.line.style, job.sheet.style) if style and _is_path(style)],
        "face": digest_of(settings.model_file) if settings.model_file else "",
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex.

    Raises:
        OSError: it cannot be read.
    """
    found = path.stat()
    return _digest(path, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=65_536)
def _digest(path: Path, size: int, changed: int) -> str:  # noqa: ARG001 (they tell an old answer from a new one)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, less where in the script it stood; of a path only the name."""
    if is_dataclass(value):
        told = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in _APART}
        return {key: _plain(part) for key, part in told.items()}
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.name if isinstance(value, Path) else value


def _is_path(style: str) -> bool:
    """Whether a style is a file's: scripts have those in full, and a file that is called like a preset is none."""
    return Path(style).is_absolute()


def _named(style: str | None) -> str | None:
    """Return a style without the place of its file, which may be moved with all the rest."""
    return Path(style).name if style and _is_path(style) else style


def _version() -> str:
    try:
        return version("voxrig")
    except PackageNotFoundError:
        return ""
