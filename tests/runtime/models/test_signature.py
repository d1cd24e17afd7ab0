import json
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from voxrig.runtime.models import bundle, signature
from voxrig.runtime.models.backend import ModelOpener
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.bundle_files import SIGNATURE_FILE
from voxrig.runtime.models.signature import SignatureError, Trust
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage

KEY, PUBLIC = signature.new_key()
OTHER_KEY, OTHER_PUBLIC = signature.new_key()


@pytest.fixture(params=["folder", "zip", "a zip by another name"])
def unsigned(request: pytest.FixtureRequest, tmp_path: Path, tiny_bundle: Bundle) -> Path:
    path = tmp_path / ("tiny" if request.param == "folder" else "tiny.zip")
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model, b"twin")
    return path.rename(tmp_path / "tiny.model") if "name" in request.param else path


def sign(path: Path, key: bytes = KEY) -> Path:
    found = bundle.read(path)
    signatures, _ = signature.sign(found, key)
    bundle.add_signatures(found, signatures)
    return path


def check(path: Path, *keys: str) -> None:
    Trust(keys).check(bundle.read(path))


def test_a_signed_bundle_is_taken_and_is_otherwise_as_it_was(unsigned: Path) -> None:
    before = bundle.read(unsigned)
    check(sign(unsigned), PUBLIC)
    after = bundle.read(unsigned)
    assert (after.spec, after.model, after.int8, after.manifest) == (
        before.spec,
        before.model,
        before.int8,
        before.manifest,
    )
    assert after.signatures.startswith(b"ed25519 ")


def test_one_of_several_keys_is_enough(unsigned: Path) -> None:
    check(sign(unsigned), OTHER_PUBLIC, PUBLIC)


def test_a_key_can_be_replaced_by_signing_with_both(unsigned: Path) -> None:
    sign(sign(unsigned), OTHER_KEY)
    check(unsigned, PUBLIC)
    check(unsigned, OTHER_PUBLIC)
    sign(unsigned)
    assert bundle.read(unsigned).signatures.count(b"\n") == 2  # signing again adds none


def test_an_unsigned_one_is_refused_in_one_line_with_the_remedy(unsigned: Path) -> None:
    with pytest.raises(SignatureError, match=r"is unsigned, .* `voxrig export sign .*tiny.* --key FILE\.key`") as told:
        check(unsigned, PUBLIC)
    assert "\n" not in str(told.value)


def test_one_that_others_have_signed_is_refused(unsigned: Path) -> None:
    with pytest.raises(SignatureError, match=r"is signed by ed25519:.*, which bundle_keys doesn't have"):
        check(sign(unsigned, OTHER_KEY), PUBLIC)


def test_without_keys_any_is_taken(unsigned: Path) -> None:
    check(unsigned)
    (unsigned / SIGNATURE_FILE).write_bytes(b"\xff nonsense") if unsigned.is_dir() else None
    check(unsigned)


def forged(path: Path) -> None:
    """Put another network in, with a manifest that has its checksum: all that can be done without the key."""
    found = bundle.read(path)
    signatures = found.signatures
    other = found.model + b"\0" * 8
    bundle.write(path, found.spec, other, found.int8)
    bundle.add_signatures(bundle.read(path), signatures)


def test_another_network_with_a_manifest_to_fit_is_refused(tmp_path: Path, tiny_bundle: Bundle) -> None:
    path = tmp_path / "tiny"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    forged(sign(path))
    assert bundle.read(path).model != tiny_bundle.model  # by its checksums it is sound
    with pytest.raises(SignatureError, match=r"its manifest is not the one that ed25519:.* signed"):
        check(path, PUBLIC)


@pytest.mark.parametrize("change", ["name", "licence", "look_ahead_samples"])
def test_any_change_of_the_manifest_is_noticed(tmp_path: Path, tiny_bundle: Bundle, change: str) -> None:
    path = tmp_path / "tiny"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    manifest = sign(path) / "manifest.json"
    told = json.loads(manifest.read_bytes())
    told[change] = 1951 if isinstance(told[change], int) else "another"
    manifest.write_text(json.dumps(told))
    with pytest.raises(SignatureError, match="is not the one"):
        check(path, PUBLIC)


def test_a_signature_of_the_same_key_on_something_else_is_none(tmp_path: Path, tiny_bundle: Bundle) -> None:
    """Whoever gets a key to sign a file of their choice must not get a bundle of their choice by it."""
    path = tmp_path / "tiny"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    _, coded, _ = (sign(path) / SIGNATURE_FILE).read_text().split(" ")
    plain = signature.sign_bytes((path / "manifest.json").read_bytes(), KEY)
    (path / SIGNATURE_FILE).write_text(f"ed25519 {coded} {signature._base64(plain)}\n")
    with pytest.raises(SignatureError, match="is not the one"):
        check(path, PUBLIC)


@pytest.mark.parametrize("text", [b"", b"\0\xff", b"ed25519", b"ed25519 a b", b"rsa a b\n", b"ed25519 = =\n" * 3_000])
def test_nonsense_for_a_signature_is_refused(tmp_path: Path, tiny_bundle: Bundle, text: bytes) -> None:
    path = tmp_path / "tiny"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    (path / SIGNATURE_FILE).write_bytes(text)
    with pytest.raises(SignatureError, match="sign it"):
        check(path, PUBLIC)
    if text.startswith(b"ed25519 "):
        check(sign(path), PUBLIC)  # and signing it mends it


def test_writing_a_signed_bundle_again_leaves_it_unsigned(tmp_path: Path, tiny_bundle: Bundle) -> None:
    for name in ("tiny", "tiny.zip"):
        path = tmp_path / name
        bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
        bundle.write(sign(path), tiny_bundle.spec, tiny_bundle.model)
        assert bundle.read(path).signatures == b""


def test_a_key_may_be_given_as_the_path_of_its_file(tmp_path: Path, unsigned: Path) -> None:
    (tmp_path / "studio.pub").write_text(PUBLIC + "\r\n")
    check(sign(unsigned), str(tmp_path / "studio.pub"))


@pytest.mark.parametrize("text", ["ed25519:", "ed25519:AAAA", "ed25519:!!!", "rsa:AAAA", "nowhere.pub", ""])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(SignatureError, match="bundle key"):
        Trust([text])


def test_the_secret_key_in_place_of_the_public_one_is_refused_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "studio.key").write_bytes(KEY)
    with pytest.raises(SignatureError, match=r"NAME\.pub, which goes here") as told:
        Trust([str(tmp_path / "studio.key")])
    assert KEY.splitlines()[1].decode() not in str(told.value)


@pytest.mark.parametrize("pem", [b"", b"nonsense", PUBLIC.encode()])
def test_what_is_no_secret_key_is_refused(tiny_bundle: Bundle, pem: bytes) -> None:
    with pytest.raises(SignatureError, match="no private key"):
        signature.sign(tiny_bundle, pem)


def test_without_cryptography_there_is_one_line_and_unsigned_use_goes_on(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "cryptography.hazmat.primitives.asymmetric.ed25519"
    monkeypatch.setitem(sys.modules, name, None)
    Trust().check(tiny_bundle)
    with pytest.raises(SignatureError, match=r"need the package cryptography: pip install 'voxrig\[signing\]'"):
        Trust([PUBLIC])


def test_models_are_opened_for_a_server_only_when_signed(tmp_path: Path, tiny_bundle: Bundle) -> None:
    path = tmp_path / "tiny"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    models = ModelOpener(keys=[PUBLIC])
    with pytest.raises(SignatureError, match="is unsigned"):
        models.open(bundle.read(path))
    assert models.open(bundle.read(sign(path))).spec == tiny_bundle.spec


def test_a_server_with_keys_starts_with_signed_bundles_alone(
    tmp_path: Path, tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = tmp_path / "bundles"
    for name in ("listener", "body"):
        shutil.copytree(bundle.SHIPPED_FOLDER / name, shelf / name)
    bundle.write(shelf / "live", tiny_bundle.spec, tiny_bundle.model)
    monkeypatch.setattr(bundle, "SHIPPED_FOLDER", shelf)
    settings = Settings(bundle_keys=(PUBLIC,))
    for done in range(2):  # the face and the listener, whichever is looked at first
        with pytest.raises(SignatureError, match=r"bundles.(live|listener) is unsigned") as told:
            Stage(settings)
        named = "live" if f"{shelf / 'live'} is" in str(told.value) else "listener"
        assert bundle.read(shelf / named).signatures == b"", done
        sign(shelf / named)
    assert [spec.name for spec in Stage(settings).models] == ["tiny"]
    assert "bodies only do what they are told: bundle" in caplog.text  # a body's network is one to do without
    assert "body is unsigned" in caplog.text
    caplog.clear()
    sign(shelf / "body")
    Stage(settings)
    assert caplog.text == ""


def test_extras_of_a_zip_stay_when_it_is_signed(tmp_path: Path, tiny_bundle: Bundle) -> None:
    path = tmp_path / "tiny.zip"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("README.md", b"card")
        archive.writestr("../outside.txt", b"never")
    sign(path)
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["README.md", "manifest.json", SIGNATURE_FILE, "model.onnx"]
        assert archive.read("README.md") == b"card"
