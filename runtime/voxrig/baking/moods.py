"""What each line of a dialogue feels like: the affect engine, scene by scene, in the script's order."""

from collections.abc import Mapping
from typing import Any, Final

from voxrig.baking.script.dialogue import Dialogue
from voxrig.baking.voices import NO_VOICE, Voice
from voxrig.runtime.animation.affect.choosing import Choice, Evidence, SceneState, choose, start
from voxrig.runtime.animation.affect.personality import persona

PAUSE: Final = 0.6
"""Seconds between lines: what a script does not say."""
_UNKNOWN_LENGTH: Final = 3.0
"""Seconds of a line whose recording can't be read."""


def moods_of(dialogue: Dialogue, voices: Mapping[str, Voice], seconds: Mapping[str, float]) -> dict[str, Choice]:
    """Choose the emotion of every line.

    Args:
        dialogue: the script.
        voices: what is heard in the recording, by the line's id; a line that is not there is not listened to.
        seconds: length of each line, by its id.

    Returns:
        Choices by the line's id. A line depends on those before it in its scene, and on no other.
    """
    personas = {
        name: persona(sheet.personality, sheet.emotion, sheet.relations) for name, sheet in dialogue.characters.items()
    }
    states: dict[str, SceneState] = {}
    choices = {}
    for line in dialogue.lines:
        voice = voices.get(line.id, NO_VOICE)
        evidence = Evidence(
            speaker=line.character,
            listener=line.listener,
            text=line.text,
            written=line.emotion,
            intensity=line.intensity,
            voice=voice.probabilities if voice is not NO_VOICE else None,
            confidence=voice.confidence,
            events=line.events,
            seconds=seconds.get(line.id, _UNKNOWN_LENGTH),
            pause=PAUSE,
        )
        state = states.get(line.scene) or start(personas)
        states[line.scene], choices[line.id] = choose(state, evidence)
    return choices


def told(choice: Choice) -> dict[str, Any]:
    """Return a choice as the report has it."""
    return {
        "words": choice.words,
        "why": list(choice.why),
        "sources": {name: round(share, 3) for name, share in choice.sources.items()},
        "vad": [round(value, 3) for value in choice.vad],
    }
