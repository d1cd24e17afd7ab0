"""Changes to what JSON and msgpack hold: maps, lists and plain values stay such, and one of them becomes another."""

from random import Random
from typing import Any, Final

_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 0.5, -0.0, 1e308, float("inf"), float("nan"), 2**31, 2**32, 2**63, -(2**63)),
    *("", "0", "1/0", "NaN", "\ud83d", "é", "\0", "a" * 300, 10**400, 10**4299, [], {}, [[]], {"": ""}, [0] * 20),
)


def changed(tree: Any, chance: Random) -> Any:
    """Return a tree with one place of it changed; `tree` is left as it was."""
    places = _places(tree)
    path = chance.choice(places)
    return _at(tree, path, chance)


def _places(tree: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), tree)]
    while waiting and len(found) < 2000:
        path, node = waiting.pop()
        found.append(path)
        if isinstance(node, dict):
            waiting += [((*path, key), value) for key, value in node.items()]
        elif isinstance(node, list):
            waiting += [((*path, place), value) for place, value in enumerate(node)]
    return found


def _at(node: Any, path: tuple[Any, ...], chance: Random) -> Any:
    if not path:
        return _other(node, chance)
    if isinstance(node, dict):
        return {key: _at(value, path[1:], chance) if key == path[0] else value for key, value in node.items()}
    return [_at(value, path[1:], chance) if place == path[0] else value for place, value in enumerate(node)]


def _other(node: Any, chance: Random) -> Any:
    way = chance.randrange(4)
    if way == 0:
        return chance.choice(_VALUES)
    if isinstance(node, dict) and node:
        key = chance.choice(list(node))
        if way == 1:
            return {name: value for name, value in node.items() if name != key}
        name = str(key)[:-1] if way == 2 else f"{key}{chance.choice('x.0 ')}"
        return node | {name: node[key]}
    if isinstance(node, list) and node:
        place = chance.randrange(len(node))
        return node[:place] + node[place + 1 :] if way == 1 else [*node[:place], node[place], *node[place:]]
    if isinstance(node, bool):
        return not node
    if isinstance(node, int):
        return float(node % (1 << 64)) if way == 3 else node + chance.choice((-1, 1, 256, -256, 1 << 16, 1 << 32))
    if isinstance(node, float):
        return chance.choice((-node, node * 1e9, node * 1e-9, node + 1.0))
    if isinstance(node, str | bytes) and node:
        place = chance.randrange(len(node))
        filler = node[place : place + 1] * chance.choice((0, 2, 40))
        return node[:place] + filler + node[place + 1 :]
    return chance.choice(_VALUES)
