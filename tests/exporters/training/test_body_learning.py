"""A body's network learns from planned sessions, goes on where it was cut, and its bundle does what it does."""

import copy
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from voxrig.exporters import body_export  # noqa: E402
from voxrig.exporters.body_export import PLANNED, compare, export_body  # noqa: E402
from voxrig.exporters.datasets.speech import Clip  # noqa: E402
from voxrig.exporters.networks.body import BodyNetwork, BodySize  # noqa: E402
from voxrig.exporters.parity import LIMIT, ParityError  # noqa: E402
from voxrig.exporters.training import body_learning  # noqa: E402
from voxrig.exporters.training.body_batches import batches, count  # noqa: E402
from voxrig.exporters.training.body_corpus import Corpus, planned, seconds  # noqa: E402
from voxrig.exporters.training.body_figures import compared, figures, performed  # noqa: E402
from voxrig.exporters.training.body_learning import BodyRecipe, learned  # noqa: E402
from voxrig.exporters.training.body_rows import BodyExample, some_rows  # noqa: E402
from voxrig.runtime.animation.body.following import followed, resting  # noqa: E402
from voxrig.runtime.animation.body.noise import noise_rows  # noqa: E402
from voxrig.runtime.core.body.posture import LEARNED, SIT  # noqa: E402
from voxrig.runtime.models import bundle  # noqa: E402
from voxrig.runtime.models.contract import verify_batch_invariance  # noqa: E402
from voxrig.runtime.models.onnx import OnnxModel  # noqa: E402
from voxrig.runtime.models.spec import BODY_GOALS, BODY_POSES  # noqa: E402

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
SMALL = BodyRecipe(epochs=2, rows=2, steps=100, size=BodySize(width=16, neck=4))
CORPUS = Corpus(sessions=2, takes=2, seed=5, seconds=20)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def clips() -> dict[str, list[Clip]]:
    return {
        name: [Clip(name, "samples", name, SAMPLES / f"{name}.wav", ())] for name in ("gatekeeper", "healer", "warning")
    }


@pytest.fixture(scope="module")
def examples(cache: Path, clips: dict[str, list[Clip]]) -> list[BodyExample]:
    return CORPUS.examples(clips, cache, "planning", planned)


def test_performances_are_made_once(cache: Path, clips: dict[str, list[Clip]], examples: list[BodyExample]) -> None:
    def unused(*given: object) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        raise AssertionError("planned again")

    again = CORPUS.examples(clips, cache, "reading", unused)
    assert seconds(examples) == 80
    for one, other in zip(examples, again, strict=True):
        assert (one.name, one.voice) == (other.name, other.voice)
        assert (one.heard == other.heard).all()
        assert (one.told == other.told).all()
        assert (one.postures == other.postures).all()
    assert np.abs(examples[0].postures - examples[1].postures).max() > 0.1, "two takes of a session are alike"
    assert examples[0].postures[:, LEARNED].std(0).max() > 0.05


def test_rows_carry_on_from_one_stretch_to_the_next(examples: list[BodyExample]) -> None:
    example = examples[0]
    whole = example.rows(0, 60)
    assert (np.concatenate((example.rows(0, 25), example.rows(25, 35))) == whole).all()
    assert whole.shape[1] == 303
    assert (whole[7, 139:278] == example.heard[14]).all()
    assert (whole[7, :139] == example.heard[13]).all()


def test_a_run_that_was_cut_ends_as_the_unbroken_one(
    examples: list[BodyExample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unbroken, _ = learned(examples, [], SMALL, tmp_path / "whole")
    walks = 0

    def cut(*given, **named):  # type: ignore[no-untyped-def]
        nonlocal walks
        walks += 1
        if walks == 2:
            raise KeyboardInterrupt
        return batches(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(body_learning, "batches", cut)
        with pytest.raises(KeyboardInterrupt):
            learned(examples, [], SMALL, tmp_path / "cut")
    resumed, found = learned(examples, [], SMALL, tmp_path / "cut")
    for name, value in unbroken.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name
    assert set(found.explained) == {"torso", "wrists", "hands", "fingers"}
    with pytest.raises(ValueError, match="another recipe"):
        learned(examples, [], BodyRecipe(epochs=3, size=SMALL.size), tmp_path / "cut")


def test_an_end_is_counted_to_the_pose(examples: list[BodyExample]) -> None:
    short = BodyExample("s", "v", examples[0].heard[:130], examples[0].told[:65], examples[0].postures[:130])
    walked = list(batches([short, examples[1]], 2, 50, None))
    assert len(walked) == count([short, examples[1]], 2, 50) == 12
    assert [batch.begins for batch in walked[:3]] == [True, False, False]
    assert sum(float(batch.counted[0].sum()) for batch in walked) == 130
    assert sum(float(batch.counted[1].sum()) for batch in walked) == 1200
    assert (walked[0].taught[0].numpy() == short.postures[:100, LEARNED]).all()


@pytest.fixture(scope="module")
def network(examples: list[BodyExample], tmp_path_factory: pytest.TempPathFactory) -> BodyNetwork:
    return learned(examples, [], SMALL, tmp_path_factory.mktemp("run"))[0]


def test_the_bundle_does_what_the_network_does(
    network: BodyNetwork, examples: list[BodyExample], tmp_path: Path
) -> None:
    rows = some_rows(examples, steps=200)
    spec, off = export_body(
        network, rows, tmp_path / "body", name="body", version="1", training=PLANNED, licence="Apache-2.0"
    )
    assert off <= LIMIT
    assert (spec.role, spec.controls) == ("body", BODY_GOALS)
    exported = bundle.load(str(tmp_path / "body"), role="body")
    assert exported.spec == spec
    model = OnnxModel(exported)
    verify_batch_invariance(model, np.concatenate([rows[:, :12]] * 16))
    with torch.no_grad():
        network.exit.bias += 0.01
        with pytest.raises(ParityError, match="torch and ONNX differ by"):
            compare(network, exported, rows)
        network.exit.bias -= 0.01


def test_luck_changes_what_the_bundle_does(network: BodyNetwork, examples: list[BodyExample], tmp_path: Path) -> None:
    rows, told = some_rows(examples, 1), copy.deepcopy(network)
    with torch.no_grad():
        told.exit.weight *= 50  # two epochs taught it to be careful
    export_body(told, rows, tmp_path / "b.zip", name="b", version="1", training=PLANNED, licence="Apache-2.0")
    model = OnnxModel(bundle.read(tmp_path / "b.zip"))

    def goals(key: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        given = rows[0].copy()
        given[:, -12:] = noise_rows(key, 0, len(given), BODY_POSES)
        state, found = tuple(part[None] for part in model.start()), []
        for row in given:
            goal, state = model.step(row[None], state)
            found.append(goal[0])
        return np.array(found)

    assert (goals(1) == goals(1)).all()
    assert np.abs(goals(1) - goals(2)).max() > 1e-3


def test_nothing_is_left_of_a_bundle_that_differs(
    network: BodyNetwork, examples: list[BodyExample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_export, "LIMIT", 0.0)
    rows = some_rows(examples, steps=60)
    rows[:, 30:] += 0.1
    with pytest.raises(ParityError):
        export_body(network, rows, tmp_path / "b", name="b", version="1", training=PLANNED, licence="Apache-2.0")
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_does_not_claim_people() -> None:
    assert "rules" in PLANNED.summary
    assert "not learned from people" in PLANNED.summary
    assert "knows nothing of what is meant" in PLANNED.limits
    assert any("no licence text was seen" in data.licence for data in PLANNED.data)


def test_performing_is_what_a_session_does_with_the_goals(network: BodyNetwork, examples: list[BodyExample]) -> None:
    shown = next(performed(network, examples[:1]))
    with torch.no_grad():
        goals, _ = network(torch.from_numpy(examples[0].rows(0, examples[0].steps))[None], network.start(1))
    whole = np.zeros((2 * examples[0].steps, SIT + 25))
    whole[:, LEARNED] = np.repeat(goals[0].numpy(), BODY_POSES, axis=0)
    start = np.zeros(SIT + 25)
    start[list(LEARNED)] = examples[0].postures[0, LEARNED]
    assert np.abs(followed(resting(start), whole)[1][:, LEARNED] - shown).max() < 1e-4


def test_figures_know_a_perfect_and_a_timid_student(examples: list[BodyExample], network: BodyNetwork) -> None:
    taught = [example.postures[:, LEARNED] for example in examples]
    same = compared(taught, taught)
    assert all(abs(share - 1) < 1e-6 for share in same.explained.values())
    timid = compared(taught, [0.5 * (own - own.mean(0)) + own.mean(0) for own in taught])
    assert timid.amplitude["wrists"] == pytest.approx(0.5, abs=0.01)
    assert timid.speed[1] == pytest.approx(0.5 * timid.speed[0], rel=0.01)
    assert "m/s (taught" in str(figures(network, examples[:1]))
