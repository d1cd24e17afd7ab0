"""ARKit's 52 shapes on the skin, in Live Link order."""

from typing import Final

import numpy as np

from viewer.sculpt.curves import step
from viewer.sculpt.eye_shapes import brow_shapes, cheek_and_nose_shapes, lid_shapes
from viewer.sculpt.jaw import jaw_shapes, opened
from viewer.sculpt.mesh import Floats, Mesh, other_side
from viewer.sculpt.mouth_shapes import cheek_and_tongue_shapes, left_mouth_shapes, middle_mouth_shapes
from viewer.sculpt.skin import Skin
from viewer.sculpt.slide import mirrored_shape
from viewer.sculpt.teeth import along_tongue

ORDER: Final = tuple(
    """
    EyeBlinkLeft EyeLookDownLeft EyeLookInLeft EyeLookOutLeft EyeLookUpLeft EyeSquintLeft EyeWideLeft
    EyeBlinkRight EyeLookDownRight EyeLookInRight EyeLookOutRight EyeLookUpRight EyeSquintRight EyeWideRight
    JawForward JawLeft JawRight JawOpen MouthClose MouthFunnel MouthPucker MouthLeft MouthRight
    MouthSmileLeft MouthSmileRight MouthFrownLeft MouthFrownRight MouthDimpleLeft MouthDimpleRight
    MouthStretchLeft MouthStretchRight MouthRollLower MouthRollUpper MouthShrugLower MouthShrugUpper
    MouthPressLeft MouthPressRight MouthLowerDownLeft MouthLowerDownRight MouthUpperUpLeft MouthUpperUpRight
    BrowDownLeft BrowDownRight BrowInnerUp BrowOuterUpLeft BrowOuterUpRight CheekPuff CheekSquintLeft CheekSquintRight
    NoseSneerLeft NoseSneerRight TongueOut
    """.split()  # noqa: SIM905 (a list of 52 strings would be 52 lines)
)


def shape_skin(skin: Skin) -> None:
    """Give the skin its 52 shapes: the left ones and those of both sides are made, the right ones mirrored."""
    made = (
        lid_shapes(skin) | brow_shapes(skin) | cheek_and_nose_shapes(skin) | jaw_shapes(skin) | left_mouth_shapes(skin)
    )
    made |= middle_mouth_shapes(skin) | cheek_and_tongue_shapes(skin)
    made |= {other_side(name): mirrored_shape(skin, moved) for name, moved in made.items() if name.endswith("Left")}
    skin.mesh.shapes = {name: made[name] for name in ORDER}


def shape_lower_teeth(mesh: Mesh) -> None:
    """Let the lower teeth, or the tongue, go with the jaw."""
    aside = mesh.positions * 0.0 + [0.0085, 0.0, 0.0]
    mesh.shapes["JawForward"] = mesh.positions * 0.0 + [0.0, 0.0, 0.0075]
    mesh.shapes["JawLeft"], mesh.shapes["JawRight"] = aside, -aside
    mesh.shapes["JawOpen"] = opened(mesh.positions)


def shape_tongue(mesh: Mesh) -> None:
    """Let the tongue go with the jaw, and out over the lower lip."""
    shape_lower_teeth(mesh)
    s: Floats = along_tongue(mesh)
    out = 0.26 * opened(mesh.positions)
    out[:, 2] += 0.036 * s**1.4
    out[:, 1] += 0.0170 * np.sin(np.pi * np.minimum(s * 1.15, 1.0)) ** 1.5 + 0.004 * s - 0.006 * step(s, 0.75, 1.0)
    mesh.shapes["TongueOut"] = out
