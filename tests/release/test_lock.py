"""The locks: every package pinned, within the bounds of pyproject.toml, and each of its files by its hash."""

import hashlib
import importlib.metadata
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from release.lock import FOLDER, OLDEST_PYTHON, inputs, read_lock
from release.source import ReleaseError, project

NAMES = ["runtime", "build", "dev"]
PLATFORMS = [("linux", "Linux"), ("darwin", "Darwin"), ("win32", "Windows")]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def places() -> list[dict[str, str]]:
    return [
        {
            "sys_platform": system,
            "platform_system": title,
            "os_name": "nt" if system == "win32" else "posix",
            "python_version": python,
            "python_full_version": f"{python}.0",
            "platform_machine": "x86_64",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }
        for system, title in PLATFORMS
        for python in PYTHONS
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_requirement_is_pinned_within_its_bounds_on_every_platform(name: str) -> None:
    pins = read_lock(FOLDER / f"{name}.txt")
    for text in inputs()[name]:
        wanted = Requirement(text)
        for place in places():
            if wanted.marker and not wanted.marker.evaluate(place):
                continue
            found = [
                pin.version
                for pin in pins
                if canonicalize_name(pin.name) == canonicalize_name(wanted.name)
                and (not pin.marker or Marker(pin.marker).evaluate(place))
            ]
            assert len(found) == 1, f"{text} on {place}: run `python dev.py lock`"
            assert wanted.specifier.contains(found[0], prereleases=True), f"{text}: run `python dev.py lock`"


@pytest.mark.parametrize("name", NAMES)
def test_every_pin_has_hashes_and_is_wanted_by_somebody(name: str) -> None:
    pins = read_lock(FOLDER / f"{name}.txt")
    known = {canonicalize_name(pin.name) for pin in pins} | {"voxrig"}
    assert len(pins) >= len(inputs()[name])
    for pin in pins:
        assert pin.hashes, pin.name
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in pin.hashes), pin.name
        assert pin.wanted_by, pin.name
        assert {canonicalize_name(one) for one in pin.wanted_by} <= known, pin.name


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_what_the_packages_need_themselves_is_pinned_too(name: str) -> None:
    """As the packages say that are installed here at the locked version."""
    pins = [pin for pin in read_lock(FOLDER / f"{name}.txt") if not pin.marker or Marker(pin.marker).evaluate()]
    there = {canonicalize_name(pin.name): pin.version for pin in pins}
    looked = 0
    for pin in pins:
        try:
            found = importlib.metadata.distribution(pin.name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if found.version != pin.version:
            continue
        looked += 1
        for text in found.requires or ():
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
                assert canonicalize_name(wanted.name) in there, f"{pin.name} needs {text}"
    assert looked > 15


def test_torch_stays_out_of_the_locks_and_in_the_constraints() -> None:
    for name in NAMES:
        text = (FOLDER / f"{name}.txt").read_text("utf-8")
        assert "\ntorch==" not in text
        assert "nvidia-" not in text
    assert "torch==" in (FOLDER.parent / "constraints.txt").read_text("utf-8")


def test_the_oldest_python_is_that_of_the_project() -> None:
    assert project()["requires-python"] == f">={OLDEST_PYTHON}"


def test_pip_takes_a_locked_file_and_refuses_another(tmp_path: Path) -> None:
    """A wheel of our own, so that no index is needed: the right hash, then one letter of it changed."""
    wheel = tmp_path / "tiny_thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_thing.py", "")
        archive.writestr("tiny_thing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-thing\nVersion: 1.0\n")
        archive.writestr(
            "tiny_thing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("tiny_thing-1.0.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for given, code in ((digest, 0), (digest[:-1] + ("0" if digest[-1] != "0" else "1"), 1)):
        lock = tmp_path / "lock.txt"
        lock.write_text(f"tiny-thing==1.0 \\\n    --hash=sha256:{given}\n    # via voxrig\n")
        [pin] = read_lock(lock)
        assert (pin.name, pin.version, pin.hashes, pin.wanted_by) == ("tiny-thing", "1.0", (given,), ("voxrig",))
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--find-links", tmp_path]
        command += ["--require-hashes", "--target", tmp_path / f"site{code}", "-r", lock]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
    assert "DO NOT MATCH" in done.stderr


def test_a_line_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text("numpy>=2\n")
    with pytest.raises(ReleaseError, match="is no line of a lock"):
        read_lock(tmp_path / "lock.txt")
