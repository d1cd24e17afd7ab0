"""Where a speaker's voice invites one who listens to nod: low pitch for a while, and pauses.

Cited: Ward & Tsukahara (2000, "Prosodic features which cue back-channel responses in English and Japanese", J
Pragmatics 32) have this rule for English: pitch below the 26th percentile of the speaker's for 110 ms, after 700 ms of
speech, with no answer in the 800 ms before; then wait 700 ms. Ours: pauses between phrases invite too, gaps in voicing
of up to 50 ms do not end a low stretch, and a nod comes 200 ms sooner than a word would.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.presence import PAUSE, SILENCE, UNHEARD, attend
from voxrig.runtime.core.prosody import F0, LEVEL, VOICING
from voxrig.runtime.core.timing import STEP_RATE

PERCENTILE: Final = 26.0
LOW: Final = -(-STEP_RATE * 110 // 1000)
"""Poses of low pitch that invite: 110 ms, rounded up."""
SPOKEN: Final = STEP_RATE * 700 // 1000
"""Poses of speech before that."""
APART: Final = STEP_RATE * 800 // 1000
"""Poses between two invitations that are taken."""
WAIT: Final = STEP_RATE * 500 // 1000
"""Poses from a low stretch to the nod."""
_GAP: Final = 3  # poses without voicing within a low stretch


class Invitation(NamedTuple):
    """A moment at which a listener may answer.

    Attributes:
        at: pose of the answer.
        pause: whether it lies in a pause between phrases, or after the last; else within speech.
    """

    at: int
    pause: bool


def speaks(prosody: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return for each pose whether the voice speaks then: gaps shorter than 250 ms belong to it.

    Args:
        prosody: float32[n, 3], rows of `core.prosody`, one a pose.
    """
    told, state = np.zeros(len(prosody), np.bool_), UNHEARD
    for row, (level, _, voicing) in enumerate(prosody[:, (LEVEL, F0, VOICING)].tolist()):
        state = attend(state, level, voicing, SILENCE)
        told[row] = state[-1] > 0.0
    return told


def invitations(prosody: NDArray[np.float32]) -> tuple[Invitation, ...]:
    """Return the moments at which a voice invites an answer, in order; at least 800 ms lie between any two.

    Args:
        prosody: float32[n, 3], rows of `core.prosody`, one a pose.
    """
    talking, pitch = speaks(prosody), prosody[:, F0]
    voiced = pitch[talking & (pitch > 0.0)]
    if not len(voiced):
        return ()
    limit = float(np.percentile(voiced, PERCENTILE))
    found: list[Invitation] = []
    spoken = low = gap = 0
    last, ended = -APART, False
    for at in range(len(prosody)):
        if talking[at]:
            spoken, ended = spoken + 1, False
        elif spoken:
            ended, spoken, low = spoken >= SPOKEN, 0, 0
        if talking[at] and 0.0 < pitch[at] < limit:
            low, gap = low + 1, 0
        elif gap < _GAP and pitch[at] == 0.0 and low:
            gap += 1
        else:
            low = gap = 0
        if ended and at - last >= APART:
            found.append(Invitation(at, True))
            last, ended = at, False
        elif low >= LOW and spoken >= SPOKEN and at + WAIT - last >= APART:
            found.append(Invitation(at + WAIT, False))
            last, low = at + WAIT, 0
    return tuple(invitation for invitation in found if invitation.at < len(prosody) + PAUSE)
