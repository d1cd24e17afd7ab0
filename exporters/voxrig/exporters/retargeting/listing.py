"""Lists the motion capture of a folder, and how much of each recording postures can say.

`python -m voxrig.exporters.retargeting.listing FOLDER [--names FILE]`
"""

import argparse
from pathlib import Path

from voxrig.exporters.command import run
from voxrig.exporters.datasets.joint_names import read_names
from voxrig.exporters.datasets.motion_folder import read_motion
from voxrig.exporters.retargeting.retarget import postures


def main() -> None:
    """Print two lines a recording and the sum."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--names", type=Path, metavar="FILE", help="JSON: what your skeleton calls the joints")
    given = parser.parse_args()
    total = 0.0
    for recording in read_motion(given.folder, read_names(given.names) if given.names else None):
        motion = recording.motion
        total += motion.seconds
        emotion = f", {recording.emotion}" if recording.emotion else ""
        fps = f"{float(motion.fps):.5g}"
        print(f"{recording.name}: {recording.speaker}{emotion}, {motion.seconds:.1f} s at {fps} frames a second")
        print(f"  {postures(motion).residual}")
    print(f"{total / 60:.1f} min")


if __name__ == "__main__":
    run(main)
