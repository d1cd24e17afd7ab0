"""Servers that break one chosen rule: real ones, which pass on to a good server and change what comes back."""

import queue
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import grpc

from voxrig.engine_bridges.compliance.scripted_session import whole
from voxrig.engine_bridges.compliance.talk import Target
from voxrig.engine_bridges.link_packets import PacketReader, packet, server_message
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

Change = Callable[[pb.ServerMessage], list[pb.ServerMessage]]
"""Called for every message to a session; returns what is sent in its place."""
RawChange = Callable[[dict], list[dict]]
"""The same for the contents of packets."""


class BrokenService(rpc.VoxrigServicer):
    """The gRPC service of the server at `target`, with changed answers."""

    def __init__(self, target: str, change: Change) -> None:
        self.channel = grpc.insecure_channel(target)
        self._stub = rpc.VoxrigStub(self.channel)
        self._change = change

    def Perform(self, requests, context):  # noqa: N802
        call = self._stub.Perform(_until_cancelled(requests))
        context.add_callback(call.cancel)
        with suppress(grpc.RpcError):  # cancelled, as the client has cancelled
            for response in call:
                messages = [changed for message in response.messages for changed in self._change(message)]
                yield pb.PerformResponse(messages=messages)

    def Describe(self, request, context):  # noqa: N802
        return self._stub.Describe(request)


def _until_cancelled(requests: Iterator[pb.PerformRequest]) -> Iterator[pb.PerformRequest]:
    with suppress(grpc.RpcError):
        yield from requests


@contextmanager
def broken_grpc(good: str, change: Change) -> Iterator[Target]:
    """Serve `Perform` and `Describe` on a free port."""
    service = BrokenService(good, change)
    server = grpc.server(ThreadPoolExecutor(8))
    rpc.add_VoxrigServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield Target("127.0.0.1", port, "grpc")
    finally:
        server.stop(0).wait()
        service.channel.close()


class _Relay:
    """Connections of one broken engine link; every socket is closed at the end."""

    def __init__(self, host: str, port: int, change: RawChange, upward: Callable[[dict], dict] | None) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self._good = (host, port)
        self._change = change
        self._upward = upward
        self._sockets: list[socket.socket] = []
        self._threads: queue.SimpleQueue[threading.Thread] = queue.SimpleQueue()
        self._start(self._accept)

    def close(self) -> None:
        for end in (self.listener, *self._sockets):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        while not self._threads.empty():
            self._threads.get().join()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)
        self._threads.put(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):  # closed: the test is over
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(self._good)
                self._sockets += (client, server)
                self._start(self._pass_up, client, server)
                self._start(self._pass_down, server, client)

    def _pass_up(self, client: socket.socket, server: socket.socket) -> None:
        reader = PacketReader()
        with suppress(OSError):
            while data := client.recv(1 << 16):
                if self._upward is None:
                    server.sendall(data)
                else:
                    server.sendall(b"".join(packet(self._upward(content)) for content in reader.feed(data)))
            server.shutdown(socket.SHUT_WR)

    def _pass_down(self, server: socket.socket, client: socket.socket) -> None:
        reader = PacketReader()
        with suppress(OSError):
            while data := server.recv(1 << 16):
                contents = [changed for content in reader.feed(data) for changed in self._change(content)]
                client.sendall(b"".join(map(packet, contents)))
            client.shutdown(socket.SHUT_RDWR)


@contextmanager
def broken_link(
    host: str, port: int, change: RawChange, upward: Callable[[dict], dict] | None = None
) -> Iterator[Target]:
    """Serve the engine link on a free port; `upward` changes what the client sends."""
    relay = _Relay(host, port, change, upward)
    try:
        yield Target("127.0.0.1", relay.listener.getsockname()[1], "link")
    finally:
        relay.close()


def raw(change: Change) -> RawChange:
    """Return a change of messages as one of contents."""

    def changed(content: dict) -> list[dict]:
        message = server_message(content) if "session" in content else None
        if message is None:
            return [content]
        return [
            {"session": m.session, m.WhichOneof("message"): whole(getattr(m, m.WhichOneof("message")))}
            for m in change(message)
        ]

    return changed


def flip_last_bit(values: bytes) -> bytes:
    """Change the last value of a message of frames by as little as can be."""
    (bits,) = struct.unpack("<I", values[-4:])
    return values[:-4] + struct.pack("<I", bits ^ 1)
