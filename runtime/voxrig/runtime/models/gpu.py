"""The NVIDIA GPU of this machine, through `cuda-bindings`: its wheels bring the CUDA runtime, for Windows and Linux."""

import importlib
import sys
from dataclasses import dataclass
from typing import Any, Final

REMEDY: Final = "pip install 'voxrig[tensorrt]'"


class GpuError(RuntimeError):
    """There is no GPU to use, or it refuses a call; the message names what is missing and the remedy."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU.

    Attributes:
        name: as its driver tells it.
        capability: major and minor number of its compute capability.
        driver: newest CUDA version that the driver runs, as 1000 * major + 10 * minor.
    """

    name: str
    capability: tuple[int, int]
    driver: int

    @property
    def target(self) -> str:
        """Its compute capability as engines name it: sm86."""
        return f"sm{self.capability[0]}{self.capability[1]}"


def cuda() -> Any:
    """Return the CUDA runtime's functions.

    Raises:
        GpuError: the package is not installed, or the system has no CUDA.
    """
    if sys.platform == "darwin":
        raise GpuError("there is no CUDA for macOS; run on the CPU")
    try:
        return importlib.import_module("cuda.bindings.runtime")
    except ImportError as error:
        raise GpuError(f"the package cuda-bindings is not installed: {REMEDY}") from error


def checked(answer: tuple[Any, ...]) -> Any:
    """Return what a CUDA call gave besides its status: nothing, one value or several.

    Raises:
        GpuError: the status is an error; it is named.
    """
    status, *values = answer
    if status.value != 0:
        raise GpuError(f"CUDA says {status.name} ({status.value}); see that the driver is installed and the GPU free")
    return values[0] if len(values) == 1 else tuple(values) or None


def find_gpu() -> Gpu:
    """Return the first GPU that CUDA shows; `CUDA_VISIBLE_DEVICES` chooses.

    Raises:
        GpuError: the package, the driver or the GPU is missing.
    """
    api = cuda()
    status, count = api.cudaGetDeviceCount()
    if status.value != 0 or not count:
        told = status.name if status.value else "no device"
        raise GpuError(f"no NVIDIA GPU was found (CUDA says {told}); install NVIDIA's driver where there is one")
    properties = checked(api.cudaGetDeviceProperties(0))
    name = properties.name.decode(errors="replace") if isinstance(properties.name, bytes) else str(properties.name)
    driver = checked(api.cudaDriverGetVersion())
    return Gpu(name.rstrip("\0"), (int(properties.major), int(properties.minor)), int(driver))
