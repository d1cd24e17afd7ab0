"""Lips as they are seen: ARKit weights posed on a head, judged by the scoring tool beside this checkout.

The tool poses one frame after the other; here all frames of a clip are posed with one matrix product, and `verify`
holds the result against the tool's own.
"""

import importlib.util
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from side_by_side.clips import DATA, SHARED

from voxrig.exporters.coarticulation import Phone
from voxrig.exporters.datasets.speech import Clip
from voxrig.runtime.core.take import Take

Seen = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Lip gap, mouth width, and lower lip to upper incisors, a value a frame, in centimetres."""

AROUND_SPEECH: Final = 0.2  # seconds before the first phone and after the last


@dataclass(frozen=True, slots=True)
class Head:
    """The few vertices that the scoring tool measures, and how each ARKit shape moves them.

    Attributes:
        tool: the scoring tool; what it scores here has been measured already.
        slowly: the tool's own measuring, of frames as dictionaries.
        rest: float64[8, 3], upper and lower inner lip (3 each) and the corners, in centimetres.
        deltas: float64[8, 3] a shape, by the tool's spelling of its name.
        incisors: float64[3], the edge of the upper incisors.
    """

    tool: ModuleType
    slowly: Callable[[list[dict[str, float]]], Seen]
    rest: NDArray[np.float64] = field(init=False)
    deltas: dict[str, NDArray[np.float64]] = field(init=False)
    incisors: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        neutral, _, _, shapes = self.tool.load_mesh()
        keep = np.array([*self.tool.UPPER_INNER, *self.tool.LOWER_INNER, *self.tool.CORNERS])
        teeth = neutral[self.tool.UPPER_INCISORS]
        object.__setattr__(self, "rest", neutral[keep].astype(np.float64))
        object.__setattr__(self, "deltas", {n: d[keep].astype(np.float64) for n, d in shapes.items()})
        object.__setattr__(self, "incisors", teeth[teeth[:, 1].argsort()[:20]].mean(0).astype(np.float64))

    def see(self, take: Take) -> Seen:
        """Pose every frame of an ARKit take and measure it."""
        keys = [self._key(name) for name in take.names]
        none = np.zeros_like(self.rest)
        basis = np.stack([self.deltas.get(key, none) for key in keys])
        v = self.rest + np.tensordot(take.controls.astype(np.float64), basis, axes=1)
        gap = np.maximum(v[:, :3, 1] - v[:, 3:6, 1], 0).mean(axis=1)
        width = np.linalg.norm(v[:, 6] - v[:, 7], axis=1)
        return gap, width, np.linalg.norm(v[:, 4, 1:] - self.incisors[1:], axis=1)

    def see_slowly(self, take: Take) -> Seen:
        """Measure a take by the tool's own code."""
        keys = [self._key(name) for name in take.names]
        return self.slowly([dict(zip(keys, row, strict=True)) for row in take.controls.astype(float).tolist()])

    def score(self, take: Take, clip: Clip) -> dict[str, float]:
        """Score one take, 60 frames a second from the start of the clip's audio.

        Returns:
            The tool's figures, `closures` and `opens` (how many sounds the two closure figures are means over) and, of
            clips with a tracked face, `aperture_r`, `jaw_r` and the same `_in_speech`.
        """
        phones = spoken(clip)
        seen = self.see(take)
        with warnings.catch_warnings():
            # It divides by the spread of a curve that may be flat, and gives nan for what a clip doesn't hold.
            warnings.simplefilter("ignore", RuntimeWarning)
            result: dict[str, float] = self.tool.score(seen, phones, 60.0, 0.0)
        judged = [(p[0], b - a) for p, a, b in phones if round(a * 60) < len(take)]
        result["closures"] = sum(p in self.tool.BILABIAL for p, _ in judged)
        result["opens"] = sum(self.tool.OPENNESS.get(p) == 3 and length >= 0.05 for p, length in judged)
        if clip.captured is not None:
            result |= self._tracked(take, seen[0], clip.name, phones)
        return result

    def _tracked(self, take: Take, gap: NDArray[np.float64], name: str, phones: list[Phone]) -> dict[str, float]:
        """Correlations over time with the tracked lip gap and the fitted jaw, over the clip and in speech only."""
        tracked_gap, tracked_jaw = _tracked_face()[name]
        jaw = take.controls[:, [self._key(n) for n in take.names].index("jawopen")]
        count = min(len(gap), len(tracked_gap))
        start = max(round((phones[0][1] - AROUND_SPEECH) * 60), 0)
        end = min(round((phones[-1][2] + AROUND_SPEECH) * 60), count)
        return {
            "aperture_r": _correlation(gap[:count], tracked_gap[:count]),
            "jaw_r": _correlation(jaw[:count], tracked_jaw[:count]),
            "aperture_r_in_speech": _correlation(gap[start:end], tracked_gap[start:end]),
            "jaw_r_in_speech": _correlation(jaw[start:end], tracked_jaw[start:end]),
        }

    def _key(self, name: str) -> str:
        key: str = sys.modules["render_face"].key(name)
        return key


def spoken(clip: Clip) -> list[Phone]:
    """The clip's phones without stress marks and the like, as the tool wants them."""
    return [(p, a, b) for p, a, b in clip.phones if p not in load_head().tool.MODIFIERS]


def verify(head: Head, take: Take) -> None:
    """Fail unless the quick measuring gives what the tool's own gives."""
    for quick, slow in zip(head.see(take), head.see_slowly(take), strict=True):
        np.testing.assert_allclose(quick, slow, atol=1e-4)  # a micrometre: the tool adds in float32


@cache
def load_head() -> Head:
    """Load the scoring tool and its head; the tool imports its neighbour by bare name."""
    tools = SHARED / "tools"
    sys.path.insert(0, str(tools))
    try:
        spec = importlib.util.spec_from_file_location("score_lips", tools / "score_lips.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(tools))
    slowly = module.measure
    setattr(module, "measure", lambda seen: seen)  # noqa: B010 (mypy knows no attributes of a module loaded by path)
    return Head(module, slowly)


@cache
def captured_weights() -> tuple[list[str], dict[str, NDArray[np.float32]]]:
    """ARKit names, and the weights fitted to every GRID clip's face: float32[F, names] at 60 rows a second."""
    with np.load(DATA / "grid_s1" / "arkit_fit_60fps.npz") as fit:
        ends = np.cumsum(fit["lens"])
        pieces = np.split(fit["weights"].astype(np.float32), ends[:-1])
        return [str(name) for name in fit["names"]], dict(zip(map(str, fit["ids"]), pieces, strict=True))


@cache
def _tracked_face() -> dict[str, tuple[NDArray[Any], NDArray[Any]]]:
    """Tracked lip gap in centimetres and fitted jaw of every GRID clip, 60 rows a second from time 0."""
    names, weights = captured_weights()
    jaw = names.index("jawOpen")
    with np.load(DATA / "grid_s1" / "arkit_fit_60fps.npz") as fit:
        gaps = np.split(fit["tracked_gap_cm"].astype(np.float64), np.cumsum(fit["lens"])[:-1])
        return {name: (gap, weights[name][:, jaw]) for name, gap in zip(map(str, fit["ids"]), gaps, strict=True)}


def _correlation(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Pearson's r; 0 where one does not move at all, as it then tells nothing of the other."""
    if a.std() < 1e-9 or b.std() < 1e-9:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
