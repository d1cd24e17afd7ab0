"""From a client's samples to what the network hears: one row a model step, and whether the step was quiet."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core import blocks
from voxrig.runtime.core.blocks import BlockState
from voxrig.runtime.core.features import LogMel, MelState
from voxrig.runtime.core.prosody import Prosody, ProsodyState
from voxrig.runtime.core.resample import Resampler, ResampleState
from voxrig.runtime.core.timing import BLOCK, SAMPLE_RATE, ceil_seconds
from voxrig.runtime.models.spec import ModelSpec

QUIET_DBFS: Final = -65.0
"""A step whose RMS, without its mean, is below this is silence: under the noise of a quiet room, above dither."""
_QUIET_POWER: Final = 10.0 ** (QUIET_DBFS / 10.0)


class Rows(NamedTuple):
    """Model steps ready to run.

    Attributes:
        features: float32[k, 2 * bands], what the network hears.
        prosody: float32[k, 3]: level in dBFS, f0 in Hz, voicing (see `core.prosody`).
        quiet: for each step, whether its block was silence.
    """

    features: NDArray[np.float32]
    prosody: NDArray[np.float32]
    quiet: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class HearingState:
    """Where the hearing of one utterance stands; `steps` counts the rows given."""

    resample: ResampleState
    blocks: BlockState
    mel: MelState
    prosody: ProsodyState
    steps: int


@dataclass(frozen=True, slots=True)
class Hearing:
    """Resampler, blocks and log-mel in a row, for samples at `rate` Hz and one model."""

    spec: ModelSpec
    rate: int
    resampler: Resampler = field(init=False)
    _mel: LogMel = field(init=False)
    _prosody: Prosody = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "resampler", Resampler(self.rate))
        object.__setattr__(self, "_mel", self.spec.log_mel())
        object.__setattr__(self, "_prosody", Prosody())

    def start(self, padding: int) -> HearingState:
        """Begin an utterance with `padding` virtual zeros at 24 kHz, besides the model's lead-in."""
        lead_in = blocks.start(self.spec.lead_in + padding)
        return HearingState(self.resampler.start(), lead_in, self._mel.start(), self._prosody.start(), 0)

    def step(self, state: HearingState, samples: NDArray[np.float32]) -> tuple[HearingState, Rows]:
        """Take float32[n] at `rate` Hz; return the rows they complete. However samples are cut, rows are the same."""
        resample, internal = self.resampler.step(state.resample, samples)
        rest, whole = blocks.cut(state.blocks, internal)
        if not len(whole):
            return HearingState(resample, rest, state.mel, state.prosody, state.steps), _NOTHING
        mel, features = self._mel.step(state.mel, whole)
        prosody, pitch = self._prosody.step(state.prosody, whole)
        steps = state.steps + len(features)
        return HearingState(resample, rest, mel, prosody, steps), Rows(features, pitch, _quiet(whole))

    def finish(self, state: HearingState, steps: int) -> Rows:
        """Return the rows up to `steps` in all, hearing silence after the last sample."""
        missing = steps - state.steps
        if missing <= 0:
            return _NOTHING
        silence = ceil_seconds(self.resampler.look_ahead, self.rate) - (-missing * BLOCK * self.rate // SAMPLE_RATE) + 1
        _, rows = self.step(state, np.zeros(silence, np.float32))
        return Rows(rows.features[:missing], rows.prosody[:missing], rows.quiet[:missing])


def _quiet(whole: NDArray[np.float32]) -> tuple[bool, ...]:
    """Say of each block of 400 samples whether it is silence; a constant offset is not sound."""
    quiet = np.empty(len(whole) // BLOCK, np.bool_)
    _find_quiet(whole, _QUIET_POWER, quiet)
    return tuple(quiet.tolist())


@numba.njit(cache=True)
def _find_quiet(whole: NDArray[np.float32], most: float, quiet: NDArray[np.bool_]) -> None:
    for block in range(len(quiet)):
        total = squares = 0.0
        for k in range(block * BLOCK, (block + 1) * BLOCK):
            total += whole[k]
            squares += whole[k] * whole[k]
        quiet[block] = squares / BLOCK - (total / BLOCK) ** 2 < most


_NOTHING: Final = Rows(np.zeros((0, 0), np.float32), np.zeros((0, 3), np.float32), ())
