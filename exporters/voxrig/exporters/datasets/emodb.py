"""EmoDB as acted emotion: who speaks, and what he or she plays (`datasets.speech` reads the same files for lips)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voxrig.exporters.datasets.speech import DatasetError
from voxrig.exporters.emotions import LETTERS


@dataclass(frozen=True, slots=True)
class Acted:
    """One recording.

    Attributes:
        name: unique within its data set.
        speaker: who speaks.
        emotion: number of the class, of `emotions.CLASSES`.
        path: a file that soundfile reads.
    """

    name: str
    speaker: str
    emotion: int
    path: Path


def read_acted(root: Path) -> Iterator[Acted]:
    """Yield all clips of `root/emodb` by name: 535, of ten speakers, the first two seconds of each.

    A name is speaker (2), text (3), letter of the emotion and version (Burkhardt et al. 2005, "A database of German
    emotional speech", Interspeech).

    Raises:
        DatasetError: there are none, or a name says nothing.
    """
    folder = root / "emodb"
    paths = sorted(folder.glob("*.opus"))
    if not paths:
        raise DatasetError(f"{folder} holds no *.opus; give the folder that holds the data sets with --data")
    for path in paths:
        letter = path.stem[5:6]
        if not letter or letter not in LETTERS:
            raise DatasetError(f"{path} is named like no clip of EmoDB (03a01Fa.opus); put the file elsewhere")
        yield Acted(path.stem, path.stem[:2], LETTERS.index(letter), path)
