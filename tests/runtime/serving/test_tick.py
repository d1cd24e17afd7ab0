"""A network that fails for some of those who share a call: the others go on, and bit for bit the same."""

import numpy as np
import pytest

from voxrig.runtime.models.asking import Ask, together
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.networks import Networks
from voxrig.runtime.serving.pacing import Pacer
from voxrig.v1 import performance_pb2 as pb

from .client_messages import RATE, opening
from .tick_loop import tick_loop


class Choosy(OnnxModel):
    """The network, which can't take anybody loud, nor whoever comes with them."""

    def step(self, features, states):
        if features.max() > -4.0:
            raise RuntimeError(f"too loud for {len(features)}")
        return super().step(features, states)


def messages(number, samples):
    yield opening(number, seed=3)
    yield pb.ClientMessage(session=number, audio=pb.AudioChunk(samples=samples.astype("<f4").tobytes()))


async def performed(stage, clips):
    """The answers of each clip's session: all on one connection, put at once."""
    pacer = Pacer(Metrics(), 30.0)
    answers = {number: [] for number in clips}
    async with tick_loop(pacer):
        with pacer.connection(stage) as connection:
            connection.put([message for number, clip in clips.items() for message in messages(number, clip)], 0.0)
            connection.done_writing()
            while told := await connection.take():
                for answer in told:
                    answers[answer.session].append(answer)
    return answers


def values(answers):
    return b"".join(answer.frames.values for answer in answers)


async def test_one_that_a_network_cannot_take_ends_alone(stage, tiny_bundle, caplog):
    stage.adopt(Networks((BatchRunner(Choosy(tiny_bundle)),), None, None))
    quiet, loud = np.zeros(RATE), np.random.default_rng(1).uniform(-1, 1, RATE)
    clips = {1: quiet, 2: loud, 3: quiet}
    answers = await performed(stage, clips)
    undisturbed = await performed(stage, {1: quiet})
    assert values(answers[1]) == values(answers[3]) == values(undisturbed[1])
    assert len(values(undisturbed[1])) == 60 * 61 * 4
    errors = [answer.error for answer in answers[2] if answer.HasField("error")]
    assert [(error.code, error.session_closed) for error in errors] == [(13, True)]
    assert "too loud for 1" in caplog.text
    assert "a network failed for 3 sessions at once (too loud for 3); each is run alone" in caplog.text
    assert stage.sessions == 0


def test_a_network_that_is_asked_by_many_fails_only_whom_it_cannot_take():
    model = shipped_listener()
    row = np.zeros(model.spec.inputs[0].shape, np.float32)

    def work(state):
        answer, _ = yield Ask(model, row, state)
        return answer

    broken = tuple(np.zeros(3, np.float32) for _ in model.start())
    done = together([work(model.start()), work(broken), work(model.start())])
    [alone] = together([work(model.start())])
    assert isinstance(done[1], Exception)
    assert done[0].tobytes() == done[2].tobytes() == alone.tobytes()


@pytest.mark.parametrize("count", [1, 3])
def test_where_all_fail_each_is_told_why(count):
    model = shipped_listener()
    row = np.zeros(model.spec.inputs[0].shape, np.float32)
    broken = tuple(np.zeros(3, np.float32) for _ in model.start())

    def work():
        yield Ask(model, row, broken)

    assert [type(end) for end in together([work() for _ in range(count)])] != [type(None)] * count
