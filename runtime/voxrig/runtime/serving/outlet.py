"""Where a session's frames go besides to its client: to a game engine over UDP, for instance."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.core.frame import Frame

OUTLET_KEYS: Final = ("character", "livelink", "vmc")
"""The options of a session that are about outlets."""


class OutletError(ValueError):
    """An option about outlets that cannot be; the message names it and the remedy."""


class Outlet(Protocol):
    """Takes the frames of one session. Called in the thread that computes them for everybody: it must never block."""

    def frames(self, frames: Sequence[Frame]) -> None:
        """Take consecutive frames of one utterance, in the rig and at the frame rate of the session's pipeline."""

    def interrupted(self, frame_index: int) -> None:
        """Frames from `frame_index` on are void; others of the same indices follow."""

    def closed(self) -> None:
        """Nothing follows."""


Outlets = Callable[[Mapping[str, str], Pipeline], Outlet | None]
"""Makes the outlet of a session that opens: from its options of OUTLET_KEYS, and the pipeline that makes its frames.

None: it has none. Raises OutletError.
"""
