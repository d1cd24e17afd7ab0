"""Figures: where their points are, and what is seen of them."""

import io
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from voxrig.engine_bridges.writers import figure
from voxrig.engine_bridges.writers.figure_file import animated
from voxrig.engine_bridges.writers.figure_points import JOINTS, POINTS, points_from_places, points_of
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.skeleton import ENDS, PLACES, rest_places
from voxrig.runtime.core.timing import FrameRate

Floats = NDArray[np.float64]
GREEN, ORANGE = (64, 152, 142), (208, 128, 62)


def still(frames: int = 1) -> Floats:
    turned = np.zeros((frames, JOINTS, 4))
    turned[..., 3] = 1.0
    return turned


def turn(axis: tuple[float, float, float], radians: float) -> Floats:
    return np.array([*(np.array(axis) * np.sin(radians / 2)), np.cos(radians / 2)])


def look(picture: NDArray[np.uint8], colour: tuple[int, int, int]) -> Floats:
    """Rows and columns of pixels of about the hue of `colour`: float64[n, 2]."""
    hue = picture / np.maximum(picture.max(axis=2, keepdims=True), 1)
    wanted = np.array(colour) / max(colour)
    return np.argwhere((np.abs(hue - wanted).max(axis=2) < 0.08) & (picture.max(axis=2) > 60)).astype(float)


def views(points: Floats) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    picture = next(figure.draw_figure(points))
    half = picture.shape[1] // 2
    return picture[:, :half], picture[:, half + 1 :]


def test_points_at_rest_and_turned() -> None:
    rest = points_of(still())[0]
    np.testing.assert_allclose(rest[:JOINTS], rest_places(), atol=1e-12)
    for name, end in ENDS.items():
        np.testing.assert_allclose(rest[POINTS[f"{name}_end"]], rest[PLACES[name]] + end, atol=1e-12)
    turned = still()
    turned[0, PLACES["upperarm_l"]] = turn((0, 0, 1), -np.pi / 2)  # the left arm down
    turned[0, PLACES["lowerarm_l"]] = turn((0, 1, 0), -np.pi / 2)  # and its elbow bent to the front
    points = points_of(turned)[0]
    shoulder = points[PLACES["upperarm_l"]]
    np.testing.assert_allclose(points[PLACES["lowerarm_l"]], shoulder + np.array((0, -0.28, 0)), atol=1e-9)
    np.testing.assert_allclose(points[PLACES["hand_l"]], shoulder + np.array((0, -0.28, 0.25)), atol=1e-9)


def test_the_head_is_where_the_eyes_say() -> None:
    turned = still()
    turned[0, PLACES["head"]] = turn((0, 1, 0), np.pi / 2)  # to the character's left
    head, nose = (points_of(turned)[0][POINTS[name]] for name in ("head", "nose"))
    np.testing.assert_allclose(nose - head, (0.106, 0.044, 0.0), atol=1e-9)


def test_places_alone_make_nearly_the_same_figure() -> None:
    turned = still()
    for joint in ("index_01_l", "index_02_l", "index_03_l"):
        turned[0, PLACES[joint]] = turn((0, 0, 1), -0.7)
    whole = points_of(turned)
    told = points_from_places(whole[:, :JOINTS])
    away = np.linalg.norm(whole - told, axis=2)[0]
    assert away[[POINTS[f"{name}_end"] for name in ENDS if not name.startswith("eye")]].max() < 0.006
    np.testing.assert_allclose(told[:, POINTS["nose"]], whole[:, POINTS["nose"]], atol=1e-9)
    with pytest.raises(ValueError, match=r"shape \(3, 9, 3\) are no figure"):
        points_from_places(np.zeros((3, 9, 3)))


def test_sides_are_where_they_belong() -> None:
    turned = still()
    turned[0, PLACES["upperarm_l"]] = turn((0, 1, 0), -np.pi / 2)  # the left arm straight ahead
    front, side = views(points_of(turned))
    middle = front.shape[1] / 2
    assert look(front, ORANGE)[:, 1].max() < middle  # the right arm to the left of the picture, as in a T-pose
    assert look(front, ORANGE)[:, 1].min() < middle - 0.5 * figure.WHOLE.scale
    assert look(front, GREEN)[:, 1].min() > middle
    assert np.ptp(look(front, GREEN)[:, 1]) < 0.2 * figure.WHOLE.scale  # towards us
    assert np.ptp(look(side, GREEN)[:, 1]) > 0.4 * figure.WHOLE.scale  # the character looks to the left of the picture
    assert look(side, GREEN)[:, 1].min() < side.shape[1] / 2 - 0.2 * figure.WHOLE.scale


def test_what_is_nearer_hides_what_is_behind() -> None:
    turned = still()
    turned[0, PLACES["upperarm_r"]] = turn((0, 0, 1), np.pi / 2)  # hangs on the far side of the side view
    turned[0, PLACES["upperarm_l"]] = turn((0, 0, 1), -np.pi / 2)
    _, side = views(points_of(turned))
    assert len(look(side, ORANGE)) == 0
    assert len(look(side, GREEN)) > 500


def test_a_capsule_is_as_thick_and_as_long_as_it_says() -> None:
    front, _ = views(points_of(still()))
    sleeve = look(front, GREEN)
    shoulder, elbow, wrist = (rest_places()[PLACES[name]] for name in ("upperarm_l", "lowerarm_l", "hand_l"))
    at_elbow = sleeve[np.abs(sleeve[:, 1] - (front.shape[1] / 2 + elbow[0] * figure.WHOLE.scale)) < 1, 0]
    assert np.ptp(at_elbow) == pytest.approx(2 * 0.042 * figure.WHOLE.scale, abs=3)
    length = sleeve[:, 1].max() - (front.shape[1] / 2 + shoulder[0] * figure.WHOLE.scale)
    assert length == pytest.approx((wrist[0] - shoulder[0]) * figure.WHOLE.scale, abs=0.03 * figure.WHOLE.scale)


@pytest.mark.parametrize(("ending", "fps", "rate"), [(".webp", "60", 20), (".gif", "24", 30), (".webp", "29.97", 25)])
def test_files_run_at_their_rate(
    tmp_path: Path, lively_clip: Callable[..., Clip], ending: str, fps: str, rate: int
) -> None:
    clip = lively_clip(fps=FrameRate.parse(fps), frames=70)
    path = tmp_path / f"take{ending}"
    figure.write(clip.take, path, rate=rate)
    with Image.open(path) as image:
        frames = image.n_frames
        lasting = 0
        for number in range(frames):
            image.seek(number)
            image.load()
            lasting += image.info["duration"]
    seconds = 70 / clip.take.fps.fraction
    assert frames == pytest.approx(min(rate, float(clip.take.fps.fraction)) * seconds, abs=1)
    assert lasting / 1000 == pytest.approx(float(seconds), abs=0.06)


def test_time_code_and_caption_are_seen() -> None:
    points = points_of(still(2))
    with_words = list(figure.draw_figure(points, fps=1, caption=["one", ""], first=61))
    again = list(figure.draw_figure(points, fps=1, first=61))
    assert (with_words[0] != again[0]).any(axis=2).nonzero()[0].max() < 20  # the caption above
    np.testing.assert_array_equal(with_words[1], again[1])
    assert (again[0] != again[1]).any(axis=2).nonzero()[0].min() > len(again[0]) - 20  # the time code below
    with pytest.raises(ValueError, match="1 captions do not fit 2 frames"):
        next(figure.draw_figure(points, caption=["one"]))


def test_arms_that_a_take_has_not_hang(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    figure.write_figure(lively_clip(frames=4), tmp_path / "take.webp")
    with Image.open(tmp_path / "take.webp") as image:
        picture = np.asarray(image.convert("RGB"))
    across = look(picture[:, : picture.shape[1] // 2], GREEN)[:, 1]
    assert np.ptp(across) < 0.25 * figure.WHOLE.scale


def test_the_same_bytes_again() -> None:
    points = points_of(still(3))
    assert figure.pictures(points, 20) == figure.pictures(points, 20)


def test_what_cannot_be_drawn_is_said(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(frames=4)
    with pytest.raises(ValueError, match=r"take\.mp4 is no animated picture; let it end in \.webp or \.gif"):
        figure.write(clip.take, tmp_path / "take.mp4")
    with pytest.raises(ValueError, match="there is no frames"):
        figure.write(replace(clip.take, values=clip.take.values[:0]), tmp_path / "take.webp")
    with pytest.raises(ValueError, match="no frame rate"):
        figure.write(points_of(still()), tmp_path / "take.webp")
    with pytest.raises(ValueError, match="90 pictures a second are out of range"):
        figure.write(points_of(still()), tmp_path / "take.webp", 60, rate=90)
    with pytest.raises(ValueError, match="of no pictures"):
        animated(islice(figure.draw_figure(points_of(still())), 0), Fraction(20))
    assert list(tmp_path.iterdir()) == []
    assert io.BytesIO(figure.pictures(points_of(still()), 20, kind="gif")).read(3) == b"GIF"
