"""The best way to lay a row of sounds over the frames of a clip: a Viterbi search with durations.

Each sound lasts one frame or more, with a cost by how unusual its length is; between words there may be silence.
The search stays within a corridor, so that its time grows with the clip and not with its square.
"""

from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

LONGEST: Final = 45
"""Frames that a sound may last at most."""
NEVER: Final = np.float32(-1e30)


class Sounds(NamedTuple):
    """A row of U sounds.

    Attributes:
        kind: int64[U], the row of the scores.
        frames: float32[U], how many frames each lasts by experience, at the speaker's pace.
        spread: float32[U], deviation of the natural logarithm of that.
        pause: float32[U], reward of silence after it (0 or less; NEVER within a word).
        no_pause: float32[U], reward of none (0 or less).
    """

    kind: NDArray[np.int64]
    frames: NDArray[np.float32]
    spread: NDArray[np.float32]
    pause: NDArray[np.float32]
    no_pause: NDArray[np.float32]


@numba.njit(cache=True, nogil=True)
def _search(
    scores: NDArray[np.float32],
    kind: NDArray[np.int64],
    frames: NDArray[np.float32],
    spread: NDArray[np.float32],
    pause: NDArray[np.float32],
    no_pause: NDArray[np.float32],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> float:
    """Fill start and end, int64[U], of the best path; return its score, NEVER where there is none.

    scores: float32[kinds, F + 1], summed over frames; row 0 is silence. Sound u ends at a frame first[u] to last[u].
    """
    count, total = kind.shape[0], scores.shape[1] - 1
    offsets = np.zeros(count + 1, np.int64)
    for u in range(count):
        offsets[u + 1] = offsets[u] + last[u] - first[u] + 1
    length = np.zeros(offsets[count], np.int16)  # frames of the sound that ends here
    since = np.zeros(offsets[count], np.int32)  # where the silence behind it began, for each place that it may end
    before = np.full(total + 1, NEVER, np.float32)  # best score of what came before, silence included
    after = np.full(total + 1, NEVER, np.float32)
    for t in range(total + 1):
        before[t] = scores[0, t]
    low, high = 0, total
    duration = np.empty(LONGEST + 1, np.float32)
    for u in range(count):
        row = scores[kind[u]]
        most = min(LONGEST, max(8, int(3.5 * frames[u]) + 1))
        for d in range(1, most + 1):
            off = (np.log(d) - np.log(frames[u])) / spread[u]
            duration[d] = -0.5 * off * off
        silence, began = NEVER, 0
        for t in range(first[u], last[u] + 1):
            best, kept = NEVER, 0
            for d in range(max(1, t - high), min(most, t - low) + 1):
                score = before[t - d] - row[t - d] + duration[d]
                if score > best:
                    best, kept = score, d
            at = offsets[u] + t - first[u]
            length[at] = kept
            if best > NEVER:
                best += row[t]
            if best > NEVER and best + pause[u] - scores[0, t] > silence:
                silence, began = best + pause[u] - scores[0, t], t
            after[t], since[at] = best + no_pause[u], t
            if silence > NEVER and silence + scores[0, t] > after[t]:
                after[t], since[at] = silence + scores[0, t], began
        low, high = first[u], last[u]
        before, after = after, before
    if before[total] <= NEVER / 2:
        return float(NEVER)
    t = total
    for u in range(count - 1, -1, -1):
        end[u] = since[offsets[u] + t - first[u]]
        start[u] = end[u] - length[offsets[u] + end[u] - first[u]]
        t = start[u]
    return float(before[total])


def best_path(
    scores: NDArray[np.float32], sounds: Sounds, first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], float] | None:
    """Find where each sound lies.

    Args:
        scores: float32[kinds, F]: how well each frame goes with each kind of sound, as a log-likelihood; row 0 is
            silence.
        sounds: what to lay.
        first: int64[U], the first frame at which a sound may end, rising; last: int64[U], the last, rising to F.
        last: see `first`.

    Returns:
        First frame and frame after the last of each sound, and the score of all; None where nothing fits.
    """
    summed = np.zeros((scores.shape[0], scores.shape[1] + 1), np.float32)
    np.cumsum(scores, axis=1, out=summed[:, 1:])
    start, end = np.zeros(len(sounds.kind), np.int64), np.zeros(len(sounds.kind), np.int64)
    score: float = _search(summed, *sounds, first, last, start, end)
    return None if score <= NEVER / 2 else (start, end, score)
