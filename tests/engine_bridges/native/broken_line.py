"""A line to a server that hands on as it is told: byte by byte, or only so much and then no more."""

import socket
import threading
from contextlib import suppress
from typing import Self


class BrokenLine:
    """Listens at `port` for one client, and connects it with the server at `target`.

    `piece` is the most bytes of the server that go at once; after `limit` bytes of them the line is cut.
    """

    def __init__(self, target: tuple[str, int], piece: int = 65_536, limit: int | None = None) -> None:
        self._target = target
        self._piece = piece
        self._left = limit
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._cut()
        for thread in self._threads:
            thread.join()
        self._listener.close()
        for each in self._sockets:
            each.close()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        server = socket.create_connection(self._target)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sockets += [client, server]
        up = threading.Thread(target=self._up, args=(client, server))
        self._threads.append(up)
        up.start()
        try:
            while data := server.recv(self._piece if self._left is None else min(self._piece, self._left)):
                client.sendall(data)
                if self._left is not None:
                    self._left -= len(data)
                    if self._left == 0:
                        return self._cut()
            client.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the client has left, or the line was cut

    @staticmethod
    def _up(client: socket.socket, server: socket.socket) -> None:
        try:
            while data := client.recv(65_536):
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _cut(self) -> None:
        for each in self._sockets:
            with suppress(OSError):  # over already
                each.shutdown(socket.SHUT_RDWR)
