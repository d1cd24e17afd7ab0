"""What do the files give back? Every format of a bake, read by another's reader or by one of our tests' own.

    python dev.py test tests/benchmarks/test_round_trip.py -m benchmarks -s

The samples are baked as `voxrig bake` does it, all layers on, and each file is held against the clip that it was made
from, at every frame: the performance and every layer, in the format's own curves (52 shapes, 251 controls, sliders).
The figures are those of all samples together: largest errors, sums of keys and bytes; keys and bytes are those of the
performance alone. They are the same on every machine. Asserted is only that no error is over its bound.
"""

import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from rich.table import Table
from test_speed import report

from voxrig.baking.casting import cast
from voxrig.baking.formats import FORMATS, Format, files_of
from voxrig.baking.performing import perform
from voxrig.baking.planning import plan
from voxrig.baking.recordings import dialogue_of_folder
from voxrig.baking.settings import BakeSettings
from voxrig.baking.store import Store
from voxrig.baking.working import clip_of, studio
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN
from voxrig.runtime.core.timing import FrameRate

from ..engine_bridges.writers.reading import comparisons
from ..engine_bridges.writers.reading.comparisons import Found

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = ("gatekeeper", "healer", "warning")
RATES = ("60", "29.97")

pytestmark = pytest.mark.benchmarks


class Reading(NamedTuple):
    """How a format is read back, and how far what is read may be off.

    Attributes:
        reader: whose it is.
        find: the errors of a file, of the clip or of a layer in it.
        curve: bound of a curve; None where the format has none.
        turn: bound of a bone, in radians.
        time: bound of a time that is told apart from the frames, in seconds.
    """

    reader: str
    find: Callable[[Path, Clip], Found]
    curve: float | None
    turn: float | None = None
    time: float | None = None


def digits(count: int) -> float:
    """Half of the last decimal, and what numbers near 1 are rounded to."""
    return 0.5 * 10.0**-count + 1e-15


READINGS = {
    "csv": Reading("Python's csv", comparisons.livelink_csv, digits(10), digits(10)),
    "metahuman": Reading("Python's csv", comparisons.metahuman_csv, 0.0, 0.0),
    "unreal": Reading("json, lines and slerps", comparisons.unreal_curves, BOUND, TURN),
    "usd": Reading("usd-core's UsdSkel", comparisons.usd, BOUND, TURN),
    "glb": Reading("a glTF player of the tests", comparisons.glb, BOUND, TURN),
    "vrma": Reading("a glTF player of the tests", comparisons.vrma, BOUND, TURN),
    "bvh": Reading("a BVH parser of the tests", comparisons.bvh, None, math.radians(1e-5)),
    "anim": Reading("PyYAML, Unity's Hermite", comparisons.unity_anim, BOUND, TURN),
    "a2f": Reading("json", comparisons.a2f_json, digits(6)),
    "faceboard": Reading("Python's float", comparisons.face_board, digits(6)),
    "visemes": Reading("json", comparisons.visemes, digits(4), None, digits(6)),
    "cues": Reading("json", comparisons.cues, None, None, digits(6)),
    "take": Reading("our read_take", comparisons.take_file, 0.0, 0.0),
}


def baked(rate: str, folder: Path) -> list[Clip]:
    """The samples as a bake hands them to the writers."""
    folder.mkdir()
    for name in NAMES:
        shutil.copy(SAMPLES / f"{name}.wav", folder)
    settings = BakeSettings(formats=tuple(FORMATS), fps=FrameRate.parse(rate), layers=True)
    loaded = studio(settings.model, settings.body_model)
    jobs = [due.job for due in plan(dialogue_of_folder(folder), settings, Store(folder / "out"), {}).due]
    ready = [cast(job, settings, loaded.runner.model.spec, loaded.listener) for job in jobs]
    clips: dict[str, Clip] = {}
    for number, performed in perform([one.part for one in ready], loaded.runner, settings.batch):
        if isinstance(performed, Exception):
            raise performed
        clip = clip_of(ready[number], performed, settings)
        clips[clip.name] = clip
    return [clips[name] for name in NAMES]


def written(clip: Clip, chosen: Format, folder: Path) -> tuple[Found, int]:
    """Write a clip and its layers; return the largest errors, with the keys and bytes of the performance alone."""
    find, how = READINGS[chosen.name].find, BakeSettings().manner("arkit")
    alone = folder / f"alone{chosen.endings[0]}"
    chosen.write(replace(clip, layers={}), alone, how)
    whole = find(alone, replace(clip, layers={}))
    files = files_of(clip, chosen, folder / f"{clip.name}{chosen.endings[0]}")
    for part, path in files:
        chosen.write(part, path, how)
    pairs = [(path, part) for part, path in files]
    if chosen.layered and READINGS[chosen.name].time is None:  # spans and cues have no layers
        pairs += [(path, clip.layer(name)) for _, path in files for name in clip.layers]
    found = [whole, *(find(path, part) for path, part in pairs)]
    errors = [max(getattr(one, field) for one in found) for field in ("curve", "turn", "time")]
    return Found(*errors, whole.keys, whole.of), alone.stat().st_size


def row(found: list[tuple[Found, int]]) -> dict[str, Any]:
    """Figures of several clips as one."""
    finds = [one for one, _ in found]
    return {
        "curve": max(one.curve for one in finds),
        "radians": max(one.turn for one in finds),
        "seconds": max(one.time for one in finds),
        "keys": sum(one.keys for one in finds),
        "of": sum(one.of for one in finds),
        "kB": round(sum(size for _, size in found) / 1e3, 1),
    }


def test_every_format_gives_back_what_it_was_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pxr", reason='usd-core is not installed: pip install "voxrig[usd]"')
    assert READINGS.keys() == FORMATS.keys() - {"figure"}  # a picture gives nothing back
    clips = {rate: baked(rate, tmp_path / rate) for rate in RATES}
    figures: dict[str, Any] = {}
    table = Table("format", "read by", "curve", "bound", "turn", "bound", *(f"keys at {rate}" for rate in RATES),
                  "kB", title="round trip of all samples, errors in 0 to 1 and degrees", caption=CAPTION)  # fmt: skip
    for name, reading in READINGS.items():
        chosen = FORMATS[name]
        each = {rate: {clip.name: written(clip, chosen, tmp_path / rate) for clip in clips[rate]} for rate in RATES}
        figures[name] = {
            "reader": reading.reader,
            "bounds": {"curve": reading.curve, "radians": reading.turn, "seconds": reading.time},
            **{f"at {rate}": row(list(found.values())) for rate, found in each.items()},
            "clips": {rate: {clip: row([one]) for clip, one in found.items()} for rate, found in each.items()},
        }
        table.add_row(*cells(name, reading, [figures[name][f"at {rate}"] for rate in RATES]))
    report("round_trip", {"formats": figures}, table, capsys)
    for name, told in figures.items():
        for rate in RATES:
            found, reading = told[f"at {rate}"], READINGS[name]
            assert found["curve"] <= (reading.curve or 0.0), (name, rate)
            assert found["radians"] <= (reading.turn or 0.0), (name, rate)
            assert found["seconds"] <= (reading.time or 0.0), (name, rate)


CAPTION = "keys: of frames x curves and bones that move; kB: at 60, of the performance alone; us: of times told apart"


def cells(name: str, reading: Reading, told: list[dict[str, Any]]) -> list[str]:
    """A row of the table: errors at all rates, keys at each."""
    curve, radians, seconds = (max(one[field] for one in told) for field in ("curve", "radians", "seconds"))
    off = [] if reading.curve is None else [(f"{curve:.4g}", f"{reading.curve:.4g}")]
    if reading.time is not None:
        off.append((f"{seconds * 1e6:.2g} us", f"{reading.time * 1e6:.2g} us"))
    curves = [", ".join(column) for column in zip(*off, strict=True)] or ["-", "-"]
    turn = ["-", "-"]
    if reading.turn is not None:
        turn = [f"{math.degrees(radians):.3g}", f"{math.degrees(reading.turn):.3g}"]
    keys = ["-" if not one["of"] else f"{one['keys']} of {one['of']}" for one in told]
    return [name, reading.reader, *curves, *turn, *keys, f"{told[0]['kB']:.0f}"]
