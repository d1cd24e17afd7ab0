"""From a client's samples to what the network hears: one row a model step, and whether the step was quiet."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core import prosody
from voxrig.runtime.core.features import REACH, LogMel
from voxrig.runtime.core.prosody import Prosody
from voxrig.runtime.core.resample import Resampler, ResampleState
from voxrig.runtime.core.timing import BLOCK, SAMPLE_RATE, ceil_seconds
from voxrig.runtime.models.asking import Asking, alone
from voxrig.runtime.models.spec import ModelSpec

Floats = NDArray[np.float32]

assert prosody.REACH <= REACH

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

    def followed(self, more: "Rows") -> "Rows":
        """Return these rows and those after them."""
        return Rows(
            np.concatenate((self.features, more.features)),
            np.concatenate((self.prosody, more.prosody)),
            self.quiet + more.quiet,
        )


class HearingState(NamedTuple):
    """Where the hearing of one utterance stands; a value, whose arrays are replaced and never written.

    Attributes:
        resample: the resampler's.
        sound: float32[n], the samples at 24 kHz that fill no block yet, and before them those that the next row reaches
            back to.
        low: as of `ProsodyState`.
        steps: rows given.
    """

    resample: ResampleState
    sound: Floats
    low: Floats
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
        silence = np.zeros(REACH + self.spec.lead_in + padding, np.float32)
        return HearingState(self.resampler.start(), silence, self._prosody.start().low, 0)

    def step(self, state: HearingState, samples: NDArray[np.float32]) -> tuple[HearingState, Rows]:
        """Take float32[n] at `rate` Hz; return the rows they complete. However samples are cut, rows are the same."""
        return alone(self.stepping(state, samples))

    def stepping(self, state: HearingState, samples: NDArray[np.float32]) -> Asking[tuple[HearingState, Rows]]:
        """As `step`, stage by stage."""
        resample, internal = self.resampler.step(state.resample, samples)
        sound = np.concatenate((state.sound, internal))
        count = (len(sound) - REACH) // BLOCK
        yield "resample"
        if not count:
            return HearingState(resample, sound, state.low, state.steps), _NOTHING
        end = REACH + count * BLOCK
        features = self._mel.rows(sound[:end])
        yield "mel"
        low, pitch = self._prosody.rows(sound[REACH - prosody.REACH : end], state.low)
        rows = Rows(features, pitch, _quiet(sound[REACH:end]))
        # The rest is copied, or a few samples would keep a whole clip alive.
        after = HearingState(resample, sound[count * BLOCK :].copy(), low, state.steps + count)
        yield "prosody"
        return after, rows

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
