"""Engines on disk: each a file, and beside it a manifest in JSON that says what it is and what its checksum is."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from voxrig.runtime.models.engine_key import EngineKey
from voxrig.runtime.models.spec import ModelSpec, TensorSpec
from voxrig.runtime.models.whole_file import write_whole

FORMAT: Final = "voxrig-engine"
FORMAT_VERSION: Final = 1


class EngineError(ValueError):
    """An engine that cannot be built or used; the message says why."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine and what was noted of it when it was built.

    Attributes:
        key: what it is for.
        data: the serialized engine.
        inputs, outputs: its tensors, float32, without the batch axis; in the manifest's order.
        layers: of the network before TensorRT fused any.
        seconds: that the build took.
    """

    key: EngineKey
    data: bytes
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    layers: int
    seconds: float

    def check(self, spec: ModelSpec) -> None:
        """Compare its tensors with those of a bundle.

        Raises:
            EngineError: they differ.
        """
        if (self.inputs, self.outputs) != (spec.inputs, spec.outputs):
            raise EngineError(f"engine {self.key.stem}: its tensors are not those of {spec.name} {spec.version}")


class EngineStore:
    """A folder of engines. Several processes may use it at once.

    The manifest is what counts: it is written last, whole, and names the one file that it describes. So whoever reads
    sees a whole engine or none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, key: EngineKey) -> Engine | None:
        """Read an engine; None where there is none for this key.

        Raises:
            EngineError: what is there is damaged, or is not what its name says.
        """
        path = self.folder / f"{key.stem}.json"
        try:
            text = path.read_text(encoding="utf-8")
            told = json.loads(text)
            if told["format"] != FORMAT or told["format_version"] != FORMAT_VERSION:
                raise EngineError(f"{path} is no manifest of an engine that this version reads")
            if told["key"] != json.loads(json.dumps(asdict(key))):
                raise EngineError(f"{path} describes another engine")
            file = self.folder / Path(told["file"]).name
            data = file.read_bytes()
            if hashlib.sha256(data).hexdigest() != told["sha256"]:
                raise EngineError(f"{file} is damaged: its checksum is not its manifest's")
            inputs, outputs = (tuple(map(_tensor, told[end])) for end in ("inputs", "outputs"))
            return Engine(key, data, inputs, outputs, int(told["layers"]), float(told["seconds"]))
        except FileNotFoundError as error:
            if error.filename == str(path):
                return None
            if _another(path, text):  # written meanwhile by another process, which took the older engine away
                return self.load(key)
            raise EngineError(f"{path}: its engine is missing") from error
        except EngineError:
            raise
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise EngineError(f"{path} cannot be read ({type(error).__name__}: {error})") from error

    def file_of(self, engine: Engine) -> Path:
        """Where an engine lies: one built again has another name, so that it never lies beside the older's manifest."""
        return self.folder / f"{engine.key.stem}-{hashlib.sha256(engine.data).hexdigest()[:12]}.engine"

    def save(self, engine: Engine) -> Path:
        """Write an engine, in place of an older one for its key; return the engine's file.

        Raises:
            OSError: the disk refuses.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        checksum = hashlib.sha256(engine.data).hexdigest()
        stem, file = engine.key.stem, self.file_of(engine)
        older = self._named(stem)
        write_whole(file, engine.data)
        manifest = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "key": asdict(engine.key),
            "file": file.name,
            "bytes": len(engine.data),
            "sha256": checksum,
            "inputs": [_noted(tensor) for tensor in engine.inputs],
            "outputs": [_noted(tensor) for tensor in engine.outputs],
            "layers": engine.layers,
            "seconds": engine.seconds,
        }
        write_whole(self.folder / f"{stem}.json", json.dumps(manifest, indent=2).encode() + b"\n")
        if older is not None and older != file:  # and no other: another process may be about to name its own
            with suppress(OSError):  # in use on Windows: it is only litter
                older.unlink()
        return file

    def _named(self, stem: str) -> Path | None:
        """Return the file of the engine that lies here now; None where there is none, or its manifest is damaged."""
        try:
            told = json.loads((self.folder / f"{stem}.json").read_text(encoding="utf-8"))
            name = Path(told["file"]).name
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return self.folder / name if name.startswith(f"{stem}-") and name.endswith(".engine") else None


def _another(path: Path, text: str) -> bool:
    """Tell whether a file holds something else than this by now."""
    try:
        return path.read_text(encoding="utf-8") != text
    except (OSError, UnicodeDecodeError):
        return False


def _noted(tensor: TensorSpec) -> dict[str, Any]:
    return {"name": tensor.name, "dtype": "float32", "shape": ["batch", *tensor.shape]}


def _tensor(noted: dict[str, Any]) -> TensorSpec:
    batch, *shape = noted["shape"]
    if noted["dtype"] != "float32" or batch != "batch":
        raise EngineError(f"tensor {noted['name']} is {noted['dtype']} {noted['shape']}; it must be float32, any batch")
    return TensorSpec(noted["name"], tuple(shape))
