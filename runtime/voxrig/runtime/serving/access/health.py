"""Health checks of gRPC (grpc.health.v1): anyone may ask, so they cost little, and one can't spoil another's."""

import asyncio
from typing import Any, Final

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2
from grpc_health.v1._async import HealthServicer

_LONGEST_NAME: Final = 256
"""Characters of a service's name; whoever watches one has it kept."""

Context = grpc.aio.ServicerContext[Any, Any]


class Health(HealthServicer):
    """Tells how services are; lives in the event loop.

    The package's own loses whoever else watches a service when one of them leaves, and lets any number watch.

    Args:
        most: may watch at once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._watching = 0
        self._leaving = False
        self._statuses: dict[str, Any] = {"": health_pb2.HealthCheckResponse.SERVING}
        self._changed = asyncio.Condition()

    async def Check(  # noqa: N802
        self, request: health_pb2.HealthCheckRequest, context: Context
    ) -> health_pb2.HealthCheckResponse:
        """Say how a service is."""
        status = self._statuses.get(request.service)
        if status is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, "there is no such service")
        return health_pb2.HealthCheckResponse(status=status)

    async def Watch(self, request: health_pb2.HealthCheckRequest, context: Context) -> None:  # noqa: N802
        """Say how a service is, and again whenever that changes."""
        if len(request.service) > _LONGEST_NAME:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"a name has at most {_LONGEST_NAME} characters")
        if self._watching >= self._most:
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, f"{self._most} watch already; ask with Check")
        self._watching += 1
        try:
            told = None
            while True:
                async with self._changed:
                    while (status := self._status(request.service)) == told:
                        await self._changed.wait()
                told = status
                await context.write(health_pb2.HealthCheckResponse(status=told))
        finally:
            self._watching -= 1

    async def set(self, service: str, status: Any) -> None:
        """Change how a service is, unless the server is leaving."""
        if not self._leaving:
            self._statuses[service] = status
            await self._tell()

    async def enter_graceful_shutdown(self) -> None:
        """Say NOT_SERVING of every service from now on."""
        self._leaving = True
        self._statuses = dict.fromkeys(self._statuses, health_pb2.HealthCheckResponse.NOT_SERVING)
        await self._tell()

    def _status(self, service: str) -> Any:
        return self._statuses.get(service, health_pb2.HealthCheckResponse.SERVICE_UNKNOWN)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
