"""One network call for many characters: gather their rows and states, run, scatter what comes back."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.models.onnx import State
from voxrig.runtime.models.spec import ModelSpec

LARGEST_BATCH: Final = 64
"""Characters in one call: from here on a larger batch is no faster for each, and only makes the others wait."""


class StepModel(Protocol):
    """What a batch runs on: a network's step for B characters."""

    @property
    def spec(self) -> ModelSpec:
        """The manifest of the bundle."""
        ...

    def start(self) -> State:
        """State of a character that has heard nothing."""
        ...

    def step(self, features: NDArray[np.float32], states: State) -> tuple[NDArray[np.float32], State]:
        """Run one step: float32[B, 2 * bands] and states [B, ...] to controls float32[B, N] and states [B, ...]."""
        ...


class BatchRunner:
    """Runs model steps of any number of characters, `largest` at a time.

    A character's result does not depend on who shares its batch (`contract.verify_batch_invariance`).
    """

    def __init__(self, model: StepModel, largest: int = LARGEST_BATCH) -> None:
        if largest < 1:
            raise ValueError(f"a batch of at most {largest} characters cannot run; give 1 or more")
        self._model = model
        self._largest = largest

    @property
    def model(self) -> StepModel:
        """The network behind it."""
        return self._model

    def step(
        self, rows: Sequence[NDArray[np.float32]], states: Sequence[State]
    ) -> list[tuple[NDArray[np.float32], State]]:
        """Run one step for each character.

        Args:
            rows: each character's float32[2 * bands].
            states: each character's model state, in the same order.

        Returns:
            Each character's controls float32[N] and next state, in the same order.
        """
        results: list[tuple[NDArray[np.float32], State]] = []
        for first in range(0, len(rows), self._largest):
            last = first + self._largest
            results.extend(self._run(rows[first:last], states[first:last]))
        return results

    def steps(
        self, rows: Sequence[NDArray[np.float32]], states: Sequence[State]
    ) -> list[tuple[NDArray[np.float32], State]]:
        """Run several steps for each character, one after the other, as far as its rows go.

        Where nobody waits for a frame, as in a bake, this spares what each call of `step` costs besides the network.

        Args:
            rows: each character's float32[k, 2 * bands], k of 1 or more, which may be another for each.
            states: each character's model state before them, in the same order.

        Returns:
            Each character's controls float32[k, N] and the state after the last of them, in the same order.
        """
        results: list[tuple[NDArray[np.float32], State]] = []
        for first in range(0, len(rows), self._largest):
            last = first + self._largest
            results.extend(self._run_on(rows[first:last], states[first:last]))
        return results

    def _run_on(
        self, rows: Sequence[NDArray[np.float32]], states: Sequence[State]
    ) -> list[tuple[NDArray[np.float32], State]]:
        """Run steps for one batch, which gets smaller as characters come to their end."""
        lengths = [len(own) for own in rows]
        order = sorted(range(len(rows)), key=lengths.__getitem__, reverse=True)  # the longest first: those left stay
        groups = [(length, len([*members])) for length, members in groupby(lengths[number] for number in order)]
        features = np.empty((lengths[order[0]], len(rows), rows[0].shape[1]), np.float32)
        first = 0
        for length, count in groups:
            features[:length, first : first + count] = np.array(
                [rows[n] for n in order[first : first + count]]
            ).swapaxes(0, 1)
            first += count
        now = tuple(np.array(column) for column in zip(*[states[number] for number in order], strict=True))
        results: list[tuple[NDArray[np.float32], State]] = [(rows[0], ())] * len(rows)
        told: list[NDArray[np.float32]] = []
        left = len(rows)
        while groups:
            length, count = groups.pop()
            for row in features[len(told) : length]:
                controls, now = self._model.step(row[:left], now)
                told.append(controls)
            left -= count
            shown = np.array([controls[left : left + count] for controls in told])
            for place, own in enumerate(order[left : left + count]):
                # Copies, as a view of one row would keep everybody's alive for as long as one session sleeps.
                results[own] = shown[:, place], tuple([state[left + place].copy() for state in now])
            now = tuple([state[:left] for state in now])
        return results

    def _run(
        self, rows: Sequence[NDArray[np.float32]], states: Sequence[State]
    ) -> list[tuple[NDArray[np.float32], State]]:
        """Run one call."""
        # np.array of a list of arrays is the quickest gather up to some thousand values each.
        gathered = tuple(np.array(column) for column in zip(*states, strict=True))
        controls, following = self._model.step(np.array(rows), gathered)
        if len(rows) == 1:
            return [(controls[0], tuple(state[0] for state in following))]
        # Copies, as in `_run_on`.
        scattered = zip(*([row.copy() for row in state] for state in following), strict=True)
        return list(zip(controls, scattered if following else ((),) * len(rows), strict=True))
