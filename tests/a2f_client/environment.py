"""NVIDIA's own client messages, in an environment of their own under `.cache`: made once, used as a program.

They bring older protobuf and gRPC packages than ours, and message names that clash with a server's.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

PACKAGES: Final = ("nvidia-audio2face-3d==1.3.0", "nvidia-ace==1.0.0", "grpcio==1.67.1", "protobuf==5.29.5")

_HERE: Final = Path(__file__).resolve().parent
_FOLDER: Final = _HERE.parents[1] / ".cache" / "a2f_client"


class ClientMissingError(RuntimeError):
    """The environment can't be made here; the text says why."""


def command(program: str) -> list[str]:
    """Return how to run a program of this folder in the environment, which is made unless it is there.

    Raises:
        ClientMissingError: no environment can be made, or the index is out of reach.
    """
    python = _FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, wanted = _FOLDER / "installed.txt", " ".join(PACKAGES)
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(_FOLDER, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(_FOLDER)])
        _run([str(python), "-m", "pip", "install", "-q", "--retries", "1", *PACKAGES])
        stamp.write_text(wanted, encoding="utf-8")
    return [str(python), str(_HERE / program)]


def clean() -> dict[str, str]:
    """Return this process's variables without what would let its packages into another's."""
    return {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}


def _run(words: list[str]) -> None:
    ran = subprocess.run(words, env=clean(), capture_output=True, text=True, check=False)
    if ran.returncode:
        told = [line for line in (ran.stderr or ran.stdout).strip().splitlines() if line.strip()]
        raise ClientMissingError(f"{' '.join(words)} failed: {' '.join(told[-1:])}")
