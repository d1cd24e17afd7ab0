"""The compliance suite's puppet of the Blender add-on: its link client and playout, without Blender.

python engine_bridges/blender/puppet.py HOST PORT
python engine_bridges/blender/puppet.py --playout
"""

import os
import queue
import sys
import threading
from array import array
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from blender.voxrig_addon.link_client import LinkClient, LinkError
from blender.voxrig_addon.playout_buffer import PlayoutBuffer
from blender.voxrig_addon.playout_clock import PlayoutClock
from blender.voxrig_addon.playout_delay import PlayoutDelay
from godot.puppet_lines import command_of, line_of

_LOOK_SECONDS = 0.002
_NUMBERS = ("utterance", "frame_count", "frame_index", "media_sample", "next_sample")


def say(answer: list[Any]) -> None:
    """Write one line and flush it."""
    sys.stdout.write(line_of(answer) + "\n")
    sys.stdout.flush()


def commands() -> "queue.SimpleQueue[str]":
    """Return the lines of standard input as they come; at its end a `quit`."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        rest = b""
        while data := os.read(0, 1 << 16):  # not sys.stdin: that is locked when the program ends before its input does
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                lines.put(line.decode())
        lines.put(rest.decode())
        lines.put("quit")

    threading.Thread(target=read, daemon=True).start()
    return lines


class LivePuppet:
    """One connection, driven by lines."""

    def __init__(self, client: LinkClient) -> None:
        self._client = client
        self._strides: dict[int, int] = {}

    def obey(self, line: str) -> bool:
        """Run a command; return whether there may be more."""
        word, *rest = command_of(line, playout=False)
        match word:
            case "quit":
                return False
            case "ping":
                self._client.ping()
            case "done":
                self._client.done_writing()
            case _:
                self._client.send({"session": rest[0], word: rest[1]})
        return True

    def tell(self, content: dict[str, Any]) -> int | None:
        """Answer with what came; return the exit code where that was the last."""
        session = content.get("session", "-")
        if "finished" in content:
            say(["done"])
            return 0
        if "lost" in content:
            say(["lost", content["lost"]["message"]])
            return 1
        if "pong" in content and "round_trip" in content["pong"]:
            say(["pong", content["pong"]["round_trip"]])
        elif "opened" in content:
            self._strides[session] = content["opened"]["stride"]
            say(["opened", session, content["opened"]])
        elif "frames" in content:
            self._tell_frames(session, content["frames"])
        elif "event" in content:
            event = content["event"]
            say(["event", session, event["kind"], *(event[name] for name in _NUMBERS), event["values"]])
        elif "error" in content:
            say(_error_answer(session, content["error"]))
        return None

    def _tell_frames(self, session: int, frames: dict[str, Any]) -> None:
        size = 4 * self._strides[session]
        for row, sample in enumerate(frames["media_samples"]):
            code = fnv(frames["values"][row * size : (row + 1) * size])
            say(["frame", session, frames["utterance"], frames["first_index"] + row, sample, code])


def _error_answer(session: int | str, error: Mapping[str, Any]) -> list[Any]:
    closed, following = int(error["session_closed"]), error["next_sample"]
    return ["error", session, error["code"], error["refused"], closed, following, error["message"]]


def fnv(data: bytes) -> int:
    """Return the FNV-1a hash of 32 bits."""
    code = 0x811C9DC5
    for byte in data:
        code = ((code ^ byte) * 0x01000193) & 0xFFFFFFFF
    return code


def perform(host: str, port: int) -> int:
    """Drive a connection; return the exit code."""
    try:
        client = LinkClient(host, port)
    except LinkError as error:
        if error.refusal is not None:
            say(_error_answer("-", error.refusal))
        say(["lost", str(error)])
        return 1
    say(["hello", client.hello["version"], client.hello["server"]])
    puppet, lines = LivePuppet(client), commands()
    while True:
        for content in client.poll(_LOOK_SECONDS):
            if (code := puppet.tell(content)) is not None:
                return code
        while not lines.empty():
            line = lines.get()
            if line.strip() and not puppet.obey(line):
                client.close()
                return 0


class PlayoutPuppet:
    """Buffer, clock and delay, driven by lines."""

    def __init__(self) -> None:
        self.obey("buffer 1 0 48000 256 0.1 0.2")

    def obey(self, line: str) -> list[Any]:
        """Run a command; return its answer, most often none."""
        word, *rest = command_of(line, playout=True)
        match word:
            case "buffer":
                controls, bones, rate, capacity, hold, ease = rest
                self._buffer = PlayoutBuffer(controls, bones, rate, capacity=capacity, hold=hold, ease=ease)
                self._clock, self._delay = PlayoutClock(rate), PlayoutDelay(0.02)
            case "frame":
                try:
                    self._buffer.push(rest[0], rest[1], array("f", rest[2]))
                except ValueError:
                    return ["refused", rest[0]]
            case "cut":
                self._buffer.interrupt(rest[0])
            case "report":
                self._clock.report(*rest)
            case "show":
                media = self._clock.at(rest[0])
                return ["shown", media, self._buffer.sample(media)]
            case "sample":
                return ["sampled", self._buffer.sample(rest[0])]
            case "arrived":
                self._delay.arrived(*rest)
            case "delay":
                return ["delay", self._delay.seconds]
            case "counts":
                return ["counts", [*astuple(self._buffer.counts), *astuple(self._clock.counts)]]
        return []


def play() -> int:
    """Drive the playout; return the exit code."""
    puppet = PlayoutPuppet()
    for line in sys.stdin:
        if line.split() == ["quit"]:
            break
        if line.strip() and (answer := puppet.obey(line)):
            say(answer)
    return 0


def main(arguments: list[str]) -> int:
    """Read the command line and run; return the exit code."""
    if arguments == ["--playout"]:
        return play()
    if len(arguments) != 2:
        raise SystemExit(__doc__)
    return perform(arguments[0], int(arguments[1]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
