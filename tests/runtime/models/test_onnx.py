import dataclasses

import numpy as np
import onnx
import pytest

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.spec import BundleError, TensorSpec


def test_a_step_gives_controls_and_states_for_every_character(tiny_bundle: Bundle) -> None:
    model = OnnxModel(tiny_bundle)
    start = model.start()
    assert [state.shape for state in start] == [(24,), (24,), (2, 128)]
    assert not any(state.any() for state in start)
    controls, states = model.step(np.zeros((5, 128), np.float32), tuple(np.stack([state] * 5) for state in start))
    assert controls.shape == (5, 12)
    assert controls.dtype == np.float32
    assert ((controls >= 0) & (controls <= 1)).all()
    assert [state.shape for state in states] == [(5, 24), (5, 24), (5, 2, 128)]
    assert states[0].any()


def test_what_is_no_network_is_refused(tiny_bundle: Bundle) -> None:
    with pytest.raises(BundleError, match="ONNX Runtime refuses the model"):
        OnnxModel(dataclasses.replace(tiny_bundle, model=b"no network"))


def with_states(bundle: Bundle, *states: TensorSpec) -> Bundle:
    """Return the bundle with a manifest that agrees with itself, and not with the graph."""
    spec = bundle.spec
    following = tuple(TensorSpec("next_" + state.name, state.shape) for state in states)
    spec = dataclasses.replace(
        spec, states=states, inputs=(spec.inputs[0], *states), outputs=(spec.outputs[0], *following)
    )
    return dataclasses.replace(bundle, spec=spec)


def test_a_graph_with_other_states_is_refused(tiny_bundle: Bundle) -> None:
    wrong = with_states(tiny_bundle, *tiny_bundle.spec.states[:2])
    with pytest.raises(
        BundleError, match="inputs are features, state_0, state_1, state_2; the manifest says features,"
    ):
        OnnxModel(wrong)


def test_a_graph_with_another_shape_is_refused(tiny_bundle: Bundle) -> None:
    wrong = with_states(tiny_bundle, TensorSpec("state_0", (25,)), *tiny_bundle.spec.states[1:])
    with pytest.raises(BundleError, match=r"state_0 is tensor\(float\) \['batch', 24\] in the graph; it must be .*25"):
        OnnxModel(wrong)


def test_a_graph_for_a_fixed_batch_is_refused(tiny_bundle: Bundle) -> None:
    model = onnx.load_from_string(tiny_bundle.model)
    for tensor in (*model.graph.input, *model.graph.output):
        tensor.type.tensor_type.shape.dim[0].dim_value = 1
    with pytest.raises(BundleError, match=r"\[1, 128\] in the graph; it must be tensor\(float\) \['batch', 128\]"):
        OnnxModel(dataclasses.replace(tiny_bundle, model=model.SerializeToString()))


def test_the_twin_in_8_bits_runs_unless_the_other_is_asked_for(tiny_bundle: Bundle) -> None:
    both = dataclasses.replace(tiny_bundle, int8=b"no network")
    assert OnnxModel(both, int8=False).spec == both.spec
    with pytest.raises(BundleError, match="ONNX Runtime refuses the model"):
        OnnxModel(both)
