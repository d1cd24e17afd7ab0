"""A session's receivers: poses in, packets out to each, encoded once for all who take the same."""

from collections.abc import Sequence
from typing import NamedTuple

from voxrig.engine_bridges.arkit_pose import FACE, Pose
from voxrig.engine_bridges.livelink import LiveLinkPacket
from voxrig.engine_bridges.udp_sender import Address, UdpSender
from voxrig.engine_bridges.vmc import VmcPackets
from voxrig.runtime.core.timing import FrameRate


class Route(NamedTuple):
    """A receiver, and the subject it knows the session by; VMC has no subjects, and it is empty there."""

    protocol: str
    address: Address
    subject: str = ""


class Routes:
    """Encodes and sends; all storage is allocated at the start.

    Args:
        routes: in any order; one that is there twice counts once.
        fps: of the poses.
        shapes: of VMC, one of `vmc.SHAPES`.
        body: names of the body's bones in the poses; Live Link Face doesn't carry them.

    Raises:
        ValueError: there are no such shapes.
    """

    def __init__(
        self, routes: Sequence[Route], fps: FrameRate, shapes: str = "arkit", body: Sequence[str] = ()
    ) -> None:
        self.all = tuple(dict.fromkeys(routes))
        self._livelink = {
            route.subject: LiveLinkPacket(route.subject, fps) for route in self.all if route.protocol == "livelink"
        }
        self._vmc = VmcPackets(shapes, body)
        self._period = float(1 / fps.fraction)

    def send(self, pose: Pose, number: int, sender: UdpSender, routes: Sequence[Route] | None = None) -> None:
        """Send a pose, float32[61 + 4 * len(body)], as frame `number`, to `routes` of them; None: to all."""
        chosen = self.all if routes is None else routes
        for subject, packet in self._livelink.items():
            encoded = packet.encode(pose[:FACE], number)
            for route in chosen:
                if route.subject == subject and route.protocol == "livelink":
                    sender.send(encoded, route.address)
        if not any(route.protocol == "vmc" for route in chosen):
            return
        packets = self._vmc.encode(pose, number * self._period)
        for route in chosen:
            if route.protocol == "vmc":
                for part in packets:
                    sender.send(part, route.address)
