"""A condition played through, deterministically: the lines for a playout puppet, and what is true at each picture.

A live voice is recorded and sent in chunks of 20 ms; the server answers with the frames that each chunk completes. The
same voice is heard a delay later, from a device with the crystal that recorded it. Everything that the client learns
(frames, reports of the device, pictures) becomes a line, in the order of time.

A frame has three controls: its media time in seconds, 1, and the number of the take that it belongs to. So the media
time that is shown is control 0 / control 1, whatever the interpolation, also where the face is on its way from rest.
"""

import math
import random
from dataclasses import dataclass, field
from typing import NamedTuple

from sync.conditions import BLEND, CHUNK, COMPUTE, FPS, LOOK_AHEAD, RATE, UPLINK, Condition
from sync.timeline import Piece, Timeline

from voxrig.engine_bridges.compliance.playout_puppet import MARGIN
from voxrig.engine_bridges.playout_delay import PlayoutDelay

_STEP = RATE // FPS
_START = 6.0  # wall seconds at which the speech begins that is heard; before that, one of 4 s measures the delay
_FIRST_MEDIA = 4 * RATE
_LEAP = 1.5
_STALL = 1.0
_SETTLING = 0.1
_LOSS = 0.05


class Show(NamedTuple):
    """The truth at one `show` line.

    Attributes:
        now: seconds of the pictures' clock.
        audible: media time that is heard, seconds.
        is_there: a frame at or after `audible` has come, so that the right one can be shown.
        is_settled: the last disturbance is more than 100 ms ago.
    """

    now: float
    audible: float
    is_there: bool
    is_settled: bool


@dataclass
class Scenario:
    """Lines for a puppet, the truth at each `show` among them, and the delay that was chosen first, in seconds."""

    condition: Condition
    lines: list[str]
    shows: list[Show]
    delay: float


@dataclass
class _Arrival:
    at: float
    frames: list[int]
    take: int
    cut: int | None = None
    sent: list[float] = field(default_factory=list)


class _Play:
    """One condition on its way to be a scenario."""

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self.chance = random.Random(condition.seed)
        self.speed = 1.0 + condition.drift
        self.heard = Timeline()
        self.arrivals: list[_Arrival] = []
        self.disturbed: list[float] = []
        self.stalls = [(_START + at, _START + at + _STALL) for at in condition.stalls]
        self.in_order = 0.0

    def answer(self, sent: float, frames: list[int], take: int, recorded: list[float], cut: int | None = None) -> None:
        """Let the server send frames at `sent`: one packet over TCP, one a frame over UDP."""
        stall = next((end for start, end in self.stalls if start <= sent < end), None)
        sent = sent if stall is None else stall
        if not self.condition.is_udp:
            self.in_order = max(self.in_order, sent + self.chance.uniform(0.0, self.condition.jitter))
            self.arrivals.append(_Arrival(self.in_order, frames, take, cut, recorded))
            if stall is not None and (not self.disturbed or self.disturbed[-1] != self.in_order):
                self.disturbed.append(self.in_order)
            return
        for index, at in zip(frames, recorded, strict=True):
            arrival = sent + self.chance.uniform(0.0, self.condition.jitter)
            if self.chance.random() >= _LOSS:
                self.arrivals.append(_Arrival(arrival, [index], take, None, [at]))
                if stall is not None:
                    self.disturbed.append(arrival)

    def speak(self, start: float, media: int, end: float, take: int) -> None:
        """Record from wall second `start` on, beginning with sample `media`, and let the server answer until `end`."""
        index = -(-media // _STEP)
        chunk = round(CHUNK * RATE)
        look_ahead = round(LOOK_AHEAD * RATE)
        position = media
        while True:
            position += chunk
            recorded = start + (position - media) / (RATE * self.speed)
            if recorded + UPLINK > end:
                return
            frames = list(range(index, max(index, (position - look_ahead) // _STEP + 1)))
            if frames:
                index = frames[-1] + 1
                times = [start + (frame * _STEP - media) / (RATE * self.speed) for frame in frames]
                self.answer(recorded + UPLINK + COMPUTE, frames, take, times)

    def delay(self, now: float) -> float:
        """Return what the client's PlayoutDelay says at `now`."""
        delay = PlayoutDelay(MARGIN)
        for arrival in sorted((a for a in self.arrivals if a.at <= now), key=lambda a: a.at):
            for sent in arrival.sent:
                delay.arrived(arrival.at, sent)
        return delay.seconds

    def play(self) -> Scenario:
        condition = self.condition
        finish = _START + condition.seconds
        self.speak(0.0, 0, _START - 1.0, 0)
        self.arrivals = [a for a in self.arrivals if a.frames[-1] * _STEP < _FIRST_MEDIA]
        delay = self.delay(_START)
        self.listen(_START + delay, _FIRST_MEDIA / RATE)
        begin, media = _START, _FIRST_MEDIA
        for take, at in enumerate(sorted(condition.interruptions), 1):
            self.speak(begin, media, _START + at + UPLINK, take)
            self.move(begin, _START + at)
            begin, media = self.interrupt(_START + at, take)
        take = len(condition.interruptions) + 1
        self.speak(begin, media, finish, take)
        self.move(begin, finish)
        lines, shows = self.tell(finish)
        return Scenario(condition, lines, shows, delay)

    def listen(self, start: float, media: float) -> None:
        """Let the device play from wall second `start` on, beginning with `media` seconds."""
        self.heard.add(Piece(start, media, self.speed))
        self.disturbed.append(start)

    def move(self, begin: float, end: float) -> None:
        """Apply the pauses and leaps of the device between two moments."""
        moves = [(_START + at, "pause") for at in self.condition.pauses]
        moves += [(_START + at, "leap") for at in self.condition.seeks]
        for at, what in sorted(moves):
            if begin <= at < end:
                media = self.heard.at(at)
                assert media is not None
                self.disturbed.append(at)
                if what == "leap":
                    self.heard.add(Piece(at, media + _LEAP, self.speed))
                else:
                    self.heard.add(Piece(at, media, 0.0))
                    self.listen(at + _LEAP, media)

    def interrupt(self, at: float, take: int) -> tuple[float, int]:
        """Cut what is heard at wall second `at`; return when speech goes on, and with which sample."""
        media = self.heard.at(at)
        assert media is not None
        cut = int(media * RATE)
        following = cut + round(BLEND * RATE)
        first, last = -(-cut // _STEP), -(-following // _STEP)
        self.arrivals = [a for a in self.arrivals if a.at <= at or a.take <= take]
        self.answer(at + UPLINK + COMPUTE, list(range(first, last)), take + 1, [], first)
        silent = at + (following / RATE - media) / self.speed
        self.heard.add(Piece(at, media, self.speed, silent))
        self.disturbed.append(silent)
        begin = at + _LEAP
        self.listen(begin + self.delay(begin), following / RATE)
        return begin, following

    def tell(self, finish: float) -> tuple[list[str], list[Show]]:
        """Put everything that the client learns in order."""
        lines, shows = ["buffer 3 0 48000 2048 0.1 0.2"], list[Show]()
        there: list[int] = []
        arrivals = iter(sorted(self.arrivals, key=lambda a: a.at))
        arrival = next(arrivals, None)
        self.disturbed.sort()
        for now in self.pictures(finish):
            while arrival is not None and arrival.at <= now:
                self.arrive(arrival, lines, there)
                arrival = next(arrivals, None)
            audible = self.heard.at(now)
            if audible is None:
                continue
            buffer = self.condition.buffer
            lines.append(f"report {now!r} {int(audible * RATE) // buffer * buffer}")
            lines.append(f"show {now!r}")
            settled = not any(at <= now < at + _SETTLING for at in self.disturbed)
            shows.append(Show(now, audible, bool(there) and there[-1] * _STEP >= audible * RATE, settled))
        return [*lines, "counts"], shows

    def pictures(self, finish: float) -> list[float]:
        """Return when pictures are drawn: 60 a second, unevenly, and with the hitches."""
        chance = random.Random(self.condition.seed + 1)
        hitches = [_START + at for at in self.condition.hitches]
        moments, now = [], 0.0
        while now < finish:
            moments.append(now)
            now += chance.uniform(0.7, 1.3) / 60.0
            if hitches and now > hitches[0]:
                hitches.pop(0)
                now += 0.15
        return moments

    @staticmethod
    def arrive(arrival: _Arrival, lines: list[str], there: list[int]) -> None:
        """Tell of one packet, and keep which frames the buffer has taken."""
        if arrival.cut is not None:
            lines.append(f"cut {arrival.cut}")
            while there and there[-1] >= arrival.cut:
                there.pop()
        for index in arrival.frames:
            lines.append(f"frame {index} {index * _STEP} {index / FPS:.9g} 1 {arrival.take}")
            if not there or index > there[-1]:
                there.append(index)
        lines += [f"arrived {arrival.at!r} {sent!r}" for sent in arrival.sent]


def play(condition: Condition) -> Scenario:
    """Play a condition through."""
    return _Play(condition).play()


def shown_time(answer: str) -> float:
    """Return the media time, seconds, of a `shown` line; NaN where the face is wholly at rest."""
    _, _, time, share, _ = answer.split()
    return float(time) / float(share) if float(share) > 0.0 else math.nan
