"""From poses, sixty a second, to frames at their exact times in the session's rig."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.clock import SessionClock
from voxrig.runtime.animation.face import NATIVE_COUNT, rest_pose
from voxrig.runtime.animation.schedule import Schedule
from voxrig.runtime.animation.stream import Speech
from voxrig.runtime.animation.styling import Styling
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
        styling: knows the face at rest.
    """

    profile: Profile
    clock: SessionClock
    styling: Styling

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

    def to_rest(
        self, origin: NDArray[np.float32], sample: int, end: int, utterance: int, schedule: Schedule | None
    ) -> list[Frame]:
        """Return the frames of the media samples [sample, end), easing from the values `origin` to rest."""
        frames = []
        for index in range(self.clock.first_frame(sample), self.clock.first_frame(end)):
            values = self.blend(origin, self.rest(index, schedule), index, sample)
            frames.append(Frame(index, self.clock.frame_sample(index), utterance, values))
        return frames

    def rest(self, index: int, schedule: Schedule | None) -> NDArray[np.float32]:
        """Return the values of the silent face at a frame, with the dials of `schedule`; None: the natural style."""
        if schedule is None:
            return self._values(rest_pose())
        pose, share = self.clock.pose_position(index)
        before, after = (self.styling.rest(schedule.at(at, self.clock.rate)) for at in (pose, pose + 1))
        return self._values(blend_poses(before, after, share, NATIVE_COUNT))

    def blend(
        self, origin: NDArray[np.float32], values: NDArray[np.float32], index: int, start: int
    ) -> NDArray[np.float32]:
        """Blend frame values over from `origin`, as far as the blend that began at media sample `start` has come."""
        weight = ease(self.clock.blend_progress(index, start))
        return blend_poses(origin, values, weight, len(self.profile.names))

    def _values(self, native: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map a native pose to the session's profile."""
        return self.profile.from_native(native[:NATIVE_COUNT], native[NATIVE_COUNT:].reshape(len(BONES), 4))
