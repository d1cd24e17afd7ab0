"""SMPL-X parameters as BEAT2 has them."""

import io
import pickle
import zipfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.exporters.datasets.beat2 import smplx_motion
from voxrig.exporters.datasets.motion_folder import read_motion
from voxrig.exporters.datasets.speech import DatasetError
from voxrig.exporters.retargeting.retarget import postures
from voxrig.runtime.core.body.kinematics import positions
from voxrig.runtime.core.body.posture import INDEX
from voxrig.runtime.core.skeleton import PLACES

PLACE = {"spine1": 3, "spine2": 6, "spine3": 9, "left_shoulder": 16, "right_shoulder": 17, "left_elbow": 18}
PLACE |= {"right_elbow": 19, "left_index1": 25, "right_index1": 40}
FRAMES = 60


def poses(**vectors: tuple[float, float, float]) -> np.ndarray:
    """float[60, 165]: joints turned for the whole take, axis times angle."""
    made = np.zeros((FRAMES, 55, 3))
    for name, vector in vectors.items():
        made[:, PLACE[name]] = vector
    return made.reshape(FRAMES, -1)


def save(folder: Path, stem: str, given: np.ndarray, **others: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / f"{stem}.npz", poses=given, trans=np.zeros((len(given), 3)), betas=np.zeros(300),
             gender=np.array("neutral"), model=np.array("smplx2020"), **others)  # fmt: skip
    soundfile.write(folder / f"{stem}.wav", np.zeros(len(given) * 16_000 // 30), 16_000)
    return folder / f"{stem}.npz"


def test_a_folder_of_parameters_with_sound(tmp_path: Path) -> None:
    save(tmp_path / "smplxflame_30", "2_scott_0_103_103", poses(), mocap_frame_rate=np.array(30))
    (recording,) = read_motion(tmp_path)
    assert (recording.dataset, recording.speaker, recording.emotion) == ("beat2", "2_scott", "fear")
    assert recording.motion.fps == Fraction(30)
    assert recording.motion.rotations.shape == (FRAMES, 55, 4)
    assert recording.motion.names[:4] == ("pelvis", "left_hip", "right_hip", "spine1")
    assert recording.motion.names[-3:] == ("right_thumb1", "right_thumb2", "right_thumb3")
    np.testing.assert_array_equal(recording.motion.rotations[..., 3], 1.0)


def test_its_axes_and_order_of_joints_are_ours(tmp_path: Path) -> None:
    """Arms lowered, forearms bent ahead, a lean that three joints of the spine share, an index finger bent."""
    path = save(
        tmp_path, "take",
        poses(left_shoulder=(0, 0, -1.2), right_shoulder=(0, 0, 1.2), left_elbow=(0, -1.4, 0), right_elbow=(0, 1.4, 0),
              spine1=(0.08, 0, 0), spine2=(0.06, 0, 0), spine3=(0.06, 0, 0), left_index1=(0, 0, -1.0)),
    )  # fmt: skip
    found = postures(smplx_motion(path))
    assert len(found.postures) == 2 * FRAMES - 1
    mean = found.postures.mean(axis=0)
    assert mean[INDEX["lean"]] == pytest.approx(0.2, abs=0.02)
    for name in ("side", "twist", "hip_roll", "hip_turn"):
        assert abs(mean[INDEX[name]]) < 0.02, name
    assert mean[INDEX["index_l"]] > mean[INDEX["index_r"]] + 0.2
    where = positions(found.postures).mean(axis=0)
    for side in "lr":
        shoulder, elbow, hand = (where[PLACES[f"{joint}_{side}"]] for joint in ("upperarm", "lowerarm", "hand"))
        assert elbow[1] < shoulder[1] - 0.2
        assert hand[2] > elbow[2] + 0.1  # ahead
        assert mean[INDEX[f"fore_{side}"]] > 0.3
    np.testing.assert_allclose(mean[INDEX["out_l"]], mean[INDEX["out_r"]], atol=0.02)


def test_turns_are_axis_times_angle(tmp_path: Path) -> None:
    motion = smplx_motion(save(tmp_path, "take", poses(left_elbow=(0.0, -np.pi / 2, 0.0))))
    np.testing.assert_allclose(motion.rotations[0, 18], [0, -np.sqrt(0.5), 0, np.sqrt(0.5)], atol=1e-6)


@pytest.mark.parametrize(
    ("given", "others", "says"),
    [
        (np.zeros((30, 72)), {}, r"poses of shape \(30, 72\); SMPL-X has 165 numbers a frame"),
        (np.full((30, 165), np.nan), {}, "frame 0 has NaN or infinity; mend the motion there"),
        (np.zeros((30, 165)), {"mocap_frame_rate": np.array(0.0)}, "0 frames a second; it must be 1 to 240"),
    ],
)
def test_what_is_no_motion_is_told(tmp_path: Path, given: np.ndarray, others: dict[str, object], says: str) -> None:
    with pytest.raises(DatasetError, match=says):
        smplx_motion(save(tmp_path, "take", given, **others))


class Pickled:
    """What a reader that unpickles would run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


def test_nothing_is_ever_unpickled(tmp_path: Path) -> None:
    evil = Pickled(tmp_path / "ran")
    (tmp_path / "plain.npz").write_bytes(pickle.dumps(evil))
    np.savez(tmp_path / "inside.npz", poses=np.array([evil], dtype=object))
    np.savez(tmp_path / "rate.npz", poses=poses(), mocap_frame_rate=np.array(evil, dtype=object))
    for name in ("plain", "inside", "rate"):
        with pytest.raises(DatasetError, match=rf"{name}\.npz cannot be read: .*pickle"):
            smplx_motion(tmp_path / f"{name}.npz")
    assert not evil.path.exists()


def test_damaged_and_hostile_files_are_told(tmp_path: Path) -> None:
    whole = save(tmp_path, "take", poses()).read_bytes()
    spoiled = bytearray(whole)
    spoiled[60:160] = bytes(b ^ 0x5A for b in spoiled[60:160])
    for data in (b"", whole[: len(whole) // 2], bytes(spoiled), b"PK\3\4nothing"):
        (tmp_path / "take.npz").write_bytes(data)
        with pytest.raises(DatasetError, match=r"take\.npz cannot be read: "):
            smplx_motion(tmp_path / "take.npz")
    for wrong in (np.array(["a"]), poses().astype(complex), np.zeros((3, 165), "M8[s]")):
        with pytest.raises(DatasetError, match="no real numbers"):
            smplx_motion(save(tmp_path, "take", wrong))


def test_a_file_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    stated = io.BytesIO()
    np.lib.format.write_array_header_1_0(stated, {"descr": "<f4", "fortran_order": False, "shape": (10**12, 165)})
    with zipfile.ZipFile(tmp_path / "claims.npz", "w") as archive:
        archive.writestr("poses.npy", stated.getvalue())
    with pytest.raises(DatasetError, match=r"claims\.npz cannot be read"):
        smplx_motion(tmp_path / "claims.npz")
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w") as archive:
        archive.writestr("poses.npy", stated.getvalue())
        archive.infolist()[0].file_size = 1025 << 20
    with pytest.raises(DatasetError, match="it unpacks to more than 1024 MiB"):
        smplx_motion(tmp_path / "bomb.npz")


def test_a_sound_that_is_none_is_told(tmp_path: Path) -> None:
    save(tmp_path, "take", poses())
    (tmp_path / "take.wav").write_bytes(b"hello")
    with pytest.raises(DatasetError, match=r"take\.wav cannot be read as sound"):
        list(read_motion(tmp_path))


def test_files_that_are_something_else(tmp_path: Path) -> None:
    np.savez(tmp_path / "take.npz", other=np.zeros(3))
    with pytest.raises(DatasetError, match=r"cannot be read: .*poses"):
        smplx_motion(tmp_path / "take.npz")
    (tmp_path / "broken.npz").write_bytes(b"PK nothing")
    with pytest.raises(DatasetError, match=r"broken\.npz cannot be read"):
        smplx_motion(tmp_path / "broken.npz")
    with pytest.raises(DatasetError, match=r"has no sound; put broken\.wav beside it"):
        list(read_motion(tmp_path))
