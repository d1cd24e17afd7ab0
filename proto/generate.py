"""Make the Python bindings of the protocol from its .proto file.

Run `python proto/generate.py` after a change of `voxrig/v1/performance.proto`, and check the result in. The generator
is pinned at the lowest supported version: newer protobuf runtimes load older generated code, never the reverse.
"""

import sys
from importlib import resources
from importlib.metadata import version
from pathlib import Path

GENERATOR_VERSION = "1.75.1"
ROOT = Path(__file__).resolve().parent
SOURCE = "voxrig/v1/performance.proto"
OUTPUTS = (
    "voxrig/v1/performance_pb2.py",
    "voxrig/v1/performance_pb2.pyi",
    "voxrig/v1/performance_pb2_grpc.py",
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
        status = protoc.main(
            [
                "protoc",
                f"--proto_path={ROOT}",
                f"--proto_path={well_known}",
                f"--python_out={target}",
                f"--pyi_out={target}",
                f"--grpc_python_out={target}",
                SOURCE,
            ]
        )
    if status != 0:
        raise RuntimeError(f"protoc refused {ROOT / SOURCE} with status {status}; its message is above")
    return [target / name for name in OUTPUTS]


if __name__ == "__main__":
    for path in generate(ROOT):
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
