"""What the panel asks for, kept with the scene."""

# mypy: disable-error-code="import-not-found, misc, valid-type"

from pathlib import Path

import bpy


def _is_armature(_: object, candidate: bpy.types.Object) -> bool:
    return bool(candidate.type == "ARMATURE")


class VoxrigSettings(bpy.types.PropertyGroup):
    """Settings of one scene."""

    host: bpy.props.StringProperty(name="Host", description="Where `voxrig serve` runs", default="127.0.0.1")
    port: bpy.props.IntProperty(name="Link port", description="Its link port", default=52001, min=1, max=65535)
    sound: bpy.props.StringProperty(name="Sound", description="WAV file of 16 bits to speak", subtype="FILE_PATH")
    style: bpy.props.StringProperty(name="Style", description="Preset, such as clear or soft; empty: the server's own")
    emotion: bpy.props.StringProperty(name="Emotion", description="auto, off or such as joy=0.4; empty: the server's")
    body: bpy.props.StringProperty(
        name="Body", description="on, off, or such as torso,arms,energy=0.5; empty: the server's own"
    )
    armature: bpy.props.PointerProperty(
        name="Armature",
        description="Has head, eye and body bones; may be left out",
        type=bpy.types.Object,
        poll=_is_armature,
    )
    head: bpy.props.StringProperty(name="Head", default="head")
    eye_l: bpy.props.StringProperty(name="Left eye", default="eye_l")
    eye_r: bpy.props.StringProperty(name="Right eye", default="eye_r")
    y_up: bpy.props.BoolProperty(
        name="Armature is Y up", description="Its own axes are Y up and Z out of the face, as of some FBX files"
    )

    def bones(self) -> dict[str, str]:
        """Return the armature's names of Voxrig's bones."""
        return {"head": self.head, "eye_l": self.eye_l, "eye_r": self.eye_r}

    def options(self) -> dict[str, str]:
        """Return the options of a session."""
        given = {"style": self.style, "emotion": self.emotion, "body": self.body}
        return {key: value for key, value in given.items() if value}

    def sound_path(self) -> Path:
        """Return the path of the sound file."""
        return Path(bpy.path.abspath(self.sound))


def faces(context: bpy.types.Context) -> list[bpy.types.Object]:
    """Return the selected meshes with shape keys, else the active one if it is one."""
    candidates = list(context.selected_objects) or [context.active_object]
    return [one for one in candidates if one is not None and one.type == "MESH" and one.data.shape_keys is not None]
