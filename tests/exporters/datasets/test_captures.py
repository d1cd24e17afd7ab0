import json
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.exporters.articulators import ARTICULATORS, index
from voxrig.exporters.datasets import captures
from voxrig.exporters.datasets.captures import read_captures, recordings
from voxrig.exporters.datasets.lag import jaw_lag
from voxrig.exporters.datasets.speech import DatasetError
from voxrig.runtime.core.timecode_clock import Timecode
from voxrig.runtime.core.timing import FrameRate

RATE = 16_000


def capture(place: Path, seconds: float = 2.0, jaw: float | None = None, rise: float = 0.1) -> None:
    """NAME.csv at 60 fps: a jaw that rises by `rise` a second, or stands still at `jaw`."""
    place.parent.mkdir(parents=True, exist_ok=True)
    first = Timecode(0, FrameRate(60))
    rows = [f"{first + i},61,{i / 60 * rise if jaw is None else jaw},0.0" for i in range(round(seconds * 60))]
    place.with_name(place.name + ".csv").write_text("Timecode,BlendshapeCount,JawOpen,TongueOut\n" + "\n".join(rows))


def sound(place: Path, seconds: float = 2.0, ending: str = ".wav") -> None:
    noise = 0.1 * np.random.default_rng(1).standard_normal(round(seconds * RATE))
    soundfile.write(place.with_name(place.name + ending), noise, RATE)


def test_a_studios_folder_is_read(own_captures: Path) -> None:
    """The faces are those of our own model, so its lips and phones are known."""
    clips = list(read_captures(own_captures))
    assert {(c.name.partition("@")[0], c.speaker) for c in clips} == {
        ("anna/gatekeeper", "anna"), ("anna/healer", "anna"), ("warning", own_captures.name)
    }  # fmt: skip
    assert sum(len(c.captured) for c in clips if c.captured is not None) / 60 == pytest.approx(17.85, abs=0.35)
    for clip in clips:
        samples, rate = clip.audio()
        assert clip.captured is not None
        assert clip.captured.shape == (round(len(samples) / rate * 60), len(ARTICULATORS))
        assert {"jaw", "together", "lower_down", "pucker"} <= clip.trusted
        assert not {"tongue_tip", "tongue_back", "tongue_out"} & clip.trusted
        assert bool(clip.phones) == ("gatekeeper" not in clip.name)


def test_lips_meet_where_the_phones_say_so(own_captures: Path) -> None:
    met = []
    for clip in read_captures(own_captures):
        assert clip.captured is not None
        for symbol, start, end in clip.phones:
            if symbol in "pbm" and start > 0.1:
                steps = clip.captured[round(start * 60) : round(end * 60) + 1]
                met.append((steps[:, index("jaw")] * (1 - steps[:, index("together")])).min() < 0.04)
    assert len(met) > 10
    assert np.mean(met) > 0.8  # as many as the model that made the faces closes


def test_the_jaw_is_in_step_with_the_sound(own_captures: Path) -> None:
    healer = next(r for r in recordings(own_captures) if r.name == "anna/healer")
    lag = jaw_lag(healer)
    assert lag is not None
    assert -0.05 <= lag <= 0.08


def test_a_capture_that_begins_later_is_put_where_it_belongs(tmp_path: Path) -> None:
    capture(tmp_path / "take", 2.0)
    sound(tmp_path / "take", 5.0, ".flac")
    (tmp_path / "captures.json").write_text(
        json.dumps({"take": {"offset": 1.23, "speaker": "ben"}, "*": {"fps": "60"}})
    )
    (clip,) = read_captures(tmp_path)
    assert (clip.speaker, clip.audio_path.suffix, clip.start) == ("ben", ".flac", 1.3)
    assert clip.captured is not None
    jaw = clip.captured[:, index("jaw")]
    np.testing.assert_allclose(jaw, (clip.start + np.arange(len(jaw)) / 60 - 1.23) / 10, atol=1e-6)
    assert len(clip.audio()[0]) / RATE == pytest.approx(len(jaw) / 60)


def test_a_capture_that_began_before_the_sound_loses_its_beginning(tmp_path: Path) -> None:
    capture(tmp_path / "take", 3.0)
    sound(tmp_path / "take", 2.0)
    (tmp_path / "captures.json").write_text('{"*": {"offset": -0.5}}')
    (clip,) = read_captures(tmp_path)
    assert clip.captured is not None
    assert clip.start == 0
    assert clip.captured[0, index("jaw")] == pytest.approx(0.05)


def test_timecode_at_5994_does_not_drift(tmp_path: Path) -> None:
    capture(tmp_path / "take", 100, rise=0.01)
    sound(tmp_path / "take", 100)
    (tmp_path / "captures.json").write_text('{"take": {"fps": "59.94"}}')
    last = list(read_captures(tmp_path))[-1]
    assert last.captured is not None
    jaw = last.captured[:, index("jaw")]
    # In timecode's seconds, 0.1 % are missing: six frames after 100 s.
    np.testing.assert_allclose(jaw, (last.start + np.arange(len(jaw)) / 60) / 1.001 * 0.01, atol=1e-6)


def test_phones_are_cut_with_the_clip(tmp_path: Path) -> None:
    capture(tmp_path / "take", 10.0)
    sound(tmp_path / "take", 10.0)
    phones = [["a", i / 2, i / 2 + 0.4] for i in range(20)]
    (tmp_path / "take.json").write_text(json.dumps(phones))
    clips = list(read_captures(tmp_path))
    assert len(clips) > 1
    whole = {(round(c.start + a, 6), round(c.start + b, 6)) for c in clips for _, a, b in c.phones}
    edges = [c.start for c in clips[1:]]
    uncut = {(a, b) for _, a, b in phones if not any(a < e < b for e in edges) and b <= clips[-1].end}
    assert uncut <= whole
    assert all(0 <= a < b <= len(c.captured) / 60 + 1e-6 for c in clips for _, a, b in c.phones)


def test_the_calibrated_take_is_preferred_and_the_apps_log_left_out(tmp_path: Path) -> None:
    for ending, jaw in (("_cal", 0.3), ("_raw", 0.5)):
        capture(tmp_path / f"MySlate_1_iPhone{ending}", jaw=jaw)
    (tmp_path / "frame_log.csv").write_text("V,1,2\n")
    sound(tmp_path / "MySlate_1_iPhone")
    (clip,) = read_captures(tmp_path)
    assert clip.name == "MySlate_1_iPhone@0.0"
    assert clip.captured is not None
    assert clip.captured[:, index("jaw")] == pytest.approx(0.3)


def test_what_does_not_move_is_not_trusted(tmp_path: Path) -> None:
    capture(tmp_path / "take", jaw=0.0)
    sound(tmp_path / "take")
    (clip,) = read_captures(tmp_path)
    assert clip.trusted == frozenset()
    capture(tmp_path / "take")
    (clip,) = read_captures(tmp_path)
    assert clip.trusted == {"jaw"}


def test_a_video_without_its_sound_is_told_how(tmp_path: Path) -> None:
    capture(tmp_path / "MySlate_1_iPhone")
    with pytest.raises(DatasetError, match=r"MySlate_1_iPhone\.csv has no sound; put MySlate_1_iPhone\.wav beside it"):
        list(read_captures(tmp_path))
    (tmp_path / "MySlate_1_iPhone.mov").write_bytes(b"")
    with pytest.raises(DatasetError, match=r"ffmpeg -i MySlate_1_iPhone\.mov -vn -ac 1 MySlate_1_iPhone\.wav"):
        list(read_captures(tmp_path))


def test_a_face_of_another_length_than_its_sound_is_refused(tmp_path: Path) -> None:
    capture(tmp_path / "take", 2.0)
    sound(tmp_path / "take", 2.4)
    assert len(list(read_captures(tmp_path))) == 1
    sound(tmp_path / "take", 2.6)
    with pytest.raises(
        DatasetError, match=r"take\.csv lasts 2\.00 s but take\.wav 2\.60 s; trim one .* captures\.json"
    ):
        list(read_captures(tmp_path))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("take.csv", "Timecode,JawOpen\nx,0\n", r"take\.csv: line 2: 'x' is no timecode"),
        ("take.json", "[[", r"take\.json is no JSON"),
        ("take.json", '{"text": "hello"}', r"take\.json: phones must look like"),
        ("take.json", '[["b", 1]]', r"take\.json: phones must look like"),
        ("take.json", '[["XX", 0.1, 0.2]]', r"take\.json: phone 'XX' is not in the sound tables"),
        ("take.json", '[["b", 0.3, 0.4], ["a", 0.1, 0.2]]', "phone 'a' at 0.1-0.2 s is out of order"),
        ("take.TextGrid", "nothing", r"take\.TextGrid: no interval tier"),
        ("captures.json", "[]", r"captures\.json must look like"),
        ("captures.json", '{"tale": {}}', "there is no take 'tale'; there are take"),
        ("captures.json", '{"take": {"ofset": 1}}', "'ofset' is no setting; use fps, offset, speaker"),
        ("captures.json", '{"take": {"offset": "1 s"}}', "offset '1 s' must be seconds"),
        ("captures.json", '{"take": {"fps": "fast"}}', r"take\.csv: frame rate 'fast' is no number"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, text: str, says: str) -> None:
    capture(tmp_path / "take")
    sound(tmp_path / "take")
    (tmp_path / name).write_text(text)
    with pytest.raises(DatasetError, match=says):
        list(read_captures(tmp_path))


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"holds no captures; put NAME\.csv and NAME\.wav there"):
        list(read_captures(tmp_path))


def test_the_listing_tells_what_moves_and_what_is_out_of_step(
    own_captures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("healer.csv", "healer.wav"):
        (tmp_path / name).write_bytes((own_captures / "anna" / name).read_bytes())
    monkeypatch.setattr(sys, "argv", ["captures", str(tmp_path)])
    captures.main()
    told = capsys.readouterr().out
    assert "healer: " in told
    assert "moves: funnel, jaw," in told
    assert "unusual" not in told
    (tmp_path / "captures.json").write_text('{"healer": {"offset": 0.5}}')
    captures.main()
    assert (
        "that is unusual, look whether they are in step; if not, change its offset by -0.5" in capsys.readouterr().out
    )
