"""What many tests need: a tiny real model in a bundle, and something that sounds like speech."""

import os
import shutil
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from voxrig.runtime.core.features import LogMel
from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.spec import ModelSpec, TensorSpec, Training, TrainingData

from .certificates import Authority

TINY_CONTROLS = tuple(
    f"CTRL_expressions_{name}"
    for name in (
        *("jawOpen", "mouthLipsPurseUL", "mouthLipsPurseUR", "mouthLowerLipDepressL", "mouthLowerLipDepressR"),
        *("mouthUpperLipRaiseL", "mouthCornerPullL", "mouthLipsTogetherUL", "mouthPressUL", "tongueUp"),
        *("browRaiseInL", "eyeBlinkL"),
    )
)


def tiny_spec(look_ahead_samples: int, hidden: int = 24) -> ModelSpec:
    """Describe the tiny model: two recurrent states and one of another rank."""
    mel = LogMel(bands=64)
    states = (TensorSpec("state_0", (hidden,)), TensorSpec("state_1", (hidden,)), TensorSpec("state_2", (2, mel.width)))
    return ModelSpec.create(
        name="tiny",
        version="1",
        look_ahead_samples=look_ahead_samples,
        mel=mel,
        states=states,
        controls=TINY_CONTROLS,
        training=Training((TrainingData("none", "CC0-1.0", "random weights"),), "seeded weights", "means nothing"),
        licence="Apache-2.0",
    )


def tiny_network(spec: ModelSpec, seed: int = 7) -> bytes:
    """Make an ONNX step of the spec with random weights: features and their past, two GRU layers with matmul gates."""
    rng = np.random.default_rng(seed)
    hidden, width = spec.states[0].shape[0], spec.inputs[0].shape[0]
    nodes: list[onnx.NodeProto] = []
    constants: list[onnx.TensorProto] = []

    def constant(name: str, value: NDArray[np.float32] | NDArray[np.int64]) -> str:
        constants.append(numpy_helper.from_array(value, name))
        return name

    def weight(name: str, *shape: int, gain: float = 1.0) -> str:
        return constant(name, (rng.standard_normal(shape) * gain / np.sqrt(shape[0])).astype(np.float32))

    def node(kind: str, *inputs: str, out: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def gru(x: str, h: str, layer: int) -> str:
        p = f"g{layer}_"
        rows = spec.inputs[0].shape[0] * 3 if layer == 0 else hidden
        from_x = node("Add", node("MatMul", x, weight(p + "wx", rows, 3 * hidden), out=p + "xw"),
                      weight(p + "b", 3 * hidden), out=p + "gx")  # fmt: skip
        from_h = node("MatMul", h, weight(p + "wh", hidden, 3 * hidden, gain=0.7), out=p + "gh")
        thirds = constant(p + "thirds", np.array([hidden] * 3, np.int64))
        for source, end in ((from_x, "x"), (from_h, "h")):
            nodes.append(helper.make_node("Split", [source, thirds], [p + gate + end for gate in "rzn"], axis=1))
        r = node("Sigmoid", node("Add", p + "rx", p + "rh", out=p + "ra"), out=p + "r")
        z = node("Sigmoid", node("Add", p + "zx", p + "zh", out=p + "za"), out=p + "z")
        gated = node("Mul", r, p + "nh", out=p + "rn")
        n = node("Tanh", node("Add", p + "nx", gated, out=p + "na"), out=p + "n")
        return node("Add", n, node("Mul", z, node("Sub", h, n, out=p + "d"), out=p + "zd"), out=f"next_state_{layer}")

    offset = constant("offset", np.full(width, 9.0, np.float32))
    scale = constant("scale", np.full(width, 0.2, np.float32))
    normal = node("Mul", node("Add", "features", offset, out="shifted"), scale, out="normal")
    row = node("Unsqueeze", normal, constant("one", np.array([1], np.int64)), out="row")
    past = node("Concat", "state_2", row, out="past", axis=1)
    node("Slice", past, "one", constant("three", np.array([3], np.int64)), "one", out="next_state_2")
    heard = node("Reshape", past, constant("flat", np.array([0, 3 * width], np.int64)), out="heard")
    top = gru(gru(heard, "state_0", 0), "state_1", 1)
    out = node("MatMul", top, weight("wo", hidden, len(spec.controls), gain=4.0), out="out")
    node("Sigmoid", out, out="controls")

    def tensors(specs: tuple[TensorSpec, ...]) -> list[onnx.ValueInfoProto]:
        return [helper.make_tensor_value_info(t.name, TensorProto.FLOAT, ["batch", *t.shape]) for t in specs]

    graph = helper.make_graph(nodes, "tiny", tensors(spec.inputs), tensors(spec.outputs), constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle with 81.25 ms look-ahead and seeded random weights: moves with sound, means nothing."""
    path = tmp_path_factory.mktemp("bundles") / "tiny"
    spec = tiny_spec(1950)
    bundle.write(path, spec, tiny_network(spec))
    return bundle.read(path)


@pytest.fixture(scope="session")
def tiny_fast_bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """As `tiny_bundle`, with 31.25 ms look-ahead."""
    path: Path = tmp_path_factory.mktemp("bundles") / "tiny_fast.zip"
    spec = tiny_spec(750)
    bundle.write(path, spec, tiny_network(spec))
    return bundle.read(path)


@pytest.fixture(scope="session")
def tiny_studio_bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """As `tiny_bundle`, with 481.25 ms look-ahead."""
    path: Path = tmp_path_factory.mktemp("bundles") / "tiny_studio"
    spec = tiny_spec(11_550)
    bundle.write(path, spec, tiny_network(spec))
    return bundle.read(path)


def synthetic_speech(seconds: float, rate: int, seed: int = 3) -> NDArray[np.float32]:
    """Make syllables of pulses and hiss under 3.5 kHz with pauses: the same sound at every rate.

    It is a sum of sines with slow amplitudes, so that any rate samples the same continuous signal exactly.
    """
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    knots = np.arange(int(seconds * 8) + 3) / 8
    pitch = 110.0 + 30.0 * np.sin(2 * np.pi * 0.7 * knots)
    phase = 2 * np.pi * np.interp(time, knots, np.cumsum(pitch) / 8)
    voice = np.interp(time, knots, pitch)
    formants = [np.interp(time, knots, rng.uniform(low, high, len(knots))) for low, high in _FORMANTS]
    loudness = np.interp(time, knots, np.where(rng.random(len(knots)) < 0.25, 0.0, rng.uniform(0.3, 1.0, len(knots))))
    sound = np.zeros(len(time))
    for harmonic in range(1, 32):
        hertz = harmonic * voice
        gain = sum(1.0 / (1.0 + ((hertz - f) / 90.0) ** 2) for f in formants)
        sound += gain * np.sin(harmonic * phase) * np.clip((3400 - hertz) / 300, 0, 1)
    return (0.25 * loudness * sound).astype(np.float32)


_FORMANTS = ((300.0, 800.0), (900.0, 2200.0), (2400.0, 3000.0))


@pytest.fixture(scope="session")
def speech() -> Callable[..., NDArray[np.float32]]:
    """`synthetic_speech(seconds, rate, seed=3)`."""
    return synthetic_speech


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Signs certificates that the tests' clients trust: `authority.signed("server")`, `authority.ca`."""
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("strange"), "stranger")


@pytest.fixture(scope="session")
def program() -> Callable[..., str]:
    """`program("g++")`: the path of a program that a test runs; where there is none, the test is skipped.

    `program("mcs", "csc")` takes the first that there is. In CI, where everything is installed, one missing is a
    failure.
    """

    def find(*names: str) -> str:
        for name in names:
            if path := shutil.which(name):
                return path
        text = f"{' or '.join(names)} is not installed"
        if os.environ.get("CI"):
            pytest.fail(text + "; .ci/run installs what the tests need")
        pytest.skip(text)

    return find


class Receiver:
    """A UDP socket of this machine, as an engine listens with."""

    def __init__(self, family: int = socket.AF_INET) -> None:
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
        self.port = int(self.socket.getsockname()[1])
        self.address = f"127.0.0.1:{self.port}" if family == socket.AF_INET else f"[::1]:{self.port}"

    def wait(self, seconds: float = 20.0) -> bytes:
        """The next packet; TimeoutError where none comes."""
        self.socket.settimeout(seconds)
        return self.socket.recv(65_536)

    def taken(self) -> list[bytes]:
        """All packets that are there."""
        self.socket.setblocking(False)
        packets = []
        try:
            while True:
                packets.append(self.socket.recv(65_536))
        except BlockingIOError:
            return packets


@pytest.fixture
def receiver() -> Iterator[Callable[..., Receiver]]:
    """`receiver()`, `receiver(socket.AF_INET6)`: where packets can be sent to."""
    opened = []

    def listen(family: int = socket.AF_INET) -> Receiver:
        try:
            opened.append(Receiver(family))
        except OSError as error:
            pytest.skip(f"this machine can't listen on {family!r}: {error}")
        return opened[-1]

    yield listen
    for one in opened:
        one.socket.close()


@dataclass(frozen=True)
class LiveLinkFrame:
    """A Live Link Face packet, taken apart."""

    device: str
    subject: str
    number: int
    part: float
    rate: tuple[int, int]
    values: NDArray[np.float32]


@pytest.fixture(scope="session")
def read_livelink() -> Callable[[bytes], LiveLinkFrame]:
    """`read_livelink(packet)`: a reader of its own, byte by byte, that shares nothing with the encoder."""

    def read(packet: bytes) -> LiveLinkFrame:
        assert packet[0] == 6
        at, texts = 1, []
        for _ in range(2):
            length = int.from_bytes(packet[at : at + 4], "big")
            texts.append(packet[at + 4 : at + 4 + length].decode())
            at += 4 + length
        number, numerator, denominator = (int.from_bytes(packet[at + k : at + k + 4], "big") for k in (0, 8, 12))
        (part,) = struct.unpack("!f", packet[at + 4 : at + 8])
        assert packet[at + 16] == 61
        assert len(packet) == at + 17 + 61 * 4
        values = [struct.unpack("!f", packet[at + 17 + 4 * k : at + 21 + 4 * k])[0] for k in range(61)]
        return LiveLinkFrame(*texts, number, part, (numerator, denominator), np.array(values, np.float32))

    return read
