"""The built-in head of the viewer, sculpted by code: every surface and every shape is a formula."""
