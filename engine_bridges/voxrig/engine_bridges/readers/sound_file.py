"""Sound files from disk: WAV, FLAC and OGG (Vorbis or Opus), told by their content and not by their name."""

import codecs
import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from voxrig.runtime.core.audio import AudioError, AudioFormat, check_samples

_REMEDY: Final = "convert it to WAV, FLAC or OGG, for example: ffmpeg -i IN OUT.wav"
_AT_ONCE: Final = 1 << 22
"""Samples of each channel that are read at once: three minutes at 24 kHz."""
_MOST_VALUES: Final = 1 << 31
"""Samples of all channels: three hours of stereo at 96 kHz."""
_WAV: Final = (b"RIFF", b"RIFX", b"RF64")
_LONGEST_WAV: Final = 0x7FFF0000
"""Recorders that write to a pipe put this or more as the size, as they cannot go back to fill it in (sox 0x7FFFF000,
arecord 0x80000000, ffmpeg 0xFFFFFFFF), or 0."""
_OTHERS: Final = (
    (b"ID3", 0, "an MP3 file"),
    (b"FORM", 0, "an AIFF file"),
    (b"ftyp", 4, "an MP4 or M4A file"),
    (b"caff", 0, "a CAF file"),
    (b".snd", 0, "an AU file"),
    (b"\x1aE\xdf\xa3", 0, "a WebM or Matroska file"),
    (b"0&\xb2u", 0, "a WMA file"),
    (b"PK\x03\x04", 0, "a zip file"),
)


class SoundFileError(ValueError):
    """A file that is no usable sound; the message names the file, what was found and the remedy."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A clip, mixed down to mono.

    Attributes:
        samples: float32[n], n > 0, full scale at -1..1.
        rate: Hz, 8,000 to 192,000.
        kind: what the file is, for people: `WAV PCM_16`, `FLAC PCM_24`, `OGG OPUS`.
        channels: how many were mixed down (to their mean).
    """

    samples: NDArray[np.float32]
    rate: int
    kind: str
    channels: int

    @property
    def seconds(self) -> float:
        """Length of the clip."""
        return len(self.samples) / self.rate


def read_sound(path: Path) -> Sound:
    """Read a whole WAV, FLAC or OGG file.

    Raises:
        SoundFileError: the file is missing, another format, damaged, cut short, empty, outside 8 to 192 kHz, or has
            samples that are NaN, infinite or far beyond full scale.
    """
    try:
        return _read(path)
    except (AudioError, _UnusableError) as error:
        raise SoundFileError(f"{path}: {error}") from error
    except OSError as error:
        raise SoundFileError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error


class _UnusableError(Exception):
    """What is wrong and what to do, without the file's name."""


def _read(path: Path) -> Sound:
    data = path.read_bytes()
    if data[:4] in _WAV and data[8:12] == b"WAVE":
        data = _whole_wav(data)
    elif data[:4] not in (b"fLaC", b"OggS"):
        raise _UnusableError(f"this is {_what_it_is(data)}; {_REMEDY}")
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            kind, rate, promised = f"{file.format.removesuffix('EX')} {file.subtype}", file.samplerate, file.frames
            if not file.seekable():
                raise _UnusableError(f"its sound is packed as {file.subtype}, which cannot be read here; {_REMEDY}")
            if promised * file.channels > _MOST_VALUES:
                raise _UnusableError(f"{promised} samples of {file.channels} channel(s) are too many; cut it in parts")
            samples = _all_of(file)
    except soundfile.SoundFileError as error:
        found = str(error).rpartition(": ")[2].strip(" .'") or "the sound ends before its header says"
        raise _UnusableError(
            f"the file is damaged, cut short or no sound ({found}); copy or export it again"
        ) from error
    if len(samples) < promised:
        raise _UnusableError(f"the file is cut short: {len(samples)} samples of {promised}; copy or export it again")
    if len(samples) == 0:
        raise _UnusableError("the clip is empty (0 samples); give one with sound in it")
    AudioFormat("f32le", rate)
    check_samples(samples.reshape(-1), samples.shape[1])
    mono = samples[:, 0].copy() if samples.shape[1] == 1 else samples.mean(axis=1, dtype=np.float32)
    return Sound(mono, rate, kind, samples.shape[1])


def _all_of(file: soundfile.SoundFile) -> NDArray[np.float32]:
    """Read float32[n, channels]: in pieces, so that a header that promises much takes no memory for it."""
    pieces: list[NDArray[np.float32]] = []
    while not pieces or len(pieces[-1]) == _AT_ONCE:
        pieces.append(file.read(_AT_ONCE, dtype="float32", always_2d=True))
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def _whole_wav(data: bytes) -> bytes:
    """Check that a WAV has all the sound that its header promises, which libsndfile does not.

    Returns:
        The file, with the true size filled in if it was streamed and has none.
    """
    order = ">" if data[:4] == b"RIFX" else "<"
    at, long_size = 12, None
    while at + 8 <= len(data):
        name, size = struct.unpack_from(f"{order}4sI", data, at)
        body = at + 8
        if name == b"ds64" and body + 16 <= len(data):  # RF64: the true sizes, 64 bit
            long_size = struct.unpack_from("<Q", data, body + 8)[0]
        if name == b"data":
            found = len(data) - body
            if data[:4] == b"RF64" and long_size is not None:
                size = long_size
            elif (size >= _LONGEST_WAV and found < size) or (size == 0 and _streamed(data, order)):
                return data[: at + 4] + struct.pack(f"{order}I", found) + data[body:]
            if found < size:
                raise _UnusableError(f"the WAV is cut short: {found} of {size} bytes of sound; copy or export it again")
            return data
        at = body + size + size % 2
    raise _UnusableError("the WAV ends inside its header: it has no sound; copy or export it again")


def _streamed(data: bytes, order: str) -> bool:
    """Tell a WAV without sizes from an empty one: the latter's outer size is right."""
    return bool(struct.unpack_from(f"{order}I", data, 4)[0] + 8 != len(data))


def _what_it_is(data: bytes) -> str:
    """Name a file that is not one of ours, as far as its first bytes tell."""
    if not data:
        return "an empty file (0 bytes)"
    for magic, at, name in _OTHERS:
        if data[at : at + len(magic)] == magic:
            return name
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        return "an AAC file" if data[1] & 0xF6 == 0xF0 else "an MP3 file"
    if b"\0" not in data[:512]:
        try:
            # Not final: a letter may be cut in two where the look ends.
            codecs.getincrementaldecoder("utf-8")().decode(data[:512])
        except UnicodeDecodeError:
            pass
        else:
            return "a text file"
    return "no sound file that is known here"
