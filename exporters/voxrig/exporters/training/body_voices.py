"""Who speaks in the sessions that a body learns from: clips by speaker, and which speakers are kept for checking."""

from collections.abc import Iterable
from pathlib import Path

from voxrig.exporters.datasets.speech import Clip, read_emodb, read_grid, read_ljspeech, read_tts
from voxrig.exporters.training.corpus import is_held_out

_BLENDED = "*"  # in the name of a voice: a blend, which has a few clips only


def voices(data: Path, *, held_out: bool) -> dict[str, list[Clip]]:
    """Clips of each voice that is trained on, or of each that is not, by name; no voice is in both but GRID's.

    Blends of voices are left out: none has enough clips for a session. GRID's one speaker is trained on, and every
    twelfth of his clips is kept, as in `corpus.is_held_out`; for checking a body he is no new voice and is left out.

    Args:
        data: the folder that holds the data sets tts, emodb, grid_s1 and ljspeech.
        held_out: which of the two.

    Raises:
        DatasetError: a data set is not there.
    """
    readers = [read_tts(data), read_emodb(data), read_ljspeech(data)]
    if not held_out:
        readers.append(read_grid(data))
    return by_voice(clip for reader in readers for clip in _kept(reader, held_out=held_out))


def _kept(clips: Iterable[Clip], *, held_out: bool) -> Iterable[Clip]:
    for position, clip in enumerate(clips):
        if _BLENDED not in clip.speaker and is_held_out(clip, position) == held_out:
            yield clip


def by_voice(clips: Iterable[Clip]) -> dict[str, list[Clip]]:
    """Group clips by data set and speaker, in their order."""
    found: dict[str, list[Clip]] = {}
    for clip in clips:
        found.setdefault(f"{clip.dataset}:{clip.speaker}".removesuffix(":" + clip.dataset), []).append(clip)
    return found
