"""What this process takes of the machine."""

import time
from collections.abc import Callable

import psutil


class Usage:
    """CPU and memory of the whole process, whatever runs in it, and how long it has been looked at.

    Args:
        clock: seconds that never go back.
        wall: seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        self.started = wall()
        """When the server started, in seconds since the epoch."""
        self._clock = clock
        self._since = clock()
        self._process = psutil.Process()

    def snapshot(self) -> dict[str, float]:
        """Return `cpu_seconds` (user and system, all threads), `memory_bytes` (resident) and `uptime_seconds`."""
        return {
            "cpu_seconds": time.process_time(),
            "memory_bytes": float(self._process.memory_info().rss),
            "uptime_seconds": self._clock() - self._since,
        }
