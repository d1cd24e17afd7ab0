"""Timings of kernels from one build to the next, with a stand-in for the builder of a classic TensorRT."""

import logging
from types import SimpleNamespace

import pytest

from voxrig.runtime.models import kernel_timing
from voxrig.runtime.models.nvinfer import Nvinfer

HEAD = b"of this GPU: "


class Cache:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def serialize(self) -> bytes:
        return self.data


class Config:
    """A builder's configuration, as far as it has to do with timings; a build adds to them."""

    used: Cache | None = None

    def create_timing_cache(self, data: bytes) -> Cache | None:
        return None if data.startswith(b"damaged") else Cache(data)

    def set_timing_cache(self, cache: Cache, ignore_mismatch: bool) -> bool:
        if ignore_mismatch or not cache.data or cache.data.startswith(HEAD):
            self.used = cache
        return self.used is cache

    def get_timing_cache(self) -> Cache | None:
        return self.used

    def build(self) -> None:
        assert self.used is not None
        self.used = Cache((self.used.data or HEAD) + b"kernel ")


@pytest.fixture
def classic() -> Nvinfer:
    return Nvinfer("classic", "10", None, SimpleNamespace(lines=["the header does\nnot match"]))


def test_what_a_build_measured_is_there_for_the_next(tmp_path, classic, caplog):
    caplog.set_level(logging.INFO)
    for build in range(1, 3):
        config = Config()
        kernel_timing.recall(classic, config, tmp_path / "engines" / "timing.cache")
        config.build()
        kernel_timing.keep(config, tmp_path / "engines" / "timing.cache")
        assert (tmp_path / "engines" / "timing.cache").read_bytes() == HEAD + b"kernel " * build
    assert caplog.records == []


@pytest.mark.parametrize("data", [b"damaged", b"of another GPU: kernel "])
def test_a_file_that_cannot_be_used_is_told_in_a_line_and_made_anew(tmp_path, classic, caplog, data):
    caplog.set_level(logging.INFO)
    path, config = tmp_path / "timing.cache", Config()
    path.write_bytes(data)
    kernel_timing.recall(classic, config, path)
    [record] = caplog.records
    assert record.getMessage() == f"{path} is not used, kernels are timed anew: the header does not match"
    config.build()
    kernel_timing.keep(config, path)
    assert path.read_bytes() == HEAD + b"kernel "


def test_a_disk_that_takes_nothing_costs_the_timings_alone(tmp_path, classic, caplog):
    caplog.set_level(logging.INFO)
    (tmp_path / "engines").write_bytes(b"a file where the folder should be")
    config = Config()
    kernel_timing.recall(classic, config, tmp_path / "engines" / "timing.cache")
    config.build()
    kernel_timing.keep(config, tmp_path / "engines" / "timing.cache")
    [record] = caplog.records
    assert record.getMessage().startswith("the timing of kernels is not kept: ")
