"""From poses, sixty a second, to frames at their exact times in the session's rig."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.clock import SessionClock
from voxrig.runtime.animation.face import NATIVE_COUNT, rest_pose
from voxrig.runtime.animation.stream import Speech
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.rig import Profile
from voxrig.runtime.core.smoothing import blend_poses, ease


@dataclass(frozen=True, slots=True)
class Sampler:
    """Makes frames for one profile and frame rate.

    Attributes:
        profile: the rig the frames are for.
        clock: the session's.
        rest: float32[stride], the frame of the native rig at rest. Nobody writes to it.
    """

    profile: Profile
    clock: SessionClock
    rest: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rest", self._values(rest_pose()))

    def frames(
        self,
        speech: Speech,
        index: int,
        at: int,
        previous: NDArray[np.float32] | None,
        pose: NDArray[np.float32],
        origin: NDArray[np.float32] | None,
    ) -> list[Frame]:
        """Return the frames from `index` on that lie after pose `at - 1` and up to pose `at`.

        Args:
            speech: the utterance; no frame lies at or after its end.
            index: the next frame.
            at: number of `pose` on the session's grid.
            previous: native pose `at - 1`, float32[251 + 4 * 3]; None where the utterance begins.
            pose: native pose `at`.
            origin: frame values that the utterance's start blends over from, if it still does.
        """
        frames = []
        limit = None if speech.end is None else self.clock.first_frame(speech.end)
        while limit is None or index < limit:
            before, share = self.clock.pose_position(index)
            if before + (share > 0.0) > at:
                break
            native = pose if previous is None or not share else blend_poses(previous, pose, share, NATIVE_COUNT)
            values = self._values(native)
            if origin is not None:
                values = self.blend(origin, values, index, speech.start)
            frames.append(Frame(index, self.clock.frame_sample(index), speech.utterance, values))
            index += 1
        return frames

    def to_rest(self, origin: NDArray[np.float32], sample: int, end: int, utterance: int) -> list[Frame]:
        """Return the frames of the media samples [sample, end), easing from the values `origin` to rest."""
        return [
            Frame(index, self.clock.frame_sample(index), utterance, self.blend(origin, self.rest, index, sample))
            for index in range(self.clock.first_frame(sample), self.clock.first_frame(end))
        ]

    def blend(
        self, origin: NDArray[np.float32], values: NDArray[np.float32], index: int, start: int
    ) -> NDArray[np.float32]:
        """Blend frame values over from `origin`, as far as the blend that began at media sample `start` has come."""
        weight = ease(self.clock.blend_progress(index, start))
        return blend_poses(origin, values, weight, len(self.profile.names))

    def _values(self, native: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map a native pose to the session's profile."""
        return self.profile.from_native(native[:NATIVE_COUNT], native[NATIVE_COUNT:].reshape(len(BONES), 4))
