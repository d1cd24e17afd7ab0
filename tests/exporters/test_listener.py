"""The bundle of a network that hears emotion does what the network does, and says what it is."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from voxrig.exporters.emotions import CLASSES, categories, points  # noqa: E402
from voxrig.exporters.listener import TRAINING, compare, export_listener  # noqa: E402
from voxrig.exporters.networks.emotion import Ears, EmotionStep, Judge  # noqa: E402
from voxrig.exporters.parity import LIMIT, ParityError  # noqa: E402
from voxrig.runtime.animation.emotion import CATEGORIES  # noqa: E402
from voxrig.runtime.models import bundle, contract  # noqa: E402
from voxrig.runtime.models.onnx import OnnxModel  # noqa: E402
from voxrig.runtime.models.spec import HEARD  # noqa: E402


def sound(steps: int, count: int = 2) -> np.ndarray:
    """Rows of something that is voiced now and then, float32[count, 6 * steps, 131]."""
    random = np.random.default_rng(1)
    rows = random.normal(-8, 2, (count, 6 * steps, 131)).astype(np.float32)
    voiced = np.repeat(random.random((count, steps)) < 0.7, 6, axis=1)
    rows[..., 128] = -30 + 5 * rows[..., 0]
    rows[..., 129] = np.where(voiced, random.uniform(80, 300, voiced.shape), 0)
    rows[..., 130] = np.where(voiced, random.uniform(0.55, 1, voiced.shape), 0.3)
    return rows


def test_network_and_bundle_agree(tmp_path: Path) -> None:
    torch.manual_seed(5)
    ears, judges = Ears(64), [Judge(8).eval(), Judge(8).eval()]
    spec, most = export_listener(ears, judges, 0.3, sound(60), tmp_path / "l.zip", name="l", version="1")
    assert most <= LIMIT
    assert (spec.role, spec.controls, spec.training) == ("emotion", HEARD, TRAINING)
    exported = bundle.read(tmp_path / "l.zip")
    assert OnnxModel(exported).spec == spec
    contract.verify_batch_invariance(OnnxModel(exported), sound(8, 33).reshape(33, 8, -1), (2, 3, 8, 17, 32, 33))
    with torch.no_grad():
        list(judges[0])[1].bias += 1.0
    with pytest.raises(ParityError, match="torch and ONNX differ by"):
        compare(EmotionStep(ears, judges, 0.3).eval(), exported, sound(60))


def test_nothing_is_left_of_a_bundle_that_differs(tmp_path: Path) -> None:
    judges = [Judge(8).eval()]
    with torch.no_grad():
        list(judges[0])[-1].bias[0] = float("nan")
    with pytest.raises(ParityError):
        export_listener(Ears(64), judges, 1.0, sound(20), tmp_path / "l", name="l", version="1")
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_bundle_names_its_data() -> None:
    spec = bundle.load("listener", "emotion").spec
    assert spec.training == TRAINING
    assert "no licence text was seen" in spec.training.data[0].licence


def test_classes_are_shares_of_neutral_and_the_categories() -> None:
    shares = categories()
    assert torch.allclose(shares.sum(1), torch.ones(len(CLASSES)))
    for name in ("surprise", "contempt"):
        assert (shares[:, 1 + CATEGORIES.index(name)] == 0).all()
    assert shares[CLASSES.index("boredom"), 0] > 0.5
    assert (points()[CLASSES.index("neutral")] == 0).all()
    assert points()[CLASSES.index("anger"), 1] > 0.5 > 0 > points()[CLASSES.index("boredom"), 1]
