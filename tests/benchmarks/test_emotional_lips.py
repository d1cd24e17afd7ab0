"""Does an emotion cost the lips anything? Each at full intensity on the same clips, every layer on, by one scorer.

    python -m pytest tests/benchmarks/test_emotional_lips.py -m benchmarks -s

The clips are those of voices kept out of all training; the scorer is that of test_lips.py. The table goes to
out/emotional_lips.json and .md too.
"""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from rich.table import Table
from side_by_side import clips
from side_by_side.animators import Voxrig
from side_by_side.lips import load_head
from side_by_side.summary import summarise

from voxrig.runtime.animation.character import SPEECH_ALONE, Character
from voxrig.runtime.animation.emotion import CATEGORIES, everywhere
from voxrig.runtime.animation.temper import Temper
from voxrig.runtime.models import bundle

OUT = Path(__file__).parents[2] / "out"
COLUMNS = ("closure_recall", "false_closure", "rounding_auc", "openness_rho", "lag_ms", "gap_r", "worst_gap_r")

pytestmark = [
    pytest.mark.benchmarks,
    pytest.mark.skipif(find_spec("PIL") is None, reason="the scoring tool needs pillow: pip install pillow"),
    pytest.mark.skipif(
        not clips.SHARED.is_dir(), reason="the evaluation speech (../shared) is not beside this checkout"
    ),
]


def test_lips_with_every_emotion(capsys: pytest.CaptureFixture[str]) -> None:
    head, sounds = load_head(), clips.clean(clips.held_out_tts(None))
    characters = {"speech alone": SPEECH_ALONE, "neutral": Character(3, temper=Temper(heard=0.0))} | {
        name: Character(3, temper=Temper(baseline=everywhere(**{name: 1.0}), heard=0.0)) for name in CATEGORIES
    }
    rows: dict[str, dict[str, float]] = {}
    plain: list[np.ndarray] = []
    for name, character in characters.items():
        takes = Voxrig(name, bundle.load(bundle.DEFAULT), character).play(sounds).takes[name]
        gaps = [head.see(take)[0] for take in takes]
        plain = plain or gaps
        alike = [float(np.corrcoef(gap, other)[0, 1]) for gap, other in zip(gaps, plain, strict=True)]
        row = summarise([head.score(take, sound.clip) for take, sound in zip(takes, sounds, strict=True)])
        rows[name] = row | {"gap_r": float(np.mean(alike)), "worst_gap_r": min(alike)}
    write(rows, capsys)
    for name in CATEGORIES:
        assert rows["neutral"]["closure_recall"] - rows[name]["closure_recall"] <= 0.03, name
        assert rows[name]["lag_ms"] == pytest.approx(rows["neutral"]["lag_ms"], abs=17.0), name
        assert rows[name]["worst_gap_r"] >= 0.95, name


def write(rows: dict[str, dict[str, float]], capsys: pytest.CaptureFixture[str]) -> None:
    """Show the table, and write it."""
    OUT.mkdir(exist_ok=True)
    (OUT / "emotional_lips.json").write_text(json.dumps(rows, indent=2), encoding="utf-8")
    heads = ["emotion, in full", *(column.replace("_", " ") for column in COLUMNS)]
    cells = [
        [name, *(f"{row[c]:+.0f}" if c == "lag_ms" else f"{row[c]:.3f}" for c in COLUMNS)] for name, row in rows.items()
    ]
    lines = [heads, ["---"] * len(heads), *cells]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
    (OUT / "emotional_lips.md").write_text(text, encoding="utf-8")
    table = Table(*heads, title="lips with every emotion at full intensity, model live")
    for row in cells:
        table.add_row(*row)
    with capsys.disabled():
        Console(width=120).print(table)
