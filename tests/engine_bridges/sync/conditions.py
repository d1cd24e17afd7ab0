"""Under which conditions speech is sent, heard and shown."""

from dataclasses import dataclass, replace
from typing import Final

RATE: Final = 48_000
FPS: Final = 60
LOOK_AHEAD: Final = 0.0925
"""Seconds; about that of the shipped model."""
COMPUTE: Final = 0.004
CHUNK: Final = 0.02
UPLINK: Final = 0.01
BLEND: Final = 0.12


@dataclass(frozen=True)
class Condition:
    """One row of the table; times are seconds of speech from its start."""

    name: str
    jitter: float = 0.2
    """Seconds: each answer of the server is under way for between 0 and this."""
    is_udp: bool = False
    """Packets overtake each other, and 5 % are lost; else they come in order."""
    buffer: int = 512
    """Samples in which the audio device reports its position."""
    drift: float = 0.0
    """By how much the device's crystal is faster than the clock of the pictures."""
    pauses: tuple[float, ...] = ()
    """When the device stops for 1.5 s while the speaker speaks on."""
    seeks: tuple[float, ...] = ()
    """When the device leaps 1.5 s ahead, to catch up."""
    stalls: tuple[float, ...] = ()
    """When the server stops answering for 1 s."""
    interruptions: tuple[float, ...] = ()
    """When speech is cut; the next begins 1.5 s later."""
    hitches: tuple[float, ...] = ()
    """When the engine draws no picture for 150 ms."""
    seconds: float = 60.0
    seed: int = 1


STEADY: Final = Condition("steady")
CONDITIONS: Final = (
    STEADY,
    replace(STEADY, name="no jitter", jitter=0.0),
    replace(STEADY, name="device reports every 256 samples", buffer=256),
    replace(STEADY, name="device reports every 1024 samples", buffer=1024),
    replace(STEADY, name="device 1 % fast", drift=0.01),
    replace(STEADY, name="device 1 % slow, 1024 samples", drift=-0.01, buffer=1024),
    replace(STEADY, name="pictures stop for 150 ms, five times", hitches=(9.0, 18.0, 27.0, 36.0, 45.0)),
    replace(STEADY, name="pauses of 1.5 s, then ahead by as much", pauses=(10.0, 30.0), seeks=(20.0, 40.0)),
    replace(STEADY, name="server stalls for 1 s, twice", stalls=(15.0, 40.0)),
    replace(STEADY, name="interrupted twice", interruptions=(12.0, 35.0)),
    replace(STEADY, name="UDP, reordered, 5 % lost", is_udp=True),
    replace(
        STEADY,
        name="all of it over TCP, 1 % fast, 1024 samples",
        buffer=1024,
        drift=0.01,
        pauses=(8.0,),
        seeks=(16.0,),
        stalls=(24.0,),
        interruptions=(34.0,),
        hitches=(45.0, 52.0),
    ),
    replace(
        STEADY,
        name="all of it over UDP, 1 % slow, 1024 samples",
        is_udp=True,
        buffer=1024,
        drift=-0.01,
        pauses=(8.0,),
        seeks=(16.0,),
        stalls=(24.0,),
        hitches=(45.0, 52.0),
    ),
)
