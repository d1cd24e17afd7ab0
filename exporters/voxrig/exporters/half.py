"""A network's matrix products in half precision, for tensor cores; all else, and what goes in and out, as it was.

The weights of a product are halved and its input is rounded just before it; sums of a product are added up in single
precision by the GPU, and its result is widened at once. Gates, their sigmoids, normalisation and the states stay
single: they cost next to nothing there, and a state that is rounded at every step drifts three to twenty times further.
"""

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto, helper, numpy_helper

_PRODUCTS = ("MatMul", "Gemm")


class HalfError(ValueError):
    """A network that has nothing to halve, or a weight too large for half precision; or what is no network."""


def halved(model: bytes) -> bytes:
    """Return the same network with its matrix products in half precision.

    Args:
        model: ONNX, in single precision.

    Raises:
        HalfError: there is no product with a constant weight, or one doesn't fit into half precision; or it's no ONNX.
    """
    try:
        proto = onnx.load_from_string(model)
    except DecodeError as error:
        raise HalfError(f"the network is no ONNX ({error})") from error
    graph = proto.graph
    weights = {tensor.name: tensor for tensor in graph.initializer if tensor.data_type == TensorProto.FLOAT}
    halves: dict[str, onnx.TensorProto] = {}
    nodes: list[onnx.NodeProto] = []
    for number, node in enumerate(graph.node):
        if node.op_type in _PRODUCTS and len(node.input) > 1 and node.input[1] in weights:
            name = f"{node.input[1]}_half"
            if name not in halves:
                halves[name] = _half(weights[node.input[1]], name)
            nodes += _product(node, name, number)
        else:
            nodes.append(node)
    if not halves:
        raise HalfError("the network has no matrix product with a constant weight: there is nothing to halve")
    del graph.node[:], graph.value_info[:]  # types noted of what lies between are no longer right
    graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend([*kept, *halves.values()])
    try:
        onnx.checker.check_model(proto, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise HalfError(f"the network is no valid ONNX: {' '.join(str(error).split())}") from error
    return proto.SerializeToString()


def _half(weight: onnx.TensorProto, name: str) -> onnx.TensorProto:
    values = numpy_helper.to_array(weight)
    most = float(np.abs(values).max(initial=0.0))
    if not most <= float(np.finfo(np.float16).max):
        raise HalfError(f"{weight.name} holds {most:g}, too large for half precision; keep this network in fp32")
    return numpy_helper.from_array(values.astype(np.float16), name)


def _product(node: onnx.NodeProto, weight: str, number: int) -> list[onnx.NodeProto]:
    """A product in half precision in place of `node`; a bias is added in single precision after it."""
    rounded, (out,) = f"{node.input[0]}_rounded_{number}", node.output
    attributes = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    scale = attributes.pop("beta", 1.0) if node.op_type == "Gemm" else 1.0
    biased = len(node.input) > 2 and node.input[2]
    if biased and scale != 1.0:
        raise HalfError(f"{node.name} scales its bias by {scale:g}, which is not made in half precision; keep fp32")
    wide = f"{out}_wide" if biased else out
    made = [
        helper.make_node("Cast", [node.input[0]], [rounded], to=TensorProto.FLOAT16),
        helper.make_node(node.op_type, [rounded, weight], [f"{out}_half"], node.name, **attributes),
        helper.make_node("Cast", [f"{out}_half"], [wide], to=TensorProto.FLOAT),
    ]
    return [*made, helper.make_node("Add", [wide, node.input[2]], [out])] if biased else made
