"""A bundle's network in ONNX Runtime, on the CPU, one thread a call."""

from collections.abc import Sequence

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.spec import BundleError, ModelSpec, TensorSpec

State = tuple[NDArray[np.float32], ...]
"""One character's memory of a model, each array without the batch axis. A value: nobody writes to it."""


class OnnxModel:
    """One step of a network for many characters at once. Holds no character's state; safe to call from any thread.

    Args:
        bundle: whose network it is.
        int8: run its twin in 8-bit integers where the bundle has one: the same motion at a third of the cost.

    Raises:
        BundleError: ONNX Runtime refuses the graph, or its inputs and outputs are not those of the manifest.
    """

    def __init__(self, bundle: Bundle, int8: bool = True) -> None:
        model = bundle.int8 if int8 and bundle.int8 is not None else bundle.model
        options = ort.SessionOptions()
        # Steps are small: more threads cost more to wake than they save, and would share cores with other sessions.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Weights in other files have no checksum in the manifest: they are looked for where there is nothing.
        nowhere = str(bundle.path / "no weights outside the model file")
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", nowhere)
        try:
            self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's own errors share no base class
            raise BundleError(f"bundle {bundle.path}: ONNX Runtime refuses the model: {error}") from error
        self._spec = bundle.spec
        check_graph(self._session, bundle)
        self._inputs = tuple(tensor.name for tensor in bundle.spec.inputs)
        self._outputs = [tensor.name for tensor in bundle.spec.outputs]

    @property
    def spec(self) -> ModelSpec:
        """The manifest of the bundle."""
        return self._spec

    def start(self) -> State:
        """Return the state of a character that has heard nothing."""
        return tuple(np.zeros(state.shape, np.float32) for state in self._spec.states)

    def step(self, features: NDArray[np.float32], states: State) -> tuple[NDArray[np.float32], State]:
        """Run one model step for B characters.

        Args:
            features: float32[B, 2 * bands].
            states: for each state float32[B, ...].

        Returns:
            Controls float32[B, N], and the next states, float32[B, ...] each.
        """
        feed = dict(zip(self._inputs, (features, *states), strict=True))
        controls, *following = self._session.run(self._outputs, feed)
        return controls, tuple(following)


def check_graph(session: ort.InferenceSession, bundle: Bundle) -> None:
    """Compare a session's inputs and outputs with the manifest's.

    Raises:
        BundleError: they differ.
    """
    _check("inputs", bundle, session.get_inputs(), bundle.spec.inputs)
    _check("outputs", bundle, session.get_outputs(), bundle.spec.outputs)


def _check(key: str, bundle: Bundle, found: Sequence[ort.NodeArg], expected: tuple[TensorSpec, ...]) -> None:
    """Compare the graph's tensors with the manifest's: same names, float32, batch axis free, the other axes equal."""
    graph = {tensor.name: tensor for tensor in found}
    wanted = {tensor.name: tensor.shape for tensor in expected}
    if set(graph) != set(wanted):
        raise BundleError(
            f"bundle {bundle.path}: the graph's {key} are {', '.join(sorted(graph))}; the manifest says "
            f"{', '.join(sorted(wanted))}"
        )
    for name, tensor in graph.items():
        batch, *shape = tensor.shape
        if tensor.type != "tensor(float)" or tuple(shape) != wanted[name] or isinstance(batch, int):
            raise BundleError(
                f"bundle {bundle.path}: {name} is {tensor.type} {tensor.shape} in the graph; it must be tensor(float) "
                f"['batch', {', '.join(map(str, wanted[name]))}]"
            )
