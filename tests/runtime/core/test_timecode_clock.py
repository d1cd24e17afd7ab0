from fractions import Fraction

import numpy as np
import pytest

from voxrig.runtime.core.timecode import timecode_seconds
from voxrig.runtime.core.timecode_clock import Timecode, TimecodeTextError
from voxrig.runtime.core.timing import FrameRate

RATES = ["23.976", "24", "25", "29.97", "30", "47.952", "48", "50", "59.94", "60", "100", "119.88", "120"]
NTSC = FrameRate(30_000, 1001)
DROPPING = [("29.97", 2), ("59.94", 4), ("119.88", 8)]


def at(text: str, rate: str = "29.97") -> int:
    return Timecode.parse(text, FrameRate.parse(rate)).frames


def test_known_drop_frame_values() -> None:
    """SMPTE ST 12-1: 1,798 frames in a short minute, 17,982 in ten, 107,892 in an hour, 2,589,408 in a day."""
    assert str(Timecode(1799, NTSC, drop=True)) == "00:00:59;29"
    assert str(Timecode(1800, NTSC, drop=True)) == "00:01:00;02"
    assert str(Timecode(17_981, NTSC, drop=True)) == "00:09:59;29"
    assert str(Timecode(17_982, NTSC, drop=True)) == "00:10:00;00"
    assert at("00:01:00;02") == 1800
    assert at("00:02:00;02") == 1800 + 1798
    assert at("00:10:00;00") == 17_982
    assert at("01:00:00;00") == 107_892
    assert at("23:59:59;29") == 2_589_407
    assert at("01:00:00;00", "59.94") == 215_784
    assert at("00:01:00;04", "59.94") == 3600
    assert at("01:00:00;00", "119.88") == 431_568
    assert at("01:00:00:00") == 108_000


def test_a_day_at_29_97_shows_all_numbers_but_the_dropped_ones_and_comes_back() -> None:
    """Every 997th of 2,589,408 frames and those around each gap; what they show is counted here minute by minute."""
    shown = np.arange(24 * 60 * 1800).reshape(24 * 60, 1800)  # what each minute's numbers would be without drop
    kept = np.ones(shown.shape, bool)
    kept[np.arange(24 * 60) % 10 != 0, :2] = False
    numbers = shown[kept]
    assert len(numbers) == Timecode(0, NTSC, drop=True).day == 2_589_408
    frames = np.unique(np.concatenate((np.arange(0, len(numbers), 997), *np.nonzero(np.diff(numbers) > 1))))
    frames = np.unique(np.concatenate((frames, frames + 1)))
    frames = frames[frames < len(numbers)]
    assert len(frames) > 4000
    for frame in frames.tolist():
        seconds, number = divmod(int(numbers[frame]), 30)
        text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d};{number:02d}"
        assert str(Timecode(frame, NTSC, drop=True)) == text
        assert at(text) == frame


@pytest.mark.parametrize(("rate", "left_out"), DROPPING)
def test_ten_minutes_frame_by_frame(rate: str, left_out: int) -> None:
    fps = FrameRate.parse(rate)
    start = Timecode.parse("13:59:30;00", fps)
    texts = [str(start + k) for k in range(11 * 60 * 15 * left_out)]
    assert len(set(texts)) == len(texts)
    assert texts == sorted(texts, key=lambda text: [int(part) for part in text.replace(";", ":").split(":")])
    for k, text in enumerate(texts):
        assert Timecode.parse(text, fps) == start + k
    assert not {f"14:01:00;{number:02d}" for number in range(left_out)} & set(texts)
    assert "14:00:00;00" in texts


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("drop", [False, True])
def test_text_and_frames_agree_at_every_rate(rate: str, drop: bool) -> None:
    fps = FrameRate.parse(rate)
    if drop and rate not in dict(DROPPING):
        with pytest.raises(TimecodeTextError, match=r"no drop-frame timecode at .*; write a colon"):
            Timecode(0, fps, drop=True)
        return
    rng = np.random.default_rng(4)
    day = Timecode(0, fps, drop).day
    for frame in [0, 1, day - 1, *rng.integers(0, day, 300).tolist()]:
        code = Timecode(frame, fps, drop)
        assert Timecode.parse(str(code), fps) == code
        assert code.seconds == Fraction(frame) / fps.fraction
        assert timecode_seconds([str(code)], fps)[0] == pytest.approx(float(code.seconds), abs=1e-6)


@pytest.mark.parametrize("rate", RATES)
def test_midnight_comes_after_24_hours(rate: str) -> None:
    fps = FrameRate.parse(rate)
    last = Timecode.parse(f"23:59:59:{-(-fps.numerator // fps.denominator) - 1}", fps)
    assert last.frames == last.day - 1
    assert str(last + 1) == "00:00:00:00"
    assert (last + 1 + last.day).frames == 0
    assert Timecode(-1, fps) == last


def test_a_comma_is_drop_frame_too_and_spaces_do_not_matter() -> None:
    assert Timecode.parse(" 1:2:3,4 ", NTSC) == Timecode.parse("01:02:03;04", NTSC)


@pytest.mark.parametrize(
    ("text", "rate", "message"),
    [
        ("", "30", "'' is no timecode; write hours, minutes, seconds, frames as in 10:23:05:11"),
        ("24:00:00:00", "30", "is no timecode"),
        ("10:60:00:00", "30", "is no timecode"),
        ("10:00:60:00", "30", "is no timecode"),
        ("10:00:00.5:00", "30", "is no timecode"),
        ("10:00:00:00.500", "30", "is no timecode"),
        ("10:00:00:30", "30", "FF runs from 00 to 29; check the frame rate"),
        ("10:00:00:25", "25", "FF runs from 00 to 24"),
        ("00:00:00;00", "23.976", "no drop-frame timecode at 24000/1001"),
        ("10:01:00;01", "29.97", "leaves out frames 00 to 01 of this minute; write 10:01:00;02, or a colon"),
        ("10:59:00;03", "59.94", "leaves out frames 00 to 03 of this minute; write 10:59:00;04"),
    ],
)
def test_what_is_no_timecode_is_refused_with_the_remedy(text: str, rate: str, message: str) -> None:
    with pytest.raises(TimecodeTextError, match=message):
        Timecode.parse(text, FrameRate.parse(rate))
