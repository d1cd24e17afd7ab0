"""`voxrig profile`, called as a user calls it: a server of its own and servers that are there, whole and broken off."""

import json
import signal
import subprocess
import sys

import pytest
import soundfile

from voxrig.profiling.record_reading import read_record

QUICK = ("--seconds", "0.6", "--sessions", "1")


def stderr_line(err):
    [line] = [line for line in err.splitlines() if line.startswith("voxrig: error:")]
    return line


def test_a_server_of_its_own_with_everything(voxrig, tiny_bundle, tmp_path, speech, monkeypatch):
    monkeypatch.setattr("voxrig.profiling.floors.ECHO_SECONDS", 0.5)
    clip, out, page = tmp_path / "clip.wav", tmp_path / "out.json", tmp_path / "out.html"
    soundfile.write(clip, speech(1.2, 24_000), 24_000)
    code, told, _ = voxrig(
        *("profile", clip, "--model", tiny_bundle.path, "--seconds", "0.6", "--sessions", "1,2"),
        *("--transport", "grpc", "--floors", "--emotion", "joy=0.3", "--json", out, "--html", page),
    )
    assert code == 0
    record = read_record(out)
    assert record["server"]["started_here"]
    assert [(run["transport"], run["sessions"]) for run in record["runs"]] == [("grpc", 1), ("grpc", 2)]
    assert [run["frames"] for run in record["runs"]] == [36, 72]
    assert record["settings"]["options"] == {"emotion": "joy=0.3"}
    assert record["settings"]["look_ahead_ms"] == 81.25
    assert 0.0 < record["cold_start"]["ready_s"] < record["cold_start"]["first_frame_s"]
    assert record["floors"]["ratio"] > 0.0
    assert record["settings"]["floors_of"] == "grpc, 2 sessions"
    assert record["overhead"]["client_share"] > 0.0
    assert record["command"].startswith("voxrig profile ")
    assert "grpc" in told
    assert "<!doctype html>" in page.read_text("utf-8")

    code, told, err = voxrig(
        *("profile", "--model", tiny_bundle.path, *QUICK, "--transport", "a2f", "--compare", out, "--json", "-")
    )
    assert code == 0
    assert json.loads(told)["runs"][0]["transport"] == "a2f"  # nothing but JSON is there
    assert "settings: clip was clip.wav, is babble" in err


def test_a_capacity_ends_where_a_server_refuses(voxrig, tiny_bundle):
    code, out, _ = voxrig(
        *("profile", "--model", tiny_bundle.path, "--sessions", "none", "--transport", "grpc-bundled"),
        *("--find-capacity", "--capacity-seconds", "0.4", "--budget-late", "0.9", "--serve-args", "--max-sessions 9"),
        *("--json", "-"),
    )
    assert code == 0
    [found] = json.loads(out)["capacity"]
    assert found["characters"] == 9 or found["limit"].startswith("the client")  # a machine may have too much to do
    refused = [
        point for point in found["points"] if "9 sessions are open, the most this server takes" in point["limit"]
    ]
    assert refused or found["limit"].startswith("the client")


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent Ctrl-C alone on Windows")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_what_is_broken_off_is_written(tiny_bundle, tmp_path, end):
    out = tmp_path / "out.json"
    words = (
        "profile",
        "--model",
        str(tiny_bundle.path),
        "--sessions",
        "1,2",
        "--seconds",
        "1.2",
        "--transport",
        "grpc",
    )
    command = [sys.executable, "-c", WATCHED, *words, "--json", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "one run is done\n"
    process.send_signal(end)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "broken off: what was measured until then is told" in err
    runs = read_record(out)["runs"]
    assert runs[0]["sessions"] == 1
    assert len(runs) <= 2


WATCHED = """
import voxrig.profiling.profile_run as module
class Watched(module.Profiler):
    def __init__(self, plan, record, progress, done, note):
        super().__init__(plan, record, progress, lambda run: (print("one run is done", flush=True), done(run)), note)
module.Profiler = Watched
import voxrig.cli.app
voxrig.cli.app.main()
"""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--target", "127.0.0.1:9"), "no server answers at 127.0.0.1:9"),
        (("--target", "nowhere"), "target 'nowhere' is no HOST:PORT, for example 127.0.0.1:52000"),
        (
            ("--target", "127.0.0.1:9", "--transport", "link"),
            "link needs the engine link's address: give --link-target",
        ),
        (("--link-target", "127.0.0.1:9"), "--link-target goes with --target"),
        (("--target", "127.0.0.1:9", "--serve-args", "--no-link"), "are for a server that is started here"),
        (("--sessions", "many"), "--sessions is 'many'; give numbers, for example 1,16,64, or none"),
        (("--sessions", "none"), "there is nothing to measure"),
        (("--transport", "udp"), "there is no transport 'udp'"),
        (("--rig", "puppet"), "puppet"),
        (("--blink", "maybe"), "blink is 'maybe'; it must be on or off"),
        (("--json", "no/such/folder/out.json"), "there is no folder"),
        (("--compare", "nothing.json"), "nothing.json"),
        (("--model", "no-such-model"), "voxrig serve did not start: voxrig: error: "),
        (("--client-processes", "0"), "0 client processes cannot be"),
    ],
)
def test_what_cannot_be_is_one_line(voxrig, arguments, message):
    code, out, err = voxrig("profile", *arguments)
    assert code == 1
    assert message in stderr_line(err)
    assert out.strip() == ""
