"""The same session in another process: frames don't depend on what was compiled there, or when."""

import os
import subprocess
import sys
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples"
SESSION = """
import hashlib, sys
import numpy as np, soundfile
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.onnx import OnnxModel

loaded = bundle.load("fast")
samples, rate = soundfile.read(sys.argv[1], dtype="float32")
pipeline = Pipeline(
    loaded.spec, profile("arkit"), FrameRate(60), rate, character=Character(3), listener=shipped_listener()
)
state = pipeline.end(pipeline.push(pipeline.start(), np.pad(samples, (0, rate))))
_, frames = run(pipeline, BatchRunner(OnnxModel(loaded)), state)
print(len(frames), hashlib.sha256(np.stack([frame.values for frame in frames]).tobytes()).hexdigest())
"""


def test_a_process_that_compiles_gives_what_one_gives_that_finds_it_compiled(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", SESSION, str(SAMPLES / "warning.wav")]
    cold, warm = (
        subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout for _ in range(2)
    )
    assert any(tmp_path.rglob("*.nbc")), "nothing was compiled"
    assert int(cold.split()[0]) > 200
    assert cold == warm
