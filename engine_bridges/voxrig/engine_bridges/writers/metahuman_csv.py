"""MetaHuman takes as a CSV with one column for each raw control.

One row a frame: Frame (its index), Time (seconds, rounded to the microsecond), the 251 `CTRL_expressions_*` curves,
then `BONE.x .y .z .w` for each bone: its rotation relative to rest. Numbers have the digits to bring float32 back.
"""

from fractions import Fraction
from pathlib import Path

from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.runtime.core.take import Take


def write_metahuman_csv(take: Take, path: Path) -> None:
    """Write `take` to `path`, whole or not at all.

    Args:
        take: made with profile `metahuman`.
        path: the file, which is replaced if it is there.

    Raises:
        ValueError: the take is in another profile.
        OSError: the file cannot be written.
    """
    if take.profile != "metahuman":
        raise ValueError(f"a take in profile {take.profile!r} has no MetaHuman controls; make it with 'metahuman'")
    columns = [*take.names, *(f"{bone}.{axis}" for bone in take.bones for axis in "xyzw")]
    cells = ",".join(["%.9g"] * len(columns))
    with whole_text_file(path) as file:
        file.write(f"Frame,Time,{','.join(columns)}\n")
        for row, frame in enumerate(take.values + 0.0):  # no -0.0
            file.write(f"{take.start_index + row},{_seconds(take.time(row))},{cells % tuple(frame)}\n")


def _seconds(time: Fraction) -> str:
    micros = round(time * 1_000_000)
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
