"""USD files, opened again by usd-core: its validators, and its own UsdSkel queries at every frame."""

import hashlib
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.carrier_face import carrier_face
from voxrig.engine_bridges.writers.usd import write_usd
from voxrig.runtime.core.arkit import ARKIT_LOCATIONS
from voxrig.runtime.core.clip import Clip, in_profile
from voxrig.runtime.core.native import NATIVE_CONTROLS
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

from .reading.usd_stage import joints_apart, skeleton_queries, weights

pxr = pytest.importorskip("pxr", reason='usd-core is not installed: pip install "voxrig[usd]"')
from pxr import Sdf, Usd, UsdGeom, UsdMedia, UsdSkel, UsdUtils  # noqa: E402

Clips = Callable[..., Clip]

NTSC = FrameRate(30_000, 1001)


def written(clip: Clip, path: Path, **options: float | str) -> Usd.Stage:
    write_usd(clip, path, **options)
    return Usd.Stage.Open(str(path))


def problems(path: Path) -> list[str]:
    """What USD's own checks say of a file: usdchecker's rules."""
    if hasattr(UsdUtils, "ComplianceChecker"):
        checker = UsdUtils.ComplianceChecker()
        checker.CheckCompliance(str(path))
        return [*checker.GetErrors(), *checker.GetFailedChecks(), *checker.GetWarnings()]
    from pxr import UsdValidation

    validators = UsdValidation.ValidationRegistry().GetOrLoadAllValidators()
    assert len(validators) > 20
    found = UsdValidation.ValidationContext(validators).Validate(Usd.Stage.Open(str(path)))
    return [f"{error.GetName()}: {error.GetMessage()}" for error in found]


def shapes(take: Take) -> NDArray[np.float32]:
    return in_profile(take, "arkit").controls[:, :52]


@pytest.mark.parametrize("ending", ["usda", "usdc", "usd"])
def test_usd_finds_nothing_wrong(lively_clip: Clips, tmp_path: Path, ending: str) -> None:
    (tmp_path / "gate_01.wav").write_bytes(b"RIFF")
    for rig in ("arkit", "metahuman"):
        write_usd(lively_clip(), tmp_path / f"gate.{ending}", rig=rig)
        assert problems(tmp_path / f"gate.{ending}") == []


@pytest.mark.parametrize("bound", [0.0, 0.002, 0.01, 0.05])
def test_every_frame_comes_back_within_the_bound(lively_clip: Clips, tmp_path: Path, bound: float) -> None:
    clip, turn = lively_clip(), bound / 2
    stage = written(clip, tmp_path / "gate.usdc", bound=bound, turn=turn)  # lives as long as its queries
    skeleton, animation = skeleton_queries(stage)
    assert list(animation.GetBlendShapeOrder()) == list(ARKIT_LOCATIONS)
    assert np.abs(weights(animation, len(clip.take)) - shapes(clip.take)).max() <= bound
    assert joints_apart(skeleton, clip.take).max() <= turn + 1e-6 * (turn == 0)
    samples = animation.GetPrim().GetAttribute("blendShapeWeights").GetTimeSamples()
    assert (len(samples) == len(clip.take)) == (bound == 0.0)
    assert len(samples) < 0.6 * len(clip.take) or bound < 0.05


def test_text_and_binary_hold_the_same(lively_clip: Clips, tmp_path: Path) -> None:
    clip = lively_clip()
    for ending in ("usda", "usdc", "usd"):
        write_usd(clip, tmp_path / f"gate.{ending}")
    assert (tmp_path / "gate.usda").read_bytes().startswith(b"#usda 1.0\n")
    assert (tmp_path / "gate.usdc").read_bytes().startswith(b"PXR-USDC")
    assert (tmp_path / "gate.usdc").read_bytes() == (tmp_path / "gate.usd").read_bytes()
    text, binary = (Sdf.Layer.OpenAsAnonymous(str(tmp_path / f"gate.{ending}")) for ending in ("usda", "usdc"))
    assert text.ExportToString() == binary.ExportToString()
    assert b"\r" not in (tmp_path / "gate.usda").read_bytes()


@pytest.mark.parametrize(("fps", "rate"), [(FrameRate(24), 24.0), (NTSC, 30_000 / 1001), (FrameRate(60), 60.0)])
def test_one_time_code_is_one_frame(lively_clip: Clips, tmp_path: Path, fps: FrameRate, rate: float) -> None:
    stage = written(lively_clip(fps, 50), tmp_path / "gate.usda")
    assert stage.GetTimeCodesPerSecond() == stage.GetFramesPerSecond() == rate
    assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == (0, 49)
    assert UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1.0
    for prim in stage.Traverse():
        for attribute in prim.GetAttributes():
            assert all(time == int(time) for time in attribute.GetTimeSamples())


def test_metahuman_curves_under_their_own_names(lively_clip: Clips, tmp_path: Path) -> None:
    clip = lively_clip()
    stage = written(clip, tmp_path / "gate.usdc", rig="metahuman")
    _, animation = skeleton_queries(stage)
    assert list(animation.GetBlendShapeOrder()) == list(NATIVE_CONTROLS)
    assert np.abs(weights(animation, len(clip.take)) - clip.take.controls).max() <= 0.01
    face = UsdSkel.BindingAPI(stage.GetPrimAtPath("/gate_01/Face"))
    moved = list(face.GetBlendShapesAttr().Get())
    assert "CTRL_expressions_jawOpen" in moved
    assert set(moved) < set(NATIVE_CONTROLS)
    assert len(face.GetBlendShapeTargetsRel().GetTargets()) == len(moved) > 60


def test_the_face_is_seen_to_move(lively_clip: Clips, tmp_path: Path) -> None:
    """UsdSkel's own baking gives points that are those of the carrier face, shaped and turned."""
    clip = lively_clip()
    clip = replace(clip, take=replace(clip.take, values=clip.take.values.copy()), layers={})
    clip.take.values[:, 251:] = np.tile(np.array([0, 0, 0, 1], np.float32), 3)  # no bone moves
    stage = written(clip, tmp_path / "gate.usda", bound=0)
    assert UsdSkel.BakeSkinning(UsdSkel.Root(stage.GetDefaultPrim()))
    points = UsdGeom.Mesh(stage.GetPrimAtPath("/gate_01/Face")).GetPointsAttr()
    face = carrier_face()
    targets = np.stack(list(face.targets.values()))
    for frame in (0, 33, 70):
        wanted = face.points + np.tensordot(shapes(clip.take)[frame], targets, axes=1)
        np.testing.assert_allclose(np.array(points.Get(frame)), wanted, atol=2e-6)
    assert np.abs(np.array(points.Get(70)) - face.points).max() > 0.003


def test_layers_are_animations_of_their_own(lively_clip: Clips, tmp_path: Path) -> None:
    clip = lively_clip()
    stage = written(clip, tmp_path / "gate.usda")
    found = [prim.GetName() for prim in stage.Traverse() if prim.IsA(UsdSkel.Animation)]
    assert found == ["gate_01", "gate_01_speech", "gate_01_emotion"]
    skeleton = UsdSkel.BindingAPI(stage.GetPrimAtPath("/gate_01/Skeleton"))
    assert skeleton.GetAnimationSource().GetName() == "gate_01"
    for layer, take in clip.layers.items():
        query, animation = skeleton_queries(stage, f"/gate_01/Animations/gate_01_{layer}")
        assert np.abs(weights(animation, len(take)) - shapes(take)).max() <= 0.01
        assert joints_apart(query, take).max() <= np.radians(0.25)


def test_what_was_said_is_kept(lively_clip: Clips, tmp_path: Path) -> None:
    clip = replace(lively_clip(NTSC), text="»Halt!« – wer da? 😀", seed=2**64 - 1, sound="vo\\gate 01.wav")
    stage = written(clip, tmp_path / "gate.usda")
    told = stage.GetRootLayer().customLayerData["voxrig"]
    assert told == stage.GetDefaultPrim().GetCustomDataByKey("voxrig")
    assert told["text"] == "»Halt!« – wer da? 😀"
    assert (told["seed"], told["fps"]) == ("18446744073709551615", "30000/1001")
    assert (told["emotion"], told["timecode"], told["character"]) == ("joy=0.6", "01:00:00:00", "Guard")
    sound = UsdMedia.SpatialAudio(stage.GetPrimAtPath("/gate_01/Sound"))
    assert sound.GetFilePathAttr().Get().path == "vo/gate 01.wav"
    assert sound.GetAuralModeAttr().Get() == "nonSpatial"
    assert sound.GetPlaybackModeAttr().Get() == "onceFromStart"
    assert sound.GetStartTimeAttr().Get() == 0


@pytest.mark.parametrize(("name", "prim"), [("01 gate-b", "_01_gate_b"), ("Tür", "T__r"), ("Face", "Face")])
def test_any_name_will_do(lively_clip: Clips, tmp_path: Path, name: str, prim: str) -> None:
    clip = replace(lively_clip(frames=10), name=name, sound="")
    path = tmp_path / "Tür 😀" / f"{name}.usda"
    path.parent.mkdir()
    stage = written(clip, path)
    assert stage.GetDefaultPrim().GetName() == prim
    assert not stage.GetPrimAtPath(f"/{prim}/Sound")
    assert problems(path) == []


def test_short_takes(lively_clip: Clips, tmp_path: Path) -> None:
    for frames in (0, 1, 2):
        clip = lively_clip(frames=frames) if frames else short(lively_clip())
        stage = written(clip, tmp_path / f"gate_{frames}.usda")
        assert stage.GetEndTimeCode() == max(frames - 1, 0)
        _, animation = skeleton_queries(stage)
        assert len(animation.GetPrim().GetAttribute("blendShapeWeights").GetTimeSamples()) <= frames


def short(clip: Clip) -> Clip:
    return replace(clip, take=replace(clip.take, values=clip.take.values[:0]), layers={}, seconds=Fraction(0))


AGAIN = """
import pickle, sys
from pathlib import Path
from voxrig.engine_bridges.writers.usd import write_usd
write_usd(pickle.loads(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("ending", ["usda", "usdc"])
def test_the_same_bytes_again_and_in_another_process(lively_clip: Clips, tmp_path: Path, ending: str) -> None:
    clip = replace(lively_clip(), layers=dict(lively_clip().layers))
    digests = set()
    for run in range(2):
        write_usd(clip, tmp_path / f"run_{run}.{ending}")
        digests.add(hashlib.sha256((tmp_path / f"run_{run}.{ending}").read_bytes()).hexdigest())
    (tmp_path / "clip.pickle").write_bytes(pickle.dumps(clip))
    other = tmp_path / f"other.{ending}"
    subprocess.run([sys.executable, "-c", AGAIN, tmp_path / "clip.pickle", other], check=True, timeout=60)
    digests.add(hashlib.sha256(other.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_what_cannot_be_written(lively_clip: Clips, tmp_path: Path) -> None:
    clip = lively_clip(frames=3)
    with pytest.raises(ValueError, match=r"gate\.usdz: USD files end with \.usda, \.usdc, \.usd"):
        write_usd(clip, tmp_path / "gate.usdz")
    with pytest.raises(ValueError, match="rig 'vrm' is unknown; use one of: arkit, metahuman"):
        write_usd(clip, tmp_path / "gate.usda", rig="vrm")
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"gate\..*usda"):
        write_usd(clip, tmp_path / "file" / "gate.usda")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


MISSING = """
import sys
sys.modules["pxr"] = None
from pathlib import Path
from voxrig.engine_bridges.writers.usd import write_usd
import pickle
try:
    write_usd(pickle.loads(Path(sys.argv[1]).read_bytes()), Path("never.usda"))
except ModuleNotFoundError as error:
    print(error)
"""


def test_without_usd_core_the_error_says_what_to_install(lively_clip: Clips, tmp_path: Path) -> None:
    clip = lively_clip(frames=3)
    (tmp_path / "clip.pickle").write_bytes(pickle.dumps(replace(clip, layers=dict(clip.layers))))
    done = subprocess.run(
        [sys.executable, "-c", MISSING, tmp_path / "clip.pickle"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == 'USD needs the package usd-core; pip install "voxrig[usd]"'
