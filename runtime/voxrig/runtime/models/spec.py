"""What a model is, as its bundle's manifest states it: parsed strictly, so a typo is an error, not a default."""

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from voxrig.runtime.core import prosody
from voxrig.runtime.core.body import posture
from voxrig.runtime.core.features import HOP, WINDOW, LogMel
from voxrig.runtime.core.timing import BLOCK, SAMPLE_RATE, STEP_RATE
from voxrig.runtime.models.parsing import ParseError, parse

FORMAT: Final = "voxrig-bundle"
FORMAT_VERSION: Final = 1
ROLES: Final = ("face", "emotion", "body")
"""What a model is for: to move a face, to hear emotion in a voice, or to move a body."""
LISTENER_STEPS: Final = 6
"""Model steps that an `emotion` model takes at once: it answers ten times a second."""
HEARD: Final = (
    "neutral", "joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt",
    "valence", "arousal", "dominance", "confidence",
)  # fmt: skip
"""What an `emotion` model gives, in place of controls: probabilities, a point from -1 to 1, how sure it is (0 to 1)."""

BODY_POSES: Final = 2
"""Poses that a `body` model moves on by in one step: it runs 30 times a second."""
BODY_VOICE: Final = 11
"""Numbers of the voice at each of them, besides the log-mel row."""
BODY_TOLD: Final = 25
"""Numbers that a `body` model is told of mood, style, activity and luck."""
BODY_GOALS: Final = tuple(posture.NAMES[number] for number in posture.LEARNED)
"""What a `body` model gives, in place of controls: goals for the numbers of a posture."""


class BundleError(ValueError):
    """A bundle that cannot be used; the message names what is wrong and the remedy."""


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """The rows a model hears: see `core.features.LogMel`. `window` and `hop` are in samples at 24 kHz."""

    kind: str
    bands: int
    window: int
    hop: int
    fmin: float
    fmax: float
    floor: float


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A named float32 tensor; the shape leaves the batch axis out."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrainingData:
    """One data set a model learned from."""

    name: str
    licence: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Training:
    """How a model came to be and what it should not be asked for."""

    data: tuple[TrainingData, ...]
    summary: str
    limits: str


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """The manifest of a bundle, field by field (plus `format` and `format_version`, which are constants).

    One model step takes 400 samples at 24 kHz. A model with look-ahead L samples has its stream start with `lead_in`
    virtual zeros and gives, after its step s (from 0), the pose s + 1 - `delay_steps`, which shows that many sixtieths
    of a second exactly. Inputs are `features` and each state; outputs are `controls` and each state as `next_NAME`.

    A model with the role `emotion` takes `LISTENER_STEPS` steps at once, each as its log-mel row and its prosody row
    (`core.prosody`), and gives what `HEARD` names after the last of them; its look-ahead counts for nothing and is 1.
    One with the role `body` takes a row as of `animation.body.rows` and gives `BODY_GOALS`; its look-ahead counts for
    nothing either.

    Attributes:
        look_ahead_samples: at 24 kHz, at least 1.
        states: each state's input name and shape without the batch axis; every one starts at zero.
        controls: names of the native rig controls given, 0..1; `HEARD` for the role `emotion`.
        sha256: of model.onnx, in hex.
        int8_sha256: of model.int8.onnx, its twin in 8-bit integers, in hex; empty where the bundle has none, and then
            not in the manifest.

    Raises:
        BundleError: a value that cannot be, or values that contradict each other.
    """

    name: str
    version: str
    role: str
    sample_rate: int
    step_rate: int
    block: int
    look_ahead_samples: int
    features: FeatureSpec
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    states: tuple[TensorSpec, ...]
    controls: tuple[str, ...]
    training: Training
    licence: str
    sha256: str
    int8_sha256: str = ""

    def __post_init__(self) -> None:
        for key, expected in (("sample_rate", SAMPLE_RATE), ("step_rate", STEP_RATE), ("block", BLOCK)):
            if getattr(self, key) != expected:
                raise BundleError(f"{key} is {getattr(self, key)}, this runtime's clock has {expected}; export again")
        if self.role not in ROLES:
            raise BundleError(f"role {self.role!r} is unknown; this runtime knows {', '.join(ROLES)}")
        # Without any, the last pose of a clip would be due before its time is known to belong to the clip.
        if self.look_ahead_samples < 1:
            raise BundleError(f"look_ahead_samples is {self.look_ahead_samples}; at least 1 is needed")
        features = self.features
        if (features.kind, features.window, features.hop) != ("log-mel", WINDOW, HOP):
            raise BundleError(
                f"features are {features.kind!r} with window {features.window} and hop {features.hop}; this runtime "
                f"makes 'log-mel' with window {WINDOW} and hop {HOP}"
            )
        try:
            self.log_mel()
        except ValueError as error:
            raise BundleError(f"features: {error}") from error
        if not self.controls or len(set(self.controls)) != len(self.controls):
            raise BundleError("controls must name at least one control, each once")
        if self.role == "emotion" and self.controls != HEARD:
            raise BundleError(f"controls of the role 'emotion' must be {', '.join(HEARD)}; export again")
        if self.role == "body" and self.controls != BODY_GOALS:
            raise BundleError(f"controls of the role 'body' must be {', '.join(BODY_GOALS)}; export again")
        for key, expected_tensors in (("inputs", self.expected_inputs), ("outputs", self.expected_outputs)):
            if getattr(self, key) != expected_tensors:
                raise BundleError(
                    f"{key} are {_describe(getattr(self, key))}, but the bands, states and controls make them "
                    f"{_describe(expected_tensors)}"
                )

    @classmethod
    def create(
        cls,
        *,
        name: str,
        version: str,
        look_ahead_samples: int,
        mel: LogMel,
        states: tuple[TensorSpec, ...],
        controls: tuple[str, ...],
        training: Training,
        licence: str,
        role: str = "face",
        sha256: str = "",
    ) -> "ModelSpec":
        """Describe a model by what is free to choose; `bundle.write` fills in the checksum.

        Raises:
            BundleError: as the class.
        """
        features = FeatureSpec("log-mel", mel.bands, WINDOW, HOP, mel.fmin, mel.fmax, mel.floor)
        return cls(
            name=name,
            version=version,
            role=role,
            sample_rate=SAMPLE_RATE,
            step_rate=STEP_RATE,
            block=BLOCK,
            look_ahead_samples=look_ahead_samples,
            features=features,
            inputs=(TensorSpec("features", (_row_width(role, mel),)), *states),
            outputs=(TensorSpec("controls", (len(controls),)), *map(_next_state, states)),
            states=states,
            controls=controls,
            training=training,
            licence=licence,
            sha256=sha256,
        )

    @property
    def look_ahead(self) -> Fraction:
        """Seconds of later audio that a pose needs."""
        return Fraction(self.look_ahead_samples, SAMPLE_RATE)

    @property
    def checksum(self) -> str:
        """Of the graph that a CPU runs, in hex: what the performance depends on."""
        return self.int8_sha256 or self.sha256

    @property
    def delay_steps(self) -> int:
        """How many model steps are done when pose 0 comes out: at least 1."""
        return -(-self.look_ahead_samples // BLOCK)

    @property
    def lead_in(self) -> int:
        """Virtual zero samples at 24 kHz in front of the first real one: 0 to 399."""
        return BLOCK * self.delay_steps - self.look_ahead_samples

    @property
    def expected_inputs(self) -> tuple[TensorSpec, ...]:
        """What the graph must take, in order."""
        return (TensorSpec("features", (_row_width(self.role, self.log_mel()),)), *self.states)

    @property
    def expected_outputs(self) -> tuple[TensorSpec, ...]:
        """What the graph must give, in order."""
        return (TensorSpec("controls", (len(self.controls),)), *map(_next_state, self.states))

    def log_mel(self) -> LogMel:
        """Return the features this model hears."""
        f = self.features
        return LogMel(f.bands, f.fmin, f.fmax, f.floor)

    def to_manifest(self) -> dict[str, Any]:
        """Return the manifest as JSON values."""
        told = {"format": FORMAT, "format_version": FORMAT_VERSION, **dataclasses.asdict(self)}
        if not self.int8_sha256:  # older runtimes read bundles without
            del told["int8_sha256"]
        return told

    @classmethod
    def from_manifest(cls, manifest: object) -> "ModelSpec":
        """Parse a manifest.

        Args:
            manifest: what `json.loads` gave.

        Raises:
            BundleError: another format or version; a key is unknown, missing or of another type; values that
                contradict each other.
        """
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise BundleError(f"the manifest's format is not {FORMAT!r}: this is no bundle of ours")
        version = manifest.get("format_version")
        if version != FORMAT_VERSION or isinstance(version, bool):
            raise BundleError(
                f"format_version is {version!r}, this runtime reads {FORMAT_VERSION}; "
                "export the model again, or use the runtime it was made for"
            )
        rest = {key: value for key, value in manifest.items() if key not in ("format", "format_version")}
        try:
            return parse(cls, {"int8_sha256": "", **rest})
        except ParseError as error:
            raise BundleError(str(error)) from error


def _row_width(role: str, mel: LogMel) -> int:
    """Values that a model takes in one call, besides its states."""
    if role == "emotion":
        return LISTENER_STEPS * (mel.width + prosody.WIDTH)
    return BODY_POSES * (mel.width + BODY_VOICE) + BODY_TOLD if role == "body" else mel.width


def _next_state(state: TensorSpec) -> TensorSpec:
    return TensorSpec("next_" + state.name, state.shape)


def _describe(tensors: tuple[TensorSpec, ...]) -> str:
    return ", ".join(f"{tensor.name}{list(tensor.shape)}" for tensor in tensors)
