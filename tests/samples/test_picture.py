"""The moving picture of a face: what lies in samples/, and the script that draws it, with a real browser."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="module")
def make_picture() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_picture", SAMPLES / "make_picture.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_moves_and_is_small() -> None:
    path = SAMPLES / "face.webp"
    assert path.stat().st_size < 1_500_000
    with Image.open(path) as picture:
        assert (picture.n_frames, picture.size) == (135, (880, 440))  # 4.5 s, 30 a second


def test_the_script_draws_the_frames_that_were_baked(make_picture: ModuleType, program: Callable[..., str]) -> None:
    drawn = make_picture.baked("bridge_05")
    assert len(drawn["frames"]) == 135
    jaw = drawn["names"].index("JawOpen")
    widest = max(drawn["frames"], key=lambda frame: frame[jaw])
    shut = drawn["frames"][0]
    drawn |= {"frames": [shut, widest, shut]}
    pictures = [np.asarray(one, np.int16) for one in make_picture.pictures_of(drawn, program("chromium"))]
    assert {one.shape for one in pictures} == {(440, 880, 3)}
    face = [one[:, :440] for one in pictures]
    mouth = (slice(255, 320), slice(160, 270))
    assert np.abs(face[1][mouth] - face[0][mouth]).mean() > 5  # it opens
    assert np.abs(face[2] - face[0]).max() == 0  # and the same pose is the same picture


def test_what_the_page_says_is_told(make_picture: ModuleType, program: Callable[..., str]) -> None:
    drawn = {"names": [], "frames": [[0.0]], "fps": 30, "seconds": 1, "wave": [1.0], "text": "", "words": []}
    with pytest.raises(RuntimeError, match="a pose has 61 values"):
        make_picture.pictures_of({**drawn, "title": ""}, program("chromium"))
