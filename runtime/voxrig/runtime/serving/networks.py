"""The networks that a server runs: loaded, warmed up, and given to sessions as the pipelines of their characters."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

import grpc
import numpy as np

from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.clock import session_look_ahead
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.animation.style import NATURAL, Style
from voxrig.runtime.core.rig import Profile, profile
from voxrig.runtime.core.timing import SAMPLE_RATE, FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner, StepModel
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.mover import MOVER, mover
from voxrig.runtime.models.spec import BundleError, ModelSpec
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.settings import Settings

log = logging.getLogger(__name__)

_BUSY: Final = Style(effort=1.0, sharpness=1.5)  # runs everything that a style can compile
_WHOLE: Final = Character().with_options({"body": "on"})  # and all of a character's layers
_BLINK: Final = read_cue("blink", {"force": 1.0})  # which may be a while in coming


@dataclass(frozen=True, slots=True)
class Networks:
    """What is loaded; a value, so that sessions keep theirs while newer ones get others.

    Attributes:
        runners: of the faces, the default first.
        listener: hears emotion; None: none is heard.
        mover: moves bodies; None: they do what they are told.
    """

    runners: tuple[BatchRunner, ...]
    listener: StepModel | None
    mover: StepModel | None

    @property
    def models(self) -> tuple[ModelSpec, ...]:
        """The faces, the default first."""
        return tuple(runner.model.spec for runner in self.runners)

    def pipeline(
        self, runner: BatchRunner, rig: Profile, fps: FrameRate, rate: int, style: Style, character: Character
    ) -> Pipeline:
        """Return what a character does on one of `runners`."""
        spec = runner.model.spec
        return Pipeline(spec, rig, fps, rate, style, character=character, listener=self.listener, mover=self.mover)

    def within(self, look_ahead_ms: int, rate: int, fps: FrameRate) -> BatchRunner:
        """Return the default runner for 0, else the one with the longest look-ahead that is at most the asked one.

        Raises:
            RefusalError: NOT_FOUND.
        """
        if look_ahead_ms == 0:
            return self.runners[0]
        needs = [session_look_ahead(runner.model.spec.look_ahead, rate, fps) for runner in self.runners]
        fitting = [pair for pair in zip(needs, self.runners, strict=True) if pair[0] * 1000 <= look_ahead_ms]
        if not fitting:
            raise RefusalError(
                grpc.StatusCode.NOT_FOUND,
                f"no model needs {look_ahead_ms} ms of look-ahead or less; the least at this sample rate and frame "
                f"rate is {ceil(min(needs) * 1000)} ms; 0 takes the default model",
            )
        return max(fitting, key=lambda pair: pair[0])[1]

    def warm_up(self) -> None:
        """Run every face once, and all that is compiled, so that nothing is compiled while a client waits.

        What is compiled depends on neither the model nor its numbers: two kinds of session call all of it.
        """
        first = self.runners[0]
        for rig, rate, style in (("metahuman", SAMPLE_RATE, NATURAL), ("arkit", 2 * SAMPLE_RATE, _BUSY)):
            pipeline = self.pipeline(first, profile(rig), FrameRate(60), rate, style, _WHOLE)
            state, _ = pipeline.cue(pipeline.start(), 0, _BLINK)
            state = pipeline.end(pipeline.push(state, np.zeros(rate // 10, np.float32)))
            while pipeline.pending(state) > 2:  # one at a time, as sessions do; the rest at once, as interruptions
                [(controls, model)] = first.step([pipeline.features(state)], [pipeline.model_state(state)])
                state, _ = pipeline.advance(state, controls, model)
            run(pipeline, first, state)
        for runner in self.runners[1:]:
            _step(runner)

    def without(self, others: "Networks") -> tuple[BatchRunner, ...]:
        """Return the faces that `others` doesn't have."""
        return tuple(runner for runner in self.runners if runner not in others.runners)


def load_networks(
    settings: Settings, open_with: Callable[[Bundle], StepModel], before: Networks | None = None
) -> Networks:
    """Load what the settings name; what `before` has of it, unchanged, is taken from there.

    Raises:
        BundleError: a bundle cannot be used.
        BackendError: the backend cannot be used.
        SettingsError: there is no bundle.
    """
    old = _all(before)

    def opened(found: Bundle) -> StepModel:
        return next((model for model in old if model.spec == found.spec), None) or open_with(found)

    runners = {id(runner.model): runner for runner in (before.runners if before is not None else ())}
    faces = [opened(bundle.load(name)) for name in settings.model_names]
    return Networks(
        runners=tuple(runners.get(id(model)) or BatchRunner(model) for model in faces),
        listener=shipped_listener(opened),
        mover=_mover(settings.body_model, opened),
    )


def try_out(new: Networks, before: Networks) -> None:
    """Run the faces once that `before` doesn't have: whatever they are slow at first with, no client waits for it.

    Raises:
        BundleError: one gives no numbers.
    """
    for runner in new.without(before):
        if not np.isfinite(_step(runner)).all():
            spec = runner.model.spec
            raise BundleError(f"model {spec.name} {spec.version} gives no finite numbers; export it again")


def _step(runner: BatchRunner) -> np.ndarray:
    row = np.zeros(runner.model.spec.inputs[0].shape, np.float32)
    [(controls, _)] = runner.step([row], [runner.model.start()])
    return controls


def _all(networks: Networks | None) -> list[StepModel]:
    if networks is None:
        return []
    others = [model for model in (networks.listener, networks.mover) if model is not None]
    return [runner.model for runner in networks.runners] + others


def _mover(chosen: str, open_with: Callable[[Bundle], StepModel]) -> StepModel | None:
    """Load a body's network; None, and a line in the log, where the usual one is damaged: faces are served anyway.

    Raises:
        BundleError: a chosen one cannot be used.
    """
    try:
        return mover(chosen, open_with)
    except BundleError as error:
        if chosen != MOVER:
            raise
        log.warning("bodies only do what they are told: %s", error)
        return None
