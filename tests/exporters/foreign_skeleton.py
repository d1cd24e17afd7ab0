"""The motion of our skeleton on skeletons as other programs lay them: another rest, other axes, fewer joints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.bvh import euler_degrees
from voxrig.exporters.retargeting.turns import quaternions
from voxrig.runtime.core.body.kinematics import world_turns
from voxrig.runtime.core.skeleton import ENDS, PLACES, SKELETON

Doubles = NDArray[np.float64]
EYE = np.eye(3)


@dataclass(frozen=True)
class Foreign:
    """How another program lays a skeleton.

    Attributes:
        name: of our joint, as the program calls it; joints that it has not are None.
        axes: for our joint's name the turn from its axes when nothing is turned to ours at rest.
        world: the turn from our world's axes to the program's, such as Z up.
        scale: of its length to ours.
        facing: radians to the left that the body faces in the motion.
    """

    name: Callable[[str], str | None]
    axes: Callable[[str], Doubles] = lambda joint: EYE
    world: Doubles = field(default_factory=lambda: EYE)
    scale: float = 100.0
    facing: float = 0.0


def laid(foreign: Foreign, rotations: NDArray[np.floating]) -> tuple[list[str], list[int], Doubles, Doubles, Doubles]:
    """Names, parents, offsets [J, 3], ends [J, 3] and local turns [F, J, 3, 3] of our rotations float[F, 56, 4]."""
    kept = [joint.name for joint in SKELETON if foreign.name(joint.name)]
    turn = about_up(foreign.facing)
    ours = turn @ world_turns(rotations)
    parents, offsets, ends, world = [], [], [], []
    for joint in kept:
        place, offset = PLACES[joint], np.array(SKELETON[PLACES[joint]].offset)
        above = SKELETON[place].parent
        while above >= 0 and SKELETON[above].name not in kept:
            offset = offset + np.array(SKELETON[above].offset)
            above = SKELETON[above].parent
        parents.append(kept.index(SKELETON[above].name) if above >= 0 else -1)
        axes = foreign.axes(SKELETON[above].name) if above >= 0 else EYE
        offsets.append(foreign.scale * foreign.world @ axes @ offset)
        ends.append(foreign.scale * foreign.world @ foreign.axes(joint) @ np.array(ENDS.get(joint, (0.0, 0.0, 0.0))))
        world.append(foreign.world @ ours[:, place] @ foreign.axes(joint).T @ foreign.world.T)
    local = [w if p < 0 else world[p].transpose(0, 2, 1) @ w for w, p in zip(world, parents, strict=True)]
    names = [str(foreign.name(joint)) for joint in kept]
    return names, parents, np.array(offsets), np.array(ends), np.stack(local, axis=1)


def write_foreign(path: Path, foreign: Foreign, rotations: NDArray[np.floating], frame_time: str = "0.016667") -> None:
    """Write a BVH file whose root has positions, with Windows' ends of lines."""
    names, parents, offsets, ends, local = laid(foreign, rotations)
    degrees = euler_degrees(quaternions(local).astype(np.float32))
    lines, order = ["HIERARCHY"], []

    def put(place: int) -> None:
        order.append(place)
        first = parents[place] < 0
        lines.append(f"{'ROOT' if first else 'JOINT'} {names[place]}")
        lines.append("{")
        lines.append("OFFSET " + numbers(offsets[place]))
        position = "Xposition Yposition Zposition " if first else ""
        lines.append(f"CHANNELS {6 if first else 3} {position}Zrotation Xrotation Yrotation")
        for child, parent in enumerate(parents):
            if parent == place:
                put(child)
        if place not in parents:
            lines.extend(["End Site", "{", "OFFSET " + numbers(ends[place]), "}"])
        lines.append("}")

    put(0)
    lines += ["MOTION", f"Frames: {len(local)}", f"Frame Time: {frame_time}"]
    lines += ["10 20 30 " + numbers(row[order].reshape(-1)) for row in degrees]
    path.write_bytes("\r\n".join([*lines, ""]).encode())


def numbers(values: Sequence[float] | Doubles) -> str:
    return " ".join(f"{value:.6f}" for value in values)


def about_up(angle: float) -> Doubles:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def about_fore(angle: float) -> Doubles:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
