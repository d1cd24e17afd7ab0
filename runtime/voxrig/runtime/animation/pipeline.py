"""Speech in, frames out: one session's stream, as functions on a state.

A driver loops: `push` audio; while `pending`, run a model step on `features` and the model state (many sessions in one
batch) and hand the result to `advance`, which returns the frames it completes. Every frame is the same whatever the
chunks, the batches and the driver were.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.character import SPEECH_ALONE, Character
from voxrig.runtime.animation.clock import SessionClock, session_look_ahead
from voxrig.runtime.animation.composing import Composer
from voxrig.runtime.animation.cueing import let_go, with_cue
from voxrig.runtime.animation.cues import Cue
from voxrig.runtime.animation.face import SILENT, Face
from voxrig.runtime.animation.hearing import Hearing
from voxrig.runtime.animation.history import History
from voxrig.runtime.animation.life import Life
from voxrig.runtime.animation.overrides import NO_OVERRIDES, Overrides
from voxrig.runtime.animation.plan import Plan
from voxrig.runtime.animation.sampling import NOTHING_SHOWN, Sampler
from voxrig.runtime.animation.schedule import Schedule
from voxrig.runtime.animation.steps import heard_next, posed
from voxrig.runtime.animation.stream import Past, Showing, Speech, StreamState, queued
from voxrig.runtime.animation.style import NATURAL, Style
from voxrig.runtime.animation.styling import NO_MEMORY, Styling
from voxrig.runtime.core.body.bones import bones_of
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.rig import Profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models.asking import Asking, alone
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.onnx import State
from voxrig.runtime.models.spec import ModelSpec

AT_ONCE: Final = 32
"""Model steps of one session that `Pipeline.waiting` gives at once: more would save little."""


class StreamError(ValueError):
    """A stream was asked for what its state does not allow; the message says what it allows."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """How a session's audio becomes frames; holds nothing of any session.

    One session is one media timeline. Utterances follow each other on it without a gap; poses lie on its grid of
    1/60 s, frames on its grid of 1/fps s. A frame is the pose at its exact time, interpolated between the two around.

    Attributes:
        spec: the model's manifest.
        profile: the rig the frames are for; a character with a body adds its bones.
        fps: frames a second.
        rate: the client's sample rate in Hz; media samples count at it.
        style: how the character speaks, and its face at rest.
        overrides: what was set by hand for stretches of the media timeline.
        character: its seed, and the layers of its life besides speech; by default it has none.
        listener: the network that hears emotion in the voice; None, or one for other features: none is heard.
        tracks: whether frames also carry what each layer shows alone.
        mover: the network that moves the body; None, or one for other features: it only does what it is told.

    Raises:
        SampleRateError: the rate is outside 8 to 192 kHz. BundleError: the native rig lacks a control of the model.
    """

    spec: ModelSpec
    profile: Profile
    fps: FrameRate
    rate: int
    style: Style = NATURAL
    overrides: Overrides = NO_OVERRIDES
    character: Character = SPEECH_ALONE
    listener: StepModel | None = None
    tracks: bool = False
    mover: StepModel | None = None
    clock: SessionClock = field(init=False, repr=False)
    _hearing: Hearing = field(init=False, repr=False)
    _styling: Styling = field(init=False, repr=False)
    _sampler: Sampler = field(init=False, repr=False)
    _model_start: State = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        clock = SessionClock(self.rate, self.fps)
        styling = Styling(self.spec, Face(self.spec.controls), self.style, self.overrides)
        rig = self.profile.with_body(bones_of(self.character.body.parts))
        life = Life(self.character, self.rate, self.listener, self.spec.log_mel(), self.mover)
        for name, value in (
            ("clock", clock),
            ("profile", rig),
            ("_hearing", Hearing(self.spec, self.rate)),
            ("_styling", styling),
            ("_sampler", Sampler(rig, clock, styling, life, Composer(), self.tracks)),
            ("_model_start", tuple(np.zeros(state.shape, np.float32) for state in self.spec.states)),
        ):
            object.__setattr__(self, name, value)

    @property
    def look_ahead(self) -> Fraction:
        """Seconds: a frame that shows time t needs the audio up to t + look_ahead, and no more."""
        return session_look_ahead(self.spec.look_ahead, self.rate, self.fps)

    def start(self) -> StreamState:
        """Begin a session: utterance 0 is open, at media sample 0."""
        natural = self.style.is_natural and not self.overrides.entries
        style, manner = None if natural else Schedule(self.style.dials), self.character.body.manner
        plan = Plan(style, manner=Schedule(manner, kind="body"))
        return StreamState(0, True, 0, 0, None, (), 0, self._showing(None), 0, History(), plan, None)

    @staticmethod
    def next_sample(state: StreamState) -> int:
        """Media sample that the next pushed sample will be."""
        return state.start + state.heard

    @staticmethod
    def pending(state: StreamState) -> int:
        """Model steps that are ready to run."""
        return sum(len(rows.quiet) for speech in state.queue for rows in speech.rows) - state.taken

    @staticmethod
    def features(state: StreamState) -> NDArray[np.float32]:
        """Row float32[2 * bands] of the next model step; only while there is one `pending`."""
        row: NDArray[np.float32] = state.queue[0].rows[0].features[state.taken]
        return row

    @staticmethod
    def waiting(state: StreamState, most: int = AT_ONCE) -> NDArray[np.float32]:
        """Rows float32[k, 2 * bands] of the next model steps, 1 to `most`; only while there is one `pending`."""
        rows: NDArray[np.float32] = state.queue[0].rows[0].features[state.taken : state.taken + most]
        return rows

    @staticmethod
    def model_state(state: StreamState) -> State:
        """Model state that the next model step begins with."""
        return state.showing.model

    def push(self, state: StreamState, samples: NDArray[np.float32]) -> StreamState:
        """Take the next samples; after an `end` they begin the next utterance.

        Args:
            state: any state of this pipeline; it is not changed.
            samples: float32[n], mono, finite (see `core.audio`), at the session's rate; any n.
        """
        return alone(self.pushing(state, samples))

    def pushing(self, state: StreamState, samples: NDArray[np.float32]) -> Asking[StreamState]:
        """As `push`, stage by stage."""
        if not len(samples):
            return state
        utterance = state.utterance if state.is_open else state.utterance + 1
        hearing = state.hearing or self._hearing.start(self.clock.padding(state.start))
        hearing, rows = yield from self._hearing.stepping(hearing, samples)
        queue = queued(state.queue, Speech(utterance, state.start, None, (rows,))) if rows.quiet else state.queue
        return StreamState(
            utterance, True, state.start, state.heard + len(samples), hearing, queue, state.taken, state.showing,
            state.next_frame, state.history, state.plan, state.trail,
        )  # fmt: skip

    def end(self, state: StreamState, tail: int = 0) -> StreamState:
        """End the utterance: nothing follows it but `tail` samples of silence, which count on the media timeline.

        All its frames, those with start <= time < end, become pending; none if it had no audio and no tail.

        Raises:
            StreamError: no utterance is open, as after another `end`; or the tail is negative.
        """
        if not state.is_open:
            raise StreamError(f"utterance {state.utterance} has ended already; push audio to begin the next one")
        if tail < 0:
            raise StreamError(f"a tail of {tail} samples cannot be; give 0 or more")
        state = self.push(state, np.zeros(tail, np.float32))
        end = self.next_sample(state)
        queue = state.queue
        if state.hearing is not None:
            poses = self.clock.pose_after(self.clock.first_frame(end) - 1) - self.clock.pose_before(state.start)
            rows = self._hearing.finish(state.hearing, poses + self.spec.delay_steps)
            queue = queued(queue, Speech(state.utterance, state.start, end, (rows,) if rows.quiet else ()))
        state = state._replace(is_open=False, start=end, heard=0, hearing=None, queue=queue)
        return self._settled(state)

    def advance(
        self, state: StreamState, controls: NDArray[np.float32], model_state: State, final: bool = False
    ) -> tuple[StreamState, list[Frame]]:
        """Take the result of the next model step, as `advancing` does, and do all the work it brings."""
        return alone(self.advancing(state, controls, model_state, final))

    def advancing(
        self, state: StreamState, controls: NDArray[np.float32], model_state: State, final: bool = False
    ) -> Asking[tuple[StreamState, list[Frame]]]:
        """Take the result of the next model step; come to the frames it completes (none, one or several).

        Args:
            state: one with a step `pending`; it is not changed.
            controls: float32[N], the network's controls for `features(state)`; or float32[k, N], those for the first
                k rows of `waiting(state)`, which gives the same frames for less.
            model_state: the network's next state, after the last of them.
            final: whether the frames are final, as in a bake: only the last of them is remembered, and no interruption
                can supersede others. That too gives the same frames for less.
        """
        controls = controls.reshape(-1, controls.shape[-1])
        speech, showing, taken = state.queue[0], state.showing, state.taken + len(controls)
        gates, heard, ahead = heard_next(state, len(controls), self.spec.delay_steps)
        pose, memory, origin, trail = showing.pose, showing.memory, showing.origin, state.trail
        steps, shown = showing.steps + len(controls), NOTHING_SHOWN
        early = max(self.spec.delay_steps - showing.steps - 1, 0)  # steps that only listen
        if early < len(controls):
            at = self.clock.pose_before(speech.start) + showing.steps + 1 + early - self.spec.delay_steps
            poses, memory = posed(self._styling, state, controls, gates, early, at, self.rate)
            yield "speech"
            lived = yield from self._sampler.life.live(trail, at, heard[early:], state.plan)
            shown = yield from self._sampler.frames(speech, state.next_frame, at, pose, poses, origin, lived)
            pose, trail = poses[-1], lived
            if shown.frames and self.clock.blend_progress(shown.frames[-1].index, speech.start) >= 1.0:
                origin = None
        pieces = speech.rows
        if taken == len(pieces[0].quiet):
            taken, pieces = 0, pieces[1:]
            speech = Speech(speech.utterance, speech.start, speech.end, pieces)
        most = self.clock.history_frames + 1  # one more than can be superseded, to ease and to live on from
        queue = state.queue if speech is state.queue[0] else (speech, *state.queue[1:])
        after = StreamState(
            state.utterance, state.is_open, state.start, state.heard, state.hearing, queue, taken,
            Showing(steps, model_state, gates[-1], pose, origin, memory, ahead),
            state.next_frame + len(shown.frames), shown.remembered(state.history, most, final), state.plan, trail,
        )  # fmt: skip
        return (after if pieces else self._settled(after)), shown.frames

    def interrupt(self, state: StreamState, at_sample: int | None = None) -> tuple[StreamState, list[Frame], int]:
        """Stop what is being said: throw away audio not yet shown, ease to rest within 120 ms, let go what hands do.

        Args:
            state: any state of this pipeline; it is not changed.
            at_sample: media sample to stop at. Default, and latest: that of the next frame to come. An earlier one
                supersedes frames already given, as far back as `clock.HISTORY`.

        Returns:
            The next state; the frames from `at_sample` until rest, which carry the next utterance's number; and the
            media sample at which the next audio starts.

        Raises:
            StreamError: `at_sample` is too far back.
        """
        newest = self.clock.frame_sample(state.next_frame)
        cut = newest if at_sample is None else min(at_sample, newest)
        first, most = self.clock.first_frame(cut), min(self.clock.history_frames, len(state.history))
        superseded = state.next_frame - first
        if cut < 0 or superseded > most:
            raise StreamError(
                f"cannot stop at media sample {at_sample}: the earliest that can still be changed is "
                f"{self.clock.frame_sample(state.next_frame - most)}"
            )
        history = state.history.without(superseded)
        utterance, start = state.utterance + 1, cut + self.clock.blend_samples
        plan = let_go(state.plan, self.clock, cut)
        shown, trail = self._sampler.to_rest(history, cut, start, utterance, plan)
        history = shown.remembered(history, self.clock.history_frames + 1)
        showing, following = self._showing(history.last), first + len(shown.frames)
        after = StreamState(utterance, True, start, 0, None, (), 0, showing, following, history, plan, trail)
        return after, shown.frames, start

    def cue(self, state: StreamState, sample: int, cue: Cue) -> tuple[StreamState, int]:
        """Tell the character something, from media sample `sample` on.

        Args:
            state: any state of this pipeline; it is not changed.
            sample: one whose poses are computed already means the next pose. Interruptions don't move it.
            cue: as of `cues.read_cue`.

        Returns:
            The next state, and the media sample from which the cue acts.

        Raises:
            CueError: a value out of its range. ScheduleError, TrackError: too many cues wait.
        """
        return with_cue(state, self.clock, self.spec.delay_steps, sample, cue)

    def _showing(self, past: Past | None) -> Showing:
        """Begin showing an utterance that blends over from the frame before it."""
        return Showing(0, self._model_start, SILENT, None, None if past is None else past.speech, NO_MEMORY, ())

    def _settled(self, state: StreamState) -> StreamState:
        """Drop utterances that are ended and shown; the next one starts afresh from the last frame."""
        queue = state.queue
        while queue and queue[0].end is not None and not queue[0].rows:
            queue = queue[1:]
        same = len(queue) == len(state.queue)
        return state if same else state._replace(queue=queue, showing=self._showing(state.history.last))
