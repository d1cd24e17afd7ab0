"""A server whose ticks are made by hand, and a client of it that loses its connection and comes back."""

from typing import Any

import numpy as np

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.access.account import ANYONE, Account
from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

from . import client_messages

RATE = client_messages.RATE
WINDOW = 5.0


class House:
    """A pacer whose ticks are made by hand, on a clock that is set by hand."""

    def __init__(self, bundle: Bundle, **settings: Any) -> None:
        self.time = 100.0
        self.stage = Stage(Settings(models=(str(bundle.path),), **settings), lambda: 11)
        self.pacer = Pacer(Metrics(), self.stage.settings.max_buffered_seconds, clock=lambda: self.time)

    def connect(self, account: Account = ANYONE) -> Connection:
        connection = Connection(self.stage, self.pacer.wake, account=account, cloakroom=self.pacer._cloakroom)
        self.pacer.join(connection)
        return connection

    def run(self) -> None:
        """Do all that there is to do."""
        while turns := self.pacer._turns():
            self.pacer._deliver(turns, self.pacer._ticker.tick(turns))
            self.pacer._free()


class Client:
    """A client with one session, which keeps what it sent and got."""

    def __init__(self, house: House, account: Account = ANYONE, window: float = WINDOW, **options: str) -> None:
        self.house = house
        self.account = account
        self.connection = house.connect(account)
        self.number = 0
        self.sent: list[pb.ClientMessage] = []
        self.got: list[pb.ServerMessage] = []
        self.next_sample = 0
        self.certain = 1  # of what it got, as it once told the server
        self.send(open=opening(window, **options))

    def send(self, **message: Any) -> None:
        self.sent.append(pb.ClientMessage(session=self.number, **message))
        self.connection.put([self.sent[-1]], self.house.time)

    def say(self, samples: np.ndarray) -> None:
        self.send(audio=pb.AudioChunk(first_sample=self.next_sample, samples=samples.astype("<f4").tobytes()))
        self.next_sample += len(samples)

    async def read(self) -> None:
        """Take what has been answered."""
        while self.connection._outbox.bytes:
            self.got += await self.connection.take()

    async def settle(self) -> None:
        self.house.run()
        await self.read()

    @property
    def key(self) -> str:
        return self.got[0].opened.resume_id

    def lose(self, unread: int = 0) -> None:
        """Lose the connection, and with it the latest `unread` answers that were on their way."""
        self.forget(unread)
        self.house.pacer.leave(self.connection)

    def forget(self, unread: int) -> None:
        """Have the latest answers not got, as far as that may be."""
        del self.got[max(self.certain, len(self.got) - unread) :]

    async def resume(self, number: int = 0, after: tuple[dict[str, Any], ...] = ()) -> pb.ServerMessage:
        """Come back; return the first answer. `after` is sent at once, before it is known what was taken."""
        self.number = number
        self.connection = self.house.connect(self.account)
        self.certain = len(self.got)
        request = pb.ResumeSession(id=self.key, received=len(self.got))
        self.connection.put([pb.ClientMessage(session=number, resume=request)], self.house.time)
        for message in after:
            self.connection.put([pb.ClientMessage(session=number, **message)], self.house.time)
        self.house.run()
        first, *rest = await self.connection.take()
        self.got += rest
        await self.read()
        if first.HasField("resumed"):
            missing = self.sent[first.resumed.taken :]
            for message in missing:
                message.session = number
            self.connection.put(missing, self.house.time)
        return first


def opening(window: float = WINDOW, begin: pb.Beginning | None = None, **options: str) -> pb.OpenSession:
    asked = round(window * 1000)
    return client_messages.opening(options=options, resume_window_ms=asked, begin=begin).open


def told(answers: list[pb.ServerMessage]) -> list[tuple[Any, ...]]:
    """What the answers say, frame by frame, however they were cut into messages."""
    said: list[tuple[Any, ...]] = []
    for answer in answers:
        if answer.HasField("frames"):
            frames = answer.frames
            values = np.frombuffer(frames.values, "<f4").reshape(len(frames.media_samples), -1)
            said += [
                (frames.first_index + n, frames.utterance, sample, values[n].tobytes())
                for n, sample in enumerate(frames.media_samples)
            ]
        elif answer.HasField("event"):
            event = pb.Event.FromString(answer.event.SerializeToString())
            if event.kind in (pb.Event.VISEME, pb.Event.EMOTION):
                event.next_sample = 0  # depends on how much has come by then
            said.append((event.SerializeToString(deterministic=True),))
    return said


def refusals(answers: list[pb.ServerMessage]) -> list[bytes]:
    """Which come at once, whatever frames are still to come of what was sent before."""
    return [m.error.SerializeToString(deterministic=True) for m in answers if m.HasField("error")]


def frames_of(answers: list[pb.ServerMessage]) -> list[int]:
    return [entry[0] for entry in told(answers) if len(entry) == 4]


def closing(number: int = 0) -> pb.ClientMessage:
    return pb.ClientMessage(session=number, close=pb.CloseSession())


def resuming(client: Client, number: int = 0, received: int | None = None) -> pb.ClientMessage:
    request = pb.ResumeSession(id=client.key, received=len(client.got) if received is None else received)
    return pb.ClientMessage(session=number, resume=request)


def counts(house: House) -> tuple[int, int, int]:
    """Open, parked, kept at all."""
    return house.stage.sessions, house.stage.parked, len(house.pacer._cloakroom._tickets)


async def heard(connection: Connection) -> list[pb.ServerMessage]:
    """What a connection has to say now."""
    return await connection.take() if connection._outbox.bytes else []
