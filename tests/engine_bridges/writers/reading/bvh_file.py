"""Reads BVH files word by word; knows nothing of how ours are made."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .turns import Floats


@dataclass
class Bone:
    """A joint as the hierarchy tells it."""

    name: str
    parent: str | None
    offset: list[float] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    end: list[float] = field(default_factory=list)


def read_bvh(path: Path) -> tuple[list[Bone], float, Floats]:
    """The bones in their order, the frame time, and the motion [frames, channels]."""
    words = path.read_text("utf-8").split()
    assert words[0] == "HIERARCHY"
    at, bones, open_ones, ending = 1, [], [], False
    while words[at] != "MOTION":
        word = words[at]
        if word in ("ROOT", "JOINT"):
            assert (word == "ROOT") == (not open_ones)
            bones.append(Bone(words[at + 1], open_ones[-1].name if open_ones else None))
            open_ones.append(bones[-1])
            at += 2
        elif word == "End":
            ending = True
            at += 2
        elif word == "OFFSET":
            numbers = [float(number) for number in words[at + 1 : at + 4]]
            if ending:
                open_ones[-1].end = numbers
            else:
                open_ones[-1].offset = numbers
            at += 4
        elif word == "CHANNELS":
            count = int(words[at + 1])
            open_ones[-1].channels = words[at + 2 : at + 2 + count]
            at += 2 + count
        elif word == "}":
            if not ending:
                open_ones.pop()
            ending = False
            at += 1
        else:
            assert word == "{"
            at += 1
    assert not open_ones
    assert words[at + 1] == "Frames:"
    assert words[at + 3 : at + 5] == ["Frame", "Time:"]
    rows = np.array([float(word) for word in words[at + 6 :]]).reshape(int(words[at + 2]), -1)
    return bones, float(words[at + 5]), rows


def bvh_turns(bones: list[Bone], rows: Floats) -> dict[str, Floats]:
    """How each bone is turned in its parent's space, [frames, 3, 3]: its channels one after the other."""
    column, found = 0, {}
    for bone in bones:
        part = rows[:, column : column + len(bone.channels)]
        column += len(bone.channels)
        turn = np.tile(np.eye(3), (len(rows), 1, 1))
        for channel, degrees in zip(bone.channels, part.T, strict=True):
            if channel.endswith("position"):
                assert not degrees.any()
                continue
            assert channel.endswith("rotation")
            turn = turn @ _about(channel[0], degrees)
        found[bone.name] = turn
    assert column == rows.shape[1]
    return found


def _about(axis: str, degrees: Floats) -> Floats:
    """Rotations [F, 3, 3] about one axis."""
    turn = np.zeros((len(degrees), 3, 3))
    a, b = {"X": (1, 2), "Y": (2, 0), "Z": (0, 1)}[axis]
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn[:, a, a] = turn[:, b, b] = cosine
    turn[:, b, a], turn[:, a, b] = sine, -sine
    turn[:, 3 - a - b, 3 - a - b] = 1
    return turn
