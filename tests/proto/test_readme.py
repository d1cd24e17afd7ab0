"""proto/README.md is true: its worked example runs, its byte layout is the real one, its tables have the real names."""

import asyncio
import re
from pathlib import Path

import numpy as np

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.server import running
from voxrig.runtime.serving.settings import Settings

README = (Path(__file__).resolve().parents[2] / "proto" / "README.md").read_text(encoding="utf-8")


async def test_the_worked_example_runs(tiny_bundle: Bundle, speech):
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    scope: dict[str, object] = {}
    exec(compile(example, "proto/README.md", "exec"), scope)
    async with running(Settings(port=0, models=(str(tiny_bundle.path),))) as server:
        names, values = await asyncio.to_thread(scope["perform"], server.target, speech(1.0, 24000))
    assert names[0] == "EyeBlinkLeft"
    assert values.shape == (60, len(names))
    assert np.ptp(values, axis=0).max() > 0.01


def test_the_byte_layout():
    lines = re.findall(r"^ +(?:values  +)?((?:[0-9a-f]{2} +){12})(.*?)  +frame \d+$", README, re.MULTILINE)
    assert len(lines) == 2
    for hexadecimal, numbers in lines:
        assert np.frombuffer(bytes.fromhex(hexadecimal.replace(" ", "")), "<f4").tolist() == [
            float(number) for number in numbers.split()
        ]


def test_every_metric_is_explained():
    explained = set(re.findall(r"`(\w+)(?:_…)?`", README[README.index("## Describe") :]))
    for name in Metrics().snapshot():
        assert re.sub(r"_(mean|p50|p99|max)$", "", name) in explained
