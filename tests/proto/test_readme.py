"""proto/README.md is true: its worked example runs, its byte layout is the real one, its tables have the real names."""

import asyncio
import json
import re
from pathlib import Path

import msgpack
import numpy as np
import pytest

from voxrig.ace.a2f_pb2 import BlendShapeParameters, EmotionParameters, EmotionPostProcessingParameters
from voxrig.runtime.animation.character import LIFE_KEYS
from voxrig.runtime.animation.cue_values import CueError
from voxrig.runtime.animation.cues import CUE_NAMES, read_cue
from voxrig.runtime.animation.emotion import CATEGORIES, REGIONS
from voxrig.runtime.animation.emotion_names import AXES
from voxrig.runtime.core.body.bones import BODY_BONES, PARTS
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.a2f.emotions import NAMES
from voxrig.runtime.serving.a2f.face import PARAMETERS, WITHOUT_EFFECT
from voxrig.runtime.serving.families import Families
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


def test_the_packet_of_the_engine_link():
    [(length, payload, content)] = re.findall(
        r"^ +((?:[0-9a-f]{2} ){4}) +\d+ bytes follow:\n +((?:[0-9a-f]{2} )+) +(\{.*\})$", README, re.MULTILINE
    )
    packed = bytes.fromhex(payload.replace(" ", ""))
    assert int.from_bytes(bytes.fromhex(length.replace(" ", "")), "little") == len(packed)
    assert msgpack.unpackb(packed) == json.loads(content)


def section(cue: str) -> str:
    """What the page says of a cue, up to the next heading; of the style, its table."""
    start = README.index("## Style") if cue == "style" else README.index(f"### The cue `{cue}`")
    return README[start : README.index("\n##", start + 1)]


@pytest.mark.parametrize("cue", CUE_NAMES)
def test_every_key_of_every_cue_is_explained_and_no_other(cue):
    said = section(cue)
    if cue == "emotion":
        for name in ("transition", "hold", *AXES, *CATEGORIES, "neutral", *(f"{region}." for region in REGIONS)):
            assert f"`{name}`" in said
        for name in re.findall(r"`(\w+)`", said[said.index("The categories are") :]):
            assert read_cue("emotion", {name: 1.0}), name
        return
    with pytest.raises(CueError, match="there are") as refused:
        read_cue(cue, {"?": 1.0})
    known = set(str(refused.value).partition("there are ")[2].split(", "))
    assert {key for key in known if f"`{key}`" not in said} == set()
    table = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", said, re.MULTILINE)
    assert {key for row in table for key in re.findall(r"\w+", row)} <= known | {"preset"}


def test_the_cues_of_the_examples_are_cues():
    given = re.findall(r'cue \{name "(\w+)", media_sample \d+,\s+values \{([^}]*)\}', README)
    assert {name for name, _ in given} == {"style", "emotion", "gaze", "blink", "gesture", "point"}
    for name, values in given:
        assert read_cue(name, {key: float(value) for key, value in (pair.split() for pair in values.split(", "))})


def test_the_bodys_parts_and_bones_are_explained():
    said = README[README.index("## Body") : README.index("### The cue `gesture`")]
    assert {part for part in PARTS if f"`{part}`" not in said} == set()
    stems = {re.sub(r"(_0\d)?(_[lr])?$", "", bone) for bone in BODY_BONES}
    assert {stem for stem in stems if not re.search(rf"`{stem}(_0\d)?(_[lr])?`", said)} == set()
    assert f"{len(BODY_BONES)} bones" in said


def test_every_option_of_life_is_explained():
    life = README[README.index("## Life") : README.index("### The cue")]
    assert {key for key in LIFE_KEYS if f"`{key}`" not in life} == set()


def test_every_metric_is_explained():
    said = README[README.index("## Describe") : README.index("### For Prometheus")]
    explained = set(re.findall(r"`(\w+)(?:_…)?`", said))
    for name in Metrics().snapshot():
        stage = re.fullmatch(r"stage_(\w+)_seconds", name)
        assert (stage[1] if stage else re.sub(r"_(count|mean|p50|p99|max)$", "", name)) in explained


def test_every_number_for_prometheus_is_named(tiny_bundle: Bundle):
    said = README[README.index("### For Prometheus") : README.index("## Engine link")]
    for family in Families(Metrics(), "1", lambda: [tiny_bundle.spec], 1).collect():
        suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
        assert f"`{family.name}{suffix}`" in said


def test_every_parameter_of_audio2face_is_explained():
    said = README[README.index("## NVIDIA Audio2Face-3D") :]
    acting, idle = said.split("Accepted without effect:")
    processing = EmotionPostProcessingParameters.DESCRIPTOR.fields_by_name
    shapes, emotion = BlendShapeParameters.DESCRIPTOR.fields_by_name, EmotionParameters.DESCRIPTOR.fields_by_name
    assert {name for name in (*PARAMETERS, *processing, *shapes, *emotion) if f"`{name}`" not in acting} == set()
    assert {name for name in WITHOUT_EFFECT if f"`{name}`" not in idle} == set()
    assert all(name in acting for name in NAMES)
