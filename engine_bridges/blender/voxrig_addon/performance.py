"""A clip that is spoken over the engine link: sent at once, shown in step with its sound."""

import sys
import wave
from array import array
from pathlib import Path
from typing import Any

from .body_bones import BONES
from .link_client import LinkClient
from .playout_buffer import PlayoutBuffer, Values
from .playout_clock import PlayoutClock

LEAD = 0.05
"""Seconds of frames that must be there before the sound starts."""
TAIL = 0.25
"""Seconds of silence after the clip, in which the mouth comes to rest."""


class PerformanceError(Exception):
    """The clip can't be spoken; the text says why and what to do."""


class Clip:
    """A sound file of 16 bits, as the link takes it."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises PerformanceError where it is no WAV of 16 bits and one or two channels."""
        try:
            with wave.open(str(path), "rb") as file:
                self.rate, self.channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
                self.count = file.getnframes()
                self.samples = file.readframes(self.count)
        except (OSError, EOFError, wave.Error) as error:
            raise PerformanceError(f"{path} is no WAV file that can be read ({error})") from error
        if width != 2 or self.channels > 2 or not self.count:
            raise PerformanceError(
                f"{path.name} has {8 * width} bits, {self.channels} channels and {self.count} samples: save it as a "
                "WAV file of 16 bits, mono or stereo"
            )


class Performance:
    """One clip on one session. Ask it at every picture with `advance`; it never waits.

    Attributes:
        curves: names of the controls, once the session is open.
        bones: names of its bones.
        media: media sample on the screen.
        is_sounding: whether the sound should be running.
        has_all: whether all its frames have come.
        is_over: whether all of it was shown.
    """

    def __init__(self, client: LinkClient, clip: Clip, options: dict[str, str] | None = None, seed: int = 0) -> None:
        self.curves: tuple[str, ...] = ()
        self.bones: tuple[str, ...] = ()
        self.media = 0.0
        self.is_sounding = False
        self.is_over = False
        self.buffer: PlayoutBuffer | None = None
        self._client = client
        self._clip = clip
        self._clock = PlayoutClock(clip.rate)
        self._session = client.next_number()
        self._stride = 0
        self.has_all = False
        self._began = 0.0
        audio = {"encoding": "S16LE", "sample_rate": clip.rate, "channels": clip.channels}
        frame_rate = {"numerator": 60, "denominator": 1}
        self._send("open", rig="arkit", frame_rate=frame_rate, audio=audio, seed=seed, options=options or {})
        size = 2 * clip.channels
        whole = client.hello["limits"]["max_chunk_bytes"] // size * size
        for start in range(0, len(clip.samples), whole):
            self._send("audio", first_sample=start // size, samples=clip.samples[start : start + whole])
        self._send("end_utterance", tail_samples=int(TAIL * clip.rate))
        self._send("close")

    def advance(self, now: float, heard: float | None = None) -> "Values | None":
        """Return the values to show at `now`, seconds of a clock that never goes back; None before the first frame.

        `heard`: seconds of the clip that the sound device has played; None where the clip runs by `now` alone.

        Raises PerformanceError where the server refuses, or is gone.
        """
        for content in self._client.poll():
            self._take(content)
        if self.buffer is None or self.buffer.newest_sample is None:
            return None
        if not self.is_sounding:
            if self.buffer.newest_sample < LEAD * self._clip.rate and not self.has_all:
                return None
            self.is_sounding = True
            self._began = now
        at = now - self._began if heard is None else heard
        self._clock.report(now, min(at * self._clip.rate, float(self._clip.count) + TAIL * self._clip.rate))
        self.media = self._clock.at(now)
        self.is_over = at * self._clip.rate >= self._clip.count and self.has_all
        return self.buffer.sample(self.media)

    def _send(self, kind: str, **content: Any) -> None:
        self._client.send({"session": self._session, kind: content})

    def _take(self, content: dict[str, Any]) -> None:
        if "lost" in content:
            raise PerformanceError(content["lost"]["message"])
        if "error" in content and content.get("session") in (None, self._session):
            raise PerformanceError(f"the server refuses: {content['error']['message']}")
        if content.get("session") != self._session:
            return
        if "opened" in content:
            opened = content["opened"]
            self.curves, self.bones, self._stride = tuple(opened["controls"]), tuple(opened["bones"]), opened["stride"]
            # All of the clip is sent at once, and may come back at once.
            capacity = 60 * self._clip.count // self._clip.rate + 120
            eased = sum(bone not in BONES for bone in self.bones)
            self.buffer = PlayoutBuffer(
                len(self.curves), len(self.bones), self._clip.rate, capacity=capacity, eased=eased
            )
        elif "frames" in content and self.buffer is not None:
            frames = content["frames"]
            values = floats(frames["values"])
            for row, sample in enumerate(frames["media_samples"]):
                row_values = values[row * self._stride : (row + 1) * self._stride]
                self.buffer.push(frames["first_index"] + row, sample, row_values)
        elif "event" in content and content["event"]["kind"] == "UTTERANCE_ENDED":
            self.has_all = True


def floats(data: bytes) -> Values:
    """Return float32 little-endian as numbers."""
    values = array("f")
    values.frombytes(data)
    if sys.byteorder == "big":
        values.byteswap()
    return values
