"""Reads what has a row for every frame, as the scripts of others do."""

import csv
import json
from pathlib import Path


def read_csv(path: Path) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, and the rows."""
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, rows


def read_face_board(path: Path) -> list[list[float]]:
    """As EmoFace's scripts read it: a line a frame, numbers with commas between them."""
    with path.open() as file:
        return [[float(item) for item in line.split(",")] for line in file]


def imported_weights(path: Path) -> dict[str, list[tuple[float, float]]]:
    """Audio2Face's JSON as scripts for Maya, Blender and Unity import it: a key (seconds, weight) a pose and frame."""
    data = json.loads(path.read_text("utf-8"))
    keys: dict[str, list[tuple[float, float]]] = {}
    for frame in range(data["numFrames"]):
        for pose in range(data["numPoses"]):
            time = frame / data["exportFps"]
            keys.setdefault(data["facsNames"][pose], []).append((time, data["weightMat"][frame][pose]))
    return keys
