"""When each word of a line is said: as a file beside the sound gives it, else aligned, else estimated."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.baking import words_sphinx
from voxrig.baking.words_estimate import estimate
from voxrig.baking.words_phones import words_of_phones
from voxrig.baking.words_spelling import spell
from voxrig.baking.words_text import Token, plain, tokens

END: Final = "end"
"""The place behind the last word."""

_SURE: Final = {"given": 1.0, "aligned": 0.95}


class Word(NamedTuple):
    """A word as it is written, without punctuation, and when it is said, in seconds of the clip."""

    text: str
    start: float
    end: float


class Alignment(NamedTuple):
    """The words of a clip in order, without overlap.

    Attributes:
        words: all words of the text.
        how: where the times come from.
        confidence: 0 to 1; of an estimate, the chance that the clip says this text at all.
    """

    words: tuple[Word, ...]
    how: Literal["given", "aligned", "estimated"]
    confidence: float


class Given(NamedTuple):
    """What a sidecar says: rows of [word, start, end], and of [IPA symbol, start, end]; either may be empty."""

    words: tuple[tuple[str, float, float], ...]
    phones: tuple[tuple[str, float, float], ...]


class SidecarError(ValueError):
    """A sidecar that can't be used; the message names the file and the remedy."""


def sidecar(path: Path) -> Given | None:
    """Read the times in the JSON file beside a sound file, `CLIP.json` beside `CLIP.wav`.

    Returns:
        Its `words` and `phones`; None where there is no such file, or it has neither.

    Raises:
        SidecarError: it is no JSON, or its rows are no [text, start, end] with times that rise.
    """
    beside = path.with_suffix(".json")
    try:
        content = json.loads(beside.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise SidecarError(f"{beside}: cannot be read as JSON ({error}); correct it, or move it away") from error
    if not isinstance(content, dict) or not (content.get("words") or content.get("phones")):
        return None
    return Given(*(_rows(beside, key, content.get(key) or ()) for key in ("words", "phones")))


def _rows(path: Path, key: str, listed: Any) -> tuple[tuple[str, float, float], ...]:
    """Check the rows of a sidecar."""
    remedy = "write [text, start, end] in seconds, in order"
    rows = []
    before = 0.0
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise SidecarError(f"{path}: {key!r} is no list; {remedy}")
    for row in listed:
        match row:
            case [str() as text, int() | float() as start, int() | float() as end]:
                if not before - 1e-3 <= start <= end < math.inf:
                    raise SidecarError(f"{path}: {key!r}: {row} does not follow what is before it; {remedy}")
                before = float(end)
                rows.append((text, max(float(start), 0.0), before))
            case _:
                raise SidecarError(f"{path}: {key!r}: {str(row)[:60]} is no row; {remedy}")
    return tuple(rows)


def words_of(text: str, samples: NDArray[np.float32], rate: int, given: Given | None = None) -> Alignment:
    """Tell when each word of `text` is said.

    Args:
        text: what is said; "" takes the words that are given.
        samples: float32[n], mono.
        rate: Hz.
        given: of `sidecar`; used where it has the words of the text, or phones enough for them.

    Returns:
        The best that there is; no words where the text has none.
    """
    if given is not None and not text.strip():
        text = " ".join(word for word, _, _ in given.words)
    words = tokens(text)
    if not words or not len(samples):
        return Alignment((), "estimated", 0.0)
    if given is not None and (times := _given_times(words, given)) is not None:
        return _alignment(words, times, "given", _SURE["given"])
    if words_sphinx.is_installed() and (times := words_sphinx.align(words, samples, rate)) is not None:
        return _alignment(words, times, "aligned", _SURE["aligned"])
    found = estimate(words, samples, rate)
    times = list(zip(found.start.tolist(), found.end.tolist(), strict=True))
    return _alignment(words, times, "estimated", found.confidence)


def _alignment(
    words: list[Token], times: list[tuple[float, float]], how: Literal["given", "aligned", "estimated"], sure: float
) -> Alignment:
    timed = tuple(Word(word.text, *time) for word, time in zip(words, times, strict=True))
    return Alignment(timed, how, round(sure, 3))


def _given_times(words: list[Token], given: Given) -> list[tuple[float, float]] | None:
    """Start and end of each word, if what is given is of these words."""
    split = [(token, row) for row in given.words for token in _parts(row)]
    if split and [plain(token[0]) for token, _ in split] == [plain(word.text) for word in words]:
        return [(start, end) for (_, start, end), _ in split]
    return words_of_phones(words, given.phones) if given.phones else None


def _parts(row: tuple[str, float, float]) -> list[tuple[str, float, float]]:
    """Cut a row that holds several words, as "well-known", by how many sounds each has."""
    text, start, end = row
    words = [word.text for word in tokens(text)]
    edges = np.cumsum([0, *(len(spell(word)) for word in words)])
    times = (start + (end - start) * edges / max(int(edges[-1]), 1)).tolist()
    return [(word, times[i], times[i + 1]) for i, word in enumerate(words)]


def time_of(alignment: Alignment, place: float | str, edge: Literal["start", "end"] = "start") -> float:
    """Return the seconds of a place in a line.

    Args:
        alignment: of the line.
        place: seconds, which are returned as they are; a word of the text or several in a row ("bridge",
            "hold it"), the second time that it occurs with "#2"; or "end", behind the last word.
        edge: which edge of the word.

    Raises:
        ValueError: there is no such word, or not so often; with the words that there are.
    """
    if not isinstance(place, str):
        return float(place)
    if place == END:
        return alignment.words[-1].end if alignment.words else 0.0
    wanted, _, number = (part.strip() for part in place.partition("#"))
    names = [plain(token.text) for token in tokens(wanted)]
    spoken = [plain(word.text) for word in alignment.words]
    starts = [i for i in range(len(spoken) - len(names) + 1) if names and spoken[i : i + len(names)] == names]
    which = int(number) if number.isascii() and number.isdigit() else 0 if number else 1
    if 0 < which <= len(starts):
        first = alignment.words[starts[which - 1]]
        last = alignment.words[starts[which - 1] + len(names) - 1]
        return first.start if edge == "start" else last.end
    if starts and which:
        raise ValueError(f"{wanted!r} is said {len(starts)} time(s), so there is no {place!r}; use a lower number")
    said = " ".join(word.text for word in alignment.words) or "none"
    raise ValueError(f"no word {place!r} in this line; its words are: {said}")
