"""Room for open files: in a process of its own, whose limits are its own."""

import subprocess
import sys

import pytest

CODE = """
import logging, resource, sys
from voxrig.runtime.serving.access.handles import make_room
logging.basicConfig(format="%(message)s")
resource.setrlimit(resource.RLIMIT_NOFILE, (300, int(sys.argv[1])))
make_room(int(sys.argv[2]))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def limit_after(hard, max_connections):
    words = [sys.executable, "-c", CODE, str(hard), str(max_connections)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    return int(done.stdout), done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_limit_is_raised_as_far_as_it_goes_and_too_little_room_is_told():
    assert limit_after(1000, 100) == (1000, "")
    limit, told = limit_after(1000, 1024)
    assert limit == 1000
    assert "max_connections is 1024" in told
    assert "may open 1000 files, fewer than the 3328" in told
    assert "ulimit -n" in told
