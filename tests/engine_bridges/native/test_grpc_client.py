"""The gRPC client in C++, built by CMake from the proto, against a real server."""

import json
import subprocess
from pathlib import Path

import pytest
from native_build import NATIVE

from voxrig.engine_bridges import blocking
from voxrig.engine_bridges.compliance.transcript import frame_line
from voxrig.v1 import performance_pb2 as pb

CLIP = Path(__file__).parents[3] / "samples" / "healer.wav"


@pytest.fixture(scope="module")
def grpc_client(program, tmp_path_factory):
    """`grpc_client(*arguments)`: a run of it."""
    for needed in ("g++", "protoc", "grpc_cpp_plugin"):
        program(needed)
    folder = tmp_path_factory.mktemp("cmake")
    cmake = program("cmake")
    quick = ["-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0", "-DVOXRIG_GRPC=ON"]
    for command in ([cmake, "-S", NATIVE, "-B", folder, *quick], [cmake, "--build", folder, "--target", "voxrig_grpc"]):
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def run(*arguments):
        command = [folder / "grpc_client" / "voxrig_grpc", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    return run


def test_its_frames_are_those_of_the_python_client(grpc_client, serving, voice):
    samples, rate = voice
    with blocking.connect(serving.target) as connection:
        session = connection.open("arkit", rate, encoding=pb.AudioFormat.S16LE, seed=7)
        session.send(samples)
        session.close()
        wanted = [frame_line(1, frame) for frame in session]
    done = grpc_client(serving.target, str(CLIP), "--hashes")
    assert done.returncode == 0, done.stderr
    *frames, told = done.stdout.splitlines()
    settled = len(wanted) - 6  # the rest of these two seconds looks ahead into silence, of the whole clip into speech
    assert frames[:settled] == wanted[:settled]
    assert json.loads(told)["frames"] == len(frames) == 459


def test_it_says_how_long_frames_take(grpc_client, serving, tmp_path):
    done = grpc_client(serving.target, str(CLIP), "--paced", "--rig", "metahuman", "--fps", "30")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["frames"] == 230
    assert 0.0 < told["latency_ms"]["p50"] <= told["latency_ms"]["p99"] <= told["latency_ms"]["max"]
    assert told["first_frame_ms"] > 60.0  # of look-ahead, most of which is still to be spoken


def test_what_cannot_be_is_said(grpc_client, serving, tmp_path):
    refused = grpc_client(serving.target, str(CLIP), "--rig", "unheard_of")
    assert refused.returncode == 1
    assert "unheard_of" in refused.stderr
    text = tmp_path / "text.wav"
    text.write_text("no sound at all")
    assert "is no WAV file" in grpc_client(serving.target, str(text)).stderr
    assert grpc_client(serving.target).returncode == 2
