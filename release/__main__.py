"""Make a release, check one, or make the locks anew: what `python dev.py release` and `python dev.py lock` call.

python -m release make [-o dist] [--key FILE.key] [--dirty] [--unlisted]
python -m release verify FOLDER [--key FILE.pub]
python -m release lock [--upgrade]
"""

import argparse
import sys
from pathlib import Path

from release.artefacts import make_all
from release.lock import make_locks
from release.source import ROOT, ReleaseError, check_changelog, check_clean, check_versions, version
from release.sums import sign_sums, verify, write_sums


def make(folder: Path, key: Path | None, dirty: bool, unlisted: bool) -> None:
    """Write a whole release into a folder that is empty or not there. Raises ReleaseError, SignatureError, OSError."""
    check_versions()
    if not dirty:
        check_clean()
    if not unlisted:
        check_changelog()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ReleaseError(f"{folder} isn't empty; remove what is in it, or choose another with -o")
    files = make_all(folder)
    made = [*files, write_sums(folder, files), *([sign_sums(folder, key)] if key else [])]
    for path in made:
        print(f"{path.stat().st_size:>12,}  {path.name}")
    print(f"release: voxrig {version()}, {len(made)} files in {folder}")


def main() -> int:
    """Read the command line and do what it asks for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("make", help="write all files of a release")
    one.add_argument("-o", "--output", type=Path, default=ROOT / "dist", help="the folder; empty, or not there yet")
    one.add_argument("--key", type=Path, help="sign the checksums with this key; see `voxrig export keygen`")
    one.add_argument("--dirty", action="store_true", help="also from a checkout with changes")
    one.add_argument("--unlisted", action="store_true", help="also a version that CHANGELOG.md doesn't have released")
    one = commands.add_parser("verify", help="check the files of a release")
    one.add_argument("folder", type=Path)
    one.add_argument("--key", help="the public key, or its file: check the signature as well")
    one = commands.add_parser("lock", help="write requirements/*.txt anew")
    one.add_argument("--upgrade", action="store_true", help="take the newest versions; else pins stay where they fit")
    given = parser.parse_args()
    try:
        if given.command == "make":
            make(given.output.resolve(), given.key, given.dirty, given.unlisted)
        elif given.command == "verify":
            print(f"{verify(given.folder, given.key)} files are what they were" + (", signed" if given.key else ""))
        else:
            make_locks(given.upgrade, print)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
