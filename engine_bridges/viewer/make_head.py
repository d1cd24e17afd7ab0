"""Makes the viewer's built-in head: `python -m viewer.make_head` writes page/stage/head.glb, always the same bytes."""

from pathlib import Path
from typing import Any, Final

import numpy as np

from viewer.sculpt.body import make_body
from viewer.sculpt.brows import make_brow, make_lashes
from viewer.sculpt.curves import step
from viewer.sculpt.ears import make_ear
from viewer.sculpt.eyes import make_eye
from viewer.sculpt.features import EYE
from viewer.sculpt.glb import Node, Part, glb
from viewer.sculpt.hair import make_hair
from viewer.sculpt.mesh import Floats, Mesh, cut, merged, mirrored
from viewer.sculpt.paint import paint
from viewer.sculpt.shapes import shape_lower_teeth, shape_skin, shape_tongue
from viewer.sculpt.skin import Skin, make_skin
from viewer.sculpt.teeth import make_teeth, make_tongue

HEAD: Final = (
    Path(__file__).resolve().parents[1] / "voxrig" / "engine_bridges" / "viewer" / "page" / "stage" / "head.glb"
)
NODES: Final = [
    Node("Chest", None, (0.0, -0.260, -0.090)),
    Node("Neck", "Chest", (0.0, -0.150, -0.088)),
    Node("Head", "Neck", (0.0, -0.075, -0.070)),
    Node("LeftEye", "Head", EYE),
    Node("RightEye", "Head", (-EYE[0], *EYE[1:])),
]
JOINTS: Final = ("Chest", "Neck", "Head")
ROUGHNESS: Final = {"Skin": 0.55, "Eye": 0.12, "Mouth": 0.35, "Hair": 0.55, "Cloth": 0.95}
NOTE: Final = {"generator": "Voxrig engine_bridges/viewer/make_head.py", "copyright": "Voxrig, Apache-2.0"}


def parts() -> list[Part]:
    """Everything that is seen, each with the shapes that move it."""
    skin = shaped_skin()
    brow, lashes, eye = make_brow(skin), make_lashes(skin), make_eye()
    lower, tongue = make_teeth(upper=False), make_tongue()
    shape_lower_teeth(lower)
    shape_tongue(tongue)
    face, neck, weights = face_and_neck(skin)
    return [
        Part(face, "Skin", "Head"),
        Part(neck, "Skin", None, JOINTS, weights),
        Part(eye, "Eye", "LeftEye"),
        Part(merged("RightEyeball", [mirrored(eye)]), "Eye", "RightEye"),
        Part(merged("Brows", [brow, mirrored(brow)]), "Hair", "Head"),
        Part(merged("Lashes", [lashes, mirrored(lashes)]), "Hair", "Head"),
        Part(merged("Mouth", [make_teeth(upper=True), lower, tongue]), "Mouth", "Head"),
        Part(make_hair(), "Hair", "Head"),
        Part(make_body(), "Cloth", "Chest"),
    ]


def shaped_skin() -> Skin:
    """The skin in its colours, with its 52 shapes."""
    skin = make_skin()
    skin.mesh.colours = paint(skin)
    shape_skin(skin)
    return skin


def face_and_neck(skin: Skin) -> tuple[Mesh, Mesh, Floats]:
    """The skin with its ears in two: what goes with the head, and the neck, with the weights of its joints."""
    ear = make_ear()
    whole = merged("Skin", [skin.mesh, ear, mirrored(ear)])
    with_head = joint_weights(whole.positions)[:, 2] == 1.0
    rigid = np.asarray(with_head[whole.triangles].all(1))
    neck = cut("NeckSkin", whole, ~rigid)
    return cut("Face", whole, rigid), neck, joint_weights(neck.positions)


def joint_weights(points: Floats) -> Floats:
    """Weights [n, 3] of chest, neck and head: the head's turn dies away down the neck."""
    low = points[:, 1] + 0.35 * (points[:, 2] + 0.07)  # the nape is part of the head further down than the throat
    of_head = step(low, -0.128, -0.095)
    of_neck = step(low, -0.180, -0.135) * (1 - of_head)
    return np.stack([1 - of_head - of_neck, of_neck, of_head], -1)


def material(name: str) -> dict[str, Any]:
    """A glTF material of that name, coloured by the vertices alone."""
    return {"name": name, "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": ROUGHNESS[name]}}


def head() -> bytes:
    """The head as the bytes of a binary glTF file."""
    return packed(parts())


def packed(made: list[Part]) -> bytes:
    """Parts as the bytes of a binary glTF file."""
    return glb(made, NODES, [material(name) for name in ROUGHNESS], NOTE)


def main() -> None:
    """Write the file and say what it holds."""
    HEAD.parent.mkdir(parents=True, exist_ok=True)
    made = parts()
    HEAD.write_bytes(packed(made))
    triangles = sum(len(part.mesh.triangles) for part in made)
    print(f"{HEAD.name}: {len(made)} meshes, {triangles} triangles, {HEAD.stat().st_size} bytes")


if __name__ == "__main__":
    main()
