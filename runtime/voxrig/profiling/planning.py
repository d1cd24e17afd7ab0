"""How many characters a machine takes, computed from a profile: the tables of docs/capacity.md.

    python -m voxrig.profiling.planning PROFILE.json docs/capacity.md

puts them between the page's marks, where they stay as they are until the next profile.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.profiling.record_reading import read_record
from voxrig.profiling.record_values import Record, figure, found, parts, transport_name

CORES: Final = (4, 8, 16, 32, 64)
"""Machines of the table: cores as a cloud counts them (vCPU), and as a profile counts its own machine's."""
HEADROOM: Final = 0.7
"""How much of what was measured is planned for: the rest is for other clips, bursts and neighbours."""
BEGIN: Final = "<!-- planned: begin (python -m voxrig.profiling.planning PROFILE.json docs/capacity.md) -->"
END: Final = "<!-- planned: end -->"


@dataclass(frozen=True, slots=True)
class Planned:
    """What one machine takes.

    Attributes:
        cores: of the machine; as many processes serve.
        characters: by transport, at 60 frames a second.
        memory_bytes: of all processes with the most of these characters; None where it was not measured.
    """

    cores: int
    characters: dict[str, int]
    memory_bytes: float | None


def planned(record: Record, machines: Sequence[int] = CORES, headroom: float = HEADROOM) -> list[Planned]:
    """Return what machines of so many cores take: cores x characters per core x headroom.

    The characters per core are those that `voxrig profile --find-capacity` found; nothing is measured on the machines
    of the table themselves.

    Raises:
        ValueError: the profile has no capacity, or the headroom is no share.
    """
    if not 0 < headroom <= 1:
        raise ValueError(f"a headroom of {headroom:g} is no share; give more than 0, at most 1, such as {HEADROOM:g}")
    per_core = {str(part["transport"]): figure(part, "per_core") for part in parts(record, "capacity")}
    known = {transport: rate for transport, rate in per_core.items() if rate}
    if not known:
        raise ValueError("the profile has no capacity per core; measure one with voxrig profile --find-capacity --json")
    memory = _memory(record)
    rows = []
    for cores in machines:
        characters = {transport: int(cores * rate * headroom) for transport, rate in known.items()}
        need = None if memory is None else cores * memory[0] + max(characters.values()) * memory[1]
        rows.append(Planned(cores, characters, need))
    return rows


def _memory(record: Record) -> tuple[float, float] | None:
    """Return the bytes of a process without characters, and of a character, from the run with the most of them."""
    runs = [
        (sessions, whole, each)
        for run in parts(record, "runs")
        if (sessions := figure(run, "sessions")) is not None
        and (whole := figure(run, "server", "memory_bytes")) is not None
        and (each := figure(run, "server", "memory_bytes_per_character")) is not None
    ]
    if not runs:
        return None
    sessions, whole, each = max(runs)
    return (whole - sessions * each) / (figure(record, "server", "processes") or 1), each


def markdown(record: Record, machines: Sequence[int] = CORES, headroom: float = HEADROOM) -> str:
    """Return the tables of a profile: what was measured, and what is computed from it. Raises as `planned`."""
    rows = planned(record, machines, headroom)
    transports = list(rows[0].characters)
    names = [transport_name({"transport": transport}) for transport in transports]
    machine = ", ".join(
        part
        for part in (
            str(found(record, "machine", "processor") or ""),
            f"{figure(record, 'machine', 'cores') or 0:.0f} cores",
            f"voxrig {found(record, 'server', 'version') or 'of unknown version'}",
            str(found(record, "when") or "")[:10],
        )
        if part
    )
    told = [
        f"Measured ({machine}; `{found(record, 'command') or 'voxrig profile'}`):",
        "",
        "| transport | characters at 60 fps | per core | server CPU, µs a frame | what ended it |",
        "| --- | --- | --- | --- | --- |",
        *(_measured(part) for part in parts(record, "capacity")),
        "",
        f"Computed from the characters per core, not measured on such machines; headroom {headroom:.0%}:",
        "",
        f"| vCPU, processes | {' | '.join(names)} | memory |",
        f"| --- {'| --- ' * len(names)}| --- |",
    ]
    for row in rows:
        counts = " | ".join(str(row.characters[transport]) for transport in transports)
        memory = "–" if row.memory_bytes is None else f"{row.memory_bytes / 1e9:.1f} GB"
        told.append(f"| {row.cores} | {counts} | {memory} |")
    return "\n".join(told)


def _measured(part: Record) -> str:
    held = [point for point in parts(part, "points") if point.get("ok")]
    best = max(held, key=lambda point: figure(point, "sessions") or 0.0, default=None)
    cost, per_core = figure(best, "cpu_us_per_frame"), figure(part, "per_core")
    shown = (
        transport_name(part),
        f"{figure(part, 'characters') or 0:.0f}",
        "–" if per_core is None else f"{per_core:.1f}",
        "–" if cost is None else f"{cost:.0f}",
        str(found(part, "limit") or "–").replace("|", "\\|"),
    )
    return f"| {' | '.join(shown)} |"


def replaced(page: str, tables: str) -> str:
    """Return a page with `tables` between its marks. Raises ValueError where it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no place for the tables; put {BEGIN} and {END} into it, each on a line")
    return f"{before}{BEGIN}\n{tables}\n{END}{after}"


def main(arguments: Sequence[str]) -> None:
    """Write the tables of a profile into a page."""
    if len(arguments) != 2:
        raise ValueError("give a profile and a page: python -m voxrig.profiling.planning PROFILE.json docs/capacity.md")
    record, page = read_record(Path(arguments[0])), Path(arguments[1])
    text = replaced(page.read_text("utf-8"), markdown(record))
    with whole_text_file(page) as out:
        out.write(text)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError) as error:
        sys.exit(f"planning: error: {error}")
