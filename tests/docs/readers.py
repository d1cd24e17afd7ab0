"""Blocks that are files of Voxrig, read by what reads such files; others by their language's own reader."""

import csv
import io
import json
import re
import tomllib
from pathlib import Path

import yaml
from blocks import ROOT, Block

from voxrig.baking.script.reading import read_dialogue
from voxrig.runtime.animation.overrides import overrides_from_json
from voxrig.runtime.animation.style_json import style_from_source
from voxrig.runtime.serving import settings

_GODOT = ROOT / "engine_bridges" / "godot" / "godot4" / "addons" / "voxrig" / "character.gd"


def check(block: Block, path: Path) -> None:
    """Read a block, which lies in `path`, as what its name or language says. Raises where it is none."""
    match block.language:
        case "toml" if block.name.startswith(("server", "settings")):
            assert settings.load(path)
        case "toml":
            assert tomllib.loads(block.text)
        case "yaml" if "lines:" in block.text:
            assert [str(problem) for problem in read_dialogue(path).problems] == []
        case "yaml":
            assert yaml.safe_load(block.text)
        case "json" if block.name.startswith("overrides"):
            assert overrides_from_json(block.text, 60.0).entries
        case "json" if block.name.startswith("style"):
            assert not style_from_source(str(path)).is_natural
        case "json":
            assert json.loads(block.text)
        case "csv":
            rows = list(csv.reader(io.StringIO(block.text), strict=True))
            assert len({len(row) for row in rows}) == 1, f"{block.place}: rows of different length"
        case "gdscript":
            offered = set(re.findall(r"^(?:func|signal|@export var|var) (\w+)", _GODOT.read_text("utf-8"), re.M))
            used = re.findall(r"\$VoxrigCharacter\.(\w+)", block.text)
            assert used, f"{block.place}: nothing of VoxrigCharacter"
            assert set(used) <= offered, f"{block.place}: a VoxrigCharacter has no {set(used) - offered}"
        case other:
            raise AssertionError(f"{block.place}: nothing here reads {other or 'a block without a language'}")
