import numpy as np
import pytest

from voxrig.runtime.core.timecode import TimecodeError, frame_rate, timecode_seconds
from voxrig.runtime.core.timing import FrameRate


def codes(count: int, nominal: int, start: int = 0) -> list[str]:
    out = []
    for index in range(start, start + count):
        seconds, frame = divmod(index, nominal)
        out.append(f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frame:02d}.000")
    return out


@pytest.mark.parametrize("nominal", [24, 25, 30, 48, 50, 60, 100, 120])
def test_the_frames_in_a_second_are_read_off(nominal: int) -> None:
    start = nominal * 3601 + nominal // 2
    seconds = timecode_seconds(codes(nominal * 2, nominal, start))
    np.testing.assert_allclose(seconds, np.arange(start, start + nominal * 2) / nominal)
    assert frame_rate(seconds) == FrameRate(nominal)


def test_a_dropped_frame_at_the_turn_of_a_second_changes_nothing() -> None:
    wanted = codes(180, 60)
    kept = [i for i in range(180) if i not in (58, 59, 60, 121, 40)]
    seconds = timecode_seconds([wanted[i] for i in kept])
    np.testing.assert_allclose(seconds, np.array(kept) / 60)
    assert frame_rate(seconds) == FrameRate(60)


def test_parts_of_a_frame_count() -> None:
    seconds = timecode_seconds(["10:00:00:28.500", "10:00:00:29.000", "10:00:00:29.500", "10:00:01:00.000"])
    np.testing.assert_allclose(np.diff(seconds), 1 / 60)
    assert frame_rate(seconds) == FrameRate(60)


def test_a_short_recording_counts_at_sixty_unless_told() -> None:
    assert np.diff(timecode_seconds(["00:00:00:03", "00:00:00:04"])) == pytest.approx(1 / 60)
    assert np.diff(timecode_seconds(["00:00:00:03", "00:00:00:04"], FrameRate(25))) == pytest.approx(1 / 25)


def test_an_ntsc_rate_makes_timecode_slow() -> None:
    seconds = timecode_seconds(codes(301, 30), FrameRate(30_000, 1001))
    assert seconds[300] == pytest.approx(10.01)
    assert frame_rate(seconds) == FrameRate(30)  # too short to tell
    assert frame_rate(timecode_seconds(codes(601, 30), FrameRate(30_000, 1001))) == FrameRate(30_000, 1001)


def test_drop_frame_is_true_to_the_clock() -> None:
    """SMPTE ST 12-1: at 29.97 the code after 00:00:59;29 is 00:01:00;02, and 17,982 frames make ten minutes."""
    seconds = timecode_seconds(["00:00:59;28", "00:00:59;29", "00:01:00;02", "00:01:00;03"])
    np.testing.assert_allclose(np.diff(seconds), 1001 / 30_000)
    ten = timecode_seconds(["00:00:00;29", "00:00:01;00", "00:10:00;00"])
    assert ten[2] == pytest.approx(17_982 * 1001 / 30_000)
    sixty = timecode_seconds(["00:00:59;58", "00:00:59;59", "00:01:00;04", "00:01:00;05"])
    np.testing.assert_allclose(np.diff(sixty), 1001 / 60_000)


def test_midnight_is_no_jump() -> None:
    seconds = timecode_seconds(["23:59:59:58", "23:59:59:59", "00:00:00:00", "00:00:00:01"])
    np.testing.assert_allclose(np.diff(seconds), 1 / 60)


@pytest.mark.parametrize("rate", ["60", "59.94", "30", "29.97", "23.976"])
def test_ntsc_and_whole_rates_are_told_apart_by_their_times(rate: str) -> None:
    wanted = FrameRate.parse(rate)
    frames = np.arange(1200)
    kept = np.random.default_rng(1).random(1200) > 0.1
    seconds = np.round(frames / float(wanted.fraction), 3)[kept]  # milliseconds, some dropped
    assert frame_rate(seconds) == wanted


def test_an_unusual_rate_is_the_nearest_whole_one() -> None:
    assert frame_rate(np.arange(100) / 15.02) == FrameRate(15)
    assert frame_rate(np.arange(100) / 1000) == FrameRate(240)
    assert frame_rate(np.zeros(1)) == FrameRate(60)


@pytest.mark.parametrize("text", ["", "12", "10:00:00", "10:61:00:00", "10:00:00:0a", "10:00:00.5:1", "-1:00:00:00"])
def test_what_is_no_timecode_is_named_with_its_row(text: str) -> None:
    with pytest.raises(TimecodeError, match="is no timecode; it must look like") as caught:
        timecode_seconds(["10:00:00:00", text])
    assert caught.value.row == 1
