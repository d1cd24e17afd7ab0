"""Half precision: what of a network becomes half, and that nobody can see it."""

import dataclasses
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from voxrig.engine_bridges.readers.sound_file import read_sound
from voxrig.engine_bridges.writers.livelink_csv import write_livelink_csv
from voxrig.exporters import half_parity
from voxrig.exporters.half import HalfError, halved
from voxrig.exporters.half_parity import HalfParityError, compare_halves
from voxrig.exporters.heard_rows import heard_rows
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle, contract
from voxrig.runtime.models.agreement import walk
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SCORING = Path(__file__).resolve().parents[3] / "shared" / "tools" / "score_lips.py"
SHIPPED = [(name, role) for role in ("face", "emotion", "body") for name in bundle.shipped(role)]


def half_of(chosen: Bundle) -> Bundle:
    return dataclasses.replace(chosen, model=halved(chosen.model), int8=None)


@pytest.mark.parametrize(("name", "role"), SHIPPED)
def test_products_are_half_and_nothing_else(name: str, role: str) -> None:
    chosen = bundle.load(name, role)
    before, after = onnx.load_from_string(chosen.model), onnx.load_from_string(halved(chosen.model))
    for ends in ("input", "output"):
        assert [*getattr(after.graph, ends)] == [*getattr(before.graph, ends)]
    halves = {t.name for t in after.graph.initializer if t.data_type == TensorProto.FLOAT16}
    assert {node.op_type for node in after.graph.node if set(node.input) & halves} <= {"MatMul", "Gemm"}
    kinds = [Counter(node.op_type for node in proto.graph.node) for proto in (before, after)]
    products = sum(1 for node in after.graph.node if set(node.input) & halves)
    weights = {tensor.name for tensor in before.graph.initializer}
    constant = [n for n in before.graph.node if n.op_type in ("MatMul", "Gemm") and n.input[1] in weights]
    assert products == len(constant) > 3
    assert kinds[1]["Cast"] == kinds[0]["Cast"] + 2 * products
    assert kinds[1] - kinds[0] <= Counter(Cast=2 * products, Add=kinds[0]["Gemm"])
    assert len(halved(chosen.model)) < 0.7 * len(chosen.model)


def test_the_batch_does_not_matter(tiny_bundle: Bundle) -> None:
    contract.verify_batch_invariance(OnnxModel(half_of(tiny_bundle)), np.stack(list(walk(128, 5, 64)), axis=1))


@pytest.mark.parametrize(("name", "role"), SHIPPED)
def test_half_precision_is_not_seen_over_minutes_of_speech(name: str, role: str) -> None:
    chosen = bundle.load(name, role)
    sounds = [read_sound(SAMPLES / f"{clip}.wav") for clip in ("gatekeeper", "healer", "warning")]
    rows = heard_rows(chosen, [(sound.samples, sound.rate) for sound in sounds])
    seconds = sum(sound.seconds for sound in sounds)
    assert len(rows) == pytest.approx({"face": 60, "emotion": 10, "body": 30}[role] * seconds, rel=0.1)
    found = compare_halves(chosen.model, halved(chosen.model), chosen.spec, np.concatenate([rows] * 7))
    print(f"\n{name}: {found}")
    assert 0.0 < found.largest < 1e-3
    assert found.mean < 5e-5


def test_what_is_too_far_off_is_refused(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.concatenate(list(walk(128, 50, 1)))
    half = halved(tiny_bundle.model)
    assert compare_halves(tiny_bundle.model, half, tiny_bundle.spec, rows).largest < half_parity.LARGEST
    monkeypatch.setattr(half_parity, "LARGEST", 1e-7)
    with pytest.raises(HalfParityError, match=r"half precision of tiny is off by at most .*; 1e-07 and 0.0001"):
        compare_halves(tiny_bundle.model, half, tiny_bundle.spec, rows)


def test_weights_that_do_not_fit_are_refused(tiny_bundle: Bundle) -> None:
    model = onnx.load_from_string(tiny_bundle.model)
    (tensor,) = (tensor for tensor in model.graph.initializer if tensor.name == "wo")
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) * np.float32(1e6), "wo"))
    with pytest.raises(HalfError, match=r"wo holds .*, too large for half precision"):
        halved(model.SerializeToString())


def test_a_network_without_products_is_refused() -> None:
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 2])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 2])
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "none", [value], [out])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    with pytest.raises(HalfError, match="nothing to halve"):
        halved(model.SerializeToString())


@pytest.mark.skipif(not SCORING.is_file(), reason="the lip scores need ../shared/tools/score_lips.py")
def test_lip_scores_stay(tmp_path: Path) -> None:
    """The scores of a whole clip, to the three digits that are printed; the lips' gap, to 0.02 mm."""
    chosen = bundle.load("live")
    scores = []
    for part in (dataclasses.replace(chosen, int8=None), half_of(chosen)):
        sound, rig, fps = read_sound(SAMPLES / "gatekeeper.wav"), profile("arkit"), FrameRate(60)
        pipeline, runner = Pipeline(part.spec, rig, fps, sound.rate), BatchRunner(OnnxModel(part))
        state, frames = run(pipeline, runner, pipeline.push(pipeline.start(), sound.samples))
        _, rest = run(pipeline, runner, pipeline.end(state))
        path = tmp_path / f"{len(scores)}.csv"
        write_livelink_csv(
            Take.from_frames(
                [*frames, *rest], profile=rig.name, names=rig.names, bones=(), fps=fps, sample_rate=sound.rate
            ),
            path,
        )
        shutil.copy(SAMPLES / "gatekeeper.json", tmp_path)
        command = [sys.executable, str(SCORING), str(path), str(tmp_path / "gatekeeper.json"), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        scores.append(json.loads(done.stdout))
    assert scores[0].keys() == scores[1].keys()
    assert {name: round(value, 3) for name, value in scores[0].items() if name != "gap_95th_cm"} == {
        name: round(value, 3) for name, value in scores[1].items() if name != "gap_95th_cm"
    }
    assert scores[0]["gap_95th_cm"] == pytest.approx(scores[1]["gap_95th_cm"], abs=2e-3)


def named(*nodes: onnx.NodeProto) -> bytes:
    """A network of these nodes, from `features` to `controls`."""
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 4]) for name in ("features", "controls")]
    weight = numpy_helper.from_array(np.ones((4, 4), np.float32), "weight")
    graph = helper.make_graph(nodes, "network", ends[:1], ends[1:], [weight])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (b"\xff\x00 rubbish", "is no ONNX"),
        (b"", "nothing to halve"),
        (named(helper.make_node("MatMul", ["features"], ["controls"])), "nothing to halve"),
        (
            named(
                helper.make_node("MatMul", ["features", "weight"], ["between"]),
                helper.make_node("Nonsense", ["between"], ["controls"]),
            ),
            "no valid ONNX.*Nonsense",
        ),
    ],
)
def test_what_is_no_network_is_refused(model: bytes, message: str) -> None:
    with pytest.raises(HalfError, match=message):
        halved(model)
