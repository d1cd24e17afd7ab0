"""`voxrig stream` against real servers, in real time (so the clips are short)."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.server import running
from voxrig.runtime.serving.settings import Settings

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def clip(tmp_path: Path, speech: Callable[..., np.ndarray]) -> Path:
    """0.81 s at 22,050 Hz."""
    path = tmp_path / "clip.wav"
    soundfile.write(path, speech(0.81, 22_050), 22_050, subtype="FLOAT")
    return path


@pytest.fixture
def target(tiny_bundle: Bundle) -> Iterator[str]:
    """A server in a thread of its own, as another process would be."""
    ready, told = threading.Event(), []

    async def serve() -> None:
        stop = asyncio.Event()
        async with running(Settings(port=0, models=(str(tiny_bundle.path),))) as server:
            told.extend((server.target, asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(30)
    yield told[0]
    told[1].call_soon_threadsafe(told[2].set)
    thread.join()


def test_a_server_of_its_own_gives_the_curves_that_bake_gives(voxrig, clip, tmp_path, tiny_bundle):
    for rig in ("arkit", "metahuman"):
        live, baked = tmp_path / f"{rig}.csv", tmp_path / f"{rig}_baked.csv"
        settings = ("--model", tiny_bundle.path, "--rig", rig, "--seed", 1)
        code, out, _ = voxrig("stream", clip, "--serve", "-o", live, *settings)
        assert code == 0
        assert voxrig("bake", clip, "-o", baked, *settings)[0] == 0
        assert live.read_bytes() == baked.read_bytes()
        assert "49 frames at 60 fps" in out
        assert "latency beyond the look-ahead: p50" in out
        assert f"{live}: 49 frames written" in out


def test_a_style_on_the_way_gives_what_bake_gives(voxrig, clip, tmp_path, target, tiny_bundle):
    style = tmp_path / "hero.json"
    style.write_text('{"preset": "theatrical", "rest": {"mouthCornerPullL": 0.2}}')
    live, baked = tmp_path / "live.csv", tmp_path / "baked.csv"
    assert voxrig("stream", clip, "--target", target, "-o", live, "--style", style, "--seed", 1)[0] == 0
    assert voxrig("bake", clip, "--model", tiny_bundle.path, "-o", baked, "--style", style)[0] == 0
    assert live.read_bytes() == baked.read_bytes()
    assert voxrig("bake", clip, "--model", tiny_bundle.path, "-o", baked)[0] == 0
    assert live.read_bytes() != baked.read_bytes()


def test_a_life_on_the_way_is_what_bake_gives_with_the_seed_that_was_drawn(voxrig, clip, tmp_path, target, tiny_bundle):
    live, baked = tmp_path / "live.csv", tmp_path / "baked.csv"
    life = ("--emotion", "joy=0.6", "--heard", "0.5", "--idle", "off", "--json")
    _, out, _ = voxrig("stream", clip, "--target", target, "-o", live, *life)
    seed = json.loads(out)["seed"]
    assert seed > 0
    assert voxrig("bake", clip, "--model", tiny_bundle.path, "-o", baked, "--seed", seed, *life)[0] == 0
    assert live.read_bytes() == baked.read_bytes()
    assert json.loads(voxrig("stream", clip, "--target", target, "--json")[1])["seed"] != seed
    assert "; seed 17" in voxrig("stream", clip, "--target", target, "--seed", 17)[1]


def test_the_summary_as_json(voxrig, clip, target):
    code, out, err = voxrig("stream", clip, "--target", target, "--fps", "29.97", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["frames"], told["fps"], told["rig"], told["output"]) == (25, "30000/1001", "arkit", None)
    wait = told["latency_ms"]
    assert wait["p50"] <= wait["p90"] <= wait["p99"] <= wait["max"]
    assert told["first_frame_ms"] >= told["look_ahead_ms"], "no frame can come before its audio was sent"
    playout = told["playout"]
    assert playout["pushed"] == 25
    assert playout["exact"] + playout["interpolated"] + playout["held"] + playout["rested"] + playout["waited"] <= 25
    assert told["playout_delay_ms"] == pytest.approx(told["look_ahead_ms"] + 1001 / 30 + 40, abs=0.01)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rig", "vrm"), "'vrm'"),
        (("--fps", "0"), "0"),
        (("--style", "shuot"), "there is no style preset and no file 'shuot'"),
        (("--emotion", "jou"), "emotion: there is no emotion 'jou'"),
        (("--gaze", "away"), "gaze is 'away'; it must be on or off"),
        (("--model", "live"), "--model chooses the models of --serve"),
        (("--target", "127.0.0.1:1"), "no Voxrig server answers at 127.0.0.1:1"),
        (("-o", "nowhere/at/all.csv"), "make it first"),
    ],
)
def test_errors_are_one_line(voxrig, clip, arguments, message):
    code, out, err = voxrig("stream", clip, *arguments)
    assert (code, out) == (1, "")
    assert message in err
    assert err.count("\n") == 1


def test_what_the_server_refuses_is_one_line(voxrig, clip, target):
    code, _, err = voxrig("stream", clip, "--target", target, "--look-ahead", "3")
    assert code == 1
    assert f"the server at {target} refused: no model needs 3 ms of look-ahead" in err


def test_a_server_that_goes_away_is_one_line(voxrig, tmp_path, speech, tiny_bundle):
    """It stops in the middle of a clip."""
    long = tmp_path / "long.wav"
    soundfile.write(long, speech(3.0, 16_000), 16_000)
    ready, told = threading.Event(), []

    async def serve() -> None:
        async with running(Settings(port=0, models=(str(tiny_bundle.path),))) as server:
            told.append(server.target)
            ready.set()
            while server.metrics.frames < 10:
                await asyncio.sleep(0.01)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(30)
    code, _, err = voxrig("stream", long, "--target", told[0], "--resume-seconds", 0)
    thread.join()
    assert code == 1
    assert err.startswith("voxrig: error: the call ended with")
    assert err.count("\n") == 1


def test_a_server_that_is_started_again_leaves_a_whole_take(voxrig, tmp_path, speech, tiny_bundle):
    """It stops in the middle of a clip, and another one comes in its place."""
    long, live, baked = tmp_path / "long.wav", tmp_path / "live.csv", tmp_path / "baked.csv"
    soundfile.write(long, speech(3.0, 16_000), 16_000)
    ready, told, done = threading.Event(), [], threading.Event()

    async def serve() -> None:
        models = (str(tiny_bundle.path),)
        async with running(Settings(port=0, models=models, link=False)) as server:
            told.append(server.target)
            ready.set()
            while server.metrics.frames < 60:
                await asyncio.sleep(0.01)
        async with running(Settings(port=int(told[0].rpartition(":")[2]), models=models, link=False)):
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(30)
    code, out, err = voxrig("stream", long, "--target", told[0], "-o", live, "--seed", 1)
    done.set()
    thread.join()
    assert (code, err.count("rebuilt")) == (0, 1), err
    assert "180 frames written" in out
    assert voxrig("bake", long, "-o", baked, "--model", tiny_bundle.path, "--seed", 1)[0] == 0
    assert live.read_bytes() == baked.read_bytes()


def test_the_sound_file_is_never_overwritten(voxrig: Call, clip: Path) -> None:
    before = clip.read_bytes()
    code, _, error = voxrig("stream", clip, "--serve", "-o", clip)
    assert code == 1
    assert "the sound file itself" in error
    assert clip.read_bytes() == before
