"""A take as a glTF animation: keys in seconds, and straight lines or slerps between them.

Not cubic splines, though glTF has them: morph weights share their times, and on speech cubic keys come as close
together there as straight ones, with three numbers each. And Blender's importer drops the tangents, so that nothing
would be within the bound.
"""

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pygltflib
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.gltf_file import GltfFile
from voxrig.engine_bridges.writers.turn_bounds import turn_bound
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import SharedKeys, linear_keys, rotation_keys, shared_keys
from voxrig.runtime.core.take import Take


class Bounds(NamedTuple):
    """How far a file may be off: `shape` of 0 to 1, `turn` in radians, less of it in a body; 0 keeps every frame."""

    shape: float
    turn: float


class Tracks:
    """The channels of one animation; `keys` counts the values that an artist finds in it."""

    def __init__(self, file: GltfFile, take: Take, name: str, bounds: Bounds, extras: dict[str, Any]) -> None:
        self._file, self._bounds = file, bounds
        rate = take.fps
        rows = np.arange(take.start_index, take.start_index + len(take), dtype=np.int64)
        self._times = (rows * rate.denominator / rate.numerator).astype(np.float32)
        self._late = float(np.spacing(self._times[-1]) * rate.numerator / rate.denominator)
        self._samplers: dict[tuple[int, int], int] = {}
        self.animation = pygltflib.Animation(name=name, extras=extras)
        self.keys = 0

    def weights(self, nodes: list[int], curves: NDArray[np.float32]) -> None:
        """Move the morph targets of a mesh, on all nodes that show it: float32[F, targets].

        The last row is a key also where nothing moves: the weights tell how long the animation is.
        """
        keys = shared_keys(curves, self._left(self._bounds.shape, curves))
        if keys.frames[-1] < len(curves) - 1:
            keys = SharedKeys(np.array([0, len(curves) - 1]), np.repeat(keys.values, 2, axis=0))
        sampler = self._sampler(keys.frames, (keys.values + np.float32(0.0)).reshape(-1))
        for node in nodes:
            self._channel(sampler, node, "weights")
        self.keys += keys.values.size

    def turn(
        self, node: int, rows: NDArray[np.int64], quaternions: NDArray[np.float32], *, whole: bool = False
    ) -> None:
        """Turn a node: float32[F, 4] at the rows kept, and at the last one where the length must be told (`whole`)."""
        kept = np.union1d(rows, [len(quaternions) - 1]) if whole else rows
        self._channel(self._sampler(kept, np.ascontiguousarray(quaternions[kept]) + np.float32(0.0)), node, "rotation")
        self.keys += len(kept)

    def number(self, node: int, curve: NDArray[np.float32]) -> None:
        """Let a node's x tell a number, as VRM animations do: float32[F]."""
        keys = linear_keys(curve, self._left(self._bounds.shape, curve))
        places = np.zeros((len(keys.frames), 3), np.float32)
        places[:, 0] = keys.values
        self._channel(self._sampler(keys.frames, places), node, "translation")
        self.keys += len(keys.frames)

    def kept(self, bone: str, quaternions: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return the rows of a bone of the skeleton that are needed: int64[K] of float32[F, 4]."""
        return rotation_keys(quaternions, self._left(turn_bound(bone, self._bounds.turn), 4.0 * quaternions))

    def done(self) -> None:
        """Put the animation into the file, in place of one of its name."""
        others = [one for one in self._file.document.animations if one.name != self.animation.name]
        self._file.document.animations = [*others, self.animation]

    def _left(self, bound: float, curves: NDArray[np.float32]) -> float:
        """Return what is left of a bound, as glTF's times are float32 and so keys up to `_late` frames off.

        A line between keys within the bound is steeper than the curve by twice the bound a frame at most.
        """
        fastest = float(np.abs(np.diff(curves, axis=0)).max(initial=0.0)) + 2.0 * bound
        return max(bound - fastest * self._late, 0.0)

    def _sampler(self, rows: NDArray[np.int64], values: NDArray[np.float32]) -> int:
        ends = self._file.accessor(self._times[rows], bounds=True), self._file.accessor(values)
        if ends not in self._samplers:
            self._samplers[ends] = len(self.animation.samplers)
            self.animation.samplers.append(pygltflib.AnimationSampler(input=ends[0], output=ends[1]))
        return self._samplers[ends]

    def _channel(self, sampler: int, node: int, path: str) -> None:
        target = pygltflib.AnimationChannelTarget(node=node, path=path)
        self.animation.channels.append(pygltflib.AnimationChannel(sampler=sampler, target=target))


def told(clip: Clip, bounds: Bounds) -> dict[str, Any]:
    """Return what a file says about a clip, beside its curves; what isn't known is left out."""
    said = {
        "character": clip.character,
        "text": clip.text,
        "emotion": clip.emotion,
        "sound": clip.sound,
        "timecode": clip.timecode,
        "fps": str(clip.take.fps),
        "frames": len(clip.take),
        "seconds": _decimal(clip.seconds),
        "seed": clip.seed,
        "listening": clip.listening,
        "bound": bounds.shape,
        "turn": round(bounds.turn, 9),
        "generator": "Voxrig",
    }
    return {name: value for name, value in said.items() if value not in ("", None)}


def _decimal(seconds: Fraction) -> float:
    return round(float(seconds), 9)
