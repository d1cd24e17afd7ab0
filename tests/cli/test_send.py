"""`voxrig send` to real sockets, in real time (so the takes are short)."""

import json
import re
import signal
import subprocess
import sys

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle

from voxrig.engine_bridges.writers.livelink_csv import write_livelink_csv
from voxrig.engine_bridges.writers.take_file import write_take
from voxrig.runtime.core.body.bones import bones_of
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate


@pytest.fixture
def take(tmp_path):
    """`hero.csv`: 24 frames at 60 a second, random and never at rest."""
    values = np.random.default_rng(1).uniform(0.1, 0.9, (24, 61)).astype(np.float32)
    path = tmp_path / "hero.csv"
    write_livelink_csv(Take("arkit", profile("arkit").names, (), FrameRate(60), values, 0, 24_000), path)
    return path, values


def test_a_take_to_two_engines(voxrig, take, receiver, read_livelink):
    path, values = take
    livelink, vmc = receiver(), receiver()
    code, out, err = voxrig("send", path, "--livelink", livelink.address, "--vmc", vmc.address, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["take_frames"], told["fps"], told["rounds"], told["failed"]) == (24, "60", 1, 0)
    assert told["frames"] + told["skipped"] == 24
    assert told["targets"] == [
        {"protocol": "livelink", "address": livelink.address, "subject": "hero"},
        {"protocol": "vmc", "address": vmc.address},
    ]
    found = [read_livelink(packet) for packet in livelink.taken()]
    shown = [frame for frame in found if frame.number < 24]
    assert len(shown) == told["frames"]
    for frame in shown:
        np.testing.assert_allclose(frame.values, values[frame.number], atol=1e-7)
    assert {(frame.subject, frame.rate) for frame in found} == {("hero", (60, 1))}
    assert not found[-1].values.any(), "it comes to rest"
    messages = [one for packet in vmc.taken() for one in OscBundle(packet)]
    assert sum(one.address == "/VMC/Ext/Blend/Apply" for one in messages) == len(found)
    assert told["packets"] == len(found) + len(found) * 3


def test_the_text_of_the_summary(voxrig, take, receiver):
    there = receiver()
    code, out, _ = voxrig("send", take[0], "--livelink", f"{there.address}=Face", "--start", "0.3")
    assert code == 0
    assert re.search(
        r"hero\.csv: [1-6] frames at 60 fps sent in \d+ packets; [0-5] frames left out, 0 packets failed", out
    )
    assert f"Live Link Face to {there.address}, subject Face" in out


def test_a_rate_that_timecode_cannot_tell(voxrig, tmp_path, receiver, read_livelink):
    path = tmp_path / "ntsc.csv"
    fps = FrameRate(30_000, 1001)
    write_livelink_csv(Take("arkit", profile("arkit").names, (), fps, np.ones((6, 61), np.float32), 30, 24_000), path)
    there = receiver()
    assert voxrig("send", path, "--livelink", there.address, "--fps", "29.97")[0] == 0
    found = [read_livelink(packet) for packet in there.taken()]
    assert {frame.rate for frame in found} == {(30_000, 1001)}
    assert 30 <= found[0].number < 36


def test_vrm_presets(voxrig, take, receiver):
    there = receiver()
    assert voxrig("send", take[0], "--vmc", there.address, "--vmc-shapes", "vrm0", "--start", "0.35")[0] == 0
    messages = [one for packet in there.taken() for one in OscBundle(packet)]
    names = {one.params[0] for one in messages if one.address == "/VMC/Ext/Blend/Val"}
    assert {"A", "I", "U", "E", "O", "Blink_L", "Joy"} <= names


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent Ctrl-C alone on Windows")
def test_a_loop_goes_on_until_ctrl_c_and_comes_to_rest(take, receiver, read_livelink):
    there = receiver()
    command = [sys.executable, "-m", "voxrig.cli.app", "send", str(take[0]), "--livelink", there.address, "--loop"]
    process = subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    found = [read_livelink(there.wait(60.0))]
    while found[-1].number < 60:
        found.append(read_livelink(there.wait()))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    told = json.loads(out)
    assert (process.returncode, err) == (0, "")
    assert told["rounds"] >= 2
    assert (np.diff([frame.number for frame in found]) >= 1).all()
    assert not read_livelink(there.taken()[-1]).values.any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "nowhere to send to: give --livelink 127.0.0.1 or --vmc 127.0.0.1"),
        (("--livelink", "[::1"), "is no HOST:PORT"),
        (("--livelink", "127.0.0.1:x"), "port 'x'"),
        (("--livelink", "no-such.invalid"), "host 'no-such.invalid' is not known here"),
        (("--vmc", "127.0.0.1", "--vmc-shapes", "vrm2"), "--vmc-shapes is 'vrm2'; use one of: arkit, vrm, vrm0"),
        (("--vmc", "127.0.0.1", "--start", "9"), "--start 9 is beyond the end of"),
        (("--vmc", "127.0.0.1", "--fps", "0"), "frame rate"),
    ],
)
def test_errors_are_one_line(voxrig, take, arguments, message):
    code, out, err = voxrig("send", take[0], *arguments)
    assert (code, out) == (1, "")
    assert message in err
    assert err.count("\n") == 1


def test_what_is_no_take_is_one_line(voxrig, tmp_path):
    path = tmp_path / "metahuman.csv"
    path.write_text("Frame,Time,CTRL_expressions_jawOpen\n0,0,0\n")
    code, _, err = voxrig("send", path, "--vmc", "127.0.0.1")
    assert code == 1
    assert err.startswith(f"voxrig: error: {path}: line 1: none of ARKit's 52 names")
    code, _, err = voxrig("send", tmp_path / "none.csv", "--vmc", "127.0.0.1")
    assert code == 1
    assert "check the path" in err


def test_a_take_file_with_a_body(voxrig, tmp_path, receiver):
    rig = profile("metahuman").with_body(bones_of(("arms",)))
    values = np.zeros((6, rig.stride), np.float32)
    values[:, len(rig.names) + 3 :: 4] = 1.0
    clip = Clip("hero", Take(rig.name, rig.names, rig.bones, FrameRate(60), values, 0, 24_000))
    write_take(clip, tmp_path / "hero.vxtake")
    there = receiver()
    code, out, _ = voxrig("send", tmp_path / "hero.vxtake", "--vmc", there.address)
    assert (code, "hero.vxtake" in out) == (0, True)
    told = {one.params[0] for packet in there.taken() for one in OscBundle(packet) if one.address.endswith("Bone/Pos")}
    sides = {f"{side}{part}" for side in ("Left", "Right") for part in ("Shoulder", "UpperArm", "LowerArm", "Hand")}
    assert told == sides | {"Neck", "Head", "LeftEye", "RightEye"}
    code, _, err = voxrig("send", tmp_path / "hero.vxtake", "--vmc", there.address, "--fps", "30")
    assert (code, "is at 60 frames a second; leave --fps out" in err) == (1, True)
