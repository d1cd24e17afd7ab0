import itertools

import numpy as np
import pytest

from voxrig.runtime.animation.emotion import CATEGORIES, NEUTRAL, Emotion, everywhere
from voxrig.runtime.animation.emotion_names import named
from voxrig.runtime.animation.emotion_table import BLENDS, VAD
from voxrig.runtime.animation.vad import from_vad, to_vad


def grid(step: float) -> list[tuple[float, float, float]]:
    axis = np.arange(-1.0, 1.0 + step / 2, step).tolist()
    return list(itertools.product(axis, axis, axis))


def test_neutral_is_the_origin() -> None:
    assert to_vad(NEUTRAL) == (0.0, 0.0, 0.0)
    assert from_vad(0.0, 0.0, 0.0) == NEUTRAL


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("strength", [0.05, 0.5, 1.0])
def test_one_category_there_and_back(category: str, strength: float) -> None:
    emotion = everywhere(**{category: strength})
    point = to_vad(emotion)
    assert point == pytest.approx(np.multiply(VAD[CATEGORIES.index(category)], strength))
    assert from_vad(*point) == pytest.approx(emotion, abs=1e-9)


def test_signs_are_those_of_the_feelings() -> None:
    assert to_vad(everywhere(joy=1.0))[0] > 0.5 > 0.0 > to_vad(everywhere(sadness=1.0))[1]
    # Anger and fear differ by who has the upper hand.
    assert to_vad(everywhere(anger=1.0))[2] > 0.0 > to_vad(everywhere(fear=1.0))[2]


@pytest.mark.parametrize(
    "parts",
    [
        {"joy": 0.6, "surprise": 0.4},
        {"fear": 0.3, "surprise": 0.3},
        {"anger": 0.5, "disgust": 0.3},
        {"sadness": 0.5, "fear": 0.2},
        {"disgust": 0.3, "contempt": 0.4},
    ],
)
def test_blends_of_neighbours_come_back_as_they_were(parts: dict[str, float]) -> None:
    assert from_vad(*to_vad(everywhere(**parts))) == pytest.approx(everywhere(**parts), abs=1e-9)


def test_every_blend_comes_back_to_the_same_point() -> None:
    for name in BLENDS:
        point = to_vad(named(name))
        assert to_vad(from_vad(*point)) == pytest.approx(point, abs=1e-9), name


def test_more_than_one_in_all_counts_as_one() -> None:
    assert to_vad(everywhere(joy=1.0, surprise=1.0)) == pytest.approx(to_vad(everywhere(joy=0.5, surprise=0.5)))
    assert all(-1.0 <= axis <= 1.0 for axis in to_vad(Emotion(*[1.0] * 21)))


def test_regions_count_alike() -> None:
    thirds = [to_vad(Emotion(**{f"{region}_fear": 0.9})) for region in ("brows", "eyes", "mouth")]
    assert thirds[0] == thirds[1] == thirds[2] == pytest.approx(to_vad(everywhere(fear=0.3)))


def test_all_of_the_space_gives_an_emotion_in_bounds_as_near_as_can_be() -> None:
    rng = np.random.default_rng(4)
    some = rng.dirichlet([0.3] * 8, 300)[:, :7].tolist()
    others = [to_vad(everywhere(**dict(zip(CATEGORIES, row, strict=True)))) for row in some]
    for point in grid(1 / 3):
        emotion = from_vad(*point)
        assert min(emotion) >= 0.0
        assert sum(emotion[:7]) <= 1.0 + 1e-9
        assert emotion[:7] == emotion[7:14] == emotion[14:]
        if sum(emotion[:7]) < 1.0 - 1e-9:
            off = np.linalg.norm(np.subtract(to_vad(emotion), point))
            assert off <= min(np.linalg.norm(np.subtract(other, point)) for other in others) + 1e-9


def test_calm_and_pleasant_is_a_faint_joy() -> None:
    calm = from_vad(0.5, -0.5, 0.0)
    assert 0.1 < calm.mouth_joy < 0.5
    assert list(calm) == pytest.approx(list(everywhere(joy=calm.mouth_joy)), abs=1e-9)


def test_neighbouring_points_give_neighbouring_emotions() -> None:
    rng = np.random.default_rng(1)
    for start, end in rng.uniform(-1.0, 1.0, (20, 2, 3)):
        line = np.linspace(start, end, 200)
        emotions = np.array([from_vad(*point) for point in line.tolist()])
        reach = float(np.linalg.norm(line[1] - line[0]))
        assert np.abs(np.diff(emotions, axis=0)).max() < 12 * reach, "the steepest triangle has a slope of 10"
