"""An exported ONNX graph under the knife: nodes are added, tensors get new producers, and what is not needed goes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from onnx import helper, numpy_helper

OURS = "com.microsoft"
"""The domain of ONNX Runtime's own operators."""


class Surgery:
    """One graph. What is added may stand anywhere: `closed` sorts, and drops what no output needs.

    Attributes:
        weights: the named constants of the graph as it came.
    """

    def __init__(self, model: bytes) -> None:
        self._model = onnx.load_from_string(model)
        self._nodes = list(self._model.graph.node)
        self.weights: dict[str, NDArray[Any]] = {
            tensor.name: numpy_helper.to_array(tensor) for tensor in self._model.graph.initializer
        }
        self._constants = dict(self.weights)
        self._made = 0

    def constant(self, value: ArrayLike, kind: type[np.generic] = np.float32) -> str:
        """Add a constant; return its name."""
        name = self._name()
        self._constants[name] = np.ascontiguousarray(value, kind)
        return name

    def node(self, operator: str, *inputs: str, domain: str = "", out: str = "", **attributes: Any) -> str:
        """Add a node of one output, which replaces the producer of `out` where that is given; return the output."""
        if out:
            self._nodes = [node for node in self._nodes if out not in node.output]
        return self._add(operator, inputs, [out or self._name()], domain, attributes)[0]

    def split(self, tensor: str, widths: Sequence[int]) -> list[str]:
        """Cut a tensor into parts along its last axis."""
        names = [self._name() for _ in widths]
        return self._add("Split", [tensor, self.constant(widths, np.int64)], names, "", {"axis": -1})

    def user(self, tensor: str) -> onnx.NodeProto | None:
        """Return the one node that takes a tensor; None where there is none.

        Raises:
            ValueError: there are several.
        """
        users = [node for node in self._nodes if tensor in node.input]
        if len(users) > 1:
            raise ValueError(f"{len(users)} nodes take {tensor}, one was expected; export the bundle with this version")
        return users[0] if users else None

    def told(self, tensors: Sequence[str]) -> bytes:
        """Return the graph as it is, with some tensors as further outputs."""
        graph = self._sorted()
        known = {tensor.name for tensor in graph.graph.output}
        graph.graph.output.extend(
            helper.make_tensor_value_info(tensor, onnx.TensorProto.FLOAT, None)
            for tensor in tensors
            if tensor not in known
        )
        return bytes(graph.SerializeToString())

    def closed(self) -> bytes:
        """Return the graph that the knife leaves."""
        return bytes(self._sorted().SerializeToString())

    def _sorted(self) -> onnx.ModelProto:
        """Order nodes so that each stands behind those it needs, beginning from the outputs."""
        producers = {tensor: node for node in self._nodes for tensor in node.output}
        given = {tensor.name for tensor in self._model.graph.input} | set(self._constants)
        ordered: list[onnx.NodeProto] = []
        placed: set[int] = set()
        waiting = [producers[tensor.name] for tensor in reversed(self._model.graph.output)]
        while waiting:
            node = waiting[-1]
            missing = [] if id(node) in placed else [
                producers[t] for t in node.input if t and t not in given and id(producers[t]) not in placed
            ]  # fmt: skip
            if missing:
                waiting.extend(reversed(missing))
                continue
            waiting.pop()
            if id(node) not in placed:
                placed.add(id(node))
                ordered.append(node)
        needed = {tensor for node in ordered for tensor in node.input}
        made = onnx.ModelProto()
        made.CopyFrom(self._model)
        del made.graph.node[:], made.graph.initializer[:], made.graph.value_info[:]
        made.graph.node.extend(ordered)
        constants = sorted(needed & set(self._constants))
        made.graph.initializer.extend(numpy_helper.from_array(self._constants[name], name) for name in constants)
        if any(node.domain == OURS for node in ordered) and not any(o.domain == OURS for o in made.opset_import):
            made.opset_import.append(helper.make_opsetid(OURS, 1))
        return made

    def _add(
        self, operator: str, inputs: Sequence[str], outputs: list[str], domain: str, attributes: dict[str, Any]
    ) -> list[str]:
        self._nodes.append(helper.make_node(operator, list(inputs), outputs, domain=domain, **attributes))
        return outputs

    def _name(self) -> str:
        self._made += 1
        return f"cut_{self._made}"
