"""When each word is said, from the text and the sound alone: no model, no packages, a thousandth of real time.

The words are spelled into rough sounds (words_spelling), the clip is heard in four bands (words_hearing), and the two
are laid over each other in the likeliest way (words_path): vowels on loud stretches, s on hiss, stops on closures,
commas and full stops on pauses, everything about as long as it usually is at this pace.
"""

import json
from functools import lru_cache
from importlib import resources
from math import exp, log
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.baking.words_hearing import BANDS, FRAMES, hear
from voxrig.baking.words_path import NEVER, Sounds, best_path
from voxrig.baking.words_spelling import LETTER, SOUNDS, spell
from voxrig.baking.words_text import COMMA, NONE, STOP, Token

SPEECH_DB: Final = -30.0
"""A frame with a band above this, below the loud parts, is counted as speech."""

_TRUST: Final = 0.15
"""Weight of what is heard in one frame: its neighbours say nearly the same again."""
_PAUSE: Final = {NONE: (-6.0, 0.0), COMMA: (-1.0, -1.0), STOP: (-0.5, -2.0)}
"""Reward of a pause behind a word, and of none."""
_PACE: Final = (0.4, 2.5)
_CORRIDOR: Final = 100, 0.1
"""The path stays this many frames of speech, and this share of all, around an even pace."""
_MOST_CELLS: Final = 20_000_000  # of a search without a corridor


class Estimate(NamedTuple):
    """Start and end of each word, float64[words] in seconds, and how sure that is, 0 to 1."""

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    confidence: float


class _Table(NamedTuple):
    """Of each kind of sound (0 is silence, then SOUNDS): how frames are scored, and how long it lasts."""

    squares: NDArray[np.float32]
    linear: NDArray[np.float32]
    constant: NDArray[np.float32]
    frames: NDArray[np.float32]
    spread: NDArray[np.float32]


@lru_cache(maxsize=1)
def _table() -> _Table:
    text = resources.files("voxrig.baking").joinpath("words_sounds.json").read_text("utf-8")
    sounds = json.loads(text)["sounds"]
    rows = [sounds["silence"]] + [sounds[name] for name in SOUNDS]
    mean, deviation = (np.array([row[key] for row in rows]) for key in ("mean", "deviation"))
    weight = _TRUST / deviation**2
    constant = -0.5 * (mean**2 * weight).sum(axis=1) - _TRUST * np.log(deviation).sum(axis=1)
    frames, spread = (np.array([row.get(key, 1.0) for row in rows], np.float32) for key in ("frames", "spread"))
    squares, linear = (-0.5 * weight).astype(np.float32), (mean * weight).astype(np.float32)
    return _Table(squares, linear, constant[:, None].astype(np.float32), frames, spread)


_KINDS: Final = {name: kind + 1 for kind, name in enumerate(SOUNDS)}


def estimate(words: list[Token], samples: NDArray[np.float32], rate: int) -> Estimate:
    """Find `words`, at least one, in the mono clip float32[n] at `rate` Hz, n > 0.

    Where nothing fits (silence, or far too many words for the sound) they are spread evenly, with confidence 0.
    """
    heard = hear(samples, rate)
    spelled = [[_KINDS[sound] for sound in spell(word.text)] for word in words]
    counts = np.array([len(kinds) for kinds in spelled])
    kind = np.array([one for kinds in spelled for one in kinds])
    table = _table()
    speech = np.concatenate(([0], np.cumsum(heard[:, :BANDS].max(axis=1, initial=-99.0) > SPEECH_DB)))
    usual = table.frames[kind]
    pace = float(speech[-1] / usual.sum())
    final = np.cumsum(counts) - 1
    found = None
    if speech[-1] and len(heard) >= len(kind):
        pause, no_pause = np.full(len(kind), NEVER, np.float32), np.zeros(len(kind), np.float32)
        pause[final], no_pause[final] = np.array([_PAUSE[word.pause] for word in words], np.float32).T
        pause[-1] = no_pause[-1] = 0.0
        frames = usual * np.float32(np.clip(pace, *_PACE))
        sounds = Sounds(kind, frames, table.spread[kind], pause, no_pause)
        scores = _scores(heard)
        found = _search(scores, sounds, speech)
    if found is None:
        return _evenly(usual, final, speech, len(samples) / rate)
    starts, ends, score = found
    return Estimate(starts[final + 1 - counts] / FRAMES, ends[final] / FRAMES, _confidence(score, scores, pace))


def _scores(heard: NDArray[np.float32]) -> NDArray[np.float32]:
    """How well each frame goes with each kind, float32[kinds, F]: Gaussians with a diagonal covariance.

    By einsum: its sums are in the same order on one core and on many, which those of a matrix product need not be.
    """
    table = _table()
    squares = np.einsum("kd,fd->kf", table.squares, heard * heard)
    linear = np.einsum("kd,fd->kf", table.linear, heard)
    return np.asarray(squares + linear + table.constant, np.float32)


def _search(
    scores: NDArray[np.float32], sounds: Sounds, speech: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], float] | None:
    """The best path within the corridor, or where none is, within no corridor."""
    total, count = scores.shape[1], len(sounds.kind)
    order = np.arange(count)
    lowest, highest = order + 1, order + 1 + total - count
    expected = np.cumsum(sounds.frames) / sounds.frames.sum() * speech[-1]
    width = _CORRIDOR[0] + _CORRIDOR[1] * speech[-1]
    first = np.maximum(np.searchsorted(speech, expected - width), lowest)
    last = np.minimum(np.searchsorted(speech, expected + width, "right") - 1, highest)
    found = best_path(scores, sounds, first, last) if np.all(first <= last) else None
    if found is None and count * total <= _MOST_CELLS:
        found = best_path(scores, sounds, lowest, highest)
    return found


def _evenly(
    usual: NDArray[np.float32], final: NDArray[np.int64], speech: NDArray[np.int64], seconds: float
) -> Estimate:
    """Spread words over the speech, or where there is none over the clip, by how long they usually are."""
    until = np.cumsum(usual, dtype=np.float64)[final]
    share = np.concatenate(([0.0], until / until[-1]))
    heard = np.searchsorted(speech, share * speech[-1]) / FRAMES
    edges = np.minimum(heard if speech[-1] else share * seconds, seconds)
    return Estimate(edges[:-1], edges[1:], 0.0)


def _confidence(score: float, scores: NDArray[np.float32], pace: float) -> float:
    """The chance that the clip says these words: a logistic fit to right and wrong texts of synthetic speech.

    It looks at how much worse the path is than one that may choose its sounds, how much better than one that knows
    speech from silence only, and at the pace.
    """
    free = float(scores.max(axis=0).sum())
    deaf = float(np.maximum(scores[0], scores[_KINDS[LETTER]]).sum())
    worse, better = (score - free) / scores.shape[1], (score - deaf) / scores.shape[1]
    odds = 9.5 + 35.9 * worse + 33.3 * better - 6.3 * abs(log(pace))
    return 1.0 / (1.0 + exp(-max(-50.0, min(odds, 50.0))))
