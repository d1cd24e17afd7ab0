"""Reading a profile from its file, strictly: a figure that is not one is an error here, not a wrong plot later."""

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NoReturn

from voxrig.profiling.record_values import Record, found, parts

FORMAT: Final = "voxrig-profile"
VERSION: Final = 1
MOST: Final = 1e18
"""No figure is larger: bytes of the largest memory, samples of the longest run."""

# What a value has to be where it is not null: a type, a dict of some of its keys ("*": of all), or a list of such.
_SPREAD: Final = {"mean": float, "p50": float, "p90": float, "p99": float, "max": float}
_RUN: Final = {
    **dict.fromkeys(("sessions", "seconds", "frames", "dropped", "late", "late_share"), float),
    "transport": str,
    "latency_ms": _SPREAD,
    "first_frame_ms": _SPREAD,
    "jitter_ms": _SPREAD,
    "av_offset_ms": {"*": float},
    "server": {"*": float},
    "client": {"cpu_us_per_frame": float, "cpu_share": float},
    "stages_us_per_frame": {"*": float},
    "waterfall_ms": [{"stage": str, "ms": float}],
    "histogram_ms": {"bounds": [float], "counts": [float]},
    "timeline": [{"second": float, "p50": float, "p99": float, "late": float, "cpu_share": float}],
}
_POINT: Final = {
    **dict.fromkeys(("sessions", "late_share", "p99_ms", "cpu_share", "cpu_us_per_frame"), float),
    "ok": bool,
}
_RECORD: Final = {
    "when": str,
    "command": str,
    "machine": {"system": str, "processor": str, "cores": float, "memory_bytes": float, "python": str},
    "server": {
        "version": str,
        "target": str,
        "models": [{"name": str, "version": str, "sha256": str}],
        "started_here": bool,
        "processes": float,
    },
    "settings": dict,
    "overhead": {"server_share": float, "client_share": float, "how": str},
    "floors": {"*": float},
    "cold_start": {"ready_s": float, "first_frame_s": float},
    "runs": [_RUN],
    "capacity": [{"transport": str, "characters": float, "per_core": float, "limit": str, "points": [_POINT]}],
}
_WANTED: Final = {float: "a number", str: "a text", bool: "true or false", dict: "an object"}


def read_record(path: Path) -> Record:
    """Return the profile in a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not a profile of this version, or not all of one; in one line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no profile: byte {error.start} is not UTF-8; give what --json wrote") from error
    try:
        value = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        if text and (error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")):
            raise ValueError(f"{path} is cut off after {len(text)} characters; profile again, or copy it") from error
        raise ValueError(f"{path} is not JSON: {error}; give the file that --json wrote") from error
    except RecursionError as error:
        raise ValueError(f"{path} is no profile: lists in lists without end; give what --json wrote") from error
    except ValueError as error:
        raise ValueError(f"{path} is no profile: {error}; what was not measured is null") from error
    return checked(value, str(path))


def checked(value: object, name: str) -> Record:
    """Return a profile that is one.

    Args:
        value: as JSON gives it.
        name: of it, for errors.

    Raises:
        ValueError: another format or version, or a part that is something else; what is missing is no error, except
            the transport and the sessions of a run.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is no profile but {_shown(value)}; give what voxrig profile --json wrote")
    record = same_version(value, name)
    _check(record, _RECORD, name, "")
    for place, run in enumerate(parts(record, "runs")):
        for key in ("transport", "sessions"):
            if run.get(key) is None:
                raise ValueError(f"{name}: runs[{place}] has no {key}, which tells runs apart; profile again")
        _check_histogram(run, f"{name}: runs[{place}].histogram_ms")
    return record


def same_version(record: Record, name: str) -> Record:
    """Return the profile; ValueError where it has another format or version than those that are known here."""
    told, version = record.get("format"), record.get("version")
    if told != FORMAT:
        raise ValueError(f"{name} has format {_shown(told)}, not {FORMAT!r}; give what voxrig profile --json wrote")
    if version != VERSION or isinstance(version, bool):
        raise ValueError(f"{name} has version {_shown(version)}; this voxrig knows {VERSION}: profile again with it")
    return record


def _check(value: Any, wanted: Any, name: str, place: str) -> None:
    """Walk through what is there beside what is wanted."""
    if value is None:
        return
    if isinstance(wanted, dict):
        _check_kind(value, dict, name, place)
        for key, part in value.items():
            inner = wanted.get(key, wanted.get("*"))
            if inner is not None:
                _check(part, inner, name, f"{place}.{key}".removeprefix("."))
    elif isinstance(wanted, list):
        if not isinstance(value, list | tuple):
            raise ValueError(f"{name}: {place} is {_shown(value)}, a list is wanted; profile again")
        for number, part in enumerate(value):
            if part is None:
                raise ValueError(f"{name}: {place}[{number}] is null, which tells nothing; profile again")
            _check(part, wanted[0], name, f"{place}[{number}]")
    else:
        _check_kind(value, wanted, name, place)


def _check_kind(value: Any, kind: type, name: str, place: str) -> None:
    if kind is float:
        right = isinstance(value, int | float) and not isinstance(value, bool) and _possible(value)
    else:
        right = isinstance(value, Mapping if kind is dict else kind)
    if not right:
        raise ValueError(f"{name}: {place} is {_shown(value)}, {_WANTED[kind]} is wanted; profile again")


def _possible(value: int | float) -> bool:
    """Whether it is a number that something measured can have; sums and ratios of such are numbers too."""
    return -MOST <= value <= MOST  # False of NaN


def _check_histogram(run: Record, place: str) -> None:
    bounds, counts = found(run, "histogram_ms", "bounds"), found(run, "histogram_ms", "counts")
    if bounds is None or counts is None or not (bounds or counts):
        return
    if len(counts) - len(bounds) not in (-1, 0, 1) or not bounds:
        raise ValueError(f"{place} has {len(counts)} counts for {len(bounds)} bounds; profile again")
    if any(low >= high for low, high in pairwise(bounds)):
        raise ValueError(f"{place} has bounds that do not rise; profile again")
    if min(counts, default=0) < 0:
        raise ValueError(f"{place} has {min(counts):g} frames in a bin; profile again")


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # a whole number with more digits than Python writes
        text = "a very large number"
    return text if len(text) <= 60 else f"{text[:57]}..."


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"it has the number {text}, which JSON has not")
