"""TensorRT in either of its packages: TensorRT for RTX (`tensorrt_rtx`) and the classic one (`tensorrt`).

Both have the same API, so that one code uses both. What differs is told here and asked for by `Nvinfer.is_rtx`:

- RTX builds without a GPU, for named compute capabilities, and compiles the kernels where the engine runs, into a
  runtime cache; its execution contexts capture CUDA graphs themselves.
- The classic one builds on the GPU that it is for, and remembers the timing of kernels in a timing cache.
"""

import importlib
from dataclasses import dataclass
from typing import Any, Final

FLAVOURS: Final = ("rtx", "classic")
_MODULES: Final = {"rtx": "tensorrt_rtx", "classic": "tensorrt"}
_REMEDIES: Final = {"rtx": "pip install 'voxrig[tensorrt]'", "classic": "pip install tensorrt"}


class NvinferError(ValueError):
    """No TensorRT can be used; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Nvinfer:
    """A TensorRT.

    Attributes:
        flavour: one of `FLAVOURS`.
        version: of the package.
        api: the module.
        log: its logger; keeps what is wrong in `log.lines`.
    """

    flavour: str
    version: str
    api: Any
    log: Any

    @property
    def is_rtx(self) -> bool:
        """Whether it is TensorRT for RTX."""
        return self.flavour == "rtx"

    def capabilities(self) -> tuple[str, ...]:
        """Compute capabilities that engines can be built for ahead of time, as sm86; none of the classic one."""
        if not self.is_rtx:
            return ()
        names = (name for name in self.api.ComputeCapability.__members__ if name.startswith("SM"))
        return tuple(sorted(map(str.lower, names), key=lambda name: int(name[2:])))

    def complaint(self) -> str:
        """Return the first error logged since this was last asked, on one line, and forget them all."""
        lines, self.log.lines[:] = list(self.log.lines), []
        return " ".join(lines[0].split()) if lines else "it does not say why"


def load_nvinfer(flavour: str | None = None) -> Nvinfer:
    """Load a TensorRT.

    Args:
        flavour: one of `FLAVOURS`; None: the first that is installed, of RTX and the classic one.

    Raises:
        NvinferError: it is not installed, or does not start.
    """
    if flavour is None:
        for name in FLAVOURS:
            try:
                return load_nvinfer(name)
            except NvinferError as error:
                if not isinstance(error.__cause__, ModuleNotFoundError):
                    raise
        raise NvinferError(f"TensorRT is not installed: {_REMEDIES['rtx']}")
    if flavour not in FLAVOURS:
        raise NvinferError(f"there is no TensorRT {flavour!r}; there are {', '.join(FLAVOURS)}")
    name, remedy = _MODULES[flavour], _REMEDIES[flavour]
    try:
        api = importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise NvinferError(f"the package {name} is not installed: {remedy}") from error
    except Exception as error:  # the package is there, and its libraries don't load: the loader raises what it likes
        raise NvinferError(
            f"{name} does not load ({' '.join(str(error).split())}); install it again: {remedy}"
        ) from error
    return Nvinfer(flavour, str(api.__version__), api, _logger(api))


def _logger(api: Any) -> Any:
    """Make a logger that prints nothing and keeps the errors."""

    class Quiet(api.ILogger):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.lines: list[str] = []

        def log(self, severity: Any, message: str) -> None:
            if severity in (api.ILogger.INTERNAL_ERROR, api.ILogger.ERROR):
                self.lines.append(message)

    return Quiet()
