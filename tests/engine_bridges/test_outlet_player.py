"""A session's frames in, what is sent out: on a clock that the test turns."""

import numpy as np
import pytest

from voxrig.engine_bridges.outlet_player import HEARTBEAT_SECONDS, STORE_SECONDS, OutletPlayer
from voxrig.runtime.core.arkit import angles_to_bones, arkit_to_native
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate

FPS = FrameRate(60)
PERIOD = 1 / 60


def speech(first, count, utterance=0, fps=FPS, level=None):
    """Frames with values that tell which one it is."""
    made = []
    for index in range(first, first + count):
        values = np.full(61, (index % 500) / 1000 if level is None else level, np.float32)
        made.append(Frame(index, index * 400, utterance, values))
    return made


class Stage:
    """A player, and everything that it sent: (time, number, pose, is it a frame)."""

    def __init__(self, fps=FPS, start=10.0, rig="arkit"):
        self.now = start
        self.player = OutletPlayer(profile(rig), fps, start)
        self.sent = []

    def until(self, moment):
        """Send what is due up to `moment`, each exactly when it is."""
        while (due := self.player.next_due()) <= moment + 1e-9:
            self.now = max(self.now, due)
            sending = self.player.play(self.now)
            if sending is not None:
                self.sent.append((self.now, sending.number, sending.pose.copy(), sending.is_frame))
        self.now = moment

    @property
    def frames(self):
        return [one for one in self.sent if one[3]]

    def arrive(self, frames):
        self.player.arrived(frames, self.now)


def test_a_character_is_there_at_rest_before_it_speaks():
    stage = Stage()
    stage.until(11.0)
    assert [number for _, number, _, _ in stage.sent] == [0, 12, 24, 36, 48, 60]
    assert not any(pose.any() for _, _, pose, _ in stage.sent)
    assert np.diff([when for when, *_ in stage.sent]) == pytest.approx(HEARTBEAT_SECONDS)


def test_a_burst_goes_out_frame_by_frame_as_it_came():
    stage = Stage()
    stage.until(10.0)
    said = speech(0, 300)
    stage.arrive(said)
    stage.until(15.0 - 0.001)
    assert len(stage.frames) == 300
    assert [pose.tobytes() for _, _, pose, _ in stage.frames] == [frame.values.tobytes() for frame in said]
    assert np.diff([number for _, number, _, _ in stage.frames]).tolist() == [1] * 299
    assert [when for when, *_ in stage.frames] == pytest.approx([10.0 + k * PERIOD for k in range(300)])
    counts = stage.player.counts
    assert (counts.arrived, counts.sent, counts.skipped) == (300, 300, 0)


@pytest.mark.parametrize("fps", [FrameRate(1), FrameRate(24), FrameRate(30_000, 1001), FrameRate(240)])
def test_at_every_rate(fps):
    stage = Stage(fps)
    stage.until(10.0)
    said = speech(0, 40, fps=fps)
    stage.arrive(said)
    stage.until(10.0 + 40 / float(fps.fraction) - 1e-4)
    assert [pose.tobytes() for _, _, pose, _ in stage.frames] == [frame.values.tobytes() for frame in said]
    numbers = [number for _, number, _, _ in stage.sent]
    assert (np.diff(numbers) == 1).all()
    assert stage.sent[-1][0] == pytest.approx(10.0 + 39 / float(fps.fraction))


def test_metahuman_frames_go_out_as_arkit():
    shapes = np.random.default_rng(4).uniform(0, 0.4, 52).astype(np.float32)
    angles = np.random.default_rng(5).uniform(-0.4, 0.4, 9).astype(np.float32)
    values = np.concatenate((arkit_to_native(shapes), angles_to_bones(angles).reshape(-1)))
    stage = Stage(rig="metahuman")
    stage.arrive([Frame(0, 0, 0, values)])
    stage.until(10.0)
    expected = shapes.copy()
    names = profile("arkit").names
    close, jaw = names.index("MouthClose"), names.index("JawOpen")
    expected[close] = min(shapes[close], shapes[jaw])
    np.testing.assert_allclose(stage.frames[0][2], np.concatenate((expected, angles)), atol=2e-6)


def test_starved_it_holds_then_eases_to_rest_then_beats():
    stage = Stage()
    stage.arrive(speech(0, 1, level=0.8))
    stage.until(12.0)
    (shown, *_), *idle = stage.sent
    assert shown == 10.0
    gaps = np.diff([when for when, *_ in stage.sent])
    assert gaps[0] == pytest.approx(0.1), "nothing is sent while it holds: the receiver has the pose"
    assert gaps[1:13] == pytest.approx(PERIOD)
    values = np.array([pose[0] for _, _, pose, _ in idle])
    assert values[0] == np.float32(0.8)
    assert (np.diff(values[:13]) < 0).all()
    assert np.abs(np.diff(values)).max() < 0.8 / 7, "no pop"
    assert values[13:].max() == 0.0
    assert gaps[-3:] == pytest.approx(HEARTBEAT_SECONDS)
    assert not any(is_frame for *_, is_frame in idle)
    assert (np.diff([number for _, number, _, _ in stage.sent]) >= 1).all()


def test_speech_after_a_pause_eases_back_in():
    stage = Stage()
    stage.arrive(speech(0, 1, level=0.8))
    stage.until(12.0)
    before = len(stage.sent)
    stage.arrive(speech(1, 60, utterance=1, level=0.8))
    stage.until(12.99)
    values = np.array([pose[0] for _, _, pose, _ in stage.sent[before:]])
    assert stage.sent[before][0] == 12.0, "at once"
    assert (np.diff(values[:12]) > 0).all()
    assert np.abs(np.diff(values, prepend=0.0)).max() < 0.8 / 7, "no pop"
    assert (values[12:] == np.float32(0.8)).all()


def test_numbers_count_real_time_through_pauses():
    stage = Stage()
    for second in range(5):
        stage.arrive(speech(30 * second, 30, utterance=second))
        stage.until(11.0 + second)
    numbers = [number for _, number, _, _ in stage.sent]
    assert (np.diff(numbers) >= 1).all()
    late = np.array([when - 10.0 for when, *_ in stage.sent]) * 60 - numbers
    assert np.abs(late).max() < 7


def test_an_interruption_behind_what_is_shown_acts_at_once_without_a_pop():
    stage = Stage()
    stage.arrive(speech(0, 240))
    stage.until(11.5)  # frame 90
    before = len(stage.sent)
    stage.player.interrupted(85, stage.now)
    stage.arrive(speech(85, 8, utterance=1, level=0.4))
    stage.until(11.7)
    after = stage.sent[before:]
    values = [float(pose[0]) for _, _, pose, _ in after[:4]]
    assert after[0][0] == pytest.approx(11.5), "at once"
    assert values[2:] == [pytest.approx(0.4, abs=1e-6)] * 2
    shown = 0.09
    assert values[:2] == pytest.approx([shown + (0.4 - shown) / 3, shown + (0.4 - shown) * 2 / 3], abs=1e-6)
    assert np.diff([when for when, *_ in after[:10]]) == pytest.approx(PERIOD)
    assert stage.player.counts.superseded == 240 - 91
    assert (np.diff([number for _, number, _, _ in stage.sent]) >= 1).all()


def test_an_interruption_far_ahead_acts_at_once_too():
    """The server cuts at the newest frame, four seconds ahead of what is shown: nobody waits for that."""
    stage = Stage()
    stage.arrive(speech(0, 240))
    stage.until(10.5)
    stage.player.interrupted(240, stage.now)
    stage.arrive(speech(240, 8, utterance=1, level=0.0))
    stage.until(10.56)
    rest = next(when for when, _, pose, _ in stage.sent if when > 10.5 and not pose.any())
    assert rest == pytest.approx(10.5 + 2 * PERIOD)


def test_an_interruption_a_little_ahead_comes_in_its_place():
    stage = Stage()
    stage.arrive(speech(0, 240, level=0.5))
    stage.until(10.5)  # frame 30
    stage.player.interrupted(40, stage.now)
    stage.arrive(speech(40, 8, utterance=1, level=0.25))
    stage.until(10.0 + 47.5 * PERIOD)
    assert [float(pose[0]) for _, _, pose, _ in stage.frames] == [0.5] * 40 + [0.25] * 8
    assert [when for when, *_ in stage.frames] == pytest.approx([10.0 + k * PERIOD for k in range(48)])


def test_interruptions_one_after_the_other():
    stage = Stage()
    stage.arrive(speech(0, 240))
    for utterance in range(1, 21):
        stage.until(stage.now + 0.03)
        stage.player.interrupted(5, stage.now)
        stage.arrive(speech(5, 60, utterance=utterance))
    stage.until(stage.now + 2.0)
    assert (np.diff([number for _, number, _, _ in stage.sent]) >= 1).all()
    assert stage.sent[-1][2].max() == 0.0


def test_an_interruption_before_anything_was_said():
    stage = Stage()
    stage.player.interrupted(0, stage.now)
    stage.arrive(speech(0, 30, level=0.5))
    stage.until(10.49)
    assert [float(pose[0]) for _, _, pose, _ in stage.frames] == [0.5] * 30


def test_closed_it_shows_what_is_left_comes_to_rest_and_falls_silent():
    stage = Stage()
    stage.arrive(speech(0, 60, level=0.5))
    stage.player.close()
    stage.until(15.0)
    assert len(stage.frames) == 60
    assert stage.player.is_done
    assert stage.player.next_due() == float("inf")
    assert stage.player.play(stage.now) is None
    last = [pose[0] for _, _, pose, _ in stage.sent[-3:]]
    assert last == [0.0, 0.0, 0.0]
    assert stage.sent[-1][0] < 11.0 + 0.35, "no longer than it takes to ease to rest"
    assert np.abs(np.diff([pose[0] for _, _, pose, _ in stage.sent])).max() < 0.5 / 7 + 1e-6, "no pop"


def test_closed_without_a_word_it_says_goodbye_at_rest():
    stage = Stage()
    stage.until(10.5)
    stage.player.close()
    stage.until(11.0)
    assert stage.player.is_done
    assert stage.sent[-1][0] < 10.6


def test_a_sender_that_was_held_up_sends_the_newest_alone():
    stage = Stage()
    stage.until(10.0)
    stage.arrive(speech(0, 60))
    stage.until(10.1)
    sending = stage.player.play(10.0 + 20.5 * PERIOD)
    assert sending is not None
    assert float(sending.pose[0]) == pytest.approx(0.020)
    assert stage.player.counts.skipped == 20 - 6 - 1
    assert sending.number == stage.sent[-1][1] + 14


def test_what_waits_is_bounded():
    stage = Stage()
    stage.arrive(speech(0, STORE_SECONDS * 60 + 500))
    assert stage.player.counts.overflowed == 500
    stage.player.close()
    stage.until(10.0 + STORE_SECONDS + 1)
    assert stage.player.counts.sent == STORE_SECONDS * 60
    assert stage.player.is_done


def test_counts_add_up():
    stage = Stage()
    stage.arrive(speech(0, 200))
    stage.until(11.0)
    stage.player.interrupted(55, stage.now)
    stage.arrive(speech(55, 20, utterance=1))
    stage.player.close()
    stage.until(14.0)
    counts = stage.player.counts
    assert counts.arrived == 220 == counts.sent + counts.skipped + counts.superseded + counts.overflowed
    assert len(stage.sent) == counts.sent + counts.eased
    assert counts.waited > 0.0


def test_a_live_voice_is_delayed_by_the_evening_out_of_its_chunks_alone():
    """20 ms chunks, 60 frames a second, ten seconds: each frame once, in even steps."""
    stage = Stage()
    arrivals = [10.0 + 0.02 * np.ceil(k * PERIOD / 0.02 - 1e-9) for k in range(600)]
    for index, moment in enumerate(arrivals):
        stage.until(moment)
        stage.arrive(speech(index, 1))
    stage.until(stage.now + 0.05)
    counts = stage.player.counts
    assert (counts.sent, counts.skipped) == (600, 0)
    assert counts.waited / counts.sent < 0.0095
    steps = np.diff([when for when, *_ in stage.frames])
    assert np.abs(steps[10:] - PERIOD).max() < 1e-6
