"""The small pictures: the right places change with the right shapes, and the bytes never do without a reason."""

import hashlib
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.baking.report.face_picture import LARGEST, SIZE, Picture, backdrop, draw

Make = Callable[..., NDArray[np.float32]]

MOUTH = np.s_[72:88, 34:58]
EYES = np.s_[28:58, 14:82]

DRAW = """
import hashlib, numpy as np
from voxrig.baking.report.face_picture import draw
pose = np.linspace(0, 0.5, 61, dtype=np.float32)
print(hashlib.sha256(draw(pose).tobytes()).hexdigest())
"""


def change(one: Picture, other: Picture) -> NDArray[np.bool_]:
    return np.abs(one.astype(int) - other).max(-1) > 16


def test_same_bytes_again_and_in_another_process() -> None:
    made = draw(np.linspace(0, 0.5, 61, dtype=np.float32))
    assert (made.shape, made.dtype) == ((SIZE[1], SIZE[0], 3), np.uint8)
    told = subprocess.run([sys.executable, "-c", DRAW], capture_output=True, text=True, check=True).stdout.strip()
    assert told == hashlib.sha256(made.tobytes()).hexdigest()
    assert draw(np.linspace(0, 0.5, 61, dtype=np.float32)).tobytes() == made.tobytes()


def test_a_face_before_a_plain_background(pose: Make) -> None:
    rest = draw(pose())
    behind = backdrop(*SIZE)
    assert np.abs(rest[:10, :3] - behind[:10, :3]).max() <= 1
    middle = rest[60:66, 30:60].astype(int).mean((0, 1))
    assert middle[0] > 150 > middle[2] + 20  # skin


@pytest.mark.parametrize(
    ("shapes", "inside", "least"),
    [
        ({"JawOpen": 0.6}, np.s_[62:112, 10:90], 150),
        ({"MouthPucker": 0.8}, np.s_[58:112, 10:90], 40),
        ({"EyeBlink": 1.0}, EYES, 60),
        ({"EyeLookUp": 1.0}, np.s_[24:58, 14:82], 5),
        ({"BrowDown": 1.0}, np.s_[18:60, 10:86], 15),
    ],
)  # fmt: skip
def test_a_shape_changes_its_part_of_the_face(
    pose: Make, shapes: dict[str, float], inside: tuple[slice, slice], least: int
) -> None:
    changed = change(draw(pose()), draw(pose(**shapes)))
    assert changed[inside].sum() >= least
    changed[inside] = False
    assert changed.sum() <= 3


def test_lips_meet_on_a_bilabial(pose: Make) -> None:
    """A mouth that the jaw opens is dark inside; closed over the same jaw it is not."""
    opened, closed = draw(pose(JawOpen=0.3)), draw(pose(JawOpen=0.3, MouthClose=0.3))
    assert opened[MOUTH].max(-1).min() < 70
    assert closed[MOUTH].max(-1).min() > 90


def test_a_blink_hides_the_eyes_white(pose: Make) -> None:
    white = (draw(pose())[EYES].min(-1) > 190).sum()
    shut = (draw(pose(EyeBlink=1))[EYES].min(-1) > 190).sum()
    assert white >= 8 > 2 >= shut


def test_the_characters_left_is_on_the_right(pose: Make) -> None:
    _, columns = np.nonzero(change(draw(pose()), draw(pose(EyeBlinkLeft=1))))
    assert columns.min() > SIZE[0] * 0.45
    assert change(draw(pose()), draw(pose(HeadYaw=0.3))).sum() > 2000


def test_no_gaps_between_triangles(pose: Make) -> None:
    """No sample within the skin shows the background or the inside of the skull."""
    face = draw(pose(), (192, 224))[60:180, 70:130].astype(int)
    lone = face[1:-1, 1:-1] - (face[:-2, 1:-1] + face[2:, 1:-1] + face[1:-1, :-2] + face[1:-1, 2:]) / 4
    cheek = lone[50:70, 38:58]
    assert np.abs(cheek).max() < 14


def test_other_sizes(pose: Make) -> None:
    large = draw(pose(JawOpen=0.4), (192, 224)).reshape(112, 2, 96, 2, 3).mean((1, 3))
    assert np.abs(large - draw(pose(JawOpen=0.4))).mean() < 2.5
    assert draw(pose(), (16, 16)).shape == (16, 16, 3)
    for size in ((8, 112), (96, LARGEST + 1)):
        with pytest.raises(ValueError, match=f"{size[0]} x {size[1]} pixels"):
            draw(pose(), size)


def test_a_head_turned_away_or_bowed_is_drawn(pose: Make) -> None:
    for angles in ({"HeadYaw": 3.0}, {"HeadPitch": 1.4}, {"HeadRoll": -2.0}):
        assert draw(pose(**angles)).std() > 20
