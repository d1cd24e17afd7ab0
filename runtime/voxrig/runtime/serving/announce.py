"""What a server says about itself, its models and an opened session, as messages of the protocol."""

from fractions import Fraction
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

from voxrig.runtime.animation.clock import HISTORY
from voxrig.runtime.core.resample import MAX_RATE, MIN_RATE
from voxrig.runtime.core.rig import profile, profiles
from voxrig.runtime.models.spec import ModelSpec
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Part, Stage
from voxrig.v1 import performance_pb2 as pb


def opened(part: Part) -> pb.SessionOpened:
    """Return the header of a session: names once, so that frames carry numbers only."""
    pipeline = part.pipeline
    return pb.SessionOpened(
        rig=pipeline.profile.name,
        controls=pipeline.profile.names,
        minimum=[low for low, _ in pipeline.profile.ranges],
        maximum=[high for _, high in pipeline.profile.ranges],
        bones=pipeline.profile.bones,
        stride=pipeline.profile.stride,
        frame_rate=pb.FrameRate(numerator=pipeline.fps.numerator, denominator=pipeline.fps.denominator),
        look_ahead=_fraction(pipeline.look_ahead),
        models=[model(pipeline.spec)],
        blend_samples=pipeline.clock.blend_samples,
        sample_rate=pipeline.rate,
        seed=pipeline.character.seed,
    )


def model(spec: ModelSpec, is_default: bool = False) -> pb.Model:
    """Return what a client may know of a model."""
    return pb.Model(
        name=spec.name,
        version=spec.version,
        look_ahead=_fraction(spec.look_ahead),
        sha256=spec.sha256,
        summary=spec.training.summary,
        licence=spec.licence,
        is_default=is_default,
    )


def description(stage: Stage, metrics: Metrics) -> pb.DescribeResponse:
    """Return what a server is, has, allows and has done."""
    rigs = [profile(name) for name in profiles()]
    return pb.DescribeResponse(
        version=software_version(),
        rigs=[pb.Rig(name=rig.name, controls=rig.names, bones=rig.bones) for rig in rigs],
        models=[model(spec, is_default=number == 0) for number, spec in enumerate(stage.models)],
        limits=limits(stage.settings),
        metrics=metrics.snapshot(),
    )


def limits(settings: Settings) -> pb.Limits:
    """Return what a server allows."""
    return pb.Limits(
        max_sessions=settings.max_sessions,
        max_chunk_bytes=settings.max_chunk_bytes,
        max_message_bytes=settings.max_message_bytes,
        max_buffered_seconds=settings.max_buffered_seconds,
        max_bake_seconds=settings.max_bake_seconds,
        min_sample_rate=MIN_RATE,
        max_sample_rate=MAX_RATE,
        interrupt_history_seconds=float(HISTORY),
        max_resume_window_ms=longest_window_ms(settings),
        max_idle_seconds=settings.max_idle_seconds,
        max_session_seconds=settings.max_session_seconds,
    )


def longest_window_ms(settings: Settings) -> int:
    """Return for how long a session may wait for a client that was lost."""
    return round(settings.max_resume_seconds * 1000.0)


@lru_cache(maxsize=1)
def software_version() -> str:
    """Return the version of the installed package."""
    try:
        return version("voxrig")
    except PackageNotFoundError:
        return "unknown"  # run from a source tree that was never installed


def _fraction(value: Fraction) -> pb.Fraction:
    return pb.Fraction(numerator=value.numerator, denominator=value.denominator)
