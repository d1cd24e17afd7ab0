"""The profile as it is written: what was measured, of which server, on which machine, with which settings."""

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import psutil

from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.profiling.plan import Plan
from voxrig.profiling.record_reading import FORMAT, VERSION
from voxrig.v1 import performance_pb2 as pb


def new_record(plan: Plan, command: str, now: datetime | None = None) -> dict[str, Any]:
    """Return a profile in which nothing is measured yet.

    Args:
        plan: what is to be measured.
        command: as it was called.
        now: with a time zone; None: the clock's.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "when": (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "command": command,
        "machine": machine(),
        "server": None,
        "settings": settings(plan),
        "overhead": None,
        "floors": None,
        "cold_start": None,
        "runs": [],
        "capacity": [],
    }


def machine() -> dict[str, Any]:
    """Describe this machine; server and client both run on it unless --target says otherwise."""
    return {
        "system": platform.platform(terse=True),
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "memory_bytes": psutil.virtual_memory().total,
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()


def settings(plan: Plan) -> dict[str, Any]:
    """Tell how it is measured; `look_ahead_ms` is known after the first run."""
    return {
        "clip": plan.clip_name,
        "seconds": plan.seconds,
        "chunk_ms": plan.chunk_ms,
        "margin_ms": plan.margin_ms,
        "fps": f"{plan.fps.numerator}/{plan.fps.denominator}",
        "rig": plan.rig,
        "sample_rate": plan.rate,
        "options": dict(plan.options),
        "look_ahead_ms": None,
        "client_processes": plan.processes,
    }


def server(described: pb.DescribeResponse, target: str, started_here: bool, processes: int) -> dict[str, Any]:
    """Describe the server; how many processes it has is known of one that was started here."""
    models = [{"name": model.name, "version": model.version, "sha256": model.sha256} for model in described.models]
    return {
        "version": described.version,
        "target": target,
        "models": models,
        "started_here": started_here,
        "processes": processes,
    }


def default_look_ahead(described: pb.DescribeResponse) -> Fraction:
    """Return the look-ahead of the default model, in seconds."""
    chosen = [model for model in described.models if model.is_default] or list(described.models)
    look_ahead = chosen[0].look_ahead
    return Fraction(look_ahead.numerator, look_ahead.denominator)


def write_record(record: Mapping[str, Any], path: Path) -> None:
    """Write a profile as JSON; the file is whole or as it was. Raises OSError."""
    with whole_text_file(path) as file:
        file.write(text_of(record))


def text_of(record: Mapping[str, Any]) -> str:
    """Return a profile as JSON for people and programs."""
    return json.dumps(record, indent=1, allow_nan=False) + "\n"
