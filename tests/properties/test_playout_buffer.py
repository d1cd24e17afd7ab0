"""The playout buffer against frames each of which has a control of its own, so that a pose tells what it is made of."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxrig.engine_bridges.playout import PlayoutBuffer, Values

MOST = 48
RATE = 1000


@dataclass(frozen=True)
class Marked:
    """A frame whose only control that isn't 0 is its own."""

    index: int
    sample: int
    mark: int

    @property
    def values(self) -> Values:
        values = np.zeros(MOST, np.float32)
        values[self.mark] = 1.0
        return values


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("push"), st.integers(1, 5), st.integers(0, 3)),
        st.tuples(st.just("show"), st.integers(0, 70), st.just(0)),
        st.tuples(st.just("cut"), st.integers(0, 6), st.just(0)),
    ),
    max_size=60,
)


class Play:
    """Pushes, shows and cuts as told, and checks each pose."""

    def __init__(self, capacity: int, hold: float) -> None:
        self.buffer = PlayoutBuffer(MOST, 0, RATE, capacity=capacity, hold=hold)
        self.frames: list[Marked] = []
        self.void: set[int] = set()
        self.seen: set[int] = set()
        self.next_index = 0
        self.now = 0
        self.shows = 0
        self.oldest = -1

    def push(self, count: int, lost: int) -> None:
        """Frames in order; `lost` indices before them never come."""
        self.next_index += lost
        for _ in range(count):
            if len(self.frames) < MOST:
                frame = Marked(self.next_index, 16 * self.next_index, len(self.frames))
                self.buffer.push([frame])
                self.frames.append(frame)
                self.next_index += 1

    def cut(self, back: int) -> None:
        index = max(0, self.next_index - back)
        self.buffer.interrupt(index)
        self.void |= {frame.mark for frame in self.frames if frame.index >= index}
        self.next_index = index

    def show(self, later: int) -> None:
        self.now += later
        self.shows += 1
        pose = self.buffer.sample(self.now)
        assert np.isfinite(pose).all()
        assert pose.sum() <= 1.0 + 1e-5
        made_of = [self.frames[mark] for mark in np.flatnonzero(pose > 1e-6)]
        assert len(made_of) <= 2
        for frame in made_of:
            assert frame.mark not in self.void or frame.mark in self.seen, "a void frame is shown"
        if made_of:
            assert made_of[0].mark >= self.oldest, "an older frame comes back"
            self.oldest = made_of[0].mark
        if len(made_of) == 2:
            first, second = made_of
            assert first.sample < self.now < second.sample
            share = pose[second.mark] / pose.sum()
            assert share == pytest.approx((self.now - first.sample) / (second.sample - first.sample), abs=1e-4)
        self.seen |= {frame.mark for frame in made_of}


def run(steps: list[tuple[str, int, int]], capacity: int, hold: float) -> Play:
    play = Play(capacity, hold)
    for kind, number, lost in steps:
        if kind == "push":
            play.push(number, lost)
        elif kind == "show":
            play.show(number)
        else:
            play.cut(number)
    return play


@settings(max_examples=300)
@given(STEPS, st.sampled_from([2, 3, 8, 64]), st.sampled_from([0.0, 0.1, 1e6]))
def test_it_shows_what_is_due_and_nothing_void(steps: list[tuple[str, int, int]], capacity: int, hold: float) -> None:
    play = run(steps, capacity, hold)
    counts = play.buffer.counts
    assert counts.pushed == len(play.frames)
    assert counts.exact + counts.interpolated + counts.held + counts.rested + counts.waited == play.shows
    gone = counts.late + counts.skipped + counts.superseded + counts.overflowed
    assert gone + len(play.buffer) <= counts.pushed
    assert len(play.buffer) <= capacity


@given(STEPS)
def test_without_cuts_every_frame_is_seen_or_counted(steps: list[tuple[str, int, int]]) -> None:
    play = run([step for step in steps if step[0] != "cut"], 64, 1e6)
    counts = play.buffer.counts
    waiting = sum(frame.mark not in play.seen for frame in play.frames[len(play.frames) - len(play.buffer) :])
    assert counts.superseded == counts.overflowed == 0
    assert counts.late + counts.skipped + waiting == len(play.frames) - len(play.seen)


@given(st.lists(st.integers(-5, 90), min_size=2, max_size=30), st.integers(0, 20))
def test_frames_out_of_order_are_refused_and_change_nothing(indices: list[int], cut: int) -> None:
    buffer = PlayoutBuffer(1, 0, RATE)
    newest = None
    for index in indices:
        frame = Marked(index, 16 * index, 0)
        held = len(buffer)
        single = type("Frame", (), {"index": index, "sample": 16 * index, "values": frame.values[:1]})()
        if newest is not None and index <= newest and held:
            with pytest.raises(ValueError, match="call interrupt"):
                buffer.push([single])
            assert len(buffer) == held
        else:
            buffer.push([single])
            newest = index
    buffer.interrupt(cut)
    assert all(index < cut for index in [buffer._indices[buffer._at(n)] for n in range(len(buffer))])
