"""Who is being served right now, by the way they came."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from voxrig.runtime.serving.connection import Connection

TRANSPORTS: Final = ("grpc", "bake", "link", "a2f", "view")
"""Ways to come: Perform and Bake over gRPC, the engine link, Audio2Face clients, and the page of `voxrig view`."""


def none_each() -> dict[str, int]:
    """Return 0 for each of `TRANSPORTS`."""
    return dict.fromkeys(TRANSPORTS, 0)


@dataclass(frozen=True, slots=True)
class Census:
    """What is open.

    Attributes:
        connections, sessions: how many, by transport.
        congested: connections whose sessions rest because their client does not read.
        parked: sessions that wait for a client that was lost; neither they nor their connections are in the others.
    """

    connections: dict[str, int] = field(default_factory=none_each)
    sessions: dict[str, int] = field(default_factory=none_each)
    congested: int = 0
    parked: int = 0


def census(served: "Iterable[Connection]") -> Census:
    """Count the connections of `served` and what is open on them. Any thread may."""
    connections, sessions = none_each(), none_each()
    congested = parked = 0
    for connection in served:
        count = sum(seat.session.is_open for seat in list(connection.seats.values()))
        if connection.is_parked:
            parked += count
            continue
        connections[connection.transport] += 1
        sessions[connection.transport] += count
        congested += connection.congested
    return Census(connections, sessions, congested, parked)
