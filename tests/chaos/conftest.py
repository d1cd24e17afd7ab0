"""A real server of tiny models, lines with faults to it, and modules by name, however pytest was started."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.settings import Settings


@pytest.fixture
def settings(tiny_bundle: Bundle, tiny_fast_bundle: Bundle) -> Settings:
    """Free ports, a metrics page, the tiny models; it takes everybody, whatever else this machine does."""
    return Settings(port=0, metrics_port=0, max_load=0.0, models=(str(tiny_bundle.path), str(tiny_fast_bundle.path)))
