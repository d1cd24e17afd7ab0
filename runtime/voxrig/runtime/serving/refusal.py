"""A message that is not obeyed, and why."""

from typing import NamedTuple

import grpc


class RefusalError(Exception):
    """Carries the status a client is told; the message names the value and the remedy."""

    def __init__(self, status: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.status = status

    @property
    def code(self) -> int:
        """The google.rpc.Code number of `status`."""
        number: int = self.status.value[0]
        return number


class Refused(NamedTuple):
    """A message to a session that could not even be read; it is answered in its turn.

    Attributes:
        session: its number.
        refusal: why.
        kind: which message it was to be, as a field of ClientMessage; empty where it does not say.
    """

    session: int
    refusal: RefusalError
    kind: str
