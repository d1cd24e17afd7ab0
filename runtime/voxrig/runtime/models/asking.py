"""Work of many characters side by side: stage by stage, and what they ask a network in one call.

Such work is a generator. It yields the name of each stage that it has done, so that all characters go through the same
code one after the other while that is in the processor's caches; and an `Ask` where it needs a network, for which it is
sent the `Answer`. Each piece of work comes to the same whoever is beside it (`contract.verify_batch_invariance`).
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.laps import NO_LAPS, Laps
from voxrig.runtime.models.batching import BatchRunner, StepModel
from voxrig.runtime.models.onnx import State

T = TypeVar("T")


class Ask(NamedTuple):
    """One step of a network, for one character.

    Attributes:
        model: the network.
        row: float32[n], what it hears or is told.
        state: the character's state, without the batch axis.
    """

    model: StepModel
    row: NDArray[np.float32]
    state: State


Answer = tuple[NDArray[np.float32], State]
"""What a network gives, float32[m], and the character's next state."""

Asking = Generator[Ask | str, Answer | None, T]
"""Work that asks and names the stages it has done, and what it comes to in the end."""

STAGES: Final = {"face": "network", "emotion": "listener", "body": "mover"}
"""What a lap with the network of a role is called."""


def asked(ask: Ask) -> Asking[Answer]:
    """Ask; come to the answer."""
    answer = yield ask
    assert answer is not None  # only who names a stage is sent nothing
    return answer


def alone(work: Asking[T], laps: Laps = NO_LAPS) -> T:
    """Do one piece of work."""
    (done,) = together((work,), laps)
    if isinstance(done, Exception):
        raise done
    return done


def together(works: Sequence[Asking[T]], laps: Laps = NO_LAPS) -> list[T | Exception]:
    """Do pieces of work side by side: what all of them ask next goes into one call of each network.

    Returns:
        What each came to, in order: its result, or the error that it ended in. One that fails does not touch the
        others: a call of many that fails is made again for each alone.
    """
    done: dict[int, T | Exception] = {}
    asks: dict[int, Ask] = {}
    after = [(number, work.__next__) for number, work in enumerate(works)]  # how each goes on from a stage
    going: list[tuple[int, Callable[[], Ask | str]]] = [*after]
    stage = ""
    while going:
        paused = []
        for number, go_on in going:
            try:
                told = go_on()
            except StopIteration as end:
                done[number] = end.value
                continue
            except Exception as error:  # whatever it is: the others are not to blame
                done[number] = error
                continue
            if isinstance(told, str):
                if told != stage:
                    _ended(stage, laps)
                    stage = told
                paused.append(after[number])
            else:
                asks[number] = told
        going = [*paused]
        if not going and asks:
            _ended(stage, laps)
            answers, failed = _answered(asks, laps)
            for number, fault in failed.items():
                works[number].close()
                done[number] = fault
            asks, stage, going = {}, "", [(n, partial(works[n].send, answer)) for n, answer in answers.items()]
    _ended(stage, laps)
    return [done[number] for number in range(len(works))]


def _ended(stage: str, laps: Laps) -> None:
    if stage:
        laps.lap(stage)


def _answered(asks: Mapping[int, Ask], laps: Laps) -> tuple[dict[int, Answer], dict[int, Exception]]:
    """Run what is asked, in one call of each network; return the answers, and the errors, by who asked."""
    members: dict[int, list[int]] = {}
    for number, ask in asks.items():
        members.setdefault(id(ask.model), []).append(number)
    answers: dict[int, Answer] = {}
    failed: dict[int, Exception] = {}
    for numbers in members.values():
        model = asks[numbers[0]].model
        _run(model, numbers, asks, answers, failed)
        laps.lap(STAGES[model.spec.role])
    return answers, failed


def _run(
    model: StepModel,
    numbers: Sequence[int],
    asks: Mapping[int, Ask],
    answers: dict[int, Answer],
    failed: dict[int, Exception],
) -> None:
    """Run a network for all of `numbers` at once; or, where that fails, for each alone."""
    try:
        told = BatchRunner(model).step([asks[n].row for n in numbers], [asks[n].state for n in numbers])
    except Exception as error:
        if len(numbers) == 1:
            failed[numbers[0]] = error
            return
        for number in numbers:
            _run(model, [number], asks, answers, failed)
    else:
        answers |= zip(numbers, told, strict=True)
