"""The door of gRPC: every call but health checks must say whose it is."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeAlias

import grpc
import grpc.aio

from voxrig.runtime.serving.access.account import ANYONE, Account
from voxrig.runtime.serving.access.crowd import Crowd
from voxrig.runtime.serving.access.door import Door
from voxrig.runtime.serving.refusal import RefusalError

METADATA_BYTES: Final = 16 << 10
"""Of what a call says in front."""

_HEALTH: Final = "/grpc.health.v1.Health/"
_MOST_COMING: Final = 64
"""Requests of health checks that may be on their way: anyone may send one, and each may have as many bytes as any."""
_CALLER: ContextVar[Account] = ContextVar("voxrig_caller", default=ANYONE)

Details = grpc.HandlerCallDetails
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any] | None"
Context = grpc.aio.ServicerContext[Any, Any]


def caller() -> Account:
    """Return whose the call is that the current task serves."""
    return _CALLER.get()


class Gate(grpc.aio.ServerInterceptor):
    """Refuses calls without a good token or certificate, and more than `most` at once.

    Calls whose token is removed are ended. Health checks are let in, but few of those that have yet to say what they
    ask: of more the oldest has to go.
    """

    def __init__(self, door: Door, most: int) -> None:
        self._door = door
        self._most = most
        self._running = 0
        self._coming = Crowd(_MOST_COMING)

    async def intercept_service(
        self, continuation: Callable[[Details], Awaitable[Handler]], handler_call_details: Details
    ) -> Handler:
        """Put the door in front of a call's handler."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return None
        is_open = handler_call_details.method.startswith(_HEALTH)
        header = _header(handler_call_details.invocation_metadata)

        async def serve(requests: Any, context: Context) -> Any:
            try:
                if is_open:
                    return await _served(behaviour, await self._asked(requests), context)
                account = self._door.bearer(header, _certificate(context))
                with self._place(), account.while_good():
                    _CALLER.set(account)
                    request = requests if handler.request_streaming else await _only(requests)
                    return await _served(behaviour, request, context)
            except RefusalError as refusal:
                await context.abort(refusal.status, str(refusal))

        # As if requests were streamed, whatever the call: one of 64 MiB is not read for who has no token.
        behaviour = _behaviour(handler)
        make = (
            grpc.stream_stream_rpc_method_handler
            if handler.response_streaming
            else grpc.stream_unary_rpc_method_handler
        )
        made: Handler = make(serve, handler.request_deserializer, handler.response_serializer)
        return made

    async def _asked(self, requests: AsyncIterator[Any]) -> Any:
        """As `_only`, for anyone. Raises RefusalError RESOURCE_EXHAUSTED once too many others have come meanwhile."""
        coming = asyncio.ensure_future(_only(requests))
        self._coming.enter(coming, coming.cancel)
        try:
            return await coming
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():  # it is the call that ends
                raise
            raise RefusalError(
                grpc.StatusCode.RESOURCE_EXHAUSTED, "the call was given up: its request did not come, and others did"
            ) from None
        finally:
            self._coming.leave(coming)

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Count a call while the block runs. Raises RefusalError RESOURCE_EXHAUSTED."""
        if self._running >= self._most:
            raise RefusalError(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                f"{self._running} calls run, the most this server takes; end one, or raise max_connections",
            )
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1


async def _served(behaviour: Callable[[Any, Context], Any], request: Any, context: Context) -> Any:
    """Run a handler, whether it writes its answers, yields them, or has but one to return."""
    answer = behaviour(request, context)
    if not inspect.isasyncgen(answer):
        return await answer
    async for part in answer:
        await context.write(part)
    return None


async def _only(requests: AsyncIterator[Any]) -> Any:
    """Return the one request of a call. Raises RefusalError INVALID_ARGUMENT where there is none."""
    async for request in requests:
        return request
    raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, "the call ended without a request; send one")


def _behaviour(handler: Any) -> Callable[[Any, Context], Any]:
    """Return what a handler does."""
    found: Callable[[Any, Context], Any] = (
        handler.stream_stream or handler.stream_unary or handler.unary_stream or handler.unary_unary
    )
    return found


def _header(metadata: Any) -> str | None:
    """Return what a call says in `authorization`; several of them are as good as one that is wrong."""
    found = [value for key, value in metadata or () if key == "authorization"]
    if not found:
        return None
    return found[0] if len(found) == 1 and isinstance(found[0], str) else ""


def _certificate(context: Context) -> str:
    """Return the common name of the client certificate, empty where there is none."""
    names = list(context.auth_context().get("x509_common_name", ()))
    return names[0].decode("utf-8", "replace") if names else ""
