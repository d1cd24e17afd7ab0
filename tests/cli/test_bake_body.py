"""`voxrig bake` of a body: on where a format is for bones, and as the options say."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voxrig.engine_bridges.readers.take_file import read_take
from voxrig.runtime.core.body.bones import BODY_BONES, bones_of
from voxrig.runtime.core.native import BONES
from voxrig.runtime.models import bundle
from voxrig.runtime.models.mover import MOVER

Call = Callable[..., tuple[int, str, str]]

SHIPPED = bundle.SHIPPED_FOLDER
FEW = ("--jobs", 1, "--no-pictures")
SCRIPT = """
characters: {Ann: {body: "energy=0.5"}, Bo: {body: {sitting: true}}}
lines:
  - {id: l1, character: Ann, listener: Bo, text: "Open the door!", emotion: off, tags: [{at: door, gesture: stop}]}
"""

pytestmark = pytest.mark.usefixtures("shipped_models")


@pytest.fixture
def clip(tmp_path: Path, speech: Callable[..., np.ndarray]) -> Path:
    """0.5 s at 16 kHz."""
    path = tmp_path / "clip.wav"
    soundfile.write(path, speech(0.5, 16_000), 16_000, subtype="FLOAT")
    return path


@pytest.fixture
def movers(tmp_path: Path) -> Path:
    """A folder with the bundle `hers`: a body of another name and checksum, that otherwise is the shipped one."""
    folder = tmp_path / "movers"
    folder.mkdir()
    shipped = bundle.read(SHIPPED / MOVER)
    # An unknown field of a protocol buffer, which readers pass over.
    bundle.write(folder / "hers", replace(shipped.spec, name="hers"), shipped.model + b"\xc2\x3e\x01x")
    return folder


@pytest.fixture
def layers(voxrig: Call, clip: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """`layers("take.bvh", "--body", "off")`: the layers that were on."""

    def call(name: str, *options: object) -> list[str]:
        code, out, err = voxrig("bake", clip, "-o", tmp_path / name, "--json", *options)
        assert (code, err) == (0, "")
        told: list[str] = json.loads(out)["layers"]
        return told

    return call


@pytest.mark.parametrize("name", ["take.bvh", "take.vrma", "take.glb", "take.anim", "take.usda", "take.curves.json"])
def test_files_for_bones_get_a_body_unless_it_is_off(layers: Callable[..., list[str]], name: str) -> None:
    assert "body" in layers(name)
    assert "body" not in layers(name, "--body", "off")


@pytest.mark.parametrize("name", ["take.csv", "take.a2f.json", "take.vxtake", "take.metahuman.csv"])
def test_other_files_get_one_where_it_is_asked_for(layers: Callable[..., list[str]], name: str) -> None:
    assert "body" not in layers(name)
    assert "body" in layers(name, "--body", "on")


def test_parts_and_manner(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    def taken(*options: str) -> Any:
        assert voxrig("bake", clip, "-o", tmp_path / "take.vxtake", *options)[0] == 0
        return read_take(tmp_path / "take.vxtake").take

    assert taken().bones == BONES
    assert taken("--body", "on").bones == (*BONES, *BODY_BONES)
    assert taken("--body", "arms,torso,energy=0.5").bones == (*BONES, *bones_of(("torso", "arms")))
    thigh = len(BONES) + BODY_BONES.index("thigh_l")
    standing, sitting = (taken("--body", text).quaternions[0, thigh] for text in ("on", "sitting"))
    assert abs(standing[3]) > 0.95 > abs(sitting[3])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tail", "body has 'tail'; give on, off, or some of torso, arms, fingers, legs, sitting, mirror"),
        ("energy=2", "body: energy is '2'; it must be a number from -1 to 1"),
    ],
)
def test_a_body_that_cannot_be(voxrig: Call, clip: Path, tmp_path: Path, text: str, message: str) -> None:
    code, out, err = voxrig("bake", clip, "-o", tmp_path / "take.bvh", "--body", text)
    assert (code, out) == (1, "")
    assert message in err
    assert not (tmp_path / "take.bvh").exists()


def test_a_dialogues_characters_have_the_bodies_of_their_sheets(
    voxrig: Call, tmp_path: Path, speech: Callable[..., np.ndarray]
) -> None:
    script = tmp_path / "door.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    soundfile.write(tmp_path / "l1.wav", speech(1.5, 16_000), 16_000)

    def bake(*options: str) -> dict[str, Any]:
        code, _, err = voxrig("bake", script, "-o", tmp_path / "out", *FEW, *options)
        assert (code, err) == (0, "")
        told: dict[str, Any] = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
        return {
            name: read_take(tmp_path / "out" / "take" / f"{name}.vxtake").take for name in ("l1", "l1_listener")
        } | {"warnings": [text for one in told["lines"] for text in one["warnings"]]}

    both = bake("-f", "take,bvh")
    assert both["l1"].bones == both["l1_listener"].bones == (*BONES, *BODY_BONES)
    thigh = len(BONES) + BODY_BONES.index("thigh_l")
    assert both["l1"].quaternions[0, thigh, 3] > 0.95 > both["l1_listener"].quaternions[0, thigh, 3]
    assert "gesture" not in str(both["warnings"])

    alone = bake("-f", "take")
    assert alone["l1"].bones == BONES
    assert "none of the formats is for one" in str(alone["warnings"])
    assert bake("-f", "take", "--body", "on")["l1"].bones == (*BONES, *BODY_BONES)
    assert bake("-f", "take,bvh", "--body", "off")["l1"].bones == BONES


def test_a_dialogue_takes_no_more_than_a_switch(voxrig: Call, tmp_path: Path) -> None:
    (tmp_path / "door.yaml").write_text(SCRIPT, encoding="utf-8")
    code, _, err = voxrig("bake", tmp_path / "door.yaml", "-o", tmp_path / "out", "--body", "arms")
    assert code == 1
    assert "--body arms: of a dialogue give on or off; the rest belongs to a character's sheet, as body" in err


def test_what_moves_a_body_is_chosen_and_said(voxrig: Call, clip: Path, tmp_path: Path, movers: Path) -> None:
    def told(*options: object) -> str:
        code, out, err = voxrig("bake", clip, "-o", *options)
        assert (code, err) == (0, "")
        return out

    assert "; body hers " in told(tmp_path / "take.bvh", "--body-model", movers / "hers")
    assert "; body" not in told(tmp_path / "take.bvh", "--body", "off")
    code, _, err = voxrig("bake", clip, "-o", tmp_path / "t.csv", "--body-model", movers / "hers")
    assert code == 1
    assert "--body-model has no effect without a body; give --body on, or write a format for bones" in err
    code, _, err = voxrig("bake", clip, "-o", tmp_path / "take.bvh", "--body-model", "his")
    assert code == 1
    assert "there is no bundle 'his'" in err


def test_a_dialogue_is_baked_again_for_another_body(
    voxrig: Call, tmp_path: Path, speech: Callable[..., np.ndarray], movers: Path
) -> None:
    script = tmp_path / "door.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    soundfile.write(tmp_path / "l1.wav", speech(1.0, 16_000), 16_000)

    def bake(*options: object) -> tuple[int, int]:
        code, out, err = voxrig("bake", script, "-o", tmp_path / "out", *FEW, "-f", "bvh", "--json", *options)
        assert (code, err) == (0, "")
        told = json.loads(out)
        return told["baked"], told["unchanged"]

    chosen = ("--body-model", movers / "hers")
    assert [bake(*chosen), bake(*chosen), bake()] == [(2, 0), (0, 2), (2, 0)]
    code, _, err = voxrig("bake", script, "-o", tmp_path / "csv", *FEW, "-f", "csv", *chosen)
    assert code == 1
    assert "--body-model has no effect" in err
