"""The models and rigs of a server, and how many sessions may use them."""

import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product
from math import ceil

import grpc
import numpy as np

from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.clock import session_look_ahead
from voxrig.runtime.animation.pipeline import Pipeline, run
from voxrig.runtime.animation.style import NATURAL, Style
from voxrig.runtime.animation.style_json import style_from_source
from voxrig.runtime.core.audio import AudioError, AudioFormat
from voxrig.runtime.core.resample import Resampler, SampleRateError
from voxrig.runtime.core.rig import Profile, UnknownProfileError, profile, profiles
from voxrig.runtime.core.timing import SAMPLE_RATE, FrameRate, FrameRateError
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.mover import MOVER, mover
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.spec import BundleError, ModelSpec
from voxrig.runtime.serving.options import read_options
from voxrig.runtime.serving.outlet import Outlet, OutletError, Outlets
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.tells import Tells
from voxrig.v1 import performance_pb2 as pb

log = logging.getLogger(__name__)

_BUSY = Style(effort=1.0, sharpness=1.5)  # runs everything that a style can compile
_WHOLE = Character().with_options({"body": "on"})  # and all of a character's layers
_LARGEST_DRAWN = 2**53 - 1  # a whole number to every reader of JSON
_ENCODINGS = {pb.AudioFormat.S16LE: "s16le", pb.AudioFormat.F32LE: "f32le"}


@dataclass(frozen=True, slots=True)
class Part:
    """What a session was given: how its audio is read, how it becomes frames, and who runs the network."""

    audio: AudioFormat
    pipeline: Pipeline
    runner: BatchRunner
    tells: Tells
    outlet: Outlet | None


def drawn_seed() -> int:
    """Draw a seed for a session that asked for none."""
    return 1 + secrets.randbelow(_LARGEST_DRAWN)


class Stage:
    """Opens sessions; used by one thread at a time.

    Args:
        settings: of the server.
        draw: gives the seed of each session that asks for none: 1 to 2**64 - 1.
        outlets: makes the outlet of each session; None: there are none.

    Raises:
        BundleError: a bundle of the settings cannot be used.
        SettingsError: there is no bundle.
        StyleError: the settings' style is no preset and no style file.
        CharacterError: the settings' emotion or what is heard cannot be.
    """

    def __init__(
        self, settings: Settings, draw: Callable[[], int] = drawn_seed, outlets: Outlets | None = None
    ) -> None:
        self.settings = settings
        self.sessions = 0
        """Open now, on all connections."""
        self._draw = draw
        self._outlets = outlets
        self._style = style_from_source(settings.style)
        self._character = Character().with_options(settings.life)
        self._listener = shipped_listener()
        self._mover = _mover(settings.body_model)
        self._runners = tuple(BatchRunner(OnnxModel(bundle.load(name))) for name in settings.model_names)

    @property
    def models(self) -> tuple[ModelSpec, ...]:
        """What is loaded, the default first."""
        return tuple(runner.model.spec for runner in self._runners)

    def warm_up(self) -> None:
        """Run every model once, so that nothing is compiled while a client waits."""
        for runner in self._runners:
            for rig, rate, style in product(profiles(), (SAMPLE_RATE, 2 * SAMPLE_RATE), (NATURAL, _BUSY)):
                pipeline = self._pipeline(runner, profile(rig), FrameRate(60), rate, style, _WHOLE)
                state = pipeline.end(pipeline.push(pipeline.start(), np.zeros(rate // 10, np.float32)))
                while pipeline.pending(state) > 2:  # one at a time, as sessions do; the rest at once, as interruptions
                    [(controls, model)] = runner.step([pipeline.features(state)], [pipeline.model_state(state)])
                    state, _ = pipeline.advance(state, controls, model)
                run(pipeline, runner, state)

    @staticmethod
    def prepare(request: pb.OpenSession) -> None:
        """Make what `open` will need and keeps; may take long (a second at an odd sample rate), and any thread may."""
        with suppress(SampleRateError):
            Resampler(request.audio.sample_rate)

    def open(self, request: pb.OpenSession, live: bool = True) -> Part:
        """Find what a session asks for and count it as open; what is not `live` has no outlet.

        Raises:
            RefusalError: INVALID_ARGUMENT, NOT_FOUND (profile, look-ahead) or RESOURCE_EXHAUSTED.
        """
        if self.sessions >= self.settings.max_sessions:
            raise RefusalError(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                f"{self.sessions} sessions are open, the most this server takes; close one, or raise max_sessions",
            )
        wanted = read_options(request.options, self._style, self._character)
        character = replace(wanted.character, seed=request.seed or self._draw())
        audio = audio_format(request.audio)
        try:
            fps = FrameRate(request.frame_rate.numerator, request.frame_rate.denominator)
        except FrameRateError as error:
            raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, str(error)) from error
        try:
            rig = profile(request.rig)
        except UnknownProfileError as error:
            raise RefusalError(grpc.StatusCode.NOT_FOUND, str(error)) from error
        runner = self._within(request.look_ahead_ms, audio.sample_rate, fps)
        pipeline = self._pipeline(runner, rig, fps, audio.sample_rate, wanted.style, character)
        part = Part(audio, pipeline, runner, wanted.tells, self._outlet(wanted.outlet, pipeline) if live else None)
        self.sessions += 1
        return part

    def release(self) -> None:
        """Count one session less."""
        self.sessions -= 1

    def _outlet(self, options: Mapping[str, str], pipeline: Pipeline) -> Outlet | None:
        if self._outlets is None:
            if targets := [key for key in options if key != "character"]:
                raise RefusalError(
                    grpc.StatusCode.INVALID_ARGUMENT, f"this server sends to no other targets: leave {targets[0]} out"
                )
            return None
        try:
            return self._outlets(options, pipeline)
        except OutletError as error:
            raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, str(error)) from error

    def _within(self, look_ahead_ms: int, rate: int, fps: FrameRate) -> BatchRunner:
        """Return the default runner for 0, else the one with the longest look-ahead that is at most the asked one."""
        if look_ahead_ms == 0:
            return self._runners[0]
        needs = [session_look_ahead(runner.model.spec.look_ahead, rate, fps) for runner in self._runners]
        fitting = [pair for pair in zip(needs, self._runners, strict=True) if pair[0] * 1000 <= look_ahead_ms]
        if not fitting:
            raise RefusalError(
                grpc.StatusCode.NOT_FOUND,
                f"no model needs {look_ahead_ms} ms of look-ahead or less; the least at this sample rate and frame "
                f"rate is {ceil(min(needs) * 1000)} ms; 0 takes the default model",
            )
        return max(fitting, key=lambda pair: pair[0])[1]

    def _pipeline(
        self, runner: BatchRunner, rig: Profile, fps: FrameRate, rate: int, style: Style, character: Character
    ) -> Pipeline:
        spec = runner.model.spec
        return Pipeline(spec, rig, fps, rate, style, character=character, listener=self._listener, mover=self._mover)


def _mover(chosen: str) -> OnnxModel | None:
    """Load a body's network; None, and a line in the log, where the usual one is damaged: faces are served anyway.

    Raises:
        BundleError: a chosen one cannot be used.
    """
    try:
        return mover(chosen)
    except BundleError as error:
        if chosen != MOVER:
            raise
        log.warning("bodies only do what they are told: %s", error)
        return None


def audio_format(message: pb.AudioFormat) -> AudioFormat:
    """Read how a client sends its samples.

    Raises:
        RefusalError: INVALID_ARGUMENT.
    """
    if message.encoding not in _ENCODINGS:
        raise RefusalError(
            grpc.StatusCode.INVALID_ARGUMENT,
            f"audio encoding {message.encoding} is unknown; set S16LE (1) or F32LE (2)",
        )
    try:
        return AudioFormat(_ENCODINGS[message.encoding], message.sample_rate, message.channels)
    except AudioError as error:
        raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, str(error)) from error
