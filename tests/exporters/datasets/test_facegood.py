from pathlib import Path

import numpy as np
import pytest

from voxrig.exporters.articulators import ARTICULATORS, index
from voxrig.exporters.datasets.facegood import TRUSTED, articulators, read_facegood, recordings
from voxrig.exporters.datasets.lag import jaw_lag
from voxrig.exporters.datasets.speech import DatasetError
from voxrig.exporters.phonetics import CLASSES, target_matrix

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
NAMES = (
    "mouth_stretch_c", "mouth_oh_c", "mouth_oo_c", "mouth_pucker_l", "mouth_pucker_r", "mouth_funnel_dl",
    "mouth_funnel_dr", "mouth_funnel_ul", "mouth_funnel_ur", "mouth_suck_dl", "mouth_suck_dr", "mouth_suck_ul",
    "mouth_suck_ur", "mouth_press_l",
)  # fmt: skip


def rig(**columns: list[float]) -> np.ndarray:
    frames = len(next(iter(columns.values())))
    out = np.zeros((frames, len(NAMES)), np.float32)
    for name, values in columns.items():
        for column, known in enumerate(NAMES):
            if known.startswith(f"mouth_{name}"):
                out[:, column] = values
    return out


def test_thirty_frames_become_sixty_steps_at_the_same_times() -> None:
    mouth = articulators(rig(stretch=[0, 0.29, 0.58, 0.29]), NAMES)
    assert mouth.shape == (8, len(ARTICULATORS))
    widest = target_matrix()[CLASSES.index("a"), index("jaw")]
    np.testing.assert_allclose(mouth[:7, index("jaw")], widest * np.array([0, 1, 2, 3, 4, 3, 2]) / 4, atol=1e-6)


def test_rounding_is_whatever_was_used_for_it_at_our_amplitude() -> None:
    for name in ("oh", "oo", "pucker", "funnel"):
        mouth = articulators(rig(**{name: [0, 0, 0.8, 0.8, 0.8, 0]}), NAMES)
        assert mouth[:, index("pucker")].max() == pytest.approx(target_matrix()[CLASSES.index("u"), index("pucker")])
        assert mouth[0, index("pucker")] == 0
        assert mouth[:, index("funnel")].max() == 0


def test_both_lips_sucked_in_are_a_closure_and_the_lower_one_is_not() -> None:
    both = articulators(rig(suck=[0, 0.2, 0.2, 0]), NAMES)[:, index("together")]
    assert both[2:5].tolist() == [1, 1, 1]
    assert both[0] == 0
    lower = articulators(rig(suck_d=[0, 0.4, 0.4, 0]), NAMES)
    assert lower[:, index("together")].max() == 0
    wide = articulators(rig(suck=[0.2] * 4, stretch=[0.2] * 4), NAMES)
    assert wide[:, index("together")].max() == 0


def test_a_missing_data_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="--data"):
        list(read_facegood(tmp_path))


@pytest.fixture
def data() -> Path:
    if not (DATA / "facegood").is_dir():
        pytest.skip("the FACEGOOD recordings are not in ../shared/data")
    return DATA


def test_the_recordings_are_cut_into_clips(data: Path) -> None:
    clips = list(read_facegood(data))
    assert sum((c.end or 0) - c.start for c in clips) == pytest.approx(495, abs=1)
    assert len({c.name for c in clips}) == len(clips)
    for clip in clips[::8]:
        samples, rate = clip.audio()
        assert clip.captured is not None
        assert len(clip.captured) == round(len(samples) / rate * 60)
        assert clip.captured.max() <= 1
        assert (clip.phones, clip.trusted, clip.speaker) == ((), TRUSTED, "facegood_1114")


def test_the_jaw_is_in_step_with_the_sound_in_every_recording(data: Path) -> None:
    lags = {r.name: jaw_lag(r) for r in recordings(data)}
    assert len(lags) == 5
    assert all(lag is not None and 0 <= lag <= 0.02 for lag in lags.values()), lags


def test_every_recording_has_closures_at_a_plausible_rate(data: Path) -> None:
    """p, b and m begin 9 to 18 % of the syllables here; the jaw's openings count the syllables."""
    for recording in recordings(data):
        closed = recording.mouth[:, index("together")] > 0.5
        opened = recording.mouth[:, index("jaw")] > 0.03
        closures, syllables = (int((np.diff(x.astype(int)) == 1).sum()) for x in (closed, opened))
        assert 0.08 <= closures / syllables <= 0.25, recording.name
