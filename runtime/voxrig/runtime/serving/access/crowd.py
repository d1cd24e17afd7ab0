"""How many clients may be connected to a port, so that those who say nothing don't keep out those who do."""

from collections.abc import Callable


class Crowd:
    """The clients of one port; lives in the event loop. `limit` is the most that may be there at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._unknown: dict[object, Callable[[], object]] = {}  # in the order in which they came
        self._known: set[object] = set()

    def enter(self, who: object, leave: Callable[[], object]) -> bool:
        """Count a client that has not said yet who it is; tell whether it may stay.

        Where there are too many, the one that has been silent for longest has to go, by a call of its `leave`. Where
        all have said who they are, the new one has to: it is not counted.
        """
        if len(self._unknown) + len(self._known) >= self._limit:
            if not self._unknown:
                return False
            oldest = next(iter(self._unknown))
            self._unknown.pop(oldest)()
        self._unknown[who] = leave
        return True

    def know(self, who: object) -> None:
        """Note that a client has said who it is. One that has gone is left alone."""
        if self._unknown.pop(who, None) is not None:
            self._known.add(who)

    def leave(self, who: object) -> None:
        """Count a client less, if it is there."""
        self._unknown.pop(who, None)
        self._known.discard(who)
