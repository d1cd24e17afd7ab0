"""A clip's header as it is read."""

from collections.abc import Callable

import pytest

from voxrig.ace.audio_pb2 import AudioHeader
from voxrig.ace.controller_pb2 import AudioStreamHeader
from voxrig.runtime.animation.style import NATURAL, Style
from voxrig.runtime.serving.a2f.opening import Opening, read_opening
from voxrig.runtime.serving.settings import Settings


@pytest.fixture
def opening() -> Callable[..., Opening]:
    """`opening(rate=16000, settings=Settings(), style=NATURAL, **parts)`: parts are those of AudioStreamHeader."""

    def make(rate: int = 16_000, settings: Settings | None = None, style: Style = NATURAL, **parts: object) -> Opening:
        audio = AudioHeader(channel_count=1, samples_per_second=rate, bits_per_sample=16)
        header = AudioStreamHeader(**{"audio_header": audio, **parts})
        return read_opening(header, settings or Settings(), style)

    return make
