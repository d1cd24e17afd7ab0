"""The least that a server does with a transport: `python -m voxrig.profiling.echo grpc|link BYTES`.

Whatever message comes, BYTES go back, as one message. Prints its port as JSON, and for each line on its standard input
what it has used so far; ends with its input. Bare in the same process model as the server: grpc.aio, or asyncio's TCP.
"""

import asyncio
import json
import sys
import threading
import time
from typing import Any, Final

_HOST: Final = "127.0.0.1"


async def serve(kind: str, size: int) -> None:
    """Echo until standard input ends."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(target=_tell, args=(loop, stop), daemon=True).start()
    if kind == "grpc":
        await _serve_grpc(size, stop)
    else:
        server = await loop.create_server(lambda: _LinkEcho(size), _HOST, 0)
        _say(port=server.sockets[0].getsockname()[1])
        await stop.wait()
        server.close()


async def _serve_grpc(size: int, stop: asyncio.Event) -> None:
    import grpc
    import grpc.aio

    answer = bytes(size)

    async def echo(_: Any, context: Any) -> None:
        while await context.read() is not grpc.aio.EOF:
            await context.write(answer)

    class Whatever(grpc.GenericRpcHandler):
        """Takes every call, and every message as bytes."""

        def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:  # noqa: ARG002
            return grpc.stream_stream_rpc_method_handler(echo)

    server = grpc.aio.server(options=[("grpc.max_receive_message_length", -1)])
    server.add_generic_rpc_handlers((Whatever(),))
    _say(port=server.add_insecure_port(f"{_HOST}:0"))
    await server.start()
    await stop.wait()
    await server.stop(0)


class _LinkEcho(asyncio.Protocol):
    """Cuts what comes into packets, and answers each read with as many."""

    def __init__(self, size: int) -> None:
        self._answer = size.to_bytes(4, "little") + bytes(size)
        self._in = bytearray()
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        waiting = self._in
        waiting += data
        at, packets = 0, 0
        while len(waiting) - at >= 4:
            end = at + 4 + int.from_bytes(waiting[at : at + 4], "little")
            if end > len(waiting):
                break
            at, packets = end, packets + 1
        del waiting[:at]
        if packets:
            self._transport.write(self._answer * packets)


def _tell(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Answer each line with what was used so far. In a thread of its own."""
    for _ in sys.stdin:
        _say(cpu_seconds=time.process_time())
    loop.call_soon_threadsafe(stop.set)


def _say(**told: float) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
