"""Modules by name, however pytest was started."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent)]
