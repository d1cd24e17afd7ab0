import dataclasses

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from voxrig.runtime.models.agreement import DisagreementError, furthest, verify_agreement, walk
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel


def other_weights(bundle: Bundle, name: str, factor: float) -> OnnxModel:
    model = onnx.load_from_string(bundle.model)
    (tensor,) = (tensor for tensor in model.graph.initializer if tensor.name == name)
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) * np.float32(factor), name))
    return OnnxModel(dataclasses.replace(bundle, model=model.SerializeToString()))


def test_a_model_agrees_with_itself(tiny_bundle: Bundle) -> None:
    assert verify_agreement(OnnxModel(tiny_bundle), OnnxModel(tiny_bundle), 1e-9) == 0.0


def test_wrong_weights_are_noticed_also_when_only_the_past_shows_them(tiny_bundle: Bundle) -> None:
    reference = OnnxModel(tiny_bundle)
    with pytest.raises(DisagreementError, match=r"up to 0\.\d+ off the CPU's, and 0.001 is let pass"):
        verify_agreement(other_weights(tiny_bundle, "g1_wh", 1.2), reference, 1e-3)
    assert verify_agreement(other_weights(tiny_bundle, "g1_wh", 1.0001), reference, 1e-3) > 0.0


def test_no_number_is_no_agreement(tiny_bundle: Bundle) -> None:
    with pytest.raises(DisagreementError, match="up to inf"):
        verify_agreement(other_weights(tiny_bundle, "wo", np.nan), OnnxModel(tiny_bundle), 1.0)
    assert furthest(np.array([0.0, np.nan], np.float32), np.zeros(2, np.float32)) == np.inf


def test_the_walk_is_the_same_every_time() -> None:
    one, other = np.stack(list(walk(128, 20, 2))), np.stack(list(walk(128, 20, 2)))
    assert np.array_equal(one, other)
    assert one.shape == (20, 2, 128)
    assert one.dtype == np.float32
    assert -11.0 <= one.min() < -8.0
    assert 0.0 < one.max() <= 2.0
