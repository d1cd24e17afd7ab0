"""What holds for all lines of a bake."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from voxrig.baking.formats import FORMATS, Format, Manner, formats_of
from voxrig.baking.performing import BATCH
from voxrig.runtime.core.keys import BOUND, TURN
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models.backend import check_backend
from voxrig.runtime.models.bundle import BAKING
from voxrig.runtime.models.mover import MOVER


@dataclass(frozen=True, slots=True)
class BakeSettings:
    """How a dialogue is baked.

    Attributes:
        formats: names of the formats to write; kept in the order of `formats.FORMATS`.
        fps: frames a second.
        model: a shipped bundle's name, or the path of one.
        layers: whether each layer is written apart, too.
        listeners: whether those who listen get takes of their own.
        pictures: whether the report has strips of faces.
        body: whether characters have a body; None: where one of the formats is for bones.
        body_model: what moves them: a shipped bundle's name, or the path of one.
        backend: what runs the networks; see `models.backend`.
        bound, turn, model_file: see `formats.Manner`.
        batch: lines in one model call; the result does not depend on it.

    Raises:
        FormatError: there is no such format.
        BackendError: there is no such backend.
    """

    formats: tuple[str, ...] = ("csv",)
    fps: FrameRate = field(default_factory=lambda: FrameRate(60))
    model: str = BAKING
    layers: bool = False
    listeners: bool = True
    pictures: bool = True
    body: bool | None = None
    body_model: str = MOVER
    backend: str = "cpu"
    bound: float = BOUND
    turn: float = TURN
    model_file: Path | None = None
    batch: int = BATCH

    def __post_init__(self) -> None:
        check_backend(self.backend)
        chosen = {one.name for one in formats_of(",".join(self.formats))}
        object.__setattr__(self, "formats", tuple(name for name in FORMATS if name in chosen))

    @property
    def writers(self) -> tuple[Format, ...]:
        """The formats themselves."""
        return tuple(FORMATS[name] for name in self.formats)

    @property
    def tells_layers(self) -> bool:
        """Whether the layers must be told apart."""
        return self.layers or any(one.needs_layers for one in self.writers)

    @property
    def embodied(self) -> bool:
        """Whether characters have a body, unless their sheet says that it is off."""
        return any(one.embodied for one in self.writers) if self.body is None else self.body

    def manner(self, rig: str) -> Manner:
        """How files of a character with this rig are written."""
        return Manner(self.bound, self.turn, rig, self.model_file)

    def as_inputs(self) -> dict[str, Any]:
        """What of it a line's files depend on, as JSON has it."""
        told = asdict(self) | {"fps": str(self.fps), "formats": list(self.formats), "body": self.embodied}
        told["model_file"] = None if self.model_file is None else self.model_file.name
        # A model is known by its checksum, wherever it lies.
        for name in ("batch", "listeners", "model", "body_model"):
            del told[name]
        if self.backend == "cpu":  # others are a little off its bits: lines baked there are baked again here
            del told["backend"]
        return told
