"""Phrases of speech: what a gesture unit spans (McNeill 1992; Kendon 2004), found by their pauses."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from voxrig.exporters.gesturing.accents import LEVEL, VOICED, Accent, accents
from voxrig.exporters.gesturing.listened import AHEAD, Listened
from voxrig.runtime.animation.presence import PAUSE

RISING: Final = 7
"""Column of `Listened.values`."""

_GAP: Final = 8  # poses (133 ms) of near silence that part two phrases: longer than the closure of a stop
_SOFT: Final = -12.0  # dB below the voice's mean
_SHORTEST: Final = 48  # poses of a phrase that isn't alone
_QUESTION: Final = 0.1  # of `Voice.rising`: few voices rise clearly, and one phrase in ten does at all
_RESUME: Final = 36  # poses of silence after which speech is another speech


class Phrase(NamedTuple):
    """A stretch of speech without a pause.

    Attributes:
        start: pose at which the voice is heard to begin, 83 ms ahead as everything in `Listened.values`.
        end: pose at which it falls silent.
        ended: pose at which that is recognised; `end` where the next phrase follows at once.
        question: whether the pitch rises at its end.
        accents: in order.
    """

    start: int
    end: int
    ended: int
    question: bool
    accents: tuple[Accent, ...]

    @property
    def tempo(self) -> float:
        """Accents a second, at least 0.5 s each way: how quickly one speaks."""
        return 60.0 * len(self.accents) / max(self.end - self.start, 60)


def phrases(listened: Listened) -> tuple[Phrase, ...]:
    """Find the phrases of a clip, in order."""
    values, total = listened.values, listened.poses
    speaking = np.concatenate(([0.0], values[:, 0] > 0.0, [0.0]))
    turns = np.flatnonzero(np.diff(speaking)).reshape(-1, 2).tolist()
    stressed = accents(listened)
    found: list[Phrase] = []
    for first, after in turns:
        # Speech counts as going on until 250 ms of silence were heard.
        last = after - PAUSE if after < total else after
        question = after < total and float(values[after : after + 3, RISING].max()) > _QUESTION
        for start, end, final in _parted(listened, first, max(last, first + 1)):
            inside = tuple(a for a in stressed if start <= a.at - AHEAD < end)
            found.append(Phrase(start, min(end + AHEAD, total), after if final else end, question and final, inside))
    return tuple(found)


def _parted(listened: Listened, first: int, last: int) -> list[tuple[int, int, bool]]:
    """Part a stretch of speech at its short pauses: start, end and whether it is the last part."""
    values = listened.values[first:last]
    soft = np.concatenate(([0.0], (values[:, LEVEL] < _SOFT) & (values[:, VOICED] < 0.2), [0.0]))
    gaps = np.flatnonzero(np.diff(soft)).reshape(-1, 2)
    starts, ends = [0], []
    for begin, end in gaps[(gaps[:, 1] - gaps[:, 0]) >= _GAP].tolist():
        if begin - starts[-1] >= _SHORTEST and last - first - end >= _SHORTEST:
            ends.append(begin)
            starts.append(end)
    ends.append(last - first)
    return [(first + s, first + e, n == len(starts) - 1) for n, (s, e) in enumerate(zip(starts, ends, strict=True))]


def broken(found: Sequence[Phrase], cuts: Sequence[int], total: int) -> tuple[tuple[int, int], ...]:
    """Return from which pose to which one each cut silences a speech.

    A speech that is broken off is not taken up again: it is silent up to the next phrase that begins after a pause of
    0.6 s or more, or to the end. A cut in such a pause silences nothing and has no place in the answer.

    Args:
        found: the phrases as they were meant.
        cuts: poses, in ascending order.
        total: poses of the clip.
    """
    silenced: list[tuple[int, int]] = []
    for cut in cuts:
        if silenced and cut < silenced[-1][1]:
            continue
        coming = [phrase for phrase in found if phrase.end > cut]
        if not coming or (coming[0].start > cut and _pause_before(found, coming[0]) >= _RESUME):
            continue
        later = [phrase for phrase in coming if phrase.start > cut and _pause_before(found, phrase) >= _RESUME]
        silenced.append((cut, later[0].start if later else total))
    return tuple(silenced)


def _pause_before(found: Sequence[Phrase], phrase: Phrase) -> int:
    before = [other.end for other in found if other.start < phrase.start]
    return phrase.start - before[-1] if before else phrase.start + _RESUME
