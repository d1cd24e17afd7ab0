"""ARKit takes as the JSON that NVIDIA's Audio2Face exports, for whatever imports that: Unreal, Maya, Blender, Unity.

One object: `exportFps` (a whole number where the rate is whole), `trackPath` (the sound), `numPoses`, `numFrames`,
`facsNames` (ARKit's 52 as `eyeBlinkLeft`), `weightMat` (a row a frame, six decimals), and `joints`, `rotations`,
`translations`. Audio2Face's joints stand at the places of its own character, which are not ours to know: the three are
there, with no joint in them. The look of the eyes is among the weights, the turn of the head is not in this format.
"""

import json
from pathlib import Path

from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.runtime.core.arkit import ARKIT_LOCATIONS, ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip


def write_a2f_json(clip: Clip, path: Path) -> None:
    """Write the clip's performance to `path`, whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    take = clip.arkit()
    fps = take.fps.fraction
    weights = take.values[:, [take.names.index(name) for name in ARKIT_SHAPES]]
    head = {
        "exportFps": int(fps) if fps.denominator == 1 else float(fps),
        "trackPath": clip.sound,
        "numPoses": len(ARKIT_SHAPES),
        "numFrames": len(take),
        "facsNames": ARKIT_LOCATIONS,
    }
    nothing: list[list[object]] = [[] for _ in range(len(take))]
    tail = {"joints": [], "rotations": nothing, "translations": nothing}
    with whole_text_file(path) as file:
        file.write("{\n" + "".join(f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items()))
        rows = (json.dumps([round(float(value), 6) + 0.0 for value in frame]) for frame in weights)  # no -0.0
        file.write('"weightMat": [\n' + ",\n".join(rows) + "\n],\n")
        file.write(",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in tail.items()) + "\n}\n")
