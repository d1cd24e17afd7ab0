"""Which shape keys, curves and bones mean the same."""

from collections.abc import Iterable, Mapping


def key_of(name: str) -> str:
    """Return what two names have in common that mean the same shape.

    Case and underscores don't matter, nor what an exporter puts before a dot, nor `CTRL_expressions_`; `_L` and `_R`
    are `Left` and `Right`.
    """
    key = name.rpartition(".")[2].lower().removeprefix("ctrl_expressions_")
    if key.endswith("_l"):
        key = key[:-2] + "left"
    elif key.endswith("_r"):
        key = key[:-2] + "right"
    return key.replace("_", "")


def matches(curves: Iterable[str], shapes: Iterable[str]) -> Mapping[str, int]:
    """Return for each shape that one of `curves` moves that curve's place; of curves that mean the same, the first."""
    places: dict[str, int] = {}
    for place, name in enumerate(curves):
        places.setdefault(key_of(name), place)
    return {shape: places[key_of(shape)] for shape in shapes if key_of(shape) in places}
