"""The puppet of the page's engine link: passes lines between its standard input and output and a browser's tab.

python page_puppet.py STAGE_PORT HOST PORT     drive a session of the page's client
python page_puppet.py STAGE_PORT --playout     drive its playout

STAGE_PORT is a `PuppetStage`'s (puppet_stage.py), which has the browser: starting one for each run takes its time, and
nobody would end it where this program is killed.
"""

import os
import socket
import sys
import threading
from contextlib import suppress


def _pass_on(connection: socket.socket) -> None:
    """Send what comes on standard input; its end is `quit`."""
    with suppress(OSError):  # the stage has ended, which the reading side notices too
        while data := os.read(0, 1 << 16):
            connection.sendall(data)
        connection.sendall(b"\nquit\n")


def main(port: str, *where: str) -> int:
    """Run until the stage ends; return the exit code: 0, or 1 where the connection was lost."""
    lost = True
    with socket.create_connection(("127.0.0.1", int(port))) as connection, connection.makefile("rb") as lines:
        connection.sendall(" ".join(where).encode() + b"\n")
        threading.Thread(target=_pass_on, args=(connection,), daemon=True).start()
        for line in lines:
            lost = line.startswith(b"lost")
            if line.strip():
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
    return int(lost)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
