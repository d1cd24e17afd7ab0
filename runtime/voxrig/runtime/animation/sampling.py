"""From poses, sixty a second, to frames at their exact times in the session's rig."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.clock import SessionClock
from voxrig.runtime.animation.composing import Composer
from voxrig.runtime.animation.face import NATIVE_COUNT, rest_pose
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.history import History
from voxrig.runtime.animation.life import Life, Trail, between
from voxrig.runtime.animation.plan import Plan
from voxrig.runtime.animation.stream import Past, Speech
from voxrig.runtime.animation.styling import Styling
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.rig import Profile
from voxrig.runtime.core.smoothing import blend_poses, ease

Floats = NDArray[np.float32]


class Shown(NamedTuple):
    """A frame, and what is to be remembered of it."""

    frame: Frame
    past: Past


@dataclass(frozen=True, slots=True)
class Sampler:
    """Makes frames for one profile and frame rate.

    Attributes:
        profile: the rig the frames are for.
        clock: the session's.
        styling: knows the face at rest.
        life: the layers besides speech.
        composer: puts them together.
        tracks: whether frames also carry what each layer shows alone.
    """

    profile: Profile
    clock: SessionClock
    styling: Styling
    life: Life
    composer: Composer
    tracks: bool

    def frames(
        self,
        speech: Speech,
        index: int,
        at: int,
        previous: Floats | None,
        pose: Floats,
        origin: Floats | None,
        trail: Trail,
    ) -> list[Shown]:
        """Return the frames from `index` on that lie after pose `at - 1` and up to pose `at`.

        Args:
            speech: the utterance; no frame lies at or after its end.
            index: the next frame.
            at: number of `pose` on the session's grid.
            previous: speech's native pose `at - 1`, float32[251 + 4 * 3]; None where the utterance begins.
            pose: speech's native pose `at`.
            origin: speech's native pose that the utterance's start blends over from, if it still does.
            trail: life up to pose `at`.
        """
        shown = []
        limit = None if speech.end is None else self.clock.first_frame(speech.end)
        while limit is None or index < limit:
            before, share = self.clock.pose_position(index)
            if before + (share > 0.0) > at:
                break
            native = pose if previous is None or not share else blend_poses(previous, pose, share, NATIVE_COUNT)
            if origin is not None:
                native = self._blend(origin, native, index, speech.start)
            shown.append(self._shown(native, index, speech.utterance, trail))
            index += 1
        return shown

    def to_rest(
        self, history: History[Past], sample: int, end: int, utterance: int, plan: Plan
    ) -> tuple[list[Shown], Trail]:
        """Return the frames of the media samples [sample, end), in which speech eases to rest and life goes on.

        Args:
            history: of the frames before them.
            sample: where the speech was cut.
            end: where the next utterance starts.
            utterance: the number the frames carry.
            plan: the session's cues.

        Returns:
            The frames, and life up to the last pose they need.
        """
        first = self.clock.first_frame(sample)
        trail = self._lived(history, plan)
        origin = self._rest(first, plan) if history.last is None else history.last.speech
        shown = []
        for index in range(first, self.clock.first_frame(end)):
            before, share = self.clock.pose_position(index)
            for at in (before, before + 1)[: 1 + (share > 0.0)]:
                trail = self.life.reached(trail, at, None, plan)
            native = self._blend(origin, self._rest(index, plan), index, sample)
            shown.append(self._shown(native, index, utterance, trail))
        return shown, trail

    def _lived(self, history: History[Past], plan: Plan) -> Trail:
        """Return life at the newest frame, lived again from the newest state that is kept."""
        since: list[Heard | None] = []
        for past in reversed(history):
            if past.life is not None:
                trail: Trail = (past.life,)
                for heard in reversed(since):
                    trail = self.life.reached(trail, trail[-1].at + 1, heard, plan)
                return trail
            since += reversed(past.heard)
        return ()

    def _shown(self, speech: Floats, index: int, utterance: int, trail: Trail) -> Shown:
        """Make a frame of speech's native pose at its time, and of life around it."""
        before, share = self.clock.pose_position(index)
        if not trail:
            return Shown(self._frame(index, utterance, self._values(speech), None), Past(speech, before, None))
        pose = between(trail, before, share)
        native = self.composer.compose(speech, pose)
        tracks = None
        if self.tracks:
            tracks = np.stack([self._values(layer) for layer in self.composer.tracks(speech, pose)])
        lived = [state for state in trail if state.at <= before]
        past = Past(speech, before, lived[-1], tuple([state.heard for state in lived]))
        return Shown(self._frame(index, utterance, self._values(native), tracks), past)

    def _frame(self, index: int, utterance: int, values: Floats, tracks: Floats | None) -> Frame:
        return Frame(index, self.clock.frame_sample(index), utterance, values, tracks)

    def _rest(self, index: int, plan: Plan) -> Floats:
        """Return speech's native pose of the silent face at a frame, in the style of its time."""
        if plan.style is None:
            return rest_pose()
        pose, share = self.clock.pose_position(index)
        before, after = (self.styling.rest(plan.style.at(at, self.clock.rate)) for at in (pose, pose + 1))
        return blend_poses(before, after, share, NATIVE_COUNT)

    def _blend(self, origin: Floats, pose: Floats, index: int, start: int) -> Floats:
        """Blend native poses over from `origin`, as far as the blend that began at media sample `start` has come."""
        return blend_poses(origin, pose, ease(self.clock.blend_progress(index, start)), NATIVE_COUNT)

    def _values(self, native: Floats) -> Floats:
        """Map a native pose to the session's profile."""
        return self.profile.from_native(native[:NATIVE_COUNT], native[NATIVE_COUNT:].reshape(len(BONES), 4))
