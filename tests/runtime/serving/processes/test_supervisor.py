"""A parent and processes that do as they are told, or don't; the real ones are in tests/cli/test_serve_many.py."""

import asyncio
import sys
from pathlib import Path

import pytest

from voxrig.runtime.serving.processes.supervisor import supervising
from voxrig.runtime.serving.settings import Settings

ONCE = """
import json, pathlib, sys
sys.stdin.readline()
been = pathlib.Path(sys.argv[1])
print([1, 2], "not JSON", sep="\\n")
if been.exists():
    print(json.dumps({"event": "failed", "error": "the model is gone"}))
    sys.exit(1)
been.touch()
print(json.dumps({"event": "ready", "port": 1, "link_port": None, "metrics_port": None}), flush=True)
"""
"""A process that is ready once and ends; started again, it says why it can't serve. It prints other things, too."""


async def test_the_log_says_why_a_process_that_was_lost_does_not_come_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    command = (sys.executable, "-c", ONCE, str(tmp_path / "been"))
    async with supervising(Settings(port=0, link=False), 1, command) as supervisor:
        while "the model is gone" not in caplog.text:
            await asyncio.sleep(0.01)
        assert supervisor.restarts >= 1
        assert not supervisor.ready
        assert not supervisor.is_ready
    assert "ended with exit code 0, its 0 sessions are lost; it is started again" in caplog.text
    assert "ended with exit code 1 (the model is gone), its 0 sessions are lost" in caplog.text
