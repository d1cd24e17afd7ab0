"""The contracts that every model and every layer keeps, as functions that raise with numbers when one is broken.

They are for tests and for whoever exports a model. `perform` is the thing under test from its beginning: it takes the
chunks of one stream and returns its rows, float32[F, width]; each call starts afresh.
"""

import dataclasses
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.timing import FrameRate, first_frame, frame_sample
from voxrig.runtime.models.batching import StepModel

Floats = NDArray[np.float32]
Perform = Callable[[Sequence[Floats]], Floats]

CHUNK_SIZES: Final = (1, 160, 441, 1024, 2003)
"""Samples a chunk: one, 10 ms at 16 and 44.1 kHz, a power of two, a prime."""
BATCH_SIZES: Final = (2, 3, 8, 32, 64)
REST_WITHIN: Final = Fraction(150, 1000)
"""Seconds from the end of speech until the mouth rests."""
_STEEPEST: Final = 1.875  # slope of the minimum-jerk ease at its middle


class ContractError(AssertionError):
    """A contract is broken; the message says which, where and by how much."""


def verify_same(what: str, found: Floats, expected: Floats) -> None:
    """Two performances are equal bit for bit.

    Raises:
        ContractError: they differ, with the first row that does.
    """
    if found.shape != expected.shape:
        raise ContractError(f"{what}: shape {found.shape} instead of {expected.shape}")
    differs = (found.view(np.uint32) != expected.view(np.uint32)).reshape(len(found), -1).any(axis=1)
    if differs.any():
        row = int(differs.argmax())
        most = float(np.abs(found - expected).max())
        raise ContractError(f"{what}: {int(differs.sum())} of {len(found)} rows differ, first {row}, most by {most:g}")


def verify_chunk_invariance(perform: Perform, samples: Floats, sizes: Sequence[int] = CHUNK_SIZES) -> Floats:
    """Contracts 1 and 2: any split of the same samples gives the rows of the whole clip, bit for bit.

    Returns:
        Those rows.

    Raises:
        ContractError: a chunk size gives something else.
    """
    whole = perform([samples])
    for size in sizes:
        chunks = [samples[at : at + size] for at in range(0, len(samples), size)]
        verify_same(f"chunks of {size} samples", perform(chunks), whole)
    return whole


def verify_batch_invariance(model: StepModel, features: Floats, sizes: Sequence[int] = BATCH_SIZES) -> None:
    """Contract 3: what a character does not depend on who shares its batch, nor on its place in it.

    Args:
        model: a network.
        features: float32[C, T, 2 * bands], what each of C characters hears in T steps; C at least the largest size.
        sizes: batch sizes to try against 1.

    Raises:
        ContractError: a batch size gives something else.
    """
    count, steps, _ = features.shape
    if count < max(sizes):
        raise ValueError(f"{count} characters cannot fill a batch of {max(sizes)}")

    def together(members: NDArray[np.intp]) -> Floats:
        states = tuple(np.stack([state] * len(members)) for state in model.start())
        rows = []
        for step in range(steps):
            controls, states = model.step(np.ascontiguousarray(features[members, step]), states)
            rows.append(controls)
        return np.stack(rows, axis=1)

    alone = np.concatenate([together(np.array([member])) for member in range(count)])
    for size in sizes:
        for first in {0, count - size}:
            members = np.arange(first, first + size)[::-1]
            verify_same(f"a batch of {size}", together(members), np.ascontiguousarray(alone[members]))


def verify_look_ahead(
    stream: Perform, samples: Floats, rate: int, fps: FrameRate, look_ahead: Fraction, frames: Sequence[int]
) -> None:
    """Contract 4: frame n needs the samples up to n / fps + look_ahead, no more; it is given then; and it uses them.

    Args:
        stream: performs chunks without ending the stream, so that it returns only the rows it can know.
        samples: float32[n] of sound that moves the rows.
        rate: Hz.
        fps: rows a second.
        look_ahead: seconds declared.
        frames: which rows to try.

    Raises:
        ContractError: a row depends on later samples, comes later, or ignores its look-ahead altogether.
    """
    whole = stream([samples])
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, len(samples)).astype(np.float32)
    for n in frames:
        shown = n / fps.fraction * rate
        limit = -int(-(shown + look_ahead * rate) // 1)
        known = stream([samples[:limit]])
        if len(known) <= n:
            raise ContractError(f"frame {n} needs more than its {limit} samples: only {len(known)} frames came")
        verify_same(f"frames up to {n}, the sound gone from sample {limit}", known[: n + 1], whole[: n + 1])
        later = np.concatenate((samples[:limit], noise[limit:]))
        verify_same(f"frames up to {n}, other sound from sample {limit}", stream([later])[: n + 1], whole[: n + 1])
        now = int(shown)
        inside = np.concatenate((samples[:now], noise[now:limit], samples[limit:]))
        if np.array_equal(stream([inside])[n], whole[n]):
            raise ContractError(f"frame {n} ignores the samples {now} to {limit}, its whole declared look-ahead")


def verify_frame_count(frames: Sequence[Frame], start: int, end: int, rate: int, fps: FrameRate) -> None:
    """Contract 5: the frames of [start, end) media samples are exactly those at start <= index / fps < end, in order.

    Raises:
        ContractError: a frame is missing, too many, or carries the wrong media sample.
    """
    expected = range(first_frame(start, rate, fps), first_frame(end, rate, fps))
    found = [frame.index for frame in frames]
    if found != list(expected):
        raise ContractError(
            f"samples {start} to {end} at {rate} Hz have the frames {expected.start} to {expected.stop - 1} at {fps} "
            f"fps, found {len(found)}: {found[:3]} ... {found[-3:]}"
        )
    for frame in frames:
        if frame.sample != frame_sample(frame.index, rate, fps):
            raise ContractError(f"frame {frame.index} carries media sample {frame.sample}")


def verify_repeatable(perform: Perform, samples: Floats) -> None:
    """Contract 6: equal input (and seed) gives equal rows.

    Raises:
        ContractError: a second performance differs.
    """
    verify_same("the same samples again", perform([samples]), perform([samples]))


def state_bytes(value: object) -> int:
    """Bytes of the arrays that a state keeps alive, each counted once, with the whole array behind a view."""
    owners: dict[int, int] = {}

    def collect(part: object) -> None:
        if isinstance(part, np.ndarray):
            owner: object = part
            while isinstance(owner, np.ndarray) and owner.base is not None:
                owner = owner.base
            owners[id(owner)] = owner.nbytes if isinstance(owner, np.ndarray) else part.nbytes
        elif isinstance(part, tuple | list):
            for item in part:
                collect(item)
        elif dataclasses.is_dataclass(part):
            for entry in dataclasses.fields(part):
                collect(getattr(part, entry.name))

    collect(value)
    return sum(owners.values())


def verify_bounded(sizes: Sequence[int], allowance: int = 0) -> None:
    """Contract 7: a state measured ever later in a stream (with `state_bytes`) does not grow.

    Raises:
        ContractError: a later size is above the first by more than `allowance` bytes.
    """
    if not sizes or max(sizes) > sizes[0] + allowance:
        raise ContractError(f"the state grows: {list(sizes)} bytes")


def verify_rest(mouth: Floats, fps: FrameRate, speech_end: Fraction, tolerance: float = 0.01) -> None:
    """Contract 8: within 150 ms after speech ends, and until the last row, the mouth rests.

    Args:
        mouth: float32[F, controls of the mouth], row n at n / fps seconds.
        fps: rows a second.
        speech_end: seconds; silence follows it for more than 150 ms.
        tolerance: largest value that counts as rest.

    Raises:
        ContractError: it does not rest, or there is no row left to tell.
    """
    first = -int(-(speech_end + REST_WITHIN) * fps.fraction // 1)
    after = np.abs(mouth[first:])
    if not after.size:
        raise ContractError(f"{len(mouth)} rows end before row {first}, where the mouth must rest")
    if float(after.max()) > tolerance:
        row = first + int((after.max(axis=1) > tolerance).argmax())
        raise ContractError(f"the mouth is at {float(after.max()):.3f} where it must rest, first in row {row}")


def verify_interruption(
    before: Floats, frames: Sequence[Frame], rest: Floats, fps: FrameRate, blend: Fraction, utterance: int
) -> None:
    """Contract 9: after an interruption the rig eases from where it was to rest, in time and without a pop.

    Args:
        before: float32[stride], values of the last frame that stays.
        frames: what the interruption gave, at least one.
        rest: float32[stride].
        fps: frames a second.
        blend: seconds it may take.
        utterance: the number of what is stopped; the frames carry a later one.

    Raises:
        ContractError: a frame carries an old number; a step is larger than such an ease can make; the end is not rest.
    """
    rows = np.stack([before, *(frame.values for frame in frames)])
    old = [frame.index for frame in frames if frame.utterance <= utterance]
    if old:
        raise ContractError(f"frame {old[0]} after the interruption still belongs to utterance {utterance} or before")
    reach = np.abs(before - rest)
    allowed = reach * (_STEEPEST / float(blend * fps.fraction)) + 1e-3
    steps = np.abs(np.diff(rows, axis=0))
    if (steps > np.maximum(allowed, 1e-3)).any():
        raise ContractError(f"a pop of {float((steps - allowed).max()):.3f} more than the ease can make in one frame")
    # The last of them lies at most one frame before the end: that much of the ease is left.
    left = 1.0 - ease(1.0 - 1.0 / float(blend * fps.fraction))
    if (np.abs(rows[-1] - rest) > reach * left + 1e-3).any():
        raise ContractError(f"the last frame of the blend is {float(np.abs(rows[-1] - rest).max()):.3f} off rest")
