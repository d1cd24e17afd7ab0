"""The operator that imports a take."""

# mypy: disable-error-code="import-not-found, misc, valid-type"

from pathlib import Path

import bpy
from bpy_extras.io_utils import ImportHelper

from .keys import Report, insert_bones, insert_shapes, rate_of
from .properties import faces
from .take import TakeError, read_take


class VOXRIG_OT_import_take(bpy.types.Operator, ImportHelper):  # noqa: N801  (Blender asks for such names)
    """Put a take (CSV of Live Link Face or of `voxrig bake`) on the selected faces and the panel's armature."""

    bl_idname = "voxrig.import_take"
    bl_label = "Import take"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012
    filename_ext = ".csv"

    filter_glob: bpy.props.StringProperty(default="*.csv", options={"HIDDEN"})
    start: bpy.props.IntProperty(name="Start frame", default=1)
    rate: bpy.props.FloatProperty(
        name="Take's frames a second", description="0: as the file says", default=0.0, min=0.0, max=240.0
    )
    whole: bpy.props.BoolProperty(
        name="Keys on whole frames", description="Else every frame of the take gets its key, between frames too"
    )
    sound: bpy.props.StringProperty(name="Sound", description="Goes to the sequencer at the start", subtype="FILE_PATH")
    fit: bpy.props.BoolProperty(name="Fit the scene's range", default=True)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Run it."""
        path, scene = Path(self.filepath), context.scene
        targets = faces(context)
        if not targets:
            self.report({"ERROR"}, "select a mesh with shape keys first")
            return {"CANCELLED"}
        report, scene_rate = Report(), rate_of(scene)
        try:
            take = read_take(path, self.rate)
            if self.whole:
                take = take.resampled(scene_rate)
            for target in targets:
                insert_shapes(target, take, path.stem, self.start, scene_rate, report)
            settings = scene.voxrig
            if settings.armature is not None:
                y_up = settings.y_up
                insert_bones(settings.armature, settings.bones(), take, path.stem, self.start, scene_rate, y_up, report)
        except (TakeError, ValueError, OSError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if self.sound:
            _add_sound(scene, Path(bpy.path.abspath(self.sound)), self.start)
        if self.fit:
            scene.frame_start, scene.frame_end = self.start, max(self.start, int(report.last))
        self.report({"INFO"}, f"{path.name}: {report.text()}; {take.rate:g} frames a second")
        return {"FINISHED"}


def _add_sound(scene: bpy.types.Scene, path: Path, start: int) -> None:
    editor = scene.sequence_editor or scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences  # Blender 4.4 renamed them
    strips.new_sound(path.stem, str(path), 1, start)
    scene.sync_mode = "AUDIO_SYNC"
