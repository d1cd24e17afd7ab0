"""ARKit takes as the CSV that Apple's Live Link Face app records.

One row a frame: Timecode, BlendshapeCount (61), then 52 face shapes (0 to 1) and nine angles (radians), found by name.
Timecode is `HH:MM:SS:FF.mmm`, counted without drop frames at the nominal rate: 29.97 counts as 30, and so its timecode
runs 0.1 % slow against the clock. FF counts the take's own frames. Unreal's Live Link Face importer divides FF by 60
whatever the rate, so bake at 60 (or 59.94) frames a second for it.
"""

from pathlib import Path
from typing import Final

from voxrig.engine_bridges.writers.text_file import whole_text_file
from voxrig.runtime.core.take import Take

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


def write_livelink_csv(take: Take, path: Path) -> None:
    """Write `take` to `path`, whole or not at all.

    Args:
        take: controls under ARKit's names, in any order; bones and other controls are left out.
        path: the file, which is replaced if it is there.

    Raises:
        ValueError: the take lacks one of the 61 names.
        OSError: the file cannot be written.
    """
    places = {name: place for place, name in enumerate(take.names)}
    missing = [name for name in COLUMNS if name not in places]
    if missing:
        raise ValueError(
            f"a take in profile {take.profile!r} lacks {len(missing)} of the 61 ARKit names ({missing[0]}, ...); "
            "make the take with profile 'arkit'"
        )
    nominal = -(-take.fps.numerator // take.fps.denominator)
    values = take.values[:, [places[name] for name in COLUMNS]] + 0.0  # no -0.0
    cells = ",".join(["%.10f"] * len(COLUMNS))
    with whole_text_file(path) as file:
        file.write(f"Timecode,BlendshapeCount,{','.join(COLUMNS)}\n")
        for row, frame in enumerate(values, take.start_index):
            file.write(f"{timecode(row, nominal)},{len(COLUMNS)},{cells % tuple(frame)}\n")


def timecode(index: int, nominal: int) -> str:
    """Non-drop timecode of frame `index` at `nominal` whole frames a second, with no part of a frame left over."""
    seconds, frames = divmod(index, nominal)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}.000"
