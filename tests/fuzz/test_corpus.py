"""Every input that was ever of use to a fuzzer, and the seeds of each target: on all systems, without atheris."""

from pathlib import Path

import pytest

from . import minimise, target

KEPT = [(name, path) for name in target.names() for path in target.corpus(name)]


@pytest.mark.parametrize(("name", "path"), KEPT, ids=[f"{name}-{path.name}" for name, path in KEPT])
def test_a_kept_input_is_dealt_with(name: str, path: Path) -> None:
    target.load(name).check(path.read_bytes())


@pytest.mark.parametrize("name", target.names())
def test_seeds_and_nothing_at_all_are_dealt_with(name: str) -> None:
    chosen = target.load(name)
    seeds = chosen.seeds()
    assert len(set(seeds)) == len(seeds) > 1
    assert max(map(len, seeds)) <= chosen.longest
    for data in (*seeds, b""):
        chosen.check(data)


@pytest.mark.parametrize("name", target.names())
def test_each_target_has_a_corpus_and_it_is_small(name: str) -> None:
    paths = target.corpus(name)
    assert 1 < len(paths) <= minimise.MOST
    assert sum(path.stat().st_size for path in paths) <= minimise.LARGEST


def test_no_corpus_is_left_of_a_target_that_is_gone() -> None:
    assert {path.name for path in target.CORPUS.iterdir()} == set(target.names())
    assert len(KEPT) < 300
    assert sum(path.stat().st_size for _, path in KEPT) < 1 << 20
