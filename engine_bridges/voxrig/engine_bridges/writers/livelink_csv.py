"""ARKit takes as the CSV that Apple's Live Link Face app records.

One row a frame: Timecode, BlendshapeCount (61), then 52 face shapes (0 to 1) and nine angles (radians), found by name.
Timecode is `HH:MM:SS:FF.mmm`, FF counting the take's own frames, from midnight or from where the line starts in its
scene. Without drop-frame 29.97 counts as 30, and so runs 0.1 % slow against the clock; from a drop-frame start it is
`HH:MM:SS;FF.mmm`. Unreal's Live Link Face importer divides FF by 60 whatever the rate, so bake at 60 (or 59.94) for it.
A body's bones have no column.
"""

from pathlib import Path
from typing import Final

from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timecode_clock import Timecode

COLUMNS: Final = tuple(
    """
    EyeBlinkLeft EyeLookDownLeft EyeLookInLeft EyeLookOutLeft EyeLookUpLeft EyeSquintLeft EyeWideLeft
    EyeBlinkRight EyeLookDownRight EyeLookInRight EyeLookOutRight EyeLookUpRight EyeSquintRight EyeWideRight
    JawForward JawLeft JawRight JawOpen MouthClose MouthFunnel MouthPucker MouthLeft MouthRight
    MouthSmileLeft MouthSmileRight MouthFrownLeft MouthFrownRight MouthDimpleLeft MouthDimpleRight
    MouthStretchLeft MouthStretchRight MouthRollLower MouthRollUpper MouthShrugLower MouthShrugUpper
    MouthPressLeft MouthPressRight MouthLowerDownLeft MouthLowerDownRight MouthUpperUpLeft MouthUpperUpRight
    BrowDownLeft BrowDownRight BrowInnerUp BrowOuterUpLeft BrowOuterUpRight CheekPuff CheekSquintLeft CheekSquintRight
    NoseSneerLeft NoseSneerRight TongueOut
    HeadYaw HeadPitch HeadRoll LeftEyeYaw LeftEyePitch LeftEyeRoll RightEyeYaw RightEyePitch RightEyeRoll
    """.split()  # noqa: SIM905 (a list of 61 strings would be 61 lines)
)
"""The 61 value columns, in the order of Unreal's EARFaceBlendShape."""


def write_livelink_csv(take: Take, path: Path, start: Timecode | None = None) -> None:
    """Write `take` to `path`, whole or not at all.

    Args:
        take: controls under ARKit's names, in any order; bones and other controls are left out.
        path: the file, which is replaced if it is there.
        start: timecode of frame 0, at the take's rate; midnight if not given.

    Raises:
        ValueError: the take lacks one of the 61 names, or `start` is at another rate.
        OSError: the file cannot be written.
    """
    places = {name: place for place, name in enumerate(take.names)}
    missing = [name for name in COLUMNS if name not in places]
    if missing:
        raise ValueError(
            f"a take in profile {take.profile!r} lacks {len(missing)} of the 61 ARKit names ({missing[0]}, ...); "
            "make the take with profile 'arkit'"
        )
    start = start or Timecode(0, take.fps)
    if start.fps != take.fps:
        raise ValueError(
            f"a start at {start.fps} frames a second does not fit a take at {take.fps}; count it at the take's rate"
        )
    values = take.values[:, [places[name] for name in COLUMNS]] + 0.0  # no -0.0
    cells = ",".join(["%.10f"] * len(COLUMNS))
    with whole_text_file(path) as file:
        file.write(f"Timecode,BlendshapeCount,{','.join(COLUMNS)}\n")
        for row, frame in enumerate(values, take.start_index):
            file.write(f"{start + row}.000,{len(COLUMNS)},{cells % tuple(frame)}\n")
