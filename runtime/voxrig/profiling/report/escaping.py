"""Text for HTML and for the SVG in it: whatever a profile says, it stays text."""

import html
import re
from typing import Final

_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold: controls and halves of characters."""
LONGEST: Final = 26
"""Characters of a label in a plot."""


def escaped(text: object) -> str:
    """Return the text for an element or an attribute; what XML cannot hold is a replacement character."""
    return html.escape(_UNFIT.sub("\ufffd", str(text)))


def label(text: object, longest: int = LONGEST) -> str:
    """Return the text cut to what a plot has room for; not yet escaped."""
    told = str(text)
    return told if len(told) <= longest else f"{told[: longest - 1]}…"
