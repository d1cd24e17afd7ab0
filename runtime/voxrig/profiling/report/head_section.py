"""What was profiled, where and how: the facts that a figure is worth nothing without."""

from collections.abc import Iterable
from typing import Any, Final

from voxrig.profiling.record_values import Record, figure, found, parts
from voxrig.profiling.report.escaping import escaped
from voxrig.profiling.report.words import megabytes, percent, quantity

_SETTINGS: Final = {
    "rig": "rig",
    "fps": "frames a second",
    "sample_rate": "samples a second",
    "look_ahead_ms": "look-ahead, ms",
    "chunk_ms": "chunk, ms",
    "margin_ms": "playout margin, ms",
    "seconds": "seconds a run",
}
"""What settings are called; others are told by their keys."""

Fact = tuple[str, str]


def head_section(record: Record) -> str:
    """Return the page's head: title, when and by what command, and three cards of facts."""
    cards = (("Machine", _machine(record)), ("Server", _server(record)), ("Settings", _settings(record)))
    told = "".join(f"<section><h2>{name}</h2><dl>{_facts(facts)}</dl></section>" for name, facts in cards)
    when, command = found(record, "when"), found(record, "command")
    return (
        f"<header><h1>Voxrig profile</h1><p>{escaped(_moment(when))}</p>"
        f"<p><code>{escaped(command or 'command not told')}</code></p></header>"
        f'<div class="cards">{told}</div>'
    )


def _facts(facts: Iterable[Fact]) -> str:
    return "".join(f"<dt>{escaped(name)}</dt><dd>{escaped(value)}</dd>" for name, value in facts)


def _machine(record: Record) -> list[Fact]:
    machine = found(record, "machine")
    cores = figure(machine, "cores")
    return [
        ("system", _text(found(machine, "system"))),
        ("processor", _text(found(machine, "processor"))),
        ("cores", "not told" if cores is None else f"{cores:g}"),
        ("memory", megabytes(figure(machine, "memory_bytes"))),
        ("Python", _text(found(machine, "python"))),
        *((str(key), _text(value)) for key, value in _others(machine, "system processor cores memory_bytes python")),
    ]


def _server(record: Record) -> list[Fact]:
    server = found(record, "server")
    here = found(server, "started_here")
    models = [
        f"{_text(found(model, 'name'))} {found(model, 'version') or ''} ({str(found(model, 'sha256') or '')[:8]})"
        for model in parts(server, "models")
    ]
    ready, first = (figure(record, "cold_start", key) for key in ("ready_s", "first_frame_s"))
    overhead = [percent(figure(record, "overhead", f"{side}_share")) for side in ("server", "client")]
    how = found(record, "overhead", "how")
    return [
        ("version", _text(found(server, "version"))),
        ("target", f"{_text(found(server, 'target'))}{', started for this profile' if here is True else ''}"),
        ("processes", _text(found(server, "processes"))),
        ("models", ", ".join(models) or "not told"),
        ("cold start", f"ready {quantity(ready, 's')}, first frame {quantity(first, 's')}"),
        ("measuring costs", f"server {overhead[0]}, client {overhead[1]}{f' ({how})' if how else ''}"),
    ]


def _settings(record: Record) -> list[Fact]:
    settings = found(record, "settings")
    facts = [(name, _setting(found(settings, key))) for key, name in _SETTINGS.items()]
    return facts + [(str(key), _setting(value)) for key, value in _others(settings, " ".join(_SETTINGS))]


def _others(part: Any, told: str) -> list[tuple[Any, Any]]:
    return [(key, value) for key, value in (part or {}).items() if key not in told.split()]


def _setting(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(one)}" for key, one in value.items()) or "defaults"
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "not told" if value is None or value == "" else f"{value:g}" if isinstance(value, float) else str(value)


def _moment(when: Any) -> str:
    return str(when).replace("T", " ").replace("Z", " UTC") if when else "when is not told"
