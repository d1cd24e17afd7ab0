"""FACEGOOD Audio2Face: Mandarin syllables and sentences with an animator's mouth, on a rig of its own at 30 fps.

What was found in the five recordings (8 min), and so what is read:

- `mouth_stretch_c` is the jaw. Frame k is at k / 30 s: so placed, the jaw runs 0 to 10 ms behind the loudness in each
  of the five (`lag.jaw_lag`), as it does in life; nothing is shifted. Its opening is scaled to
  that of our a.
- Rounding is drawn with pucker, `oh`, `oo` or funnel, whichever the animator took that day; their largest is the
  rounding, scaled for each recording to the pucker of a clear u.
- `mouth_press` is only used in three of the five, and there only for some of the closures. What marks p, b and m in all
  of them is that both lips are sucked in: 9 to 18 % of the syllables, as in Mandarin text. (The lower lip alone is f.)
- Everything else is used now and then: lips parted on one e and not on the next. It is not to be trusted.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.articulators import ARTICULATORS, index
from voxrig.exporters.datasets.recording import Recording
from voxrig.exporters.datasets.speech import Clip, DatasetError
from voxrig.exporters.phonetics import CLASSES, target_matrix
from voxrig.runtime.core.timing import STEP_RATE

TRUSTED: Final = frozenset(("jaw", "pucker", "together"))
"""The articulators that the animator drew for every sound."""

_FPS: Final = 30
_OPEN: Final = 0.58  # the rig's jaw in open vowels: the 95th percentile of its peaks is 0.48 to 0.62
_ROUNDED: Final = 0.1  # the rig's rounding counts as rounded from here
_CLOSED: Final = 0.08  # lips sucked in this far have met
_JAW_SHUT: Final = (0.05, 0.10)  # the rig's jaw: below the first both lips meet, above the second no longer
_ROUNDING: Final = (
    *("mouth_oh_c", "mouth_oo_c", "mouth_pucker_l", "mouth_pucker_r"),
    *(f"mouth_funnel_{corner}" for corner in ("dl", "dr", "ul", "ur")),
)


def read_facegood(root: Path) -> Iterator[Clip]:
    """Clips of 3 to 8 s, cut where it is quiet; their phones are not known.

    Raises:
        DatasetError: `root` has no folder `facegood` with recordings.
    """
    for recording in recordings(root):
        yield from recording.clips()


def recordings(root: Path) -> Iterator[Recording]:
    """The recordings, whole; see `read_facegood`."""
    folder = root / "facegood"
    paths = sorted(folder.glob("*.npz"))
    if not paths:
        raise DatasetError(f"{folder} holds no recordings; give the folder that holds the data sets with --data")
    for path in paths:
        with np.load(path) as file:
            mouth = articulators(file["raw116"].astype(np.float32), tuple(map(str, file["raw_names"])))
        speaker = f"facegood_{path.stem.partition('_')[0]}"
        yield Recording(path.stem, "facegood", speaker, path.with_suffix(".opus"), (), 0, mouth, TRUSTED)


def articulators(rig: NDArray[np.float32], names: tuple[str, ...]) -> NDArray[np.float32]:
    """Read the trusted articulators out of FACEGOOD's rig.

    Args:
        rig: float32[frames, len(names)] of one recording, 30 frames a second.
        names: the rig's own names.

    Returns:
        float32[2 * frames, articulators], 60 steps a second; the untrusted ones are 0.
    """

    def take(*wanted: str) -> NDArray[np.float32]:
        return rig[:, [names.index(name) for name in wanted]]

    rounding = take(*_ROUNDING).max(axis=1)
    rounded = rounding[rounding > _ROUNDED]
    most = float(np.percentile(rounded, 95)) if len(rounded) else 1.0
    jaw = take("mouth_stretch_c")[:, 0]
    sucked = take("mouth_suck_dl", "mouth_suck_dr", "mouth_suck_ul", "mouth_suck_ur").min(axis=1)
    shut = np.interp(jaw, _JAW_SHUT, (1, 0))
    ours = target_matrix()
    widest, roundest = (float(ours[CLASSES.index(p), index(n)]) for p, n in (("a", "jaw"), ("u", "pucker")))
    frames = {
        "jaw": np.minimum(jaw / _OPEN * widest, 1),
        "pucker": np.minimum(rounding / most * roundest, 1),
        "together": np.minimum(sucked / _CLOSED, 1) * shut,
    }
    steps = np.arange(len(rig) * STEP_RATE // _FPS) * _FPS / STEP_RATE
    out = np.zeros((len(steps), len(ARTICULATORS)), np.float32)
    for name, values in frames.items():
        out[:, index(name)] = np.interp(steps, np.arange(len(rig)), values)
    return out
