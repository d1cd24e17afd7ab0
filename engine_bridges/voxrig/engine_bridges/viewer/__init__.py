"""The page of `voxrig view`: a talking head in the browser, in plain ES modules; the runtime's server serves it."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def page() -> Traversable:
    """Return the folder of the page's files; its `index.html` is the page."""
    return files(__name__) / "page"
