"""Reads Unity's animation clips with PyYAML and draws their curves by Unity's formula. No Unity has run here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import ArrayLike, NDArray

from .turns import Floats

Node = Mapping[str, Any]

HEAD = "%YAML 1.1\n%TAG !u! tag:unity3d.com,2011:\n--- !u!74 &7400000\nAnimationClip:\n"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_clip(path: Path) -> Node:
    """The clip as PyYAML reads it, once Unity's tag is gone, which it takes for a second document's."""
    told = path.read_text(encoding="utf-8")
    assert told.startswith(HEAD)
    (name, node), *others = yaml.load(told.replace("--- !u!74 &7400000", "---"), _LOADER).items()
    assert name == "AnimationClip"
    assert others == []
    return dict(node)


def drawn(curve: Node, seconds: Floats) -> Floats:
    """AnimationCurve.Evaluate as Unity documents it: cubic Hermite, tangents as slopes per second; [times, parts]."""
    keys = curve["m_Curve"]
    times = np.array([key["time"] for key in keys], np.float32).astype(np.float64)
    fields = ("value", "inSlope", "outSlope")
    values, arriving, leaving = (np.array([_parts(key[field]) for key in keys], np.float32) for field in fields)
    out = np.empty((len(seconds), values.shape[1]))
    for row, now in enumerate(seconds):
        after = int(np.searchsorted(times, now, side="right"))
        if after == 0 or after == len(times):
            out[row] = values[min(after, len(times) - 1)]
            continue
        width = times[after] - times[after - 1]
        t = (now - times[after - 1]) / width
        squared, cubed = t * t, t * t * t
        out[row] = (
            (2 * cubed - 3 * squared + 1) * values[after - 1]
            + (cubed - 2 * squared + t) * width * leaving[after - 1]
            + (cubed - squared) * width * arriving[after]
            + (-2 * cubed + 3 * squared) * values[after]
        )
    return out


def mirrored(quaternions: ArrayLike) -> NDArray[np.float64]:
    """FaceAxes.FromQuaternion of the Unity package, both ways: x, y, z, w of shape [..., 4]."""
    return np.asarray(quaternions, float) * [1, -1, -1, 1]


def _parts(value: float | Node) -> list[float]:
    return [value[axis] for axis in "xyzw"] if isinstance(value, Mapping) else [value]
