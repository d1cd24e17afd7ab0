"""Make the Python bindings of the protocols from their .proto files.

Run `python proto/generate.py` after a change of a .proto file here, and check the result in. The generator is pinned at
the lowest supported version: newer protobuf runtimes load older generated code, never the reverse.
"""

import sys
from importlib import resources
from importlib.metadata import version
from pathlib import Path

GENERATOR_VERSION = "1.75.1"
ROOT = Path(__file__).resolve().parent
SERVICES = ("voxrig/v1/performance.proto", "voxrig/ace/a2f_controller.proto")
"""Files with a service, of which there are `_grpc` bindings too."""
MESSAGES = tuple(
    f"voxrig/ace/{name}.proto"
    for name in ("a2f", "animation_data", "audio", "controller", "emotion_aggregate", "emotion_with_timecode", "status")
)
SOURCES = (*SERVICES, *MESSAGES)
OUTPUTS = tuple(
    source.removesuffix(".proto") + end
    for source in SOURCES
    for end in ("_pb2.py", "_pb2.pyi", *(("_pb2_grpc.py",) if source in SERVICES else ()))
)


def generate(target: Path) -> list[Path]:
    """Write the bindings under the existing folder `target` and return their paths.

    Raises RuntimeError where grpcio-tools is not the pinned version, or the .proto file does not compile.
    """
    installed = version("grpcio-tools")
    if installed != GENERATOR_VERSION:
        raise RuntimeError(
            f"grpcio-tools {installed} is installed, but bindings are made with {GENERATOR_VERSION}: "
            f"pip install grpcio-tools=={GENERATOR_VERSION}"
        )
    from grpc_tools import protoc

    with resources.as_file(resources.files("grpc_tools") / "_proto") as well_known:
        paths = ["protoc", f"--proto_path={ROOT}", f"--proto_path={well_known}"]
        messages = [f"--python_out={target}", f"--pyi_out={target}", *SOURCES]
        status = protoc.main([*paths, *messages]) or protoc.main([*paths, f"--grpc_python_out={target}", *SERVICES])
    if status != 0:
        raise RuntimeError(f"protoc refused a file of {ROOT} with status {status}; its message is above")
    return [target / name for name in OUTPUTS]


if __name__ == "__main__":
    for path in generate(ROOT):
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
