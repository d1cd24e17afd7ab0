from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.writers.livelink_csv import write_livelink_csv
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.capture import CaptureError, missing_shapes, parse_capture, shape_name
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timecode_clock import Timecode
from voxrig.runtime.core.timing import FrameRate

NAMES = profile("arkit").names


def table(header: list[str], rows: list[list[object]]) -> str:
    return "\n".join(",".join(map(str, row)) for row in [header, *rows]) + "\n"


def jaw(take: Take) -> list[float]:
    return [round(float(v), 4) for v in take.values[:, NAMES.index("JawOpen")]]


@pytest.mark.parametrize(
    ("fps", "told"), [("60", None), ("30", None), ("25", None), ("29.97", "29.97"), ("59.94", "59.94")]
)
def test_what_the_writer_wrote_is_read_back(tmp_path: Path, fps: str, told: str | None) -> None:
    rate = FrameRate.parse(fps)
    values = np.random.default_rng(1).random((150, 61), np.float32)
    take = Take("arkit", NAMES, (), rate, values, 0, 24_000)
    write_livelink_csv(take, tmp_path / "take.csv")
    read = parse_capture((tmp_path / "take.csv").read_text("utf-8"), FrameRate.parse(told) if told else None)
    assert (read.profile, read.names, read.bones, read.fps, read.start_index) == ("arkit", NAMES, (), rate, 0)
    np.testing.assert_allclose(read.values, values, atol=1e-10)  # the file has ten digits


def test_the_apps_own_order_is_read_by_name() -> None:
    """Live Link Face puts JawRight before JawLeft, and its clock is the time of day."""
    header = ["Timecode", "BlendShapeCount", "JawRight", "JawLeft", "JawOpen", "MouthRight", "MouthLeft", "HeadYaw"]
    rows = [[f"16:56:4{3 + i // 60}:{i % 60:02d}.643", 61, 0.1, 0.2, 0.3, 0.4, 0.5, -0.6] for i in range(130)]
    take = parse_capture("\ufeff" + table(header, rows))
    assert (len(take), take.fps, take.start_index) == (130, FrameRate(60), 0)
    found = dict(zip(NAMES, take.values[7].tolist(), strict=True))
    wanted = {"JawRight": 0.1, "JawLeft": 0.2, "JawOpen": 0.3, "MouthRight": 0.4, "MouthLeft": 0.5, "HeadYaw": -0.6}
    assert {name: round(value, 6) for name, value in found.items() if value} == wanted


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("mouthSmileLeft", "MouthSmileLeft"),
        ("mouthSmile_L", "MouthSmileLeft"),
        ("MOUTH_SMILE_RIGHT", "MouthSmileRight"),
        ("jawLeft", "JawLeft"),
        ("jaw_l", "JawLeft"),
        ("mouthRight", "MouthRight"),
        ("Tongue Out", "TongueOut"),
        ("leftEyeYaw", "LeftEyeYaw"),
        ("eyeBlinker", None),
        ("Timecode", None),
    ],
)
def test_names_in_any_spelling(spelling: str, name: str | None) -> None:
    assert shape_name(spelling) == name


def test_names_that_are_missing_are_zero_and_listed() -> None:
    text = table(["time", "jawOpen", "camera", "mouth_pucker"], [[i / 60, 0.5, "front", 0.25] for i in range(3)])
    take = parse_capture(text)
    assert missing_shapes(text) == tuple(n for n in ARKIT_SHAPES if n not in ("JawOpen", "MouthPucker"))
    assert take.values.sum() == pytest.approx(3 * 0.75)
    assert parse_capture(text).values.shape == (3, 61)


def test_dropped_rows_are_bridged() -> None:
    kept = [i for i in range(200) if i not in (3, 4, 60, 150)]
    rows = [[Timecode(i, FrameRate(60)), 61, i / 200] for i in kept]
    rows[10][1:] = [0, ""]  # the app saw no face
    take = parse_capture(table(["Timecode", "BlendshapeCount", "JawOpen"], rows))
    assert take.fps == FrameRate(60)
    np.testing.assert_allclose(take.values[:, NAMES.index("JawOpen")], np.arange(200) / 200, atol=1e-6)


def test_rows_without_a_face_keep_their_time() -> None:
    weights = ["", "", "0.4", "0.4", "0.8", "", "0.6", ""]
    take = parse_capture(
        table(["Timecode", "JawOpen"], [[Timecode(900 + i, FrameRate(60)), w] for i, w in enumerate(weights)])
    )
    assert jaw(take) == [0.4, 0.4, 0.4, 0.4, 0.8, 0.7, 0.6, 0.6]
    long = table(["time", "JawOpen"], [[i / 30, 0.1 if i > 33 else ""] for i in range(90)])
    with pytest.raises(CaptureError, match=r"line 36: 1.13 s without a face end here"):
        parse_capture(long)


def test_uneven_rows_are_put_on_a_constant_rate() -> None:
    times = (np.arange(600) + np.random.default_rng(2).uniform(-0.3, 0.3, 600)) / 60
    wave = 0.5 + 0.4 * np.sin(times * 6)
    take = parse_capture(
        table(["seconds", "JawOpen"], [[f"{t:.6f}", f"{w:.6f}"] for t, w in zip(times, wave, strict=True)])
    )
    assert take.fps == FrameRate(60)
    wanted = 0.5 + 0.4 * np.sin((times[0] + np.arange(len(take)) / 60) * 6)
    np.testing.assert_allclose(take.values[:, NAMES.index("JawOpen")], wanted, atol=2e-3)


def test_seconds_in_milliseconds_do_not_drift() -> None:
    rate = FrameRate(60_000, 1001)
    take = parse_capture(table(["Time", "JawOpen"], [[f"{i / float(rate.fraction):.3f}", i % 2] for i in range(1200)]))
    assert (take.fps, len(take)) == (rate, 1200)
    np.testing.assert_array_equal(take.values[:, NAMES.index("JawOpen")], np.arange(1200) % 2)


def test_of_rows_at_the_same_time_the_last_counts() -> None:
    rows = [[Timecode(i // 2, FrameRate(30)), i / 100] for i in range(90)]
    take = parse_capture(table(["Timecode", "JawOpen"], rows))
    assert take.fps == FrameRate(30)
    assert jaw(take) == [(2 * i + 1) / 100 for i in range(45)]


def test_without_times_the_rate_must_be_given() -> None:
    text = table(["JawOpen"], [[0.1], [0.2]])
    assert jaw(parse_capture(text, FrameRate(25))) == [0.1, 0.2]
    with pytest.raises(CaptureError, match="no column Timecode or Time; give the frame rate"):
        parse_capture(text)


def test_weights_are_held_to_their_range() -> None:
    take = parse_capture(table(["time", "JawOpen", "HeadYaw"], [[0, -0.01, -1.5], [0.04, 1.02, 2.5]]))
    assert take.values[:, NAMES.index("JawOpen")].tolist() == [0, 1]
    assert take.values[:, NAMES.index("HeadYaw")].tolist() == [-1.5, 2.5]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty; export the take"),
        ("Timecode,Foo\n00:00:00:00,1\n", "line 1: none of ARKit's 52 names"),
        ("Timecode;JawOpen\n00:00:00:00;1\n", "with commas"),
        ("time,JawOpen,jaw_open\n0,1,1\n", "columns 2 and 3 are both JawOpen; delete one"),
        ("time,JawOpen\n", "no rows with weights"),
        ("time,JawOpen\n0,0.1\n0.1,x\n", "line 3: JawOpen is 'x', not a number"),
        ("time,JawOpen\n0,0.1\n\n0.1,nan\n", "line 4: JawOpen is nan"),
        ("time,JawOpen\n0,55\n", "line 2: JawOpen is 55; .* divide percent by 100"),
        ("time,JawOpen,TongueOut\n0,0.1,0\n0.02,0.1\n", "line 3 has 2 of 3 cells; it is cut short"),
        ("time,JawOpen\n0,0.1\n,0.1\n", "line 3: time is ''; it must be seconds"),
        ("time,JawOpen\n0,0.1\n-0.1,0.1\n", "line 3: its time is before that of line 2"),
        ("time,JawOpen\n0,0.1\nnan,0.1\n", "line 3: time is .nan.; it must be seconds"),
        ("time,JawOpen\n0,0.1\n0.02,0.1\n1.5,0.1\n", "line 4: 1.48 s without a face end here; cut"),
        ("Timecode,JawOpen\n00:00:00:00,0.1\n00:00:00,0.1\n", "line 3: '00:00:00' is no timecode; it must look"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line_and_the_remedy(text: str, says: str) -> None:
    with pytest.raises(CaptureError, match=says):
        parse_capture(text)
