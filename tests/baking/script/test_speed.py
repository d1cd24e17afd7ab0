"""How long 5,000 lines take to read: python -m pytest tests/baking/script/test_speed.py -m benchmarks -s."""

import csv
import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from voxrig.baking.script.dialogue import Dialogue

LINES = 5000
COLUMNS = ("id", "character", "listener", "text", "emotion", "intensity", "tags")


def script() -> dict[str, Any]:
    """Two characters who talk; each line with a mark and two tags."""
    names = ("Guard", "Mira")
    lines = [
        {
            "id": f"line_{number:05d}",
            "character": names[number % 2],
            "listener": names[1 - number % 2],
            "text": "Whoa, [surprise=0.5] hold it right there, will you? The bridge is closed.",
            "emotion": "anger=0.6",
            "intensity": 0.8,
            "tags": "bridge gaze=away, until=closed; 1.2 anger=0.2",
        }
        for number in range(LINES)
    ]
    return {"fps": 60, "characters": {"Guard": {"rig": "metahuman"}, "Mira": None}, "lines": lines}


def table(given: dict[str, Any]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(given["lines"])
    return file.getvalue()


@pytest.mark.benchmarks
@pytest.mark.parametrize("name", ["scene.yaml", "scene.json", "scene.csv"])
def test_five_thousand_lines(read: Callable[..., Dialogue], name: str) -> None:
    given = script()
    if name.endswith("csv"):
        text = table(given)
    else:
        text = json.dumps(given, indent=1) if name.endswith("json") else yaml.safe_dump(given, sort_keys=False)
    start = time.process_time()
    scene = read(text, name)
    seconds = time.process_time() - start
    assert (len(scene.lines), scene.problems) == (LINES, ())
    assert all(len(line.tags) == 3 for line in scene.lines)
    print(f"\n{name}: {LINES} lines in {seconds:.2f} s of CPU, {1e3 * seconds / LINES:.2f} ms a line")
