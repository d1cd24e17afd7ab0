"""Memory for the tensors of one call, twice: pinned on the host and on the GPU, so that one copy moves all of it."""

import ctypes
from collections.abc import Sequence
from math import prod
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.models.gpu import checked, cuda
from voxrig.runtime.models.spec import TensorSpec

ALIGNED: Final = 256
"""Bytes that a tensor's address is a multiple of, as memory from CUDA is."""


def arena_layout(tensors: Sequence[TensorSpec], rows: int) -> tuple[tuple[int, ...], int]:
    """Return where each float32[rows, *shape] begins, in bytes, and how many bytes all of them need."""
    places, end = [], 0
    for tensor in tensors:
        places.append(end)
        end += -(-4 * rows * prod(tensor.shape) // ALIGNED) * ALIGNED
    return tuple(places), end


class DeviceArena:
    """The memory.

    Attributes:
        views: each tensor on the host, float32[rows, *shape].
        addresses: each tensor on the GPU.

    Raises:
        GpuError: there is not so much memory.
    """

    def __init__(self, tensors: Sequence[TensorSpec], rows: int) -> None:
        self._cuda = cuda()
        places, self._bytes = arena_layout(tensors, rows)
        self._host = int(checked(self._cuda.cudaHostAlloc(self._bytes, self._cuda.cudaHostAllocDefault)))
        try:
            self._device = int(checked(self._cuda.cudaMalloc(self._bytes)))
        except BaseException:
            self._cuda.cudaFreeHost(self._host)
            raise
        whole = np.ctypeslib.as_array((ctypes.c_float * (self._bytes // 4)).from_address(self._host))
        whole[:] = 0.0  # rows that no call fills are computed as well: of numbers
        self.views: tuple[NDArray[np.float32], ...] = tuple(
            whole[place // 4 :][: rows * prod(tensor.shape)].reshape(rows, *tensor.shape)
            for tensor, place in zip(tensors, places, strict=True)
        )
        self.addresses = tuple(self._device + place for place in places)

    def upload(self, stream: Any) -> None:
        """Have `stream` copy the host's memory to the GPU."""
        kind = self._cuda.cudaMemcpyKind.cudaMemcpyHostToDevice
        checked(self._cuda.cudaMemcpyAsync(self._device, self._host, self._bytes, kind, stream))

    def download(self, stream: Any) -> None:
        """Have `stream` copy the GPU's memory to the host."""
        kind = self._cuda.cudaMemcpyKind.cudaMemcpyDeviceToHost
        checked(self._cuda.cudaMemcpyAsync(self._host, self._device, self._bytes, kind, stream))

    def close(self) -> None:
        """Give the memory back; the views must not be used any more."""
        self.views = ()
        self._cuda.cudaFree(self._device)
        self._cuda.cudaFreeHost(self._host)
