"""Lets the benchmarks import `side_by_side` by name, however pytest was started."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
