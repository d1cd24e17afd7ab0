"""What the doctor says of machines; where one can't be broken for real, its measurements are given."""

import os
from pathlib import Path

import pytest

from voxrig.cli.diagnosis import network
from voxrig.cli.diagnosis.machine import check_cache, check_clock, check_compiled, check_folder, check_memory
from voxrig.cli.diagnosis.machine import check_processor as processor


def test_this_machine_is_looked_at(doctor, free_ports):
    code, checks = doctor("--port", free_ports)
    assert code == 0, checks
    assert {"processor", "memory", "clock", "compiled code", "cache folder"} <= set(checks)
    assert checks["loopback over TCP"]["ok"]
    assert checks["loopback over UDP"]["ok"]
    assert "is not needed" in checks["microphone"]["detail"]


@pytest.fixture
def free_ports() -> int:
    import socket

    while True:
        with socket.socket() as probe, socket.socket() as link:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            if port < 65_535 and link.connect_ex(("127.0.0.1", port + 1)):
                return port


def test_a_processor_without_avx2_is_a_risk_where_there_could_be_one():
    [found] = processor("x86_64", {"AVX2": False, "SSE42": True})
    assert found.mark == "RISK"
    assert "-cpu host" in found.remedy
    assert [one.mark for one in processor("x86_64", {"AVX2": True})] == ["ok"]
    assert [one.mark for one in processor("arm64", {})] == ["ok"]


def test_memory_is_judged():
    assert [check_memory(mib << 20).mark for mib in (100, 700, 4_000)] == ["BROKEN", "RISK", "ok"]
    assert "docker run --memory" in check_memory(100 << 20).remedy


@pytest.mark.parametrize(("tick", "mark"), [(0.0011, "ok"), (0.0156, "RISK")])
def test_a_coarse_clock_is_a_risk(tick, mark):
    """Windows' old timer wakes sleepers every 15.6 ms."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += tick

    assert check_clock(sleep, lambda: now[0]).mark == mark


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    found = check_folder("cache folder", tmp_path / "file" / "below", "why", "remedy")
    assert (found.mark, found.why, found.remedy) == ("RISK", "why", "remedy")
    assert "cannot be written" in found.detail
    made = tmp_path / "not" / "there" / "yet"
    assert check_folder("cache folder", made, "why", "remedy").ok
    assert not made.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_cache_is_where_the_variable_says(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("VOXRIG_CACHE", str(tmp_path / "file"))
    [found] = check_cache()
    assert (found.name, found.mark) == ("cache folder", "RISK")
    assert "VOXRIG_CACHE" in found.remedy


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps who may write a folder elsewhere")
def test_a_cache_that_everybody_can_write_is_a_risk(tmp_path, monkeypatch):
    monkeypatch.setenv("VOXRIG_CACHE", str(tmp_path))
    assert [one.mark for one in check_cache()] == ["ok"]
    tmp_path.chmod(0o777)
    assert [one.mark for one in check_cache()] == ["ok", "RISK"]
    tmp_path.chmod(0o755)


def test_where_compiled_code_is_kept_is_told():
    [found] = check_compiled()
    assert found.ok
    assert Path(found.detail).is_absolute()


@pytest.mark.parametrize(
    ("without", "marks"),
    [("", ["RISK"]), ("localhost", ["RISK"]), ("127.0.0.1", ["ok"]), ("*", ["ok"]), (" x , 127.0.0.1", ["ok"])],
)
def test_proxies(without, marks):
    told = network.check_proxy("127.0.0.1", {"https_proxy": "http://proxy:3128", "no_proxy": without})
    assert [one.mark for one in told] == marks
    assert list(network.check_proxy("127.0.0.1", {"no_proxy": without})) == []


def test_hosts_of_a_spared_domain_are_spared():
    chosen = {"grpc_proxy": "http://proxy:3128", "no_proxy": ".studio.example"}
    assert [one.mark for one in network.check_proxy("faces.studio.example", chosen)] == ["ok"]
    assert [one.mark for one in network.check_proxy("notstudio.example", chosen)] == ["RISK"]
