"""The figures about emotions that are data (`emotions.json`, where each says its source)."""

import json
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from voxrig.runtime.animation.emotion import CATEGORIES


def _table() -> dict[str, Any]:
    text = files("voxrig.runtime.animation").joinpath("emotions.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _conflicts(pairs: Mapping[str, Mapping[str, float]]) -> tuple[tuple[float, ...], ...]:
    def of(one: str, other: str) -> float:
        return float(pairs.get(one, {}).get(other, pairs.get(other, {}).get(one, 0.0)))

    return tuple(tuple(of(one, other) for other in CATEGORIES) for one in CATEGORIES)


_TABLE: Final = _table()

VAD: Final[tuple[tuple[float, ...], ...]] = tuple(tuple(_TABLE["vad"]["values"][name]) for name in CATEGORIES)
"""Valence, arousal and dominance of each category at its full strength, as `CATEGORIES`."""
CONFLICTS: Final = _conflicts(_TABLE["conflicts"]["pairs"])
"""How far two categories keep each other off a face: 0 not at all, 1 wholly; symmetrical, rows as `CATEGORIES`."""
BLENDS: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {name: blend for group in _TABLE["aliases"].values() for name, blend in group["blends"].items()}
)
"""Alias as it is written -> category, or region.category, -> 0 to 1."""
GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {group: tuple(entry["blends"]) for group, entry in _TABLE["aliases"].items()}
)
"""Where the aliases come from (everyday, nvidia, emonet) -> their names."""
