import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.signature import Trust

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def key(voxrig: Call, tmp_path: Path) -> Path:
    code, out, _ = voxrig("export", "keygen", tmp_path / "studio")
    assert code == 0
    assert "keep it secret" in out
    return tmp_path / "studio.key"


def test_a_key_is_made_once_and_its_secret_half_is_the_owners_alone(voxrig: Call, key: Path) -> None:
    if os.name == "posix":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.with_suffix(".pub").read_text().startswith("ed25519:")
    secret = key.read_bytes()
    code, _, err = voxrig("export", "keygen", key.with_suffix(""))
    assert code == 1
    assert "is there already" in err
    assert key.read_bytes() == secret


def test_bundles_are_signed_by_path_and_by_name(voxrig: Call, key: Path, tmp_path: Path, shipped_models: None) -> None:
    bundle.write(tmp_path / "own.zip", bundle.load("live").spec, bundle.load("live").model)
    code, out, _ = voxrig("export", "sign", tmp_path / "own.zip", "fast", "--key", key)
    assert code == 0
    public = key.with_suffix(".pub").read_text().strip()
    assert out.count(f"signed by {public}") == 2
    trust = Trust([str(key.with_suffix(".pub"))])
    trust.check(bundle.read(tmp_path / "own.zip"))
    trust.check(bundle.load("fast"))


def test_one_that_is_damaged_keeps_all_from_being_signed(
    voxrig: Call, key: Path, tmp_path: Path, tiny_bundle: Bundle
) -> None:
    for name in ("sound", "damaged"):
        bundle.write(tmp_path / name, tiny_bundle.spec, tiny_bundle.model)
    (tmp_path / "damaged" / "model.onnx").write_bytes(b"\0")
    code, _, err = voxrig("export", "sign", tmp_path / "sound", tmp_path / "damaged", "--key", key)
    assert code == 1
    assert "checksum" in err
    assert not (tmp_path / "sound" / "manifest.sig").exists()


def test_a_missing_or_wrong_key_is_one_line(voxrig: Call, key: Path, tmp_path: Path, shipped_models: None) -> None:
    for wrong in (tmp_path / "nowhere.key", key.with_suffix(".pub")):
        code, _, err = voxrig("export", "sign", "live", "--key", wrong)
        assert (code, err.count("\n")) == (1, 1)
    assert "no private key in PEM" in err


def test_a_server_told_of_the_key_refuses_what_is_unsigned(voxrig: Call, key: Path, tmp_path: Path) -> None:
    """Refused before it listens: the shipped models of this checkout are unsigned."""
    config = tmp_path / "server.toml"
    config.write_text(f"bundle_keys = [{str(key.with_suffix('.pub'))!r}]\n")
    code, _, err = voxrig("serve", "--port", "0", "--config", config)
    assert (code, err.count("\n")) == (1, 1)
    assert "is unsigned, and this server takes signed ones only" in err
