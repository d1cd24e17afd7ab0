"""A clip as a bake hands it to the writers, without a model."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from voxrig.runtime.core.body.bones import PARTS
from voxrig.runtime.core.clip import Clip, ShownViseme, TimedCue
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.rotation import angles_to_quaternion
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

from ..embodied_clip import embodied

MOVING = (
    *("jawOpen", "jawLeft", "mouthLipsPurseUL", "mouthLipsPurseUR", "mouthLowerLipDepressL", "mouthLowerLipDepressR"),
    *("mouthCornerPullL", "mouthCornerPullR", "tongueUp", "eyeBlinkL", "eyeBlinkR", "eyeLookLeftL", "eyeLookLeftR"),
    *("browRaiseInL", "browRaiseInR", "browDownL"),
)


SIXTY = FrameRate(60)


def make_clip(fps: FrameRate = SIXTY, frames: int = 120, name: str = "gate_01") -> Clip:
    """Slow waves on sixteen controls, a head that turns, two layers, visemes and cues."""
    rig = profile("metahuman")
    time = np.arange(frames) / float(fps.fraction)
    controls = np.zeros((frames, len(rig.names)), np.float32)
    for number, control in enumerate(MOVING):
        wave = 0.45 - 0.45 * np.cos(2 * np.pi * (0.4 + number / 10) * time)
        controls[:, rig.names.index(f"CTRL_expressions_{control}")] = wave * (wave > 0.05)
    bones = np.zeros((frames, 3, 4), np.float32)
    bones[..., 3] = 1.0
    angles = np.stack([0.3 * np.sin(time), 0.1 * np.cos(2 * time), 0.05 * np.sin(3 * time)], axis=1)
    bones[:, 0] = angles_to_quaternion(angles.astype(np.float32))
    take = Take("metahuman", rig.names, rig.bones, fps, rig.from_native(controls, bones), 0, 24_000)
    lips = take.values.copy()
    lips[:, [rig.names.index(f"CTRL_expressions_{control}") for control in MOVING[9:]]] = 0.0
    brows = np.zeros_like(take.values)
    brows[:, -9::4] = 1.0
    seconds = Fraction(frames) / fps.fraction
    return Clip(
        name=name,
        take=take,
        layers={"speech": replace(take, values=lips), "emotion": replace(take, values=brows)},
        character="Guard",
        text="Stop, who goes there?",
        emotion="joy=0.6",
        sound="gate_01.wav",
        seconds=seconds,
        timecode="01:00:00:00",
        visemes=tuple(
            ShownViseme(seconds * k / 5, seconds * (k + 1) / 5, viseme, weight)
            for k, (viseme, weight) in enumerate([("sil", 1.0), ("PP", 0.9), ("aa", 0.75), ("FF", 0.5), ("sil", 1.0)])
        ),
        cues=(
            TimedCue(0.0, "activity", {"kind": "talking"}),
            TimedCue(0.5, "gaze", {"yaw": 0.2, "pitch": -0.1}),
            TimedCue(1.25, "emotion", {"surprise": 0.5, "brows.anger": 0.2}),
        ),
        seed=7,
    )


@pytest.fixture(scope="session")
def lively_clip() -> Callable[..., Clip]:
    """`lively_clip(fps=FrameRate(60), frames=120, name="gate_01")`."""
    return make_clip


def make_body(fps: FrameRate = SIXTY, frames: int = 120, parts: tuple[str, ...] = tuple(PARTS), seed: int = 3) -> Clip:
    """The clip with a body, or parts of one, that goes from posture to posture."""
    return embodied(make_clip(fps, frames), parts, seed)


@pytest.fixture(scope="session")
def lively_body() -> Callable[..., Clip]:
    """`lively_body(fps=FrameRate(60), frames=120, parts=("torso", "arms", "fingers", "legs"), seed=3)`."""
    return make_body
