"""MetaHuman face-board takes as the text that EmoFace writes and its Maya script reads.

One line a frame, 174 numbers with six decimals and commas between them, no header: the columns of
`core.face_board.BOARD`. It has no times; EmoFace plays it at 60 frames a second, so bake at 60 for it. Head and eye
bones are not in it (the look of the eyes is, as sliders), nor are the eleven raw controls that its board has no
slider for.
"""

from pathlib import Path

from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.face_board import BOARD, board_values


def write_face_board(clip: Clip, path: Path) -> None:
    """Write the clip's performance to `path`, whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    cells = ",".join(["%.6f"] * len(BOARD))
    with whole_text_file(path) as file:
        for frame in board_values(clip.take.controls):
            file.write(cells % tuple(round(float(value), 6) + 0.0 for value in frame) + "\n")  # no -0.000000
