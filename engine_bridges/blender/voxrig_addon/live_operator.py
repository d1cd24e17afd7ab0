"""The operators that ask a server, and preview a sound live."""

# mypy: disable-error-code="import-not-found, misc"
import bpy

from .link_client import LinkClient, LinkError
from .live import Live
from .performance import PerformanceError
from .properties import faces

_PATIENCE = 5.0
_running: list[Live] = []


class VOXRIG_OT_test(bpy.types.Operator):  # noqa: N801  (Blender asks for such names)
    """Ask whether the server is there."""

    bl_idname = "voxrig.test"
    bl_label = "Test connection"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Run it."""
        settings = context.scene.voxrig
        try:
            client = LinkClient(settings.host, settings.port, timeout=_PATIENCE)
        except LinkError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        try:
            client.ping()
            trips = [content["pong"]["round_trip"] for content in client.poll(_PATIENCE) if "pong" in content]
        finally:
            client.close()
        trip = f", {1000 * trips[0]:.1f} ms to and fro" if trips else ""
        self.report({"INFO"}, f"Voxrig {client.hello['server']} answers{trip}")
        return {"FINISHED"}


class VOXRIG_OT_preview(bpy.types.Operator):  # noqa: N801
    """Speak the sound on the selected faces, live; Escape stops it."""

    bl_idname = "voxrig.preview"
    bl_label = "Preview live"

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Begin."""
        settings, targets = context.scene.voxrig, faces(context)
        if not targets:
            self.report({"ERROR"}, "select a mesh with shape keys first")
            return {"CANCELLED"}
        stop_all()
        try:
            self._live = Live(
                (settings.host, settings.port),
                settings.sound_path(),
                targets,
                settings.armature,
                settings.bones(),
                settings.y_up,
                settings.options(),
            )
        except (LinkError, PerformanceError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        _running.append(self._live)
        self._timer = context.window_manager.event_timer_add(1 / 60, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Show what is due."""
        if event.type == "ESC" or self._live not in _running:
            return self._end(context, "stopped")
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        try:
            more = self._live.step()
        except (PerformanceError, LinkError) as error:
            self.report({"ERROR"}, str(error))
            return self._end(context, None)
        for area in context.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()
        return {"PASS_THROUGH"} if more else self._end(context, "done")

    def _end(self, context: bpy.types.Context, how: str | None) -> set[str]:
        context.window_manager.event_timer_remove(self._timer)
        self._live.stop()
        if self._live in _running:
            _running.remove(self._live)
        if how is not None:
            buffer = self._live.performance.buffer
            counts = f", {buffer.counts.pushed} frames, {buffer.counts.late} late" if buffer is not None else ""
            self.report({"INFO"}, f"preview {how}{counts}")
        return {"FINISHED"} if how == "done" else {"CANCELLED"}


class VOXRIG_OT_stop(bpy.types.Operator):  # noqa: N801
    """Stop the preview."""

    bl_idname = "voxrig.stop"
    bl_label = "Stop"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Run it."""
        stop_all()
        return {"FINISHED"}


def stop_all() -> None:
    """Stop every preview; their operators notice."""
    while _running:
        _running.pop().stop()
