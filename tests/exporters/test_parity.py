"""Parity of network and bundle is measured, for every head and with a reader."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from voxrig.exporters import onnx as face_export  # noqa: E402
from voxrig.exporters.networks.face import FaceNetwork, FaceSize, FaceStep  # noqa: E402
from voxrig.exporters.parity import LIMIT, ParityError, compare  # noqa: E402
from voxrig.runtime.core.features import LogMel  # noqa: E402
from voxrig.runtime.models import bundle  # noqa: E402


@pytest.mark.parametrize(
    ("size", "head"),
    [(FaceSize(width=24), 0), (FaceSize(width=24), 1), (FaceSize(width=24, heads=1, reader=16, ahead=5), 0)],
)
def test_parity_is_measured(tmp_path: Path, size: FaceSize, head: int) -> None:
    torch.manual_seed(3)
    network = FaceNetwork(size)
    step = FaceStep(network, head).eval()
    spec = _spec(network)
    bundle.write(tmp_path / "a.zip", spec, face_export.to_onnx(step, spec))
    loaded = bundle.read(tmp_path / "a.zip")
    parity = compare(network, step, loaded, head)
    assert parity.step <= LIMIT
    assert parity.sequence <= LIMIT
    with torch.no_grad():
        network.articulation[head].bias += 0.01
    with pytest.raises(ParityError, match="differ"):
        compare(network, FaceStep(network, head).eval(), loaded, head)
    with torch.no_grad():
        network.articulation[head].bias += float("nan")
    with pytest.raises(ParityError, match="differ by inf"):
        compare(network, FaceStep(network, head).eval(), loaded, head)


def _spec(network: FaceNetwork) -> bundle.ModelSpec:
    from voxrig.exporters.articulators import CONTROLS
    from voxrig.runtime.models.spec import TensorSpec, Training

    states = tuple(TensorSpec(f"state_{i}", shape) for i, shape in enumerate(network.states()))
    return bundle.ModelSpec.create(
        name="parity", version="1", look_ahead_samples=1950, mel=LogMel(), states=states, controls=CONTROLS,
        training=Training((), "random weights", "a test"), licence="Apache-2.0",
    )  # fmt: skip
