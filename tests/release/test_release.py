"""A release: what is in it, that it comes out the same again, and when it is refused."""

import gzip
import hashlib
import json
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from release.sums import sign_sums
from voxrig.runtime.models import signature

VERSION = "0.1.0"


def test_it_has_a_file_for_each_who_takes_it(made: Path) -> None:
    assert sorted(path.name for path in made.iterdir()) == [
        "SHA256SUMS",
        f"Voxrig-{VERSION}-Unreal.zip",
        f"com.voxrig.bridge-{VERSION}.tgz",
        f"voxrig-{VERSION}-blender.zip",
        f"voxrig-{VERSION}-godot3.zip",
        f"voxrig-{VERSION}-godot4.zip",
        f"voxrig-{VERSION}-py3-none-any.whl",
        f"voxrig-{VERSION}.cdx.json",
        f"voxrig-{VERSION}.tar.gz",
    ]


def test_made_again_it_is_the_same_to_the_byte(made: Path, run, tmp_path: Path) -> None:
    """In another folder and time zone, and with other hashes of Python's own."""
    done = run("make", "-o", tmp_path / "again", TZ="Pacific/Kiritimati", PYTHONHASHSEED="7", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again" / "SHA256SUMS").read_bytes() == (made / "SHA256SUMS").read_bytes()
    for path in made.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_archives_hold_what_their_hosts_look_for(made: Path) -> None:
    with tarfile.open(made / f"com.voxrig.bridge-{VERSION}.tgz") as unity:
        names = unity.getnames()
        package = unity.extractfile("package/package.json")
        assert package is not None
        assert json.load(package)["version"] == VERSION
    assert {"package/Runtime/Voxrig.Bridge.asmdef", "package/LICENSE.md", "package/README.md"} <= set(names)
    assert all(name.startswith("package/") for name in names)
    for engine in ("godot3", "godot4"):
        inside = zipfile.ZipFile(made / f"voxrig-{VERSION}-{engine}.zip").namelist()
        assert {"addons/voxrig/plugin.cfg", "addons/voxrig/LICENSE"} <= set(inside)
        assert all(name.startswith("addons/voxrig/") for name in inside)
    blender = zipfile.ZipFile(made / f"voxrig-{VERSION}-blender.zip").namelist()
    assert {"voxrig_addon/blender_manifest.toml", "voxrig_addon/__init__.py", "voxrig_addon/LICENSE"} <= set(blender)
    unreal = zipfile.ZipFile(made / f"Voxrig-{VERSION}-Unreal.zip").namelist()
    assert {"Voxrig/Voxrig.uplugin", "Voxrig/LICENSE"} <= set(unreal)
    assert not [name for name in [*names, *blender, *unreal] if "__pycache__" in name or name.endswith(".pyc")]


def test_archives_say_nothing_of_who_made_them(made: Path) -> None:
    with gzip.open(made / f"com.voxrig.bridge-{VERSION}.tgz") as packed:
        packed.read(1)
        first = packed.mtime
    with tarfile.open(made / f"com.voxrig.bridge-{VERSION}.tgz") as unity:
        entries = unity.getmembers()
    assert {(one.uid, one.gid, one.uname, one.gname, one.mode) for one in entries} == {(0, 0, "", "", 0o644)}
    assert {one.mtime for one in entries} == {first}
    with tarfile.open(made / f"voxrig-{VERSION}.tar.gz") as source:
        assert {one.mtime for one in source.getmembers()} == {first}
    for path in made.glob("*.zip"):
        entries = zipfile.ZipFile(path).infolist()
        assert [one.filename for one in entries] == sorted(one.filename for one in entries) or "Unreal" in path.name
        assert len({one.date_time for one in entries}) == 1


def test_the_sums_are_those_of_the_files(made: Path, run) -> None:
    for line in (made / "SHA256SUMS").read_text().splitlines():
        checksum, _, name = line.partition("  ")
        assert hashlib.sha256((made / name).read_bytes()).hexdigest() == checksum
    done = run("verify", made)
    assert done.stdout == "8 files are what they were\n"


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copied"))


def test_a_changed_or_missing_file_is_noticed(copied: Path, run) -> None:
    bill = copied / f"voxrig-{VERSION}.cdx.json"
    bill.write_bytes(bill.read_bytes() + b" ")
    done = run("verify", copied)
    assert (done.returncode, "isn't the file that SHA256SUMS tells of" in done.stderr) == (1, True)
    bill.unlink()
    assert "is missing" in run("verify", copied).stderr
    (copied / "SHA256SUMS").write_text(f"{'0' * 64}  ../outside\n")
    assert "../outside is missing" in run("verify", copied).stderr


def test_signed_sums_are_told_from_others(copied: Path, run, tmp_path: Path, program) -> None:
    secret, public = signature.new_key()
    (tmp_path / "studio.key").write_bytes(secret)
    sign_sums(copied, tmp_path / "studio.key")
    done = run("verify", copied, "--key", public)
    assert (done.returncode, done.stdout) == (0, "8 files are what they were, signed\n")
    assert "isn't this key's signature" in run("verify", copied, "--key", signature.new_key()[1]).stderr
    openssl = program("openssl")  # who has neither Python nor us
    pem = tmp_path / "studio.pem"
    subprocess.run([openssl, "pkey", "-in", tmp_path / "studio.key", "-pubout", "-out", pem], check=True)
    command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", pem, "-rawin", "-in", copied / "SHA256SUMS"]
    command += ["-sigfile", copied / "SHA256SUMS.sig"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    sums = copied / "SHA256SUMS"
    sums.write_bytes(sums.read_bytes().replace(b"0", b"1", 1))
    assert "isn't this key's signature" in run("verify", copied, "--key", public).stderr


def test_a_dirty_checkout_is_refused(checkout: Path, run, tmp_path: Path) -> None:
    stray = checkout / "stray.txt"
    stray.write_text("not in any commit")
    try:
        done = run("make", "-o", tmp_path / "dist")
    finally:
        stray.unlink()
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "1 files are changed or unknown to git (stray.txt)" in done.stderr
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# Changelog\n\n## 0.0.9, 2026-01-01\n", "has no heading `## 0.1.0, DATE`"),
        ("# Changelog\n\n## 0.1.01\n", "has no heading"),
        ("# Changelog\n\n## 0.1.0, not released yet\n", "says that 0.1.0 is not released yet"),
    ],
)
def test_a_version_that_the_changelog_does_not_have_is_refused(
    checkout: Path, run, tmp_path: Path, text: str, says: str
) -> None:
    changelog = checkout / "CHANGELOG.md"
    before = changelog.read_bytes()
    changelog.write_text(text)
    try:
        done = run("make", "-o", tmp_path / "dist", "--dirty")
    finally:
        changelog.write_bytes(before)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert says in done.stderr


def test_bridges_of_another_version_are_refused(checkout: Path, run, tmp_path: Path) -> None:
    manifest = checkout / "engine_bridges" / "godot" / "godot4" / "addons" / "voxrig" / "plugin.cfg"
    before = manifest.read_bytes()
    manifest.write_bytes(before.replace(b"0.1.0", b"0.1.1"))
    try:
        done = run("make", "-o", tmp_path / "dist", "--dirty")
    finally:
        manifest.write_bytes(before)
    assert done.returncode == 1
    assert "godot4/addons/voxrig/plugin.cfg says version 0.1.1, pyproject.toml 0.1.0" in done.stderr


def test_a_folder_with_something_in_it_is_left_alone(run, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = run("make", "-o", tmp_path)
    assert (done.returncode, "isn't empty" in done.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("date", ["yesterday", "-1", "1.5"])
def test_a_date_that_is_none_is_refused(run, tmp_path: Path, date: str) -> None:
    done = run("make", "-o", tmp_path / "dist", SOURCE_DATE_EPOCH=date)
    assert (done.returncode, f"SOURCE_DATE_EPOCH is '{date}'" in done.stderr) == (1, True)
