"""From poses, sixty a second, to frames at their exact times in the session's rig."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.clock import SessionClock
from voxrig.runtime.animation.composing import Composer
from voxrig.runtime.animation.face import NATIVE_COUNT, rest_pose
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.history import History
from voxrig.runtime.animation.life import Life, LifeState, Trail
from voxrig.runtime.animation.life_pose import LifePoses
from voxrig.runtime.animation.plan import Plan
from voxrig.runtime.animation.stream import Past, Speech
from voxrig.runtime.animation.styling import Styling
from voxrig.runtime.core.body.bones import BODY_BONES
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.rig import Profile
from voxrig.runtime.core.smoothing import blend_poses, ease
from voxrig.runtime.models.asking import Asking, alone

Floats = NDArray[np.float32]


class Shown(NamedTuple):
    """Frames, and what is to be remembered of them.

    Attributes:
        frames: some, one after the other.
        speech: speech's native pose at each.
        poses: number of the pose at or before each.
        life, heard: as of `Past`, the same for all.
    """

    frames: list[Frame]
    speech: Sequence[Floats]
    poses: Sequence[int]
    life: LifeState | None
    heard: tuple[Heard | None, ...]

    def remembered(self, history: History[Past], most: int, final: bool = False) -> History[Past]:
        """Add what is remembered of them to a history of the newest `most` frames; or the last alone, where `final`."""
        if not self.frames:
            return history
        if final:
            return History((), (Past(self.speech[-1], self.poses[-1], self.life, self.heard),))
        past = zip(self.speech, self.poses, strict=True)
        return history.added([Past(speech, at, self.life, self.heard) for speech, at in past], most)


NOTHING_SHOWN: Final = Shown([], (), (), None, ())
"""No frame."""


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
    _bones: NDArray[np.intp] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_bones", np.array([BODY_BONES.index(bone) for bone in self.profile.body], np.intp))

    def frames(
        self,
        speech: Speech,
        index: int,
        at: int,
        previous: Floats | None,
        poses: Sequence[Floats] | Floats,
        origin: Floats | None,
        lived: Trail | None,
    ) -> Asking[Shown]:
        """Make the frames from `index` on that lie after pose `at - 1` and up to the last of `poses`.

        Args:
            speech: the utterance; no frame lies at or after its end.
            index: the next frame.
            at: number of the first of `poses` on the session's grid.
            previous: speech's native pose `at - 1`, float32[251 + 4 * 3]; None where the utterance begins.
            poses: speech's native poses from `at` on.
            origin: speech's native pose that the utterance's start blends over from, if it still does.
            lived: life up to the last of these poses.
        """
        natives, places = [], []
        limit = None if speech.end is None else self.clock.first_frame(speech.end)
        last, first = at + len(poses) - 1, index
        while limit is None or index < limit:
            before, share = place = self.clock.pose_position(index)
            after = before + (share > 0.0)
            if after > last:
                break
            native = poses[max(after - at, 0)]
            if share:
                earlier = poses[after - at - 1] if after > at else previous
                native = native if earlier is None else blend_poses(earlier, native, share, NATIVE_COUNT)
            if origin is not None:
                native = self._blend(origin, native, index, speech.start)
            natives.append(native)
            places.append(place)
            index += 1
        return (yield from self._shown(first, natives, places, speech.utterance, lived))

    def to_rest(
        self, history: History[Past], sample: int, end: int, utterance: int, plan: Plan
    ) -> tuple[Shown, Trail | None]:
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
        first, after = self.clock.first_frame(sample), self.clock.first_frame(end)
        trail = self._lived(history, plan)
        if first == after:
            return NOTHING_SHOWN, trail
        origin = self._rest(first, plan) if history.last is None else history.last.speech
        places = [self.clock.pose_position(index) for index in range(first, after)]
        natives = [self._blend(origin, self._rest(index, plan), index, sample) for index in range(first, after)]
        at, last = places[0][0], self.clock.pose_after(after - 1)
        lived = self.life.lived(trail, at, [None] * (last + 1 - at), plan)
        return alone(self._shown(first, natives, places, utterance, lived)), lived

    def _lived(self, history: History[Past], plan: Plan) -> Trail | None:
        """Return life at the newest frame, lived again from what is kept."""
        past = history.last
        if past is None or past.life is None:
            return None
        since = past.life.at + 1
        return self.life.lived(Trail.of(past.life), since, past.heard[: past.at + 1 - since], plan)

    def _shown(
        self, first: int, natives: list[Floats], places: list[tuple[int, float]], utterance: int, lived: Trail | None
    ) -> Asking[Shown]:
        """Make frames, from index `first` on, of speech's native poses at their places, and of life around them."""
        if not natives:
            return NOTHING_SHOWN
        poses, shares = zip(*places, strict=True)
        if lived is None:
            frames = self._framed(first, utterance, self._values(np.array(natives)))
            yield "rig"
            return Shown(frames, natives, poses, None, ())
        lives = lived.sampled(poses, shares)
        body = None
        if lives.bodies is not None:
            body = solve(lives.bodies)[:, self._bones]
            yield "body"
        composed = self.composer.composed(natives, lives)
        yield "compose"
        frames = self._framed(first, utterance, self._values(composed, body))
        if self.tracks:
            frames = self._with_tracks(frames, natives, lives, body)
        yield "rig"
        return Shown(frames, natives, poses, lived.kept, lived.heard)

    def _framed(self, first: int, utterance: int, values: Floats) -> list[Frame]:
        sample = self.clock.frame_sample
        return [Frame(index, sample(index), utterance, row, None) for index, row in enumerate(values, first)]

    def _with_tracks(
        self, frames: list[Frame], natives: list[Floats], lives: LifePoses, body: Floats | None
    ) -> list[Frame]:
        """Add to frames what each layer shows alone."""
        *face, still = self.composer.tracked(natives, lives)
        tracks = np.stack([*(self._values(track) for track in face), self._values(still, body)], axis=1)
        return [replace(frame, tracks=own) for frame, own in zip(frames, tracks, strict=True)]

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

    def _values(self, native: Floats, body: Floats | None = None) -> Floats:
        """Map native poses, float32[F, 251 + 4 * 3], and a body's bones to the session's profile."""
        bones = native[:, NATIVE_COUNT:].reshape(len(native), len(BONES), 4)
        return self.profile.from_native(native[:, :NATIVE_COUNT], bones, body)
