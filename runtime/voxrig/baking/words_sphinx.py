"""When each word is said, by PocketSphinx where it is installed: slower than the estimate, for English at 16 kHz on."""

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.baking.words_spelling import SOUNDS, spell
from voxrig.baking.words_text import Token, plain

LOWEST_RATE: Final = 16_000
"""Hz; its English model hears up to 6.8 kHz."""

_FRAMES: Final = 100  # a second
_PHONES: Final = dict(
    zip(
        SOUNDS[:-2],
        [
            "AE",
            "EH",
            "IH",
            "AA",
            "AH",
            "EY",
            "IY",
            "UW",
            "OW",
            "B",
            "D",
            "G",
            "P",
            "T",
            "K",
            "CH",
            "JH",
            "F",
            "V",
            "TH",
            "S",
            "Z",
            "SH",
            "HH",
            "M",
            "N",
            "NG",
            "L",
            "R",
            "W",
            "Y",
        ],
        strict=True,
    )
)
"""How it writes our sounds: for names and words that its dictionary does not have."""


@lru_cache(maxsize=1)
def is_installed() -> bool:
    """Whether the package is there."""
    return find_spec("pocketsphinx") is not None


def align(words: list[Token], samples: NDArray[np.float32], rate: int) -> list[tuple[float, float]] | None:
    """Return start and end of each word in seconds; None where it can't: no English, too low a rate, no match.

    Args:
        words: at least one.
        samples: float32[n], mono.
        rate: Hz.
    """
    names = [plain(word.text) for word in words]
    if rate < LOWEST_RATE or not all(set(name) <= set("abcdefghijklmnopqrstuvwxyz'") for name in names):
        return None
    pocketsphinx: Any = import_module("pocketsphinx")
    pcm = (np.clip(samples, -1.0, 1.0) * 32_767.0).astype("<i2").tobytes()
    try:
        # A fresh one each time: what it has heard before changes what it finds.
        decoder = pocketsphinx.Decoder(lm=None, samprate=rate, loglevel="FATAL", nfft=_transform(rate))
        for name in sorted(set(names)):
            if decoder.lookup_word(name) is None:
                decoder.add_word(name, " ".join(_PHONES[sound] for sound in spell(name)), True)
        decoder.set_align_text(" ".join(names))
        decoder.start_utt()
        decoder.process_raw(pcm, full_utt=True)
        decoder.end_utt()
        return _found(names, list(decoder.seg()), len(samples) / rate)
    except (RuntimeError, ValueError, TypeError):
        return None  # it gives up on some clips, and has no segments then


def _transform(rate: int) -> int:
    """Samples of its Fourier transform: the next power of two above its window of 25.6 ms."""
    return int(2 ** np.ceil(np.log2(0.0257 * rate)))


def _found(names: list[str], segments: list[Any], seconds: float) -> list[tuple[float, float]] | None:
    """Seconds of the words among the segments, which have silences and variants ("the(2)") too."""
    spoken = [segment for segment in segments if segment.word[:1] not in "<[("]
    if [segment.word.partition("(")[0] for segment in spoken] != names:
        return None
    edges = [(segment.start_frame, segment.end_frame + 1) for segment in spoken]
    return [(min(start / _FRAMES, seconds), min(end / _FRAMES, seconds)) for start, end in edges]
