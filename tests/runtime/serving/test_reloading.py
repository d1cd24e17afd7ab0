"""Models replaced under a running server."""

import asyncio
import dataclasses
import logging
import shutil

import numpy as np
import pytest

from voxrig.runtime.models import bundle
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.reloading import Reloader
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

from .client_messages import opening
from .tick_loop import tick_loop


@pytest.fixture
def stage(tiny_bundle, tiny_fast_bundle, tmp_path):
    """With a bundle that may be replaced, and one that stays."""
    shutil.copytree(tiny_bundle.path, tmp_path / "own")
    return Stage(Settings(models=(str(tmp_path / "own"), str(tiny_fast_bundle.path))))


@pytest.fixture
async def pacer(stage):
    pacer = Pacer(Metrics(), 30.0)
    async with tick_loop(pacer):
        yield pacer


def replace(tmp_path, version):
    read = bundle.read(tmp_path / "own")
    bundle.write(tmp_path / "own", dataclasses.replace(read.spec, version=version), read.model)


async def opened(connection, number):
    connection.put([opening(number, seed=5)], 0.0)
    while not (answer := (await connection.take())[-1]).HasField("opened"):
        pass
    return answer.opened.models[0].version


async def test_new_sessions_use_the_new_one_and_running_ones_keep_theirs(stage, pacer, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    with pacer.connection(stage) as connection:
        assert await opened(connection, 1) == "1"
        replace(tmp_path, "2")
        assert await Reloader(stage, pacer).reload()
        assert await opened(connection, 2) == "2"
        samples = np.zeros(8000, "<f4").tobytes()
        connection.put([pb.ClientMessage(session=n, audio=pb.AudioChunk(samples=samples)) for n in (1, 2)], 0.0)
        connection.done_writing()
        frames = {1: 0, 2: 0}
        while answers := await connection.take():
            for answer in answers:
                frames[answer.session] += len(answer.frames.media_samples)
        assert frames == {1: 20, 2: 20}
    assert [spec.version for spec in stage.models] == ["2", "1"]
    assert "tiny 2 (" in caplog.text


async def test_what_has_not_changed_is_not_loaded_again(stage, pacer, tmp_path):
    before = stage._networks
    replace(tmp_path, "2")
    await Reloader(stage, pacer).reload()
    assert stage._networks.runners[1] is before.runners[1]
    assert stage._networks.runners[0] is not before.runners[0]
    assert stage._networks.listener is before.listener


async def test_a_broken_one_keeps_the_old_and_says_why_in_one_line(stage, pacer, tmp_path, caplog):
    (tmp_path / "own" / "model.onnx").write_bytes(b"none")
    assert not await Reloader(stage, pacer).reload()
    [record] = caplog.records
    assert "models are not replaced, those that are loaded stay: bundle" in record.getMessage()
    assert "model.onnx has the checksum" in record.getMessage()
    with pacer.connection(stage) as connection:
        assert await opened(connection, 1) == "1"


async def test_files_that_change_are_loaded_once_they_rest(stage, pacer, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    looks = asyncio.Queue()
    gone = asyncio.Queue()

    async def sleep(_):
        gone.put_nowait(None)
        await looks.get()

    async def look():
        """Have it look once; it sleeps again then."""
        looks.put_nowait(None)
        await gone.get()

    watching = asyncio.create_task(Reloader(stage, pacer).watch(sleep))
    await gone.get()
    await look()
    assert stage.models[0].version == "1"
    replace(tmp_path, "2")
    await look()
    assert stage.models[0].version == "1", "it may be half written: another look first"
    await look()
    assert stage.models[0].version == "2"
    (tmp_path / "own" / "manifest.json").write_text("{", "utf-8")
    await look()
    await look()
    assert "those that are loaded stay" in caplog.text
    assert stage.models[0].version == "2"
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
