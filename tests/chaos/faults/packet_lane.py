"""What a bad network does to packets of UDP. No clock, no sockets: what is late comes after what overtook it."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PacketFault:
    """What happens to packets on their way; nothing by default.

    Attributes:
        loss, duplicate: shares of packets that never arrive, or arrive twice.
        late: share of packets that `behind` others overtake.
        corrupt: share of packets with a bit turned over.
        truncate: share of packets that are cut off anywhere.
    """

    loss: float = 0.0
    duplicate: float = 0.0
    late: float = 0.0
    behind: int = 3
    corrupt: float = 0.0
    truncate: float = 0.0


class PacketLane:
    """One direction."""

    def __init__(self, fault: PacketFault, rng: random.Random) -> None:
        self._fault = fault
        self._rng = rng
        self._late: list[tuple[int, bytes]] = []
        """Late ones, with how many packets are still to overtake them."""

    def take(self, packet: bytes) -> list[bytes]:
        """Return what arrives, in order, once `packet` has been sent."""
        fault, draw = self._fault, self._rng.random
        arriving = [] if draw() < fault.loss else [self._spoilt(packet)]
        if draw() < fault.duplicate:
            arriving *= 2
        if draw() < fault.late:
            self._late += [(fault.behind + 1, one) for one in arriving]
            arriving = []
        self._late = [(left - 1, one) for left, one in self._late]
        arriving += [one for left, one in self._late if not left]
        self._late = [(left, one) for left, one in self._late if left]
        return arriving

    def rest(self) -> list[bytes]:
        """Return those that nothing overtakes any more."""
        late, self._late = self._late, []
        return [one for _, one in late]

    def _spoilt(self, packet: bytes) -> bytes:
        fault, rng = self._fault, self._rng
        if rng.random() < fault.corrupt:
            at = rng.randrange(len(packet))
            packet = packet[:at] + bytes([packet[at] ^ 1 << rng.randrange(8)]) + packet[at + 1 :]
        if rng.random() < fault.truncate:
            packet = packet[: rng.randrange(len(packet))]
        return packet
