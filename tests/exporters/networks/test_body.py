"""The body's network: one step at a time as over a whole sequence, within the posture's range, moved by its luck."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import Tensor  # noqa: E402

from voxrig.exporters.networks.body import GOALS, BodyNetwork, BodySize, places, softly_within, tents  # noqa: E402
from voxrig.exporters.networks.body_step import BodyStep  # noqa: E402
from voxrig.exporters.networks.keeping import KEPT, TOLD, Keeping  # noqa: E402
from voxrig.runtime.animation.body.noise import NOISE  # noqa: E402
from voxrig.runtime.animation.body.rows import DOING, network_rows  # noqa: E402
from voxrig.runtime.core.body.posture import HIGH, LEARNED, LOW  # noqa: E402
from voxrig.runtime.models.spec import BODY_POSES, BODY_TOLD, BODY_VOICE  # noqa: E402

SMALL = BodySize(bands=64, width=24, layers=2, neck=4)


def random_rows(batch: int, steps: int, bands: int = 64) -> Tensor:
    width = BODY_POSES * (BODY_VOICE + 2 * bands) + BODY_TOLD
    random = np.random.default_rng(3)
    rows = random.normal(0, 1, (batch, steps, width))
    rows[..., -NOISE:] = random.random((batch, steps, NOISE))
    return torch.from_numpy(rows.astype(np.float32))


def network() -> BodyNetwork:
    torch.manual_seed(4)
    made = BodyNetwork(SMALL)
    made.spread.fill_(0.2)
    with torch.no_grad():
        made.exit.weight.mul_(20)
    return made.eval()


@torch.no_grad()
def test_steps_do_what_the_sequence_does() -> None:
    made, rows = network(), random_rows(3, 40)
    goals, memory = made(rows, made.start(3))
    step = BodyStep(made)
    states = (*made.start(3).hidden, made.start(3).kept)
    for n in range(40):
        found, *following = step(rows[:, n], *states)
        states = tuple(following)
        assert torch.allclose(found, goals[:, n], atol=1e-5)
    assert torch.allclose(torch.stack(states[:-1]), memory.hidden, atol=1e-5)
    assert torch.equal(states[-1], memory.kept)


@torch.no_grad()
def test_goals_stay_within_the_postures_range() -> None:
    made = network()
    made.spread.fill_(50.0)
    goals = made(random_rows(4, 50), made.start(4))[0].numpy()
    low, high = (bound[list(LEARNED)].astype(np.float32) for bound in (LOW, HIGH))
    assert (goals >= low).all()
    assert (goals <= high).all()
    assert np.ptp(goals) > 1.0


def test_the_bound_bends_only_near_the_ends() -> None:
    low, high = torch.tensor(-1.0), torch.tensor(3.0)
    value = torch.linspace(-0.5, 2.5, 31)
    assert torch.allclose(softly_within(value, low, high), value, atol=2e-3)
    ends = softly_within(torch.tensor([-9.0, -1.0, 3.0, 9.0]), low, high)
    assert torch.equal(ends, torch.sort(ends).values)
    assert float(ends[0]) == -1.0
    assert float(ends[-1]) == 3.0


@torch.no_grad()
def test_luck_moves_the_body() -> None:
    made, rows = network(), random_rows(1, 30)
    other = rows.clone()
    other[..., -NOISE:] = 1 - other[..., -NOISE:]
    one, two = (made(given, made.start(1))[0] for given in (rows, other))
    assert float((one - two).abs().mean()) > 1e-4


def test_places_are_those_of_the_runtimes_rows() -> None:
    """What the network takes for log-mel is what the runtime puts there."""
    bands, steps = 5, 2
    poses = BODY_POSES * steps
    rows = network_rows(
        np.zeros((poses, BODY_VOICE), np.float32), np.ones((poses, 2 * bands), np.float32), np.zeros((steps, 3)),
        np.zeros((steps, 5)), np.zeros(steps), np.zeros(steps, np.intp), np.zeros((steps, NOISE)),
    )  # fmt: skip
    mel, plain = places(bands)
    assert (rows[:, mel] == 1).all()
    assert rows[:, plain].sum() == steps  # one of what one does
    assert sorted(mel + plain) == list(range(rows.shape[1]))
    assert len(plain) == BODY_POSES * BODY_VOICE + BODY_TOLD
    assert len(DOING) == 4
    assert GOALS == 32


def test_luck_is_kept_from_where_a_phrase_began_and_where_speech_ended() -> None:
    """It is the luck of the step in which that is heard, to the bit, until the next time."""
    bands, steps = 4, 60
    voices = np.zeros((2 * steps, BODY_VOICE), np.float32)
    voices[:, 4] = 1.0  # voiced, at the mean level
    voices[11, 8] = voices[80, 8] = 1.0  # speech starts
    voices[30:40, 2], voices[30:40, 4] = -1.0, 0.0  # a pause that parts phrases
    voices[50:56, 2], voices[50:56, 4] = -1.0, 0.0  # one that doesn't
    voices[70, 9] = 1.0  # speech ends
    luck = np.random.default_rng(2).random((steps, NOISE))
    rows = network_rows(
        voices, np.zeros((2 * steps, 2 * bands), np.float32), np.zeros((steps, 3)), np.zeros((steps, 5)),
        np.zeros(steps), np.zeros(steps, np.intp), luck,
    )  # fmt: skip
    told, kept = Keeping(bands).over(torch.from_numpy(rows)[None], torch.zeros(1, KEPT))
    begun, over = told[0, :, :NOISE].numpy(), told[0, :, NOISE:].numpy()
    exact = luck.astype(np.float32)
    assert (begun[:5] == 0).all()
    assert (begun[5:20] == exact[5]).all()
    assert (begun[20:40] == exact[20]).all()
    assert (begun[40:] == exact[40]).all()
    assert (over[:35] == 0).all()
    assert (over[35:] == exact[35]).all()
    assert (kept[0, :TOLD] == told[0, -1]).all()


def test_luck_is_laid_out_between_two_tops() -> None:
    tops = torch.linspace(0, 1, 5)
    laid = tents(torch.tensor([[0.0, 0.25, 0.3, 0.999]]), tops).reshape(4, 5)
    assert torch.allclose(laid.sum(1), torch.ones(4))
    assert torch.allclose(laid @ tops, torch.tensor([0.0, 0.25, 0.3, 0.999]))
    assert (laid > 0).sum(1).tolist() == [1, 1, 2, 2]
