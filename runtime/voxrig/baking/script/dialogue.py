"""A dialogue as the bake gets it, whatever file it came from: characters, lines, and what is wrong with the rest.

All are plain values with dicts and tuples inside, so that they go to another process as they are.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

PERSONALITY: Final = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
"""The Big Five, each from -1 to 1; 0 is average."""

RIGS: Final = ("arkit", "metahuman")


class ScriptError(ValueError):
    """A file that cannot be read at all; the message has its name, the line where there is one, and the remedy."""


class Where(NamedTuple):
    """A place in a file; `line` counts from 1, and 0 stands for the file as a whole."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line}" if self.line else self.path.name


NOWHERE: Final = Where(Path(), 0)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, so that a line (or a part of the script) is left out.

    Attributes:
        line: id of the line; empty where it is about something else.
        text: what is wrong, and the remedy; one line.
        where: the place.
    """

    line: str
    text: str
    where: Where

    def __str__(self) -> str:
        return f"{self.where}: line {self.line!r}: {self.text}" if self.line else f"{self.where}: {self.text}"


@dataclass(frozen=True, slots=True)
class Tag:
    """What the character is told at a moment of the line.

    Attributes:
        at: seconds of the clip, or a word of the text: "bridge", "bridge#2" (the second time that it occurs); "end".
        cue: what kind. `emotion`, `gaze`, `blink`, `activity`, `style`, `place`, `head`, `event` have the values of the
            live cues (proto/README.md) and were checked like them, as do `gesture`, `point`, `hands` and `body`; but a
            gaze or a pointing hand may have {"to": "listener"}, {"to": "away"} or {"to": NAME} of a character in place
            of angles. `viseme` has what animation/overrides.py knows but for start and end: `viseme` with `weight`,
            or factors for `jaw`, `lips`, `tongue`, and `ease`.
        values: numbers and words of the cue.
        until: when it is over, as `at` (of a word: where it ends); None: as the cue has it, for a viseme at a word
            where this word ends.
        where: the place in the script.
    """

    at: float | str
    cue: str
    values: Mapping[str, float | str]
    until: float | str | None
    where: Where


@dataclass(frozen=True, slots=True)
class CharacterSheet:
    """Who speaks.

    Attributes:
        name: as lines have it.
        rig: "arkit" or "metahuman".
        style: a preset, or the path of a style file (absolute).
        emotion: the baseline, as "joy=0.2"; "" for none.
        personality: of PERSONALITY, those that are given; -1 to 1, 0 is average.
        seed: of all random choices; where none is given it follows from the name.
        voice: of the scratch speech; "" for any.
        relations: liking of other characters by name, -1 to 1.
        body: how it gestures and holds itself, as the option `body` has it: "energy=0.5,sitting"; "off" for a body at
            rest; "" as most do.
        where: the place in the script, or in the characters' own file.
    """

    name: str
    rig: str = "arkit"
    style: str = "natural"
    emotion: str = ""
    personality: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    voice: str = ""
    relations: Mapping[str, float] = field(default_factory=dict)
    body: str = ""
    where: Where = NOWHERE


@dataclass(frozen=True, slots=True)
class Line:
    """One line of dialogue, checked.

    Attributes:
        id: unique in the script also where case does not count, and safe as the name of a file.
        character: who speaks; there is a sheet of that name.
        audio: absolute; None where there is none. It may be missing on the disk where there is text.
        text: without marks; "" where it is not known, then there is audio.
        emotion: "joy=0.8", "auto" (follow the voice), "off"; None: chosen by context.
        intensity: of the emotion, 0 to 1; None: as it is.
        listener: whom it is said to; there is a sheet of that name.
        tags: in the script's order, those of marks in the text last.
        events: what is appraised at the line's start, as `affect.event.read_event` has it.
        overrides: as animation/overrides.py has them, times in seconds of the clip.
        style: as in a sheet; None: the character's.
        timecode: of the line's start in the scene, as SMPTE text; None: wherever the bake puts it.
        scene: lines of one scene follow each other in time.
        where: the place in the script.
    """

    id: str
    character: str
    audio: Path | None = None
    text: str = ""
    emotion: str | None = None
    intensity: float | None = None
    listener: str | None = None
    tags: tuple[Tag, ...] = ()
    events: tuple[Mapping[str, float | str], ...] = ()
    overrides: tuple[Mapping[str, float | str], ...] = ()
    style: str | None = None
    timecode: str | None = None
    scene: str = ""
    where: Where = NOWHERE


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A script, read.

    Attributes:
        path: absolute.
        title: of the script; the file's name where it has none.
        fps: as "60", "29.97" or "30000/1001"; None: as the bake has it.
        characters: by name; every character and listener of a line has a sheet here.
        lines: those that are right, in the script's order.
        problems: lines that are left out and why, and what else is wrong.
        warnings: what is right but may not be what was meant.
    """

    path: Path
    title: str
    fps: str | None
    characters: Mapping[str, CharacterSheet]
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def seed_of(name: str) -> int:
    """Return the seed of a character that has none in the script: the same on every machine, 1 to 2**32 - 1."""
    return zlib.crc32(name.encode("utf-8")) or 1
