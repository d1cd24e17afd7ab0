"""Learning from a camera how a mouth moves."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from voxrig.exporters.articulators import index  # noqa: E402
from voxrig.exporters.coarticulation import Mouth, by_rule, captured, trajectories  # noqa: E402
from voxrig.exporters.datasets.speech import Clip  # noqa: E402
from voxrig.exporters.phonetics import CLASSES  # noqa: E402
from voxrig.exporters.training.articulation import FITTED, fit, learned, likeness, to_json  # noqa: E402


@pytest.fixture(scope="module")
def clips(data: Path) -> list[Clip]:
    """Clips of a mouth whose jaw opens twice as far as the tables say, and later."""
    rule = by_rule()
    targets, windows = rule.targets.copy(), rule.windows.copy()
    targets[:, index("jaw")] *= 1.8
    windows[index("jaw")] = (0.05, 0.03, -0.02)
    mouth = Mouth(targets, rule.insists, windows)
    random, out = np.random.default_rng(3), []
    for number in range(6):
        sounds = random.choice(["a", "p", "i", "t", "æ", "m", "s", "ɛ", "u"], 5)
        phones = tuple((str(s), 0.12 + 0.09 * i, 0.21 + 0.09 * i) for i, s in enumerate(sounds))
        path = data / "tts" / "audio" / "t0.opus"
        out.append(Clip(f"c{number}", "grid_s1", "s", path, phones, trajectories(phones, 48, mouth), frozenset(FITTED)))
    return out


def test_what_was_seen_is_learned(clips: list[Clip]) -> None:
    mouth = learned(fit(clips, 40))
    before, after = likeness(by_rule(), clips), likeness(mouth, clips)
    assert after["jaw r"] > before["jaw r"]
    assert after["jaw r"] > 0.95
    opened = mouth.targets[CLASSES.index("a"), index("jaw")]
    assert opened > 1.3 * by_rule().targets[CLASSES.index("a"), index("jaw")]
    untouched = [i for i in range(mouth.targets.shape[1]) if i not in [index(name) for name in FITTED]]
    assert np.array_equal(mouth.targets[:, untouched], by_rule().targets[:, untouched])


def test_what_is_written_is_what_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from voxrig.exporters import coarticulation

    path = tmp_path / "mouth.json"
    path.write_text(to_json(captured(), "a test"), encoding="utf-8")
    monkeypatch.setattr(coarticulation, "CAPTURED_FILE", path)
    again = captured.__wrapped__()
    for table in ("targets", "insists", "windows"):
        assert np.allclose(getattr(again, table), getattr(captured(), table), atol=1e-4)
