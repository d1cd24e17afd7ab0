"""Files that are written are read back the same; damaged ones are refused by the reader's own error."""

from fractions import Fraction
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from voxrig.engine_bridges.readers.bvh import read_bvh
from voxrig.engine_bridges.readers.livelink_csv import read_livelink_csv
from voxrig.engine_bridges.readers.take_file import read_take
from voxrig.engine_bridges.take_columns import Columns, pack, unpack
from voxrig.engine_bridges.writers.bvh import write_bvh
from voxrig.engine_bridges.writers.livelink_csv import COLUMNS, write_livelink_csv
from voxrig.engine_bridges.writers.take_file import write_take
from voxrig.runtime.core.capture import CaptureError, parse_capture
from voxrig.runtime.core.clip import Clip, ShownViseme, TimedCue
from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

BITS = st.integers(0, 2**32 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
FPS = st.sampled_from([FrameRate(60), FrameRate(30), FrameRate(24), FrameRate(30_000, 1001), FrameRate(60_000, 1001)])


@st.composite
def tables(draw: st.DrawFn, most_rows: int = 8) -> tuple[np.ndarray, np.ndarray | None]:
    """Any float32 bits, NaN too; and maybe a whole that some of its columns are like."""
    rows, columns = draw(st.integers(0, most_rows)), draw(st.integers(0, 5))
    values = draw(hnp.arrays(np.uint32, (rows, columns), elements=BITS | st.just(0))).view(np.float32)
    if draw(st.booleans()):
        return values, None
    whole = draw(hnp.arrays(np.uint32, (rows, columns), elements=BITS | st.just(0))).view(np.float32)
    kept = draw(st.lists(st.booleans(), min_size=columns, max_size=columns))
    whole[:, kept] = values[:, kept]
    return values, whole


@settings(max_examples=200)
@given(tables())
def test_columns_are_kept_to_the_bit(table: tuple[np.ndarray, np.ndarray | None]) -> None:
    values, whole = table
    packed = pack(values, whole)
    assert unpack(packed, len(values), whole).tobytes() == values.tobytes()


@given(st.binary(max_size=6), st.binary(max_size=80), st.integers(0, 6))
def test_other_bytes_are_columns_or_refused(how: bytes, data: bytes, rows: int) -> None:
    whole = np.zeros((rows, len(how)), np.float32)
    try:
        values = unpack(Columns(how, data), rows, whole)
    except ValueError as error:
        assert str(error)
    else:
        assert values.shape == (rows, len(how))


@st.composite
def clips(draw: st.DrawFn) -> Clip:
    values, whole = draw(tables().filter(lambda table: table[1] is not None))
    fps = draw(FPS)
    heading = ("metahuman", NATIVE_CONTROLS[: values.shape[1]], (), fps)
    take, layer = (Take(*heading, table, 0, 24_000) for table in (whole, values))
    times = sorted(draw(st.lists(st.fractions(0, 100), min_size=2, max_size=2)))
    return Clip(
        draw(TEXT),
        take,
        dict.fromkeys(draw(st.sets(TEXT, max_size=2)), layer),
        character=draw(TEXT),
        listening=draw(st.booleans()),
        text=draw(TEXT),
        seconds=draw(st.fractions(0, 10**6)),
        visemes=(ShownViseme(times[0], times[1], draw(TEXT), draw(st.floats(0, 1))),),
        cues=(
            TimedCue(
                draw(st.floats(0, 99)), draw(TEXT), draw(st.dictionaries(TEXT, st.floats(0, 1) | TEXT, max_size=2))
            ),
        ),
        seed=draw(st.integers(0, 2**64 - 1)),
    )


def same(one: Take, other: Take) -> bool:
    facts = ("profile", "names", "bones", "fps", "start_index", "sample_rate")
    return one.values.tobytes() == other.values.tobytes() and all(
        getattr(one, name) == getattr(other, name) for name in facts
    )


@given(clips())
def test_a_take_reads_what_it_writes(tmp_path: Path, clip: Clip) -> None:
    write_take(clip, tmp_path / "a.vxtake")
    read = read_take(tmp_path / "a.vxtake")
    assert same(read.take, clip.take)
    assert list(read.layers) == list(clip.layers)
    assert all(same(read.layers[name], clip.layers[name]) for name in clip.layers)
    for name in ("name", "character", "listening", "text", "seconds", "visemes", "cues", "seed"):
        assert getattr(read, name) == getattr(clip, name), name


@given(
    clips(), st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 255)), min_size=1, max_size=3), st.integers(0, 40)
)
def test_a_damaged_take_is_refused_with_its_path(
    tmp_path: Path, clip: Clip, changes: list[tuple[int, int]], cut: int
) -> None:
    path = tmp_path / "a.vxtake"
    write_take(clip, path)
    data = bytearray(path.read_bytes())
    for place, byte in changes:
        data[place % len(data)] = byte
    path.write_bytes(data[: len(data) - cut])
    try:
        read_take(path)
    except ValueError as error:
        assert str(error).startswith(str(path))


@settings(max_examples=40)
@given(FPS, hnp.arrays(np.float32, st.tuples(st.integers(1, 70), st.just(61)), elements=st.floats(0, 1, width=32)))
def test_a_live_link_csv_reads_what_it_writes(tmp_path: Path, fps: FrameRate, values: np.ndarray) -> None:
    path = tmp_path / "a.csv"
    write_livelink_csv(Take("arkit", COLUMNS, (), fps, values, 0, 24_000), path)
    read = read_livelink_csv(path, fps)
    assert read.fps == fps
    named = {name.lower(): place for place, name in enumerate(read.names)}
    assert read.values.shape == values.shape
    assert np.abs(read.values[:, [named[name.lower()] for name in COLUMNS]] - values).max() < 1e-9


TIMES = st.lists(st.floats() | st.floats(0, 1e-300) | st.floats(0, 2), min_size=1, max_size=8)


@settings(max_examples=200)
@given(TIMES)
def test_any_times_make_a_recording_or_are_refused(times: list[float]) -> None:
    rows = "".join(f"{time!r},0.5\n" for time in sorted(times))
    try:
        take = parse_capture(f"time,jawOpen\n{rows}")
    except CaptureError as error:
        assert str(error)
    else:
        assert np.isfinite(take.values).all()


def test_rows_at_almost_no_distance_are_a_recording_at_the_fastest_rate() -> None:
    """They once ended in a division by nearly nothing, and the whole program with it."""
    take = parse_capture("time,jawOpen\n0,0.5\n1e-320,0.5\n")
    assert take.fps == FrameRate(240)


@settings(max_examples=25)
@given(st.integers(1, 6), st.integers(0, 99), FPS)
def test_bvh_has_the_turns_that_were_written(tmp_path: Path, frames: int, seed: int, fps: FrameRate) -> None:
    turns = np.random.default_rng(seed).standard_normal((frames, len(BONES), 4))
    turns /= np.linalg.norm(turns, axis=2, keepdims=True)
    names = NATIVE_CONTROLS
    values = np.concatenate((np.zeros((frames, len(names))), turns.reshape(frames, -1)), axis=1).astype(np.float32)
    write_bvh(Clip("a", Take("metahuman", names, BONES, fps, values, 0, 24_000)), tmp_path / "a.bvh")
    read = read_bvh(tmp_path / "a.bvh")
    assert read.fps == fps.fraction == Fraction(read.fps)
    assert len(read.rotations) == frames
    head = next(place for place, joint in enumerate(read.joints) if joint.name.lower() == "head")
    cosine = np.abs((read.rotations[:, head] * turns[:, 0]).sum(axis=1))
    assert np.allclose(cosine, 1.0, atol=1e-5)
