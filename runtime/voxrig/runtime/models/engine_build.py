"""A network, as ONNX, built into an engine of TensorRT for any number of characters in one call."""

import time
from pathlib import Path
from typing import Any

from voxrig.runtime.models.engine_key import EngineKey
from voxrig.runtime.models.engine_store import Engine, EngineError
from voxrig.runtime.models.kernel_timing import keep, recall
from voxrig.runtime.models.nvinfer import Nvinfer
from voxrig.runtime.models.spec import ModelSpec, TensorSpec


def build_engine(nvinfer: Nvinfer, key: EngineKey, model: bytes, spec: ModelSpec, timing: Path | None = None) -> Engine:
    """Build an engine, and check its tensors against the manifest's.

    Args:
        nvinfer: the TensorRT to build with.
        key: what the engine is for. A classic TensorRT builds for the GPU of this machine, whatever `target` says.
        model: ONNX, already in the key's precision; inputs and outputs are float32.
        spec: the bundle's manifest.
        timing: where a classic TensorRT remembers the timing of kernels; None: nowhere.

    Raises:
        EngineError: TensorRT refuses the network or the target, or the network is not the manifest's.
    """
    begun, api = time.perf_counter(), nvinfer.api
    nvinfer.log.lines.clear()
    builder = api.Builder(nvinfer.log)
    # Types are those of the graph: TensorRT chooses no other precision behind our back. Newer ones know no other way.
    typed = getattr(api.NetworkDefinitionCreationFlag, "STRONGLY_TYPED", None)
    network = builder.create_network(0 if typed is None else 1 << int(typed))
    parser = api.OnnxParser(network, nvinfer.log)
    if not parser.parse(model):
        told = "; ".join(" ".join(str(parser.get_error(number).desc()).split()) for number in range(parser.num_errors))
        raise EngineError(f"{key.stem}: TensorRT cannot read the network: {told}")
    inputs = _tensors(api, [network.get_input(number) for number in range(network.num_inputs)])
    outputs = _tensors(api, [network.get_output(number) for number in range(network.num_outputs)])
    config = builder.create_builder_config()
    config.clear_flag(api.BuilderFlag.TF32)  # single precision means it
    _profile(builder, config, inputs, key.batches)
    if nvinfer.is_rtx:
        _aim(nvinfer, config, key.target)
    elif timing is not None:
        recall(nvinfer, config, timing)
    built = builder.build_serialized_network(network, config)
    if built is None:
        raise EngineError(f"{key.stem}: TensorRT builds no engine: {nvinfer.complaint()}")
    if not nvinfer.is_rtx and timing is not None:
        keep(config, timing)
    engine = Engine(
        key,
        bytes(built),
        _in_order(inputs, spec.inputs),
        _in_order(outputs, spec.outputs),
        int(network.num_layers),
        round(time.perf_counter() - begun, 3),
    )
    engine.check(spec)
    return engine


def _profile(builder: Any, config: Any, inputs: tuple[TensorSpec, ...], batches: tuple[int, int, int]) -> None:
    """Say how many rows the inputs may have."""
    profile = builder.create_optimization_profile()
    for tensor in inputs:
        profile.set_shape(tensor.name, *((rows, *tensor.shape) for rows in batches))
    if config.add_optimization_profile(profile) < 0:
        raise EngineError(f"TensorRT refuses batches of {batches[0]} to {batches[2]}")


def _aim(nvinfer: Nvinfer, config: Any, target: str) -> None:
    """Say what compute capabilities to build for."""
    known, wanted = nvinfer.capabilities(), target.split("-")
    config.num_compute_capabilities = len(wanted)
    for number, name in enumerate(wanted):
        if name not in known:
            raise EngineError(f"{name} is no target of TensorRT-RTX {nvinfer.version}; there are {', '.join(known)}")
        if not config.set_compute_capability(getattr(nvinfer.api.ComputeCapability, name.upper()), number):
            raise EngineError(f"TensorRT-RTX refuses the target {name}: {nvinfer.complaint()}")


def _tensors(api: Any, found: list[Any]) -> tuple[TensorSpec, ...]:
    """Describe tensors of a network, which must be float32 with a free batch axis."""
    for tensor in found:
        if tensor.dtype != api.float32 or len(tensor.shape) < 1 or tensor.shape[0] != -1:
            raise EngineError(
                f"tensor {tensor.name} is {tensor.dtype} {tuple(tensor.shape)}; it must be float32, with any batch"
            )
    return tuple(TensorSpec(tensor.name, tuple(int(size) for size in tensor.shape)[1:]) for tensor in found)


def _in_order(found: tuple[TensorSpec, ...], wanted: tuple[TensorSpec, ...]) -> tuple[TensorSpec, ...]:
    """Sort tensors as the manifest has them; others stay at the end, for `Engine.check` to refuse."""
    places = {tensor.name: place for place, tensor in enumerate(wanted)}
    return tuple(sorted(found, key=lambda tensor: places.get(tensor.name, len(places))))
