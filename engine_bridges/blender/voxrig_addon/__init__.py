"""Voxrig for Blender: takes on shape keys and bones, and speech shown live from a Voxrig server.

`link_client`, `msgpack`, `playout_*`, `performance`, `take`, `names` and `turns` need nothing but Python; the rest
needs Blender, and is loaded when the add-on is enabled.
"""

bl_info = {
    "name": "Voxrig",
    "author": "Voxrig",
    "version": (0, 1, 0),
    "blender": (4, 2, 0),
    "location": "3D View > Sidebar > Voxrig",
    "description": "Faces that speak: import takes, or preview speech live",
    "category": "Animation",
}


def register() -> None:
    """Add the properties, operators and the panel."""
    from . import panel

    panel.register()


def unregister() -> None:
    """Take them away again."""
    from . import panel

    panel.unregister()
