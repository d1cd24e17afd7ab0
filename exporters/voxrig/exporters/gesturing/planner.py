"""The gesture planner: rules that see the whole speech, and teach a network that hears 83 ms ahead to do as they do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.gesturing.listened import Listened
from voxrig.exporters.gesturing.manner import Manner, Moods
from voxrig.exporters.gesturing.phrases import Phrase, broken, phrases
from voxrig.exporters.gesturing.resting import hush
from voxrig.exporters.gesturing.score import kept_in_range
from voxrig.exporters.gesturing.stage import Phase, Stage, Stroke
from voxrig.exporters.gesturing.stance import stances
from voxrig.exporters.gesturing.talking import speak
from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.body.noise import noise_rows
from voxrig.runtime.animation.body.rows import doing
from voxrig.runtime.core.body.posture import SIT, SIZE

Floats = NDArray[np.float32]

_AROUSAL: Final = 10


class Performance(NamedTuple):
    """What a body does in a clip.

    Attributes:
        postures: float32[T, 34], 60 a second; breath is 0, sit the manner's.
        strokes: in order of their apexes.
        phases: of the hands, over all poses.
    """

    postures: Floats
    strokes: tuple[Stroke, ...]
    phases: tuple[Phase, ...]


Luck = Callable[[int, int, int], NDArray[np.float64]]
"""Where luck comes from: float64[count, 12] for a key, a first pose and a count."""


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans what a body does with a speech.

    Attributes:
        luck: where its luck comes from; the runtime's, so that a network can follow it.
    """

    luck: Luck = noise_rows

    def perform(
        self,
        heard: Listened,
        manner: Manner,
        key: int,
        *,
        activity: NDArray[np.integer] | None = None,
        cuts: Sequence[int] = (),
    ) -> Performance:
        """Plan a performance.

        Args:
            heard: the speech, as it was meant.
            manner: style and mood.
            key: of the session, from `core.chance.key_of`.
            activity: int[T], what one does at each pose, numbers of `rows.DOING`; by the voice where it is None.
            cuts: poses, ascending, at which the speech is broken off, unforeseen; what is heard no more after each is
                what `silenced` says.

        Raises:
            ValueError: what is given by the pose has another length than the speech, or the cuts do not ascend.
        """
        total = heard.poses
        if total == 0:
            return Performance(np.zeros((0, SIZE), np.float32), (), ())
        if list(cuts) != sorted(cuts):
            raise ValueError(f"cuts {list(cuts)} do not ascend; sort them")
        moods = Moods(manner, heard.values[:, _AROUSAL])
        luck = self.luck(key, 0, total)
        does = _doing(heard, activity)
        stage = Stage(moods, luck)
        meant = phrases(heard)
        _play(stage, meant, broken(meant, cuts, total), does)
        postures = stage.score.drawn(total) + stances(moods, luck, does)
        postures[:, SIT] = float(manner.sitting)
        strokes = tuple(sorted(stroke for stroke in stage.strokes if stroke.apex < total))
        return Performance(kept_in_range(postures).astype(np.float32), strokes, stage.phases())


def silenced(heard: Listened, cuts: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return from which pose to which one nothing is heard when a speech is broken off at some poses (see `broken`)."""
    return broken(phrases(heard), cuts, heard.poses)


def _play(stage: Stage, meant: Sequence[Phrase], silences: Sequence[tuple[int, int]], does: NDArray[np.int64]) -> None:
    """Go through the phrases and the pauses between them."""
    since, cuts = 0, list(silences)
    for phrase in meant:
        if any(cut <= phrase.start < until for cut, until in silences):
            continue
        hush(stage, since, phrase.start, does)
        speak(stage, phrase)
        since = phrase.ended
        while cuts and cuts[0][0] <= phrase.start:
            cuts.pop(0)
        if cuts and cuts[0][0] < phrase.end:
            since, _ = cuts.pop(0)
            stage.break_off(since)
    hush(stage, since, stage.total, does)


def _doing(heard: Listened, activity: NDArray[np.integer] | None) -> NDArray[np.int64]:
    if activity is not None:
        if len(activity) != heard.poses:
            raise ValueError(f"activity has {len(activity)} poses, the speech {heard.poses}; give one number for each")
        return np.asarray(activity, np.int64)
    speaking, since = heard.values[:, 0].tolist(), heard.values[:, 1].tolist()
    return np.array([doing(Activity.AUTO, s > 0.0, n) for s, n in zip(speaking, since, strict=True)], np.int64)
