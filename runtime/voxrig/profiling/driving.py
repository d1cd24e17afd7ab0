"""Puts a load on a server: opens the lines, sends on the wall clock, waits for what is left."""

import asyncio
import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction

from voxrig.profiling.characters import Character, Line
from voxrig.profiling.load import Load
from voxrig.profiling.load_a2f import A2FLine, a2f_chunks
from voxrig.profiling.load_grpc import GrpcLine
from voxrig.profiling.load_link import LinkLine
from voxrig.profiling.load_messages import link_chunks, protobuf_chunks
from voxrig.profiling.load_speech import LoadSpeech
from voxrig.profiling.pace import Pace

_AT_ONCE = 32  # connections that are opened at a time


@dataclass(frozen=True, slots=True)
class Target:
    """Where a server is.

    Attributes:
        grpc: "host:port" of gRPC, and of Audio2Face.
        link: of the engine link; None: unknown, or not served.
        look_ahead: of Audio2Face's frames, in seconds: that protocol does not tell it.
        token: to show; empty: none.
    """

    grpc: str
    link: str | None = None
    look_ahead: Fraction = Fraction(0)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One client process's share of a load: the characters `first`, `first` + `step`, ..."""

    first: int = 0
    step: int = 1


@dataclass(frozen=True, slots=True)
class LineKinds:
    """What lines are of."""

    grpc: type[GrpcLine] = GrpcLine
    link: type[LinkLine] = LinkLine
    a2f: type[A2FLine] = A2FLine


def lines_of(load: Load, speech: LoadSpeech, target: Target, part: Part, kinds: LineKinds | None = None) -> list[Line]:
    """Make the connections of a load, none of them open yet."""
    kinds = kinds or LineKinds()
    characters = [Character(number) for number in range(part.first, load.sessions, part.step)]
    variants = sorted({one.variant for one in characters})
    groups = [characters] if load.bundled else [[one] for one in characters]
    if load.transport == "a2f":
        clips = {variant: a2f_chunks(speech, variant) for variant in variants}
        return [kinds.a2f(target.grpc, group, speech, clips, target.look_ahead, target.token) for group in groups]
    if load.transport.startswith("link"):
        if target.link is None:
            raise ValueError("the engine link's address is not known; give it with --link-target HOST:PORT")
        entries = {variant: link_chunks(speech, variant) for variant in variants}
        return [kinds.link(target.link, group, speech, entries, target.token) for group in groups]
    messages = {variant: protobuf_chunks(speech, variant) for variant in variants}
    return [kinds.grpc(target.grpc, group, speech, messages, target.token) for group in groups]


async def opened(lines: Sequence[Line]) -> None:
    """Open all lines. Raises LoadError, ConnectionError."""
    for at in range(0, len(lines), _AT_ONCE):
        await asyncio.gather(*(line.open() for line in lines[at : at + _AT_ONCE]))


def starts_of(lines: Sequence[Line], load: Load, speech: LoadSpeech, start: float) -> list[float]:
    """Say when each line's speech begins: spread over one chunk, as games' ticks are, however the process has them."""
    chunk = speech.chunk_seconds
    starts = []
    for line in lines:
        begun = start + (0.0 if load.bundled else chunk * line.characters[0].number / load.sessions)
        for one in line.characters:
            one.begun = begun
        starts.append(begun)
    return starts


async def drive(lines: Sequence[Line], load: Load, speech: LoadSpeech, start: float, pace: Pace) -> None:
    """Speak, from `start` on (`time.perf_counter`), and wait for the answers, or for `load.patience`.

    Cancelling it breaks off; what was noted until then stays noted.
    """
    starts = starts_of(lines, load, speech, start)
    with _collector_resting():
        await pace.run([line.send for line in lines], starts, speech.chunk_seconds, load.chunks)
        until = time.perf_counter() + load.patience
        while not all(line.done for line in lines) and time.perf_counter() < until:
            await asyncio.sleep(0.02)


def stop(lines: Sequence[Line]) -> None:
    """Break off whatever is open."""
    for line in lines:
        line.stop()


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Look for no unreachable cycles while moments are taken: what is noted has none."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
