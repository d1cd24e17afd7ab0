"""Reads the JSON of MetaHuman curves, with straight lines and slerps between keys."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from voxrig.runtime.core.take import Take

from .turns import Floats, slerped, turned_apart


def read_curves(path: Path) -> dict[str, Any]:
    """The whole file."""
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def curves_apart(data: Mapping[str, Any], take: Take) -> float:
    """The largest error of a curve at any frame."""
    frames, worst = np.arange(data["frames"]), 0.0
    for place, name in enumerate(take.names):
        keys = np.array(data["curves"].get(name, [[0, 0.0]]))
        worst = max(worst, float(np.abs(np.interp(frames, keys[:, 0], keys[:, 1]) - take.controls[:, place]).max()))
    return worst


def bones_apart(data: Mapping[str, Any], take: Take) -> float:
    """The largest error of a bone at any frame, in radians."""
    worst = 0.0
    for place, name in enumerate(take.bones):
        worst = max(worst, float(turned_apart(_bone(data, name), take.quaternions[:, place]).max()))
    return worst


def _bone(data: Mapping[str, Any], name: str) -> Floats:
    keys = np.array(data["bones"][name], np.float64)
    turns = keys[:, 1:] / np.linalg.norm(keys[:, 1:], axis=1, keepdims=True)
    return np.array([slerped(keys[:, 0], turns, frame) for frame in range(data["frames"])])
