"""One line of dialogue, from its keys."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from voxrig.baking.script.cell_node import opened
from voxrig.baking.script.cue_values import cue_values, pairs_of_text
from voxrig.baking.script.dialogue import Line, Tag, Where
from voxrig.baking.script.entry import Entry, Faults
from voxrig.baking.script.event_values import event_values
from voxrig.baking.script.feelings import FOLLOWING, Styles, emotion_text
from voxrig.baking.script.marks import unmarked
from voxrig.baking.script.names import Names
from voxrig.baking.script.nodes import Items, Node, Pairs, Scalar, kind_of, shown
from voxrig.baking.script.places import Places
from voxrig.baking.script.sheet_reading import Sheets
from voxrig.baking.script.sound_folder import SoundError, SoundFolder, is_file
from voxrig.baking.script.tag_reading import MOST, read_mark, read_overrides, read_tags
from voxrig.runtime.core.timecode_clock import Timecode, TimecodeTextError
from voxrig.runtime.core.timing import FrameRate

LONGEST_TEXT: Final = 10_000
"""Characters that the text of a line may have."""
SHORT_CUES: Final = ("gaze", "gesture", "point", "hands", "body", "activity", "blink", "head")
"""Keys of a line that are tags at its start."""
LINE_KEYS: Final = (
    "id", "character", "listener", "audio", "text", "emotion", "intensity", "style", "scene", "timecode", "tags",
    "events", "overrides", *SHORT_CUES, "note",
)  # fmt: skip

_TIMECODE: Final = re.compile(r"([01]?\d|2[0-3]):[0-5]\d:[0-5]\d[:;,]\d{2,3}", re.ASCII)
_SPOKEN_BY: Final = re.compile(r"\s*([^:\[\]]{1,60}?)\s*:\s+(\S.*)", re.DOTALL)


class Setting(NamedTuple):
    """What the lines of a script share.

    Attributes:
        path: of the script.
        sheets: of the characters; None where the script has none, so that any name will do.
        sounds: where recordings are.
        styles: where style files are.
        scene: of lines that name none.
        fps: frames a second of timecodes; None where it is not known.
    """

    path: Path
    sheets: Sheets | None
    sounds: SoundFolder
    styles: Styles
    scene: str
    fps: FrameRate | None


def read_line(name: str, node: Pairs, setting: Setting, faults: Faults) -> Line | None:
    """Read a line.

    Args:
        name: its id, which is good.
        node: its keys.
        setting: of the script.
        faults: takes what is wrong.

    Returns:
        The line; None where something is wrong with it.
    """
    entry = Entry(node, LINE_KEYS, "a line", faults)
    given = entry.text("text")
    who, raw = _speaker(entry, given or "", setting)
    names = _names(who, entry, setting, faults)
    listener = entry.text("listener")
    if listener is not None and (fault := names.fault(listener)):
        entry.fault("listener", fault)
    if len(raw) > LONGEST_TEXT:
        entry.fault("text", f"it has {len(raw)} characters; it may have {LONGEST_TEXT}: split the line")
        return None
    text, marks = unmarked(raw, entry.line_of("text"), faults)
    silent = not text and not (given is None and "text" in entry)
    places = Places(text)
    tags = _tags(entry, places, names, faults)
    for index, inside in marks[:MOST]:
        tags += read_mark(index, inside, entry.line_of("text"), places, names, faults)
    line = Line(
        id=name,
        character=who,
        audio=_audio(name, entry, setting.sounds, silent=silent),
        text=text,
        emotion=emotion_text(entry, "emotion", FOLLOWING),
        intensity=entry.number("intensity", 0.0, 1.0),
        listener=listener,
        tags=tuple(tags),
        events=_events(entry, names, faults),
        overrides=_overrides(entry, faults),
        style=setting.styles.named(entry, "style"),
        timecode=_timecode(entry, setting.fps),
        scene=entry.text("scene") or setting.scene,
        where=Where(setting.path, node.line),
    )
    return None if faults.problems else line


def _speaker(entry: Entry, text: str, setting: Setting) -> tuple[str, str]:
    """Return who speaks, and the text without the name that may stand before it: "Guard: Halt!"."""
    given = entry.text("character")
    if given is not None:
        return given, text
    found = _SPOKEN_BY.fullmatch(text)
    if found and (setting.sheets is None or found[1] in setting.sheets.names):
        return found[1], found[2]
    if setting.sheets is not None and len(setting.sheets.names) == 1:
        return next(iter(setting.sheets.names)), text
    return "", text


def _names(who: str, entry: Entry, setting: Setting, faults: Faults) -> Names:
    """Check the one who speaks; return the names that the line may use."""
    if "character" in entry and not who:
        entry.fault("character", "it is empty; write who speaks")
    elif not who:
        faults.add(entry.line, "it has no character; write who speaks")
    if setting.sheets is None:
        return Names(None, who)
    names = Names(setting.sheets.names, who)
    if who and (fault := names.fault(who)):
        entry.fault("character", fault)
    for key, one in (("character", who), ("listener", entry.text("listener") or "")):
        broken = setting.sheets.broken.get(one)
        if broken:
            entry.fault(key, f"something is wrong with the sheet of {shown(one)} at {broken}; correct that")
    sheet = setting.sheets.good.get(who)
    return names if sheet is None else names._replace(relations=sheet.relations)


def _tags(entry: Entry, places: Places, names: Names, faults: Faults) -> list[Tag]:
    tags = []
    for cue in SHORT_CUES:
        node = entry.node(cue)
        values = None if node is None else cue_values(cue, node, names, faults)
        if values is not None:
            tags.append(Tag(0.0, cue, values, None, Where(faults.path, entry.line_of(cue))))
    node = entry.node("tags")
    return tags if node is None else tags + read_tags(node, places, names, faults)


def _events(entry: Entry, names: Names, faults: Faults) -> tuple[Mapping[str, float | str], ...]:
    node = entry.node("events")
    opens = None if node is None else opened(node, faults)
    if opens is None:
        return ()
    listed: tuple[Node, ...] = opens.nodes if isinstance(opens, Items) else (opens,)
    found = []
    for one in listed[:MOST]:
        if isinstance(one, Scalar) and "=" in one.text:
            found.append(event_values(pairs_of_text(one), names, faults))
        elif isinstance(one, Pairs):
            found.append(event_values(one, names, faults))
        else:
            faults.add(one.line, f"an event is {kind_of(one)}; write a group such as {{desirability: -0.4}}")
    return tuple(event for event in found if event is not None)


def _overrides(entry: Entry, faults: Faults) -> tuple[Mapping[str, float | str], ...]:
    node = entry.node("overrides")
    opens = None if node is None else opened(node, faults)
    return () if opens is None else tuple(read_overrides(opens, faults))


def _audio(name: str, entry: Entry, sounds: SoundFolder, *, silent: bool) -> Path | None:
    """Return the sound; one that is missing is wrong only where the line is `silent`: where it has no text either."""
    given = entry.text("audio")
    try:
        path = sounds.default(name) if given is None else sounds.named(given)
    except SoundError as error:
        entry.fault("audio", str(error))
        return None
    if silent and path is None:
        entry.fault("audio", f"there is neither audio nor text, and no {name}.wav in {sounds.root}; give one of them")
    elif silent and path is not None and not is_file(path):
        entry.fault("audio", f"{path} is not there, and the line has no text; correct the path, or write the text")
    return path


def _timecode(entry: Entry, fps: FrameRate | None) -> str | None:
    given = entry.text("timecode")
    if given is None:
        return None
    if not _TIMECODE.fullmatch(given):
        entry.fault("timecode", f"{shown(given)} is none; write hours:minutes:seconds:frames, as 01:00:00:00")
    elif fps is not None:
        try:
            Timecode.parse(given, fps)
        except TimecodeTextError as error:
            entry.fault("timecode", str(error))
    return given
