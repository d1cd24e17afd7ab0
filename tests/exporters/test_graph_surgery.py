"""A graph after surgery computes what it should, and no more."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

import onnxruntime as ort  # noqa: E402

from voxrig.exporters.graph_surgery import Surgery  # noqa: E402
from voxrig.runtime.models.bundle import Bundle  # noqa: E402


def ran(model: bytes, bundle: Bundle, rows: int = 2) -> dict[str, np.ndarray]:
    """What a graph gives for ones."""
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    feed = {tensor.name: np.ones((rows, *tensor.shape), np.float32) for tensor in bundle.spec.inputs}
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feed), strict=True))


def test_untouched_it_is_the_same(tiny_bundle: Bundle) -> None:
    surgery = Surgery(tiny_bundle.model)
    before, after = ran(tiny_bundle.model, tiny_bundle), ran(surgery.closed(), tiny_bundle)
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert surgery.weights["scale"].shape == (128,)


def test_a_tensor_gets_another_producer_and_the_old_one_goes(tiny_bundle: Bundle) -> None:
    surgery = Surgery(tiny_bundle.model)
    halves = surgery.split("state_1", (8, 16))
    swapped = surgery.node("Concat", *reversed(halves), axis=-1)
    surgery.node("Mul", swapped, surgery.constant(np.arange(24)), out="next_state_1")
    made = surgery.closed()
    after = ran(made, tiny_bundle)
    assert np.array_equal(after["next_state_1"], np.tile(np.arange(24, dtype=np.float32), (2, 1)))
    assert not np.array_equal(ran(tiny_bundle.model, tiny_bundle)["next_state_1"], after["next_state_1"])
    lost = {node.output[0] for node in onnx.load_from_string(tiny_bundle.model).graph.node}
    lost -= {output for node in onnx.load_from_string(made).graph.node for output in node.output}
    assert lost
    assert all(name.startswith("g1_") for name in lost)  # the layer that made it, and nothing else
    onnx.checker.check_model(onnx.load_from_string(made), full_check=True)


def test_what_is_between_can_be_looked_at(tiny_bundle: Bundle) -> None:
    told = ran(Surgery(tiny_bundle.model).told(["normal", "next_state_0"]), tiny_bundle)
    assert np.allclose(told["normal"], 2.0)
    assert len(told) == len(tiny_bundle.spec.outputs) + 1


def test_one_user_is_found_and_several_are_refused(tiny_bundle: Bundle) -> None:
    surgery = Surgery(tiny_bundle.model)
    user = surgery.user("wo")
    assert user is not None
    assert user.op_type == "MatMul"
    assert surgery.user("nothing") is None
    with pytest.raises(ValueError, match="2 nodes take state_0, one was expected"):
        surgery.user("state_0")
