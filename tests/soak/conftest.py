"""Modules of this folder and of the chaos suite by name, however pytest was started."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "chaos")]
