"""The panel in the sidebar of the 3D view, and what is registered with Blender."""

# mypy: disable-error-code="import-not-found, misc"
import bpy

from .import_operator import VOXRIG_OT_import_take
from .live_operator import VOXRIG_OT_preview, VOXRIG_OT_stop, VOXRIG_OT_test, stop_all
from .properties import VoxrigSettings, faces


class VOXRIG_PT_panel(bpy.types.Panel):  # noqa: N801  (Blender asks for such names)
    """The panel."""

    bl_label = "Voxrig"
    bl_idname = "VOXRIG_PT_panel"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Voxrig"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw it."""
        layout, settings = self.layout, context.scene.voxrig
        found = faces(context)
        names = ", ".join(face.name for face in found)
        layout.label(text=f"Face: {names}" if found else "Select a mesh with shape keys", icon="USER")
        box = layout.box()
        box.label(text="Bones (optional)")
        box.prop(settings, "armature")
        if settings.armature is not None:
            for name in ("head", "eye_l", "eye_r"):
                box.prop_search(settings, name, settings.armature.data, "bones")
            box.prop(settings, "y_up")
        layout.operator(VOXRIG_OT_import_take.bl_idname, icon="IMPORT")
        box = layout.box()
        box.label(text="Live, from `voxrig serve`")
        for name in ("host", "port", "sound", "style", "emotion", "body"):
            box.prop(settings, name)
        box.operator(VOXRIG_OT_test.bl_idname, icon="LINKED")
        row = box.row()
        row.operator(VOXRIG_OT_preview.bl_idname, icon="PLAY")
        row.operator(VOXRIG_OT_stop.bl_idname, icon="SNAP_FACE")


CLASSES = (
    VoxrigSettings,
    VOXRIG_OT_import_take,
    VOXRIG_OT_test,
    VOXRIG_OT_preview,
    VOXRIG_OT_stop,
    VOXRIG_PT_panel,
)


def _menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(VOXRIG_OT_import_take.bl_idname, text="Voxrig or Live Link take (.csv)")


def register() -> None:
    """Add everything."""
    for one in CLASSES:
        bpy.utils.register_class(one)
    bpy.types.Scene.voxrig = bpy.props.PointerProperty(type=VoxrigSettings)
    bpy.types.TOPBAR_MT_file_import.append(_menu)


def unregister() -> None:
    """Take it away again."""
    stop_all()
    bpy.types.TOPBAR_MT_file_import.remove(_menu)
    del bpy.types.Scene.voxrig
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
