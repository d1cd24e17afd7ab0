"""What can be told of a server's work as it happens: sessions, their utterances, and where the time of a tick went."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from voxrig.runtime.serving.cloakroom import Place
from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb


class TracingError(ValueError):
    """What is needed for tracing is not installed; the message says how to have it."""


class Tracer(Protocol):
    """Is told what happens; in the event loop, between ticks."""

    def delivered(self, connection: Connection, answers: Sequence[pb.ServerMessage]) -> None:
        """Note what a tick has to say to a client, before it is put into the connection's outbox."""

    def moved(self, before: Place, now: Place) -> None:
        """Note that a session goes on elsewhere."""

    def left(self, connection: Connection) -> None:
        """Note that a connection is gone, with whatever was open."""

    def tick(self, seconds: float, stage_seconds: Mapping[str, float], batches: Sequence[int]) -> None:
        """Note a tick that took `seconds` and has just ended.

        `stage_seconds` are sums by stage since the server's start, `batches` the steps in each run of a network.
        """


class _NoTracer:
    """Takes no notice."""

    def delivered(self, connection: Connection, answers: Sequence[pb.ServerMessage]) -> None:
        """Do nothing."""

    def moved(self, before: Place, now: Place) -> None:
        """Do nothing."""

    def left(self, connection: Connection) -> None:
        """Do nothing."""

    def tick(self, seconds: float, stage_seconds: Mapping[str, float], batches: Sequence[int]) -> None:
        """Do nothing."""


NO_TRACER: Final[Tracer] = _NoTracer()
"""For a server that nobody traces."""


@contextmanager
def tracing(stage: Stage, metrics: Metrics) -> Iterator[Tracer]:
    """Trace while the block runs, to where the settings say: nowhere, and at no cost, if they don't.

    Raises:
        TracingError: OpenTelemetry is not installed.
    """
    endpoint = stage.settings.otel
    if not endpoint:
        yield NO_TRACER
        return
    try:
        from voxrig.runtime.serving.otlp import exporting
    except ImportError as error:
        text = 'OpenTelemetry is not installed; pip install "voxrig[otel]", or leave --otel out'
        raise TracingError(text) from error
    with exporting(endpoint, stage, metrics) as tracer:
        yield tracer
