"""How many processes are worth starting: one for each physical core that this one may use."""

import os
from math import ceil
from pathlib import Path

import psutil

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def usable_cores(quota: Path = _QUOTA) -> int:
    """Return how many physical cores this process may use, at least 1.

    Two threads of one core share its arithmetic, so they count once. A container's quota of processor time counts too:
    `quota` is the file in which Linux tells it.
    """
    cores = [psutil.cpu_count(logical=False) or os.cpu_count() or 1]
    if hasattr(os, "sched_getaffinity"):
        cores.append(len(os.sched_getaffinity(0)))
    try:
        allowed, period = quota.read_text("ascii").split()
        cores.append(ceil(int(allowed) / int(period)))
    except (OSError, ValueError):  # not in a container, "max" for as much as there is, or not Linux
        pass
    return max(1, min(cores))
