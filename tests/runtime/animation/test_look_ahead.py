"""What the shipped models promise about their look-ahead, whatever a client asks for."""

from fractions import Fraction

import pytest

from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle


@pytest.mark.parametrize(
    ("name", "most"), [("live", Fraction(100, 1000)), ("fast", Fraction(50, 1000)), ("studio", Fraction(500, 1000))]
)
def test_shipped_look_aheads_keep_their_promise_at_every_rate(name: str, most: Fraction) -> None:
    spec, arkit = bundle.load(name).spec, profile("arkit")
    declared = [
        Pipeline(spec, arkit, FrameRate.parse(fps), rate).look_ahead
        for rate in (8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000, 192_000)
        for fps in ("1", "23.976", "24", "25", "29.97", "30", "48", "50", "59.94", "60", "119.88", "120", "240")
    ]
    assert spec.look_ahead == min(declared)
    assert max(declared) <= most
