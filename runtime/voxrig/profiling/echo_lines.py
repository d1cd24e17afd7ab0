"""The lines of a load against a bare echo: the same bytes at the same times, and nobody reads what comes back."""

from fractions import Fraction

from voxrig.profiling.address import dialled
from voxrig.profiling.driving import LineKinds, Target
from voxrig.profiling.load import Load
from voxrig.profiling.load_a2f import A2FLine
from voxrig.profiling.load_grpc import PERFORM, GrpcLine
from voxrig.profiling.load_link import LinkLine


class EchoGrpcLine(GrpcLine):
    """A `Perform` call that opens nothing."""

    async def open(self) -> None:
        """Connect."""
        await dialled(self._target, self._connection)
        self._call = self._connection.begin(PERFORM)
        for one in self.characters:
            one.prepare(self._speech.load.chunks, 0)

    def _heard(self, call: int, data: bytes, now: float) -> None:
        pass


class EchoA2FLine(A2FLine):
    """Clips whose answers aren't read."""

    def _heard(self, call: int, data: bytes, now: float) -> None:
        pass


class EchoLinkLine(LinkLine):
    """A link that says no hello."""

    async def open(self) -> None:
        """Connect."""
        await dialled(self._target, self)
        for one in self.characters:
            one.prepare(self._speech.load.chunks, 0)

    def data_received(self, data: bytes) -> None:
        """Count it."""
        self.received += len(data)


def target_of(port: int, load: Load) -> Target:
    """Return where an echo on this machine is, for a load."""
    place = f"127.0.0.1:{port}"
    return Target(place, place if load.transport.startswith("link") else None, Fraction(0))


ECHOED = LineKinds(EchoGrpcLine, EchoLinkLine, EchoA2FLine)
"""For `lines_of`."""
