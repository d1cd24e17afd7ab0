"""A tiny set of captures such as a studio has: sample clips with faces that a shipped model made."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.engine_bridges.writers.livelink_csv import write_livelink_csv
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def face(audio_path: Path, fps: FrameRate) -> Take:
    """The ARKit take that the model `fast` makes of a sound."""
    samples, rate = soundfile.read(audio_path, dtype="float32")
    chosen, rig = bundle.load("fast"), profile("arkit")
    runner, pipeline = BatchRunner(OnnxModel(chosen)), Pipeline(chosen.spec, rig, fps, rate)
    state, frames = run(pipeline, runner, pipeline.push(pipeline.start(), samples))
    _, rest = run(pipeline, runner, pipeline.end(state))
    return Take.from_frames([*frames, *rest], profile=rig.name, names=rig.names, bones=(), fps=fps, sample_rate=rate)


@pytest.fixture(scope="session")
def own_captures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 18 s: anna/healer (60 fps, phones), anna/gatekeeper_cal (30 fps), warning (60 fps, phones)."""
    root = tmp_path_factory.mktemp("own")
    (root / "anna").mkdir()
    for sample, name, fps, phones in (
        ("healer", "anna/healer", 60, True),
        ("gatekeeper", "anna/gatekeeper", 30, False),
        ("warning", "warning", 60, True),
    ):
        shutil.copy(SAMPLES / f"{sample}.wav", root / f"{name}.wav")
        calibrated = "" if phones else "_cal"
        write_livelink_csv(face(SAMPLES / f"{sample}.wav", FrameRate(fps)), root / f"{name}{calibrated}.csv")
        if phones:
            shutil.copy(SAMPLES / f"{sample}.json", root / f"{name}.json")
    return root


_RATE = 16_000
_PHONES = [["m", 0.1, 0.2], ["a", 0.2, 0.35], ["p", 0.35, 0.42], ["i", 0.42, 0.6]]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four data sets of seeded noise bursts."""
    root = tmp_path_factory.mktemp("data")
    random = np.random.default_rng(0)

    def record(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        envelope = np.interp(np.arange(_RATE * 8 // 10), [0, 1600, 3200, 9600, 12_800], [0, 0, 1, 1, 0])
        soundfile.write(
            path, 0.1 * envelope * random.standard_normal(len(envelope)), _RATE, format="OGG", subtype="OPUS"
        )

    for name, folder, entries in (
        (
            "tts",
            "audio",
            {f"t{i}": {"voice": v, "phones": _PHONES} for i, v in enumerate(("a", "b", "af_sky"))},
        ),
        ("grid_s1", "audio", {f"g{i}": {"phones": _PHONES if i else None} for i in range(3)}),
        ("emodb", ".", {f"{s}a01Na": {"phones": _PHONES} for s in ("03", "08", "09")}),
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
    (root / "facegood").mkdir()
    rig = ["mouth_stretch_c", "mouth_oh_c", "mouth_oo_c", "mouth_pucker_l", "mouth_pucker_r"]
    rig += [f"mouth_{part}_{corner}" for part in ("funnel", "suck") for corner in ("dl", "dr", "ul", "ur")]
    for name in ("1", "2"):
        record(root / "facegood" / f"{name}.opus")
        np.savez(root / "facegood" / f"{name}.npz", raw116=np.full((24, len(rig)), 0.3, np.float32), raw_names=rig)
    return root
