"""A message that is not obeyed, and why."""

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
