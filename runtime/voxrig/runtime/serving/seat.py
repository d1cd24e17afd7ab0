"""One session of a connection, and what waits for it."""

from collections import deque
from typing import Final

from voxrig.runtime.serving.metrics import Punctuality
from voxrig.runtime.serving.refusal import Refused
from voxrig.runtime.serving.session import Session
from voxrig.v1 import performance_pb2 as pb

_MESSAGE_BYTES: Final = 256  # what a message costs to keep besides what it says, about


class Seat:
    """One session id of a connection: the session, and the messages for it that no tick has taken."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.inbox: deque[tuple[pb.ClientMessage | Refused, float]] = deque()
        self.punctuality = Punctuality()
        self.is_claiming = False
        """A session is to be brought here from elsewhere; what asks for it waits first, and nothing is done."""
        self.received: int | None = None
        """Of a session that is back and has not said so: how many of its answers its client has got."""


def cost(message: pb.ClientMessage | Refused) -> int:
    """Return about how many bytes it takes to keep `message`."""
    if isinstance(message, Refused):
        return _MESSAGE_BYTES + len(str(message.refusal))
    return _MESSAGE_BYTES + (len(message.audio.samples) if message.HasField("audio") else message.ByteSize())


def is_resume(message: pb.ClientMessage | Refused) -> bool:
    """Whether `message` is to bring a session back."""
    return isinstance(message, pb.ClientMessage) and message.HasField("resume")
