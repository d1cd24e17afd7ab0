"""One run of one target under atheris: `python engine.py TARGET FOLDERS... -runs=N ...`, as libFuzzer takes it.

libFuzzer ends the process itself; `run.py` starts one for each run.
"""

import logging
import re
import sys
from pathlib import Path
from random import Random

import atheris

ROOT = Path(__file__).resolve().parents[2]


def compiled_modules() -> list[str]:
    """Modules whose functions numba compiles: it can't compile what atheris has put into them."""
    return [
        ".".join(path.relative_to(ROOT / portion).with_suffix("").parts)
        for portion in ("runtime", "engine_bridges")
        for path in (ROOT / portion / "voxrig").rglob("*.py")
        if re.search(r"^(import|from) numba\b", path.read_text("utf-8"), re.MULTILINE)
    ]


def main() -> None:
    name = sys.argv.pop(1)
    sys.path.insert(0, str(ROOT))
    from tests.fuzz.target import load

    with atheris.instrument_imports(include=["voxrig"], exclude=compiled_modules()):
        target = load(name)
    for package in target.packages:
        if package != "voxrig":
            atheris.instrument_imports(include=[package])
    logging.disable(logging.CRITICAL)
    for data in target.seeds():  # numba compiles in these what it has not yet: no input is to wait for that
        target.check(data)
    mutate = target.mutate

    def mutated(data: bytes, most: int, seed: int) -> bytes:
        assert mutate is not None
        chance = Random(seed)
        made = mutate(data, chance)
        if chance.random() < 0.5:
            made = atheris.Mutate(made[:most], most)
        return made[:most]

    custom = {"custom_mutator": mutated} if mutate else {}
    atheris.Setup(sys.argv, target.check, **custom)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
