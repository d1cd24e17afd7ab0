"""The remembered frames: like a list that is cut at both ends."""

import random

import numpy as np

from voxrig.runtime.animation.history import History


def numbers(history: History) -> list[int]:
    rows = [row for chunk in history.full for row in chunk] + list(history.recent)
    return [int(row[0]) for row in rows]


def test_it_is_a_list_whose_old_end_is_forgotten() -> None:
    dice = random.Random(0)
    history, plain, following = History(), list[int](), 0
    for _ in range(3000):
        if dice.random() < 0.1 and plain:
            count = dice.randint(0, min(len(plain), len(history)))
            history, plain = history.without(count), plain[: len(plain) - count]
        else:
            count = dice.randint(0, 3)
            rows = [np.float32([following + i]) for i in range(count)]
            history = history.added(rows, 200)
            plain += range(following, following + count)
            following += count
        kept = numbers(history)
        assert kept == plain[len(plain) - len(kept) :]
        assert len(history) == len(kept) <= 200 + 64 + 3
        assert (history.last is None) == (not kept)
        assert not kept or int(history.last[0]) == kept[-1]  # type: ignore[index]


def test_it_reaches_as_far_as_it_says() -> None:
    history = History()
    for number in range(1000):
        history = history.added([np.float32([number])], 900)
        assert len(history) >= min(number + 1, 900)


def test_a_change_leaves_the_value_as_it_was() -> None:
    first = History().added([np.float32([n]) for n in range(70)], 900)
    before = numbers(first)
    first.added([np.float32([99])], 900)
    assert numbers(first.without(10)) == before[:-10]
    assert numbers(first) == before
    assert numbers(first.without(70)) == []
