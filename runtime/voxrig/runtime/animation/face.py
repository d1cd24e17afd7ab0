"""The face layer: a network's controls on the native rig, and a mouth that rests in silence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.native import NATIVE_CONTROLS, rest_bones
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.models.spec import BundleError

NATIVE_COUNT: Final = len(NATIVE_CONTROLS)

HOLD_STEPS: Final = 6
"""Whole quiet steps (100 ms) before the mouth begins to rest: longer than the closure of any stop."""
EASE_STEPS: Final = 4
"""Steps (67 ms) from speech to rest and back. The mouth rests 167 ms less the look-ahead after the sound ends; with a
look-ahead longer than 83 ms, 83 ms after it."""

_PLACES: Final = {name: place for place, name in enumerate(NATIVE_CONTROLS)}
_MOUTH: Final = ("mouth", "jaw", "tongue", "teeth", "neckSwallow")
_REST_WEIGHT: Final = tuple(np.float32(1.0 - ease(step / EASE_STEPS)) for step in range(EASE_STEPS + 1))


def rest_pose() -> NDArray[np.float32]:
    """Return the native rig at rest: float32[251 + 4 * 3], controls 0, bones as in the rest pose."""
    return _REST.copy()


class Gate(NamedTuple):
    """The silence gate: how many more quiet steps it takes until the mouth begins to rest, and how far it rests."""

    left: int
    closed: int


SILENT: Final = Gate(0, EASE_STEPS)
"""Before an utterance there was silence."""


@dataclass(frozen=True, slots=True)
class Face:
    """Puts a model's controls, named in its manifest, on the native rig.

    Raises:
        BundleError: a name is no native control.
    """

    controls: tuple[str, ...]
    _place: NDArray[np.intp] = field(init=False, repr=False, compare=False)
    _mouth: NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        unknown = [name for name in self.controls if name not in _PLACES]
        if unknown:
            raise BundleError(f"the model gives {unknown[0]!r}, which is no control of the native rig; export it again")
        object.__setattr__(self, "_place", np.array([_PLACES[name] for name in self.controls], np.intp))
        stem = [name.removeprefix("CTRL_expressions_") for name in self.controls]
        object.__setattr__(self, "_mouth", np.array([name.startswith(_MOUTH) for name in stem], np.bool_))

    def pose(self, controls: NDArray[np.float32], gate: Gate) -> NDArray[np.float32]:
        """Make a native pose: float32[N] controls of the model to float32[251 + 4 * 3]; bones rest."""
        if gate.closed:
            controls = np.where(self._mouth, controls * _REST_WEIGHT[gate.closed], controls)
        pose = _REST.copy()
        pose[self._place] = controls
        return pose

    def poses(self, controls: NDArray[np.float32], gates: Sequence[Gate]) -> NDArray[np.float32]:
        """Make native poses: of float32[k, N] float32[k, 251 + 4 * 3], each as of `pose`."""
        if any(gate.closed for gate in gates):
            weights = np.array([_REST_WEIGHT[gate.closed] for gate in gates])[:, None]
            controls = np.where(self._mouth, controls * weights, controls)
        poses = np.empty((len(controls), len(_REST)), np.float32)
        poses[:] = _REST
        poses[:, self._place] = controls
        return poses


def awake(gate: Gate) -> float:
    """Return how far the mouth speaks: 1, easing to 0 where it rests."""
    return float(_REST_WEIGHT[gate.closed])


def hold_steps(delay_steps: int) -> int:
    """Return the quiet steps before the mouth begins to rest, for a model that shows what it heard so much earlier.

    A model that hears far ahead knows of a silence long before it is shown, and must speak on until then.
    """
    return max(HOLD_STEPS, delay_steps + 1)


def listen(gate: Gate, quiet: bool, hold: int = HOLD_STEPS) -> Gate:
    """Move the gate by one model step; `hold` as of `hold_steps`.

    As poses come with look-ahead, the mouth begins to open before the first sound, and to rest soon after the last.
    """
    if not quiet:
        return Gate(hold, max(gate.closed - 1, 0))
    left = max(gate.left - 1, 0)
    return Gate(left, max(gate.closed - 1, 0) if left else min(gate.closed + 1, EASE_STEPS))


_REST: Final = np.concatenate((np.zeros(NATIVE_COUNT, np.float32), rest_bones().reshape(-1)))
