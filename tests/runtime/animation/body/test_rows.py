"""A session's rows for the network are to the bit those that it was taught with, wherever a call begins."""

import numpy as np
import pytest

from voxrig.runtime.animation.body.noise import noise_rows
from voxrig.runtime.animation.body.rows import DOING, MOOD, network_rows, voice_rows, write_rows
from voxrig.runtime.models.spec import BODY_POSES, BODY_TOLD, BODY_VOICE

KEY = 12345
MELS = 10


@pytest.mark.parametrize(("at", "count"), [(0, 1), (6, 7), (6, 8), (7, 2), (7, 9), (1201, 4)])
def test_rows_are_those_of_the_training(at: int, count: int) -> None:
    random, first = np.random.default_rng(at + count), at % BODY_POSES
    voices = random.normal(0.0, 5.0, (count + 1, BODY_VOICE))
    voices[:, 1] = random.integers(0, 300, count + 1)  # poses since the voice began or ended
    mels = random.normal(-8.0, 3.0, (count + 1, MELS)).astype(np.float32)
    affects = random.uniform(-1.0, 1.0, (count, 24))
    even = range(first, count, BODY_POSES)
    told = random.uniform(-1.0, 1.0, (len(even), 7))
    told[:, 6] = random.integers(len(DOING), size=len(even))

    found = np.full((len(even), BODY_POSES * (BODY_VOICE + MELS) + BODY_TOLD), np.nan, np.float32)
    write_rows(voices[0], mels[0], voices[1:], mels[1:], affects, told, KEY, at, first, found)

    heard = [n + pose for n in even for pose in range(BODY_POSES)]
    expected = network_rows(
        voice_rows(voices)[heard], mels[heard], affects[list(even), -MOOD:], told[:, :5], told[:, 5],
        told[:, 6].astype(np.intp), noise_rows(KEY, at + first, len(even), BODY_POSES),
    )  # fmt: skip
    assert found.shape == expected.shape
    assert found.tobytes() == expected.tobytes()
