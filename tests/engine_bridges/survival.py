"""Servers that are killed and lines that are cut, under a client's puppet; and the judgement of what it told."""

import json
import random
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Self


class MortalServer:
    """`voxrig serve` on ports that stay the same when it is killed and started again."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self.port = self.link_port = 0
        self.start()

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        ports = ["--port", str(self.port), "--link-port", str(self.link_port)]
        command = [sys.executable, "-m", "voxrig.cli.app", "serve", *ports, "--json", *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        ready = json.loads(self._process.stdout.readline())
        self.port, self.link_port = ready["port"], ready["link_port"]

    def kill(self) -> None:
        """End it as kill -9 does."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


class CutLine:
    """Listens at `port`, and connects each client with `target`; after so many bytes of the server it cuts the line.

    `limits` are those of the first connections; later ones last.
    """

    def __init__(self, target: tuple[str, int], limits: Sequence[int]) -> None:
        self._target = target
        self._limits = list(limits)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._run(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in list(self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in self._sockets:
            each.close()

    def _run(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):  # the listener is closed
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self._sockets += [client, server]
                limit = self._limits.pop(0) if self._limits else None
                self._run(self._hand_on, client, server, None)
                self._run(self._hand_on, server, client, limit)

    @staticmethod
    def _hand_on(source: socket.socket, sink: socket.socket, left: int | None) -> None:
        with suppress(OSError):  # cut
            while data := source.recv(65_536 if left is None else min(65_536, left)):
                sink.sendall(data)
                if left is not None and (left := left - len(data)) == 0:
                    for each in (source, sink):
                        each.shutdown(socket.SHUT_RDWR)
                    return
            sink.shutdown(socket.SHUT_WR)


def cuts(seed: int, count: int) -> list[int]:
    """Draw after how many bytes each of the first connections is cut."""
    chance = random.Random(seed)
    return [chance.randrange(1_000, 9_000) for _ in range(count)]


def indices(lines: Sequence[str]) -> list[int]:
    """Return the frame indices that a puppet told, in order."""
    return [int(line.split()[3]) for line in lines if line.startswith("frame ")]
