"""Picture against sound: a character's frames, as they arrived, through the playout that an engine has.

The sound is heard `Load.delay` after its recording, from a device that tells its position in coarse steps; sixty times
a second a picture is drawn from the frames that had come by then. Each frame carries the media sample that it shows
as its one value, so that what the playout gives back is the moment that the picture shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.playout import PlayoutBuffer
from voxrig.engine_bridges.playout_clock import PlayoutClock
from voxrig.profiling.characters import Character
from voxrig.profiling.load_speech import LoadSpeech

DETECTABLE: Final = (-125.0, 45.0)
ACCEPTABLE: Final = (-185.0, 90.0)
"""ITU-R BT.1359-1, milliseconds by which the picture may be late (positive) or early before it is noticed, or
objected to: there the sign is that of the sound."""

_GRAIN: Final = 512  # samples at 48 kHz in which the device tells its position
_DEVICE_RATE: Final = 48_000
_PICTURES: Final = 60.0


@dataclass(slots=True)
class _Shown:
    index: int
    sample: int
    values: NDArray[np.float32]


def offsets(character: Character, speech: LoadSpeech, begun: float, ended: float) -> NDArray[np.float64]:
    """Return by how many seconds the picture was late (negative: early) at each picture of a stretch of speech.

    Args:
        character: its frames' arrivals.
        speech: what it said.
        begun: seconds of its speech.
        ended: seconds of its speech.
    """
    rate, table = speech.rate, speech.timetable(character.variant, character.look_ahead)
    came = sorted(
        (moment, index) for index, moment in enumerate(character.arrived[: len(table.times)]) if moment == moment
    )
    samples = np.floor(table.times * rate).astype(np.int64)
    # No easing to rest: a picture that stands still is the one that it was, and its offset grows.
    buffer, clock = PlayoutBuffer(1, 0, rate, hold=1e9), PlayoutClock(rate)
    heard_from = character.begun + speech.load.delay(character.look_ahead)
    found, place, newest = [], 0, -1
    for number in range(int(ended * _PICTURES)):
        now = heard_from + number / _PICTURES
        while place < len(came) and came[place][0] <= now:
            index = came[place][1]
            if index > newest:
                buffer.push((_Shown(index, int(samples[index]), np.array([samples[index]], np.float32)),))
                newest = index
            place += 1
        audible = (now - heard_from) * rate
        step = _GRAIN * rate / _DEVICE_RATE
        clock.report(now, audible // step * step)
        shown = float(buffer.sample(clock.at(now))[0])
        if begun <= number / _PICTURES and newest >= 0:
            found.append((audible - shown) / rate)
    return np.array(found)


def av_offset(characters: Sequence[Character], speech: LoadSpeech, begun: float, ended: float) -> dict[str, Any] | None:
    """Return a run's figures of picture against sound, of the characters given; None where none was heard."""
    each = [offsets(one, speech, begun, ended) for one in characters if one.sent]
    found = np.concatenate([*each, np.zeros(0)]) * 1000.0
    if not len(found):
        return None
    low, high = np.percentile(found, (1, 99))
    return {
        "min": round(float(found.min()), 3),
        "max": round(float(found.max()), 3),
        "p1": round(float(low), 3),
        "p99": round(float(high), 3),
        "within_bt1359": _within(found, DETECTABLE),
        "within_acceptable": _within(found, ACCEPTABLE),
        "sessions": len(each),
    }


def _within(found: NDArray[np.float64], limits: tuple[float, float]) -> float:
    return round(float(((found >= limits[0]) & (found <= limits[1])).mean()), 6)
