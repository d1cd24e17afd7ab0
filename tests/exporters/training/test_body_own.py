"""A studio's recordings become performances, and their luck tells what was done."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from voxrig.engine_bridges.readers.sound_file import read_sound
from voxrig.exporters.training.body_luck import told_luck
from voxrig.exporters.training.body_own import PIECE, Recorded, own_pieces, parted
from voxrig.runtime.animation.body.noise import NOISE, QUICK, noise_rows
from voxrig.runtime.core.body.posture import INDEX, STANDING
from voxrig.runtime.core.chance import key_of

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


def wandering(poses: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Postures float32[poses, 34] whose right hand goes up and down slowly, and whose left trembles now and then."""
    random = np.random.default_rng(seed)
    found = np.tile(STANDING, (poses, 1))
    level = np.repeat(random.uniform(0, 0.6, poses // 300 + 1), 300)[:poses]
    found[:, INDEX["up_r"]] += np.convolve(np.pad(level, 60, mode="edge"), np.ones(121) / 121, "valid")
    found[:, INDEX["out_l"]] += 0.05 * np.sin(np.arange(poses) / 4) * (level > 0.3)
    return found.astype(np.float32)


def recording(name: str, seconds: float, seed: int = 1, mood: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Recorded:
    sound = read_sound(SAMPLES / "healer.wav")
    samples = np.resize(sound.samples, round(seconds * sound.rate))
    return Recorded(name, "own: anna", "", mood, wandering(round(seconds * 60), seed), samples, sound.rate)


def test_recordings_are_cut_into_minutes() -> None:
    pieces = own_pieces([recording("long", 121.5), recording("short", 1.5), recording("other", 4.0, mood=(0.5, 0, -1))])
    assert [(piece.recording, len(piece.example.postures)) for piece in pieces] == [
        ("long", PIECE), ("long", PIECE), ("other", 240),
    ]  # fmt: skip
    for piece in pieces:
        poses = len(piece.example.postures)
        assert piece.values.shape == (poses, 11)
        assert piece.example.heard.shape == (poses, 139)
        assert piece.example.told.shape == (poses // 2, 25)
        assert piece.values[:, 0].max() == 1
    assert np.allclose(pieces[2].example.told[:, :3], (0.5, 0, -1))
    assert (pieces[0].example.told[:, :3] == 0).all()
    whole = wandering(7290, 1)
    assert (np.concatenate([piece.example.postures for piece in pieces[:2]]) == whole[: 2 * PIECE]).all()


def test_a_recording_is_learned_from_or_kept() -> None:
    pieces = own_pieces([recording(f"take {n}", 3.0, n) for n in range(14)])
    learn, kept = parted(pieces)
    assert len(learn) + len(kept) == 14
    assert len(kept) == 2
    assert not {piece.recording for piece in learn} & {piece.recording for piece in kept}
    assert parted(pieces[:1]) == (pieces[:1], [])
    assert [len(part) for part in parted(pieces[:3])] == [2, 1]


def test_luck_is_even_and_changes_when_luck_changes() -> None:
    moved = [wandering(7200, seed) for seed in range(6)]
    lucks = told_luck(moved, 3)
    together = np.concatenate(lucks)
    assert together.shape == (6 * 3600, NOISE)
    assert together.min() > 0
    assert together.max() < 1
    drawn = noise_rows(key_of(3), 0, 3600, 2)
    for number in range(NOISE):
        changed = set(np.flatnonzero(np.diff(lucks[0][:, number])).tolist())
        assert changed <= set(np.flatnonzero(np.diff(drawn[:, number])).tolist())
        values = np.unique(together[:, number])
        assert np.allclose(np.diff(values), values[1] - values[0])


def test_luck_tells_what_was_done() -> None:
    moved = [wandering(7200, seed) for seed in range(6)]
    together = np.concatenate(told_luck(moved, 3))
    height = np.concatenate([own[::2, INDEX["up_r"]] for own in moved])
    assert abs(np.corrcoef(together[:, 0], height)[0, 1]) > 0.8  # what differs the most is the first number
    trembling = np.concatenate([np.abs(np.diff(own[::2, INDEX["out_l"]], prepend=0)) for own in moved])
    smooth = np.convolve(trembling, np.ones(60) / 60, "same")
    assert np.corrcoef(together[:, QUICK - 3], smooth)[0, 1] > 0.6  # the left wrist's movement
