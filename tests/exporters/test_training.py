"""Training, export and parity in small: on made-up data sets in the layout of the real ones."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch")

from voxrig.exporters import onnx as face_export  # noqa: E402
from voxrig.exporters.datasets.speech import DatasetError, read_grid, read_tts  # noqa: E402
from voxrig.exporters.networks.face import FaceNetwork, FaceSize, FaceStep  # noqa: E402
from voxrig.exporters.parity import LIMIT, ParityError, compare  # noqa: E402
from voxrig.exporters.training.corpus import HELD_OUT_VOICES, clips, heard, mel_frames, prepare  # noqa: E402
from voxrig.exporters.training.face import Recipe, train  # noqa: E402
from voxrig.runtime.core.features import LogMel  # noqa: E402
from voxrig.runtime.models import bundle  # noqa: E402

RATE = 16_000
SMALL = Recipe(updates=4, rows=3, steps=60, size=FaceSize(width=16))
PHONES = [["m", 0.1, 0.2], ["a", 0.2, 0.35], ["p", 0.35, 0.42], ["i", 0.42, 0.6]]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three data sets of seeded noise bursts, in the layout of the real ones."""
    root = tmp_path_factory.mktemp("data")
    random = np.random.default_rng(0)

    def record(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        envelope = np.interp(np.arange(RATE * 8 // 10), [0, 1600, 3200, 9600, 12_800], [0, 0, 1, 1, 0])
        soundfile.write(
            path, 0.1 * envelope * random.standard_normal(len(envelope)), RATE, format="OGG", subtype="OPUS"
        )

    for name, folder, entries in (
        (
            "tts",
            "audio",
            {f"t{i}": {"voice": v, "phones": PHONES} for i, v in enumerate(("a", "b", HELD_OUT_VOICES[0]))},
        ),
        ("grid_s1", "audio", {f"g{i}": {"phones": PHONES if i else None} for i in range(3)}),
        ("emodb", ".", {f"{s}a01Na": {"phones": PHONES} for s in ("03", "08", "09")}),
    ):
        (root / name).mkdir()
        (root / name / "labels.json").write_text(json.dumps(entries), encoding="utf-8")
        for clip in entries:
            record(root / name / folder / f"{clip}.opus")
    names = np.array(["jawOpen", "mouthClose", "mouthPucker"])
    lens = np.array([48, 48, 48])
    weights = np.tile(np.array([0.2, 0.1, 0.3], np.float16), (int(lens.sum()), 1))
    padded = np.zeros((len(weights), 20), np.float16)
    padded[:, :3] = weights
    others = ["mouthFunnel", "mouthRollLower", "mouthRollUpper", "tongueOut"]
    others += [
        f"mouth{n}{s}"
        for n in ("LowerDown", "UpperUp", "Stretch", "Smile", "Frown", "Press")
        for s in ("Left", "Right")
    ]
    np.savez(
        root / "grid_s1" / "arkit_fit_60fps.npz",
        ids=np.array(["g0", "g1", "g2"]), lens=lens, names=np.concatenate((names, others, ["x"])), weights=padded,
    )  # fmt: skip
    return root


def test_readers_follow_the_layout(data: Path) -> None:
    tts = list(read_tts(data))
    assert [c.name for c in tts] == ["t0", "t1", "t2"]
    audio, rate = tts[0].audio()
    assert (audio.dtype, rate, len(audio)) == (np.float32, RATE, 12_800)
    grid = list(read_grid(data))
    assert [c.name for c in grid] == ["g1", "g2"]
    assert grid[0].captured is not None
    assert grid[0].captured.shape[0] == 48
    assert grid[0].captured[0, 0] == pytest.approx(0.2, abs=1e-3)


def test_a_missing_data_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="--data"):
        list(read_tts(tmp_path))


def test_nothing_held_out_is_trained_on(data: Path) -> None:
    trained = {(c.dataset, c.name) for c in clips(data, held_out=False)}
    kept = {(c.dataset, c.name) for c in clips(data, held_out=True)}
    assert not trained & kept
    assert ("tts", "t2") in kept
    assert ("emodb", "03a01Na") in kept
    assert ("grid_s1", "g2") in trained


def test_examples_line_up(data: Path) -> None:
    clip = next(iter(read_tts(data)))
    for speed in (1.0, 1.25):
        example = prepare(clip, 50, LogMel(), speed)
        steps = len(example.sounds)
        assert len(example.mel) == 2 * steps
        assert len(example.targets) == steps
        onset = int(np.argmax(example.sounds > 0)) / 60
        assert onset == pytest.approx(0.1 / speed, abs=1 / 60)


def test_training_hears_what_the_runtime_hears(data: Path) -> None:
    """The cached features are bit for bit those of a stream fed in odd chunks."""
    from voxrig.runtime.core.resample import Resampler

    audio, rate = next(iter(read_tts(data))).audio()
    mel = LogMel()
    whole = mel_frames(audio, rate, 50, mel, 0.5)
    resampler = Resampler(rate)
    state, pieces = resampler.start(), [np.zeros(50, np.float32)]
    padded = np.concatenate((audio, np.zeros(rate // 2, np.float32)))
    for at in range(0, len(padded), 997):
        state, more = resampler.step(state, padded[at : at + 997])
        pieces.append(more)
    samples = np.concatenate(pieces)
    rows, mel_state = [], mel.start()
    for at in range(0, len(samples) - 399, 400):
        mel_state, row = mel.step(mel_state, samples[at : at + 400])
        rows.append(row)
    assert np.array_equal(np.concatenate(rows).reshape(-1, mel.bands), whole)


def test_training_resumes_where_it_was_cut(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run cut after two of four updates ends with the weights of the unbroken run."""
    from voxrig.exporters.training import face

    unbroken = train(data, tmp_path / "cache", tmp_path / "whole", SMALL, None)
    original = face.batch

    def cut(examples, recipe, mel, random):  # type: ignore[no-untyped-def]
        cut.calls += 1
        if cut.calls == 3:
            raise KeyboardInterrupt
        return original(examples, recipe, mel, random)

    cut.calls = 0  # type: ignore[attr-defined]
    monkeypatch.setattr(face, "batch", cut)
    monkeypatch.setattr(face, "_CHECKPOINT_EVERY", 2)
    with pytest.raises(KeyboardInterrupt):
        train(data, tmp_path / "cache", tmp_path / "cut", SMALL, None)
    monkeypatch.setattr(face, "batch", original)
    resumed = train(data, tmp_path / "cache", tmp_path / "cut", SMALL, None)
    one, other = (torch.load(path, weights_only=True) for path in (unbroken, resumed))
    assert one["done"] == other["done"] == 4
    for name, tensor in one["network"].items():
        assert torch.equal(tensor, other["network"][name]), name


def test_a_checkpoint_becomes_a_bundle(data: Path, tmp_path: Path) -> None:
    checkpoint = train(data, tmp_path / "cache", tmp_path / "run", SMALL, None)
    spec = face_export.export_face(checkpoint, tmp_path / "small.zip", "small", "1.2.3")
    loaded = bundle.read(tmp_path / "small.zip")
    assert loaded.spec == spec
    assert (spec.name, spec.version, spec.look_ahead_samples, spec.lead_in) == ("small", "1.2.3", 1950, 50)
    assert len(spec.training.data) == 3


def test_parity_is_measured(tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = FaceNetwork(FaceSize(width=24))
    step = FaceStep(network).eval()
    spec = _spec(24)
    bundle.write(tmp_path / "a.zip", spec, face_export.to_onnx(step, spec))
    loaded = bundle.read(tmp_path / "a.zip")
    parity = compare(network, step, loaded)
    assert parity.step <= LIMIT
    assert parity.sequence <= LIMIT
    with torch.no_grad():
        network.articulation.bias += 0.01
    with pytest.raises(ParityError, match="differ"):
        compare(network, FaceStep(network).eval(), loaded)


def _spec(width: int) -> bundle.ModelSpec:
    from voxrig.exporters.articulators import CONTROLS
    from voxrig.runtime.models.spec import TensorSpec, Training

    states = tuple(TensorSpec(f"state_{i}", (width,)) for i in range(2))
    return bundle.ModelSpec.create(
        name="parity", version="1", look_ahead_samples=1950, mel=LogMel(), states=states, controls=CONTROLS,
        training=Training((), "random weights", "a test"), licence="Apache-2.0",
    )  # fmt: skip


def test_phones_end_where_the_sound_does() -> None:
    audio = np.zeros(RATE, np.float32)
    audio[2_400:6_400] = 0.3  # sound from 0.15 to 0.4 s
    audio[6_400:6_800] = 0.0  # a closure, 25 ms
    audio[6_800:9_600] = 0.3  # and on to 0.6 s
    phones = [("h", 0.05, 0.08), ("a", 0.13, 0.4), ("p", 0.4, 0.425), ("i", 0.425, 0.9), ("n", 0.9, 1.4)]
    assert heard(phones, audio, RATE) == [
        ("a", pytest.approx(0.15), 0.4),
        ("p", 0.4, 0.425),
        ("i", 0.425, pytest.approx(0.6)),
    ]
