"""What is to be measured."""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from voxrig.profiling.address import parted
from voxrig.profiling.capacity import Budget
from voxrig.profiling.load import Load

CAPACITY_WARM_UP = 2.0
_SPARE_SESSIONS = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a profile is told to measure.

    Attributes:
        clip: float32 [n], what characters say, over and over.
        rate: of it, Hz.
        clip_name: for people.
        target, link_target: "host:port" of a server that is there; None: one is started (or, the link: not known).
        serve: the arguments of a server that is started.
        models: bundles by name or path that floors may be measured with, besides the shipped ones.
        transports, sessions: each of the one is run with each of the other; capacities are of each transport.
        floors, capacity: whether they are measured.
        budget: of capacities.
        most: characters that a capacity is tried with at most.
        capacity_seconds: measured of each point.
        processes: that speak.
        token: to show `target`; empty: none.
        others as in `Load`.
    """

    clip: NDArray[np.float32]
    rate: int
    clip_name: str
    transports: tuple[str, ...] = ("grpc",)
    sessions: tuple[int, ...] = (1,)
    seconds: float = 30.0
    target: str | None = None
    link_target: str | None = None
    serve: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    floors: bool = False
    capacity: bool = False
    budget: Budget = field(default_factory=Budget)
    most: int = 1024
    capacity_seconds: float = 8.0
    processes: int = 1
    chunk_ms: int = 20
    margin_ms: float = 20.0
    rig: str = "metahuman"
    fps: Fraction = Fraction(60)
    options: dict[str, str] = field(default_factory=dict)
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for transport in self.transports:
            for sessions in (*self.sessions, self.most):
                self.load(transport, sessions, self.seconds, 1.0)
        if self.target is None and self.link_target is not None:
            raise ValueError("--link-target goes with --target: a server that is started here tells its own ports")
        for target in (self.target, self.link_target):
            if target is not None:
                parted(target)
        links = [transport for transport in self.transports if transport.startswith("link")]
        if links and self.target is not None and self.link_target is None:
            raise ValueError(f"{links[0]} needs the engine link's address: give --link-target HOST:PORT")
        if not self.sessions and not self.capacity:
            raise ValueError("there is nothing to measure: give --sessions, or --find-capacity")
        if not 1 <= self.processes <= 64:
            raise ValueError(f"{self.processes} client processes cannot be; give 1 to 64")

    def load(self, transport: str, sessions: int, seconds: float, warm_up: float) -> Load:
        """Return one run. Raises ValueError for what cannot be."""
        return Load(
            transport,
            sessions,
            seconds,
            warm_up,
            chunk_ms=self.chunk_ms,
            margin_ms=self.margin_ms,
            rig=self.rig,
            fps=self.fps,
            options=self.options,
        )

    @property
    def server_arguments(self) -> tuple[str, ...]:
        """What `voxrig serve` is started with: room for everybody, twice where a clip may overlap the next."""
        most = max((*self.sessions, self.most if self.capacity else 0))
        return ("--max-sessions", str(2 * most + _SPARE_SESSIONS), *self.serve)
