"""Memory bound to a device, tried on the CPU, which ONNX Runtime takes for a device as well."""

import dataclasses

import numpy as np
import onnxruntime as ort
import pytest

from voxrig.runtime.models import contract
from voxrig.runtime.models.agreement import walk
from voxrig.runtime.models.bound import BoundModel
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.spec import BundleError


@pytest.mark.parametrize("count", [1, 2, 8, 9, 64, 200])
def test_a_bound_step_is_a_step(tiny_bundle: Bundle, count: int) -> None:
    one, other = BoundModel(tiny_bundle, "cpu"), OnnxModel(tiny_bundle)
    mine = theirs = tuple(np.stack([state] * count) for state in other.start())
    for row in walk(128, 4, count):
        controls, mine = one.step(row, mine)
        expected, theirs = other.step(row, theirs)
        contract.verify_same("controls", controls, expected)
        for found, wanted in zip(mine, theirs, strict=True):
            contract.verify_same("states", found, wanted)


def test_answers_are_values(tiny_bundle: Bundle) -> None:
    model = BoundModel(tiny_bundle, "cpu")
    first, second = walk(128, 2, 3)
    start = tuple(np.stack([state] * 3) for state in model.start())
    controls, states = model.step(first, start)
    kept = controls.copy(), tuple(state.copy() for state in states)
    model.step(second, states)
    assert np.array_equal(controls, kept[0])
    assert all(np.array_equal(one, other) for one, other in zip(states, kept[1], strict=True))
    assert not any(state.any() for state in start)


def test_the_batch_does_not_matter(tiny_bundle: Bundle) -> None:
    features = np.stack(list(walk(128, 5, 64)), axis=1)
    contract.verify_batch_invariance(BoundModel(tiny_bundle, "cpu"), features)


def test_what_is_no_network_is_refused(tiny_bundle: Bundle) -> None:
    with pytest.raises(BundleError, match="ONNX Runtime refuses the model"):
        BoundModel(dataclasses.replace(tiny_bundle, model=b"no network"), "cpu")


@pytest.mark.skipif("CUDAExecutionProvider" in ort.get_available_providers(), reason="this ONNX Runtime knows CUDA")
def test_a_runtime_without_cuda_is_told(tiny_bundle: Bundle) -> None:
    with pytest.raises(RuntimeError, match="pip uninstall onnxruntime, then pip install"):
        BoundModel(tiny_bundle)
