"""Playout on strings: a line is a command, a list of lines its answer. Every language's playout has the same puppet.

    buffer CONTROLS BONES RATE CAPACITY HOLD EASE   a new buffer, clock and delay
    frame INDEX SAMPLE V0 V1 ...                    answers `refused INDEX` where the buffer refuses it
    cut FRAME_INDEX                                 frames from there on are void
    report NOW SAMPLE                               what the audio device says
    show NOW                                        answers `shown MEDIA V0 V1 ...`
    sample MEDIA                                    answers `sampled V0 V1 ...`
    arrived NOW SENT                                a frame's journey
    delay                                           answers `delay SECONDS`
    counts                                          answers `counts`, the buffer's ten and the clock's three

Times and positions are written so that a float64 reads back as it was, values so that a float32 does.
"""

from dataclasses import astuple, dataclass

import numpy as np

from voxrig.engine_bridges.playout import PlayoutBuffer, Values
from voxrig.engine_bridges.playout_clock import PlayoutClock
from voxrig.engine_bridges.playout_delay import PlayoutDelay

MARGIN = 0.02
"""Seconds; of the puppet's PlayoutDelay."""


class CommandError(ValueError):
    """A line that is no command of a puppet."""


@dataclass(slots=True)
class _Arrival:
    index: int
    sample: int
    values: Values


class PlayoutPuppet:
    """One buffer with its clock and delay, driven by lines."""

    def __init__(self) -> None:
        self._begin(["1", "0", "48000", "256", "0.1", "0.2"])

    def obey(self, line: str) -> list[str]:
        """Run a command; return its answers, most often none. Raises CommandError for a line that is none."""
        word, *rest = line.split()
        match word:
            case "buffer":
                self._begin(rest)
            case "frame":
                return self._frame(int(rest[0]), int(rest[1]), np.array(rest[2:], np.float32))
            case "cut":
                self._buffer.interrupt(int(rest[0]))
            case "report":
                self._clock.report(float(rest[0]), float(rest[1]))
            case "show":
                media = self._clock.at(float(rest[0]))
                return [f"shown {media!r} {_text(self._buffer.sample(media))}"]
            case "sample":
                return [f"sampled {_text(self._buffer.sample(float(rest[0])))}"]
            case "arrived":
                self._delay.arrived(float(rest[0]), float(rest[1]))
            case "delay":
                return [f"delay {self._delay.seconds!r}"]
            case "counts":
                counts = (*astuple(self._buffer.counts), *astuple(self._clock.counts))
                return [" ".join(("counts", *map(str, counts)))]
            case _:
                raise CommandError(f"{line!r} is no command of playout")
        return []

    def _begin(self, words: list[str]) -> None:
        controls, bones, rate, capacity = map(int, words[:4])
        hold, ease = map(float, words[4:])
        self._buffer = PlayoutBuffer(controls, bones, rate, capacity=capacity, hold=hold, ease=ease)
        self._clock = PlayoutClock(rate)
        self._delay = PlayoutDelay(MARGIN)

    def _frame(self, index: int, sample: int, values: Values) -> list[str]:
        try:
            self._buffer.push([_Arrival(index, sample, values)])
        except ValueError:
            return [f"refused {index}"]
        return []


def _text(values: Values) -> str:
    return " ".join(f"{value:.9g}" for value in values)
