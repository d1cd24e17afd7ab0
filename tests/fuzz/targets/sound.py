"""Sound files: WAV, FLAC and OGG, as they come from a disk."""

import io
import struct

import numpy as np
import soundfile

from voxrig.engine_bridges.readers.sound_file import SoundFileError, read_sound
from voxrig.runtime.core.audio import LOUDEST

from ..target import Target, scratch


def check(data: bytes) -> None:
    path = scratch() / "clip.wav"
    path.write_bytes(data)
    try:
        sound = read_sound(path)
    except SoundFileError as error:
        assert str(path) in str(error)
        return
    assert len(sound.samples) > 0
    assert 8000 <= sound.rate <= 192_000
    assert float(np.abs(sound.samples).max()) <= LOUDEST


def seeds() -> list[bytes]:
    tone = (0.1 * np.sin(np.arange(40))).astype(np.float32)
    made = []
    kinds = [("WAV", "PCM_16"), ("WAV", "PCM_U8"), ("WAV", "FLOAT"), ("WAV", "ULAW"), ("WAVEX", "PCM_24")]
    for kind, subtype in [*kinds, ("RF64", "PCM_16"), ("FLAC", "PCM_16")]:
        for channels in (1, 2):
            data = io.BytesIO()
            soundfile.write(data, np.repeat(tone[:, None], channels, 1), 16_000, subtype, format=kind)
            made.append(data.getvalue())
    plain = made[0]
    streamed = plain[:40] + struct.pack("<I", 0xFFFFFFFF) + plain[44:]
    flac = bytearray(made[-1])
    flac[21:26] = bytes([flac[21] | 15]) + b"\xff" * 4  # it promises 2**36 samples
    adpcm = plain[:20] + b"\x40" + plain[21:]
    return [*made, bytes(flac), adpcm, streamed, plain[:30], b"ID3", b"OggS", b""]


TARGET = Target(
    check, seeds, words=("RIFF", "RIFX", "RF64", "WAVE", "fmt ", "data", "ds64", "LIST", "fact", "fLaC", "OggS")
)
