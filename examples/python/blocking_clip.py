"""Plain code without async: a whole clip in, all its frames out, and the visemes as text.

python examples/python/blocking_clip.py samples/warning.wav
"""

import argparse
import wave

import numpy as np

from voxrig.engine_bridges.blocking import connect
from voxrig.engine_bridges.wire import Frame
from voxrig.v1 import performance_pb2 as pb


def main() -> None:
    """Say a file, print the visemes with their times."""
    parser = argparse.ArgumentParser(description="Print the visemes of a WAV.")
    parser.add_argument("wav")
    parser.add_argument("--target", default="127.0.0.1:52000")
    given = parser.parse_args()
    with wave.open(given.wav) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    frames = 0
    with connect(given.target) as connection:
        session = connection.open("metahuman", sample_rate=rate, options={"tell": "visemes"})
        session.send(samples)
        session.close()
        for item in session.items():
            if isinstance(item, Frame):
                frames += 1  # item.values: 251 controls, then the bones' quaternions
            elif item.kind == pb.Event.VISEME:
                [(viseme, strength)] = item.values.items()
                print(f"{item.frame_index / 60:6.2f} s  {viseme:3}  {strength:.2f}")
    print(f"{frames} frames of {len(session.controls)} controls and {len(session.bones)} bones")


if __name__ == "__main__":
    main()
