"""The client under test: a puppet's command, and what it is held against."""

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voxrig.engine_bridges.compliance import transcript
from voxrig.engine_bridges.compliance.manner import Manner
from voxrig.engine_bridges.compliance.program import REFERENCE, Program
from voxrig.engine_bridges.compliance.rule import NotApplicableError, require
from voxrig.engine_bridges.compliance.scripted_server import Fault, ScriptedServer
from voxrig.engine_bridges.compliance.talk import Target

Script = Callable[[Program], None]

_WANTED: dict[tuple[Target, str], list[str]] = {}
"""What the reference told of a server and a script: the same for every client."""


@dataclass(frozen=True)
class Subject:
    """A client.

    Attributes:
        command: of its puppet; HOST PORT or --playout is appended.
        server: a real server, over what the puppet speaks; None where there is none.
    """

    command: Sequence[str]
    server: Target | None = None

    def against_reference(self, script: Script, *sessions: int) -> None:
        """Run a script on the real server with this client and with the reference: both must tell the same."""
        if self.server is None:
            raise NotApplicableError("there is no server to try it on")
        where = (self.server.host, str(self.server.port))
        key = (self.server, script.__qualname__)
        if key not in _WANTED:
            _WANTED[key] = told_by((*REFERENCE, *where, "--over", self.server.over), script)
        wanted = _WANTED[key]
        told = told_by((*self.command, *where), script)
        for session in sessions:
            text = transcript.difference(transcript.of_session(wanted, session), transcript.of_session(told, session))
            require(not text, f"session {session}: {text}")
        require(told[-1] == "done", f"the last line is {told[-1]!r}, not 'done'")

    def against_script(self, script: Script, *sessions: int, manner: Manner | None = None) -> None:
        """Run a script on a server that is nasty in a legal way: the client must tell exactly what was sent."""
        self.require_link()
        with ScriptedServer(manner) as server:
            told = told_by((*self.command, server.host, str(server.port)), script)
            sent, complaints = list(server.sent), list(server.complaints)
        require(not complaints, f"the client sent what no server takes: {complaints[:3]}")
        for session in sessions:
            text = transcript.difference(transcript.of_session(sent, session), transcript.of_session(told, session))
            require(not text, f"session {session}: {text}")
        require(told[-1] == "done", f"the last line is {told[-1]!r}, not 'done'")

    def against_fault(self, script: Script, fault: Fault) -> list[str]:
        """Run a script on a server that fails: the client must say `lost` and end. Return what it told."""
        self.require_link()
        with ScriptedServer(fault=fault) as server:
            told = told_by((*self.command, server.host, str(server.port)), script, succeeds=False)
        lost = [line for line in told if line.split()[0] == "lost"]
        require(len(lost) == 1, f"`lost` was said {len(lost)} times; the last line is {told[-1]!r}")
        require("done" not in told, "`done` was said, though the connection was lost")
        return told

    def require_link(self) -> None:
        """Raise NotApplicableError for a client that does not speak the engine link."""
        if self.server is not None and self.server.over != "link":
            raise NotApplicableError("it is about the engine link")


def told_by(command: Sequence[str], script: Script, succeeds: bool = True) -> list[str]:
    """Run a script with a puppet, and return all that it told, once it has ended."""
    with Program(command) as program:
        script(program)
        code = program.finish()
        if succeeds:
            require(code == 0, f"the program ended with exit code {code}; its last lines are {program.told[-3:]}")
        require(program.told, "the program told nothing")
        return list(program.told)


def split_command(text: str) -> tuple[str, ...]:
    """Split a command line into words, as this system's shell does."""
    words = shlex.split(text, posix=sys.platform != "win32")
    return tuple(word.strip('"') for word in words)
