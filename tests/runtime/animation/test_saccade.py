import numpy as np
import pytest

from voxrig.runtime.animation.saccade import LANDED, begun, duration, peak_velocity, remaining


def trajectory(amplitude: float) -> tuple[np.ndarray, float]:
    """Degrees gone every 0.1 ms, and seconds from the first movement to the last."""
    saccade, _ = begun(0, 0.0, amplitude, 0.0)
    at = np.arange(-10, 3_000) * 0.006  # poses
    gone = np.array([amplitude * (1.0 - remaining(saccade._replace(phase=-moment), 0)) for moment in at])
    moving = np.nonzero(np.diff(gone))[0]
    return gone, (moving[-1] - moving[0] + 1) * 1e-4


@pytest.mark.parametrize("amplitude", [0.2, 1.0, 5.0, 12.0, 20.0, 40.0])
def test_a_saccade_is_on_the_main_sequence(amplitude: float) -> None:
    gone, seconds = trajectory(amplitude)
    assert seconds == pytest.approx(0.021 + 0.0022 * amplitude, abs=2e-4)
    speed = np.diff(gone) / 1e-4
    assert speed.min() > -1e-6, "no way back"
    assert speed.max() == pytest.approx(peak_velocity(amplitude), rel=0.01)
    # Peak over mean velocity of people's saccades: 1.4 to 2 (Bahill, Clark & Stark 1975 have about 420 deg/s at 10 deg)
    assert 1.5 < speed.max() / (amplitude / duration(amplitude)) < 1.8
    peak = (speed.argmax() - 10) * 1e-4 / seconds
    assert 0.3 < peak < 0.5, "it speeds up sooner than it slows down"
    assert gone[0] == 0.0
    assert gone[-1] == amplitude


def test_long_saccades_lean_more_to_their_beginning() -> None:
    peaks = [np.diff(trajectory(amplitude)[0]).argmax() * 1e-4 / duration(amplitude) for amplitude in (2.0, 10.0, 30.0)]
    assert peaks[0] > peaks[1] > peaks[2]


def test_peak_velocity_levels_off() -> None:
    peaks = [peak_velocity(amplitude) for amplitude in (1, 5, 10, 20, 40, 80)]
    assert peaks == sorted(peaks)
    assert 55 < peaks[0] < 80
    assert 330 < peaks[2] < 450
    assert peaks[-1] < 800


def test_gaze_stays_at_the_pose_at_which_a_saccade_begins() -> None:
    for phase in (0.0, 0.4, 0.99):
        saccade, amplitude = begun(100, phase, 3.0, -4.0)
        assert amplitude == 5.0
        assert remaining(saccade, 100) == 1.0
        assert 0.0 < remaining(saccade, 101) < 1.0
        assert remaining(saccade, 103) == remaining(saccade, 10**12) == 0.0
    assert remaining(LANDED, 0) == 0.0
