"""Train the body's network on the gesture planner and export it: `python -m voxrig.exporters.training.body`.

Speech of many voices is joined to sessions, the planner gestures each several times, and the network learns to do the
same from what a live session hears. All that was done is kept in `--cache`: run it again and it goes on.
"""

import argparse
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Final

from voxrig.exporters.body_export import PLANNED, export_body
from voxrig.exporters.command import run
from voxrig.exporters.training.body_corpus import Corpus, planned, played_by, seconds
from voxrig.exporters.training.body_learning import BodyRecipe, learned
from voxrig.exporters.training.body_rows import BodyExample, some_rows
from voxrig.exporters.training.body_voices import voices

TRAINED: Final = Corpus(sessions=240, takes=3, seed=1)
"""What is learned from: 12 hours."""
CHECKED: Final = Corpus(sessions=24, takes=2, seed=2)
"""What is checked on, in voices that are never learned from: 48 minutes."""


def corpora(data: Path, cache: Path, trained: Corpus = TRAINED) -> tuple[list[BodyExample], list[BodyExample]]:
    """Make performances to learn from, and others, of other voices, to check on.

    Args:
        data: folder of the data sets tts, emodb, grid_s1 and ljspeech.
        cache: where they are kept.
        trained: how many to learn from.
    """
    examples = trained.examples(voices(data, held_out=False), cache, "planning", planned)
    held_out = CHECKED.examples(voices(data, held_out=True), cache, "planning other voices", planned)
    return examples, held_out


def main() -> None:
    """Read the command line; plan, train and export."""
    usual = BodyRecipe()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of tts, emodb, grid_s1 and ljspeech")
    parser.add_argument("--out", type=Path, required=True, help="the bundle to write")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="where sessions and the run are kept")
    parser.add_argument("--name", default="body")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--sessions", type=int, default=TRAINED.sessions, help="of a minute each, to learn from")
    parser.add_argument("--takes", type=int, default=TRAINED.takes, help="how often each is gestured")
    parser.add_argument("--epochs", type=int, default=usual.epochs)
    parser.add_argument("--rate", type=float, default=usual.rate, help="peak learning rate")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--corpus", type=int, default=TRAINED.seed, help="seed of the sessions")
    parser.add_argument("--from", type=Path, dest="begin", help="checkpoint of another run to begin with")
    given = parser.parse_args()
    recipe = BodyRecipe(epochs=given.epochs, rate=given.rate, seed=given.seed)
    trained = Corpus(given.sessions, given.takes, given.corpus)
    examples, held_out = corpora(given.data, given.cache, trained)
    print(f"{len(examples)} performances, {seconds(examples) / 3600:.1f} h; {len(held_out)} to check on")
    run = given.cache / f"body-run-{_digest(recipe, trained, given.begin)}"
    print(f"the run is kept in {run}; --from {run / 'checkpoint.pt'} begins another with it")
    network, found = learned(examples, held_out, recipe, run, given.begin)
    spec, off = export_body(
        network,
        some_rows(held_out),
        given.out,
        name=given.name,
        version=given.version,
        training=PLANNED,
        licence="Apache-2.0",
    )
    print(f"{given.out}: {spec.name} {spec.version}; parity: network - bundle {off:.1e}; voices never learned from:")
    print(found)


def _digest(recipe: BodyRecipe, trained: Corpus, begin: Path | None) -> str:
    """Changes when another run is asked for, or the planner has changed."""
    return sha256(f"{asdict(recipe)}{trained}{begin}{played_by()}".encode()).hexdigest()[:12]


if __name__ == "__main__":
    run(main)
