"""The compliance suite's puppet protocol, on standard input and output, for a Godot that has neither.

python engine_bridges/godot/puppet.py HOST PORT     drive a session of the Godot 3 add-on
python engine_bridges/godot/puppet.py --playout     drive its playout

It starts Godot (`VOXRIG_GODOT`, else `godot3-server` or `godot3` from the path) without a window, and passes lines on
as msgpack over a socket: Godot's own parser of numbers keeps fewer digits than the protocol has.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgpack

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from godot.puppet_lines import command_of, line_of

PROJECT: Final = Path(__file__).resolve().parent / "godot3"
_START_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.5


def godot() -> str:
    """Return the path of Godot 3. Raises SystemExit where there is none."""
    names = (os.environ.get("VOXRIG_GODOT", ""), "godot3-server", "godot3")
    for name in names:
        if name and (path := shutil.which(name)):
            return path
    raise SystemExit("error: there is no Godot 3: install godot3-server, or set VOXRIG_GODOT to its program")


def start(arguments: list[str], home: str) -> "subprocess.Popen[bytes]":
    """Start Godot without a window on the add-on's project; `home` is a folder for what it keeps of itself."""
    places = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), home)
    environment = {**os.environ, **places, "LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8"}
    command = [godot(), "--no-window", "--path", str(PROJECT), *arguments]
    return subprocess.Popen(command, env=environment, stdout=sys.stderr, stdin=subprocess.DEVNULL)


def payloads(stream: Any) -> Iterator[Any]:
    """Yield the contents of packets until the other side ends."""
    while len(header := stream.read(4)) == 4:
        yield msgpack.unpackb(stream.read(int.from_bytes(header, "little")))


def _accept(listener: socket.socket, process: "subprocess.Popen[bytes]") -> socket.socket:
    """Wait for Godot to connect. Raises SystemExit where it ends instead, or takes too long."""
    for _ in range(round(_START_SECONDS / _LOOK_SECONDS)):
        try:
            return listener.accept()[0]
        except TimeoutError:
            if process.poll() is not None:
                break
    raise SystemExit("error: Godot didn't start the puppet; what it said is above")


def _pass_on(connection: socket.socket, playout: bool) -> None:
    try:
        for line in sys.stdin:
            if line.strip():
                payload = msgpack.packb({"line": command_of(line, playout)})
                connection.sendall(len(payload).to_bytes(4, "little") + payload)
    except OSError:
        return  # Godot has ended, which the reading side notices too


def main(arguments: list[str]) -> int:
    """Run between standard input and Godot until it ends; return its exit code."""
    playout = arguments == ["--playout"]
    if not playout and len(arguments) != 2:
        raise SystemExit(__doc__)
    with (
        tempfile.TemporaryDirectory(prefix="voxrig-godot-", ignore_cleanup_errors=True) as home,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        listener.settimeout(_LOOK_SECONDS)
        server = [] if playout else [f"--server={arguments[0]}:{arguments[1]}"]
        own = [f"--adapter={listener.getsockname()[1]}", *server]
        process = start(["-s", "res://puppet/puppet.gd", *own], home)
        try:
            connection = _accept(listener, process)
            with connection, connection.makefile("rb") as stream:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=_pass_on, args=(connection, playout), daemon=True).start()
                for packet in payloads(stream):
                    sys.stdout.write(line_of(packet["answer"]) + "\n")
                    sys.stdout.flush()
            return process.wait(_START_SECONDS)
        finally:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
