"""The models and rigs of a server, and how many sessions may use them."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import grpc

from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.style_json import style_from_source
from voxrig.runtime.core.audio import AudioError, AudioFormat
from voxrig.runtime.core.resample import Resampler, SampleRateError
from voxrig.runtime.core.rig import UnknownProfileError, profile
from voxrig.runtime.core.timing import FrameRate, FrameRateError
from voxrig.runtime.models.backend import ModelOpener
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.spec import ModelSpec
from voxrig.runtime.serving.load import Load
from voxrig.runtime.serving.networks import Networks, load_networks, try_out
from voxrig.runtime.serving.options import read_options
from voxrig.runtime.serving.origin import START, Origin, read_origin
from voxrig.runtime.serving.outlet import Outlet, OutletError, Outlets
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage_times import StageTimes
from voxrig.runtime.serving.tells import Tells
from voxrig.v1 import performance_pb2 as pb

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
    origin: Origin
    drops: bool


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
        BackendError: the backend of the settings cannot be used.
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
        self.parked = 0
        """Of clients that were lost, besides those."""
        self.draining = False
        """The server is about to stop: no session is opened any more."""
        self.failed = False
        """Nobody runs the sessions any more."""
        self.times = StageTimes(settings.stage_times)
        """Of the stages of all sessions' frames."""
        self.load = Load(settings.max_load, settings.tick_ms / 1000.0)
        """How busy those who run the sessions are; they tell it."""
        self._draw = draw
        self._outlets = outlets
        self._style = style_from_source(settings.style)
        self._character = Character().with_options(settings.life)
        self._opener = ModelOpener(settings.backend, settings.cache_path, settings.bundle_keys)
        self._networks = load_networks(settings, self._opener.open)

    @property
    def models(self) -> tuple[ModelSpec, ...]:
        """What is loaded, the default first."""
        return self._networks.models

    def warm_up(self) -> None:
        """Run every model once, and all that is compiled, so that nothing is compiled while a client waits."""
        self._networks.warm_up()
        self.times.clear()

    def load_again(self) -> Networks:
        """Load the networks as they are on disk now, and try them out; any thread may. See `adopt`.

        Raises:
            BundleError, BackendError, SettingsError: as at the start.
        """
        new = load_networks(self.settings, self._opener.open, self._networks)
        try_out(new, self._networks)
        return new

    def adopt(self, networks: Networks) -> None:
        """Let sessions that are opened from now on run on these; those that are open keep theirs to their end."""
        self._networks = networks

    @staticmethod
    def prepare(request: pb.OpenSession) -> None:
        """Make what `open` will need and keeps; may take long (a second at an odd sample rate), and any thread may."""
        with suppress(SampleRateError):
            Resampler(request.audio.sample_rate)

    def open(self, request: pb.OpenSession, live: bool = True) -> Part:
        """Find what a session asks for and count it as open; what is not `live` has no outlet.

        Raises:
            RefusalError: INVALID_ARGUMENT, NOT_FOUND (profile, look-ahead), RESOURCE_EXHAUSTED (too many sessions, or
                they have too much to do), or UNAVAILABLE: the server is about to stop.
        """
        if self.draining:
            raise RefusalError(
                grpc.StatusCode.UNAVAILABLE,
                "this server is about to stop and opens no more sessions; connect again, and another one will",
            )
        self.check_room()
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
        runner = self._networks.within(request.look_ahead_ms, audio.sample_rate, fps)
        pipeline = self._networks.pipeline(runner, rig, fps, audio.sample_rate, wanted.style, character)
        origin = read_origin(request.begin, audio.sample_rate, fps) if request.HasField("begin") else START
        if live:  # a bake takes what the others leave
            self.load.admit(self.sessions)
        outlet = self._outlet(wanted.outlet, pipeline) if live else None
        part = Part(audio, pipeline, runner, wanted.tells, outlet, origin, wanted.drops)
        self.sessions += 1
        return part

    def check_room(self) -> None:
        """Raise RefusalError RESOURCE_EXHAUSTED where as many sessions are open as may be."""
        if self.sessions >= self.settings.max_sessions:
            raise RefusalError(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                f"{self.sessions} sessions are open, the most this server takes; close one, or raise max_sessions",
            )

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
