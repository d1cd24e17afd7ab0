"""Everything about a server that can be chosen: read once at the start, never changed, looked up nowhere else."""

import dataclasses
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voxrig.runtime.models import bundle
from voxrig.runtime.models.cache_folder import cache_folder
from voxrig.runtime.models.mover import MOVER
from voxrig.runtime.serving.settings_checks import problems


class SettingsError(ValueError):
    """A setting that does not exist or cannot be; the message names it and what there is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server is set up.

    Attributes:
        host: address to listen on. Others than this machine's own need tokens or certificates; see `allow_anyone`.
        port: 0 takes a free one.
        models: bundles by name or path, the default model first; empty for all that came with the package.
        link: whether the engine link is served as well.
        link_port: of the engine link; -1 takes the port after `port`, or a free one if that is 0.
        max_sessions: open at once, on all connections together.
        max_chunk_bytes: of one audio chunk.
        max_message_bytes: of one message as gRPC counts it. Larger than a chunk by far, so that an over-long chunk is
            the error of its session and not the end of the call.
        max_buffered_seconds: audio that may wait in a session before its connection is read no further.
        max_bake_seconds: longest clip of one Bake.
        max_queued_bytes: of a connection, each way: answers that may wait for a client that does not read before its
            sessions are paused, and messages that may wait for their sessions before no more are read.
        style: of sessions that ask for none: a preset by name, or a style file by its path.
        livelink, vmc: where every session's frames go as well, as `HOST:PORT` or `HOST:PORT=CHARACTER`.
        vmc_shapes: what VMC is sent: arkit, vrm or vrm0.
        send_to: hosts, besides this machine, that a session may name such targets on.
        emotion, heard, blink, gaze, head, idle, body: how characters live that don't ask for anything else; see
            `Character.with_options`. heard left out: as emotion has it.
        body_model: the bundle that moves bodies, by name or path.
        backend: what runs the networks: cpu, auto, tensorrt or cuda; see `models.backend`.
        cache: folder of engines for a GPU; empty: what VOXRIG_CACHE names, or the user's usual one.
        a2f_fps: frames a second of Audio2Face clips, 30 or 60.
        a2f_life: what Audio2Face clips have besides speech and emotion: "off"; "on" for blinks, gaze and idle in
            ARKit's 52 shapes; "head" for the head's angles too, in three columns after them.
        a2f_idle_seconds: silence of an Audio2Face client after which its clip is ended.
        tick_ms: the tick deadline: under load a tick waits for more work, until so many milliseconds after the one
            before it began, so that many sessions share what a call costs. 0: it never waits.
        stage_times: whether the seconds of each stage are summed, for profiles and metrics.
        processes: how many serve; 0: one for each physical core. Each has its share of `max_sessions`.
        ports: of several processes: "shared", where the system gives each connection to one of them; "own", where the
            n-th, counted from 0, has `port` + 2n and `link_port` + 2n; "auto" for shared where the system can (Linux).
        metrics_port: of the page for Prometheus, on `host`; 0 takes a free one, -1: there is none. Several processes
            have one page, each number with the label `process`.
        otel: where spans and numbers are sent, as http://HOST:4318; empty: nowhere.
        drain_seconds: how long sessions that run may go on when the server is told to stop. No new ones are taken.
        tls_cert, tls_key: PEM files of the certificate, with those that signed it, and of its key; with them every port
            speaks TLS alone. They are read again when they change.
        tls_client_ca: PEM file of who signs client certificates; with it every client must show one.
        tokens: TOML file of those that are let in, or `env:NAME` for a variable that has them; see `access.tokens`.
            Empty: nobody needs one.
        allow_anyone: listen for other machines without tokens and client certificates.
        allow_plaintext: take tokens from other machines without TLS: a proxy in front ends it.
        max_connections: open at once on each port, whoever has them.
        handshake_seconds: in which a client must have said who it is: TLS, its hello, or its request of a page.
        max_idle_seconds: after which a session that is sent nothing is ended; 0: never.
        max_session_seconds: after which a session is ended in any case; 0: never.
        max_resume_seconds: how long a lost connection's sessions may be kept for it; 0: they end with it.
        max_load: share of the tick loop's time from which on new sessions are refused; 0: never.
        hang_seconds: after which a tick that does not end is taken for hung; 0: never.
        reload_models: whether bundles that change on the disk are loaded anew, for sessions that open then.
        bundle_keys: public keys, of which one must have signed each bundle; empty: none need be signed.

    Raises:
        SettingsError: a value outside its range.
    """

    host: str = "127.0.0.1"
    port: int = 52_000
    models: tuple[str, ...] = ()
    link: bool = True
    link_port: int = -1
    max_sessions: int = 256
    max_chunk_bytes: int = 1 << 20
    max_message_bytes: int = 64 << 20
    max_buffered_seconds: float = 30.0
    max_bake_seconds: float = 3600.0
    max_queued_bytes: int = 4 << 20
    style: str = "natural"
    livelink: tuple[str, ...] = ()
    vmc: tuple[str, ...] = ()
    vmc_shapes: str = "arkit"
    send_to: tuple[str, ...] = ()
    emotion: str = "auto"
    heard: float | None = None
    blink: bool = True
    gaze: bool = True
    head: bool = True
    idle: bool = True
    body: str = "off"
    body_model: str = MOVER
    backend: str = "cpu"
    cache: str = ""
    a2f_fps: int = 30
    a2f_life: str = "off"
    a2f_idle_seconds: float = 30.0
    tick_ms: float = 16.0
    stage_times: bool = True
    processes: int = 1
    ports: str = "auto"
    drain_seconds: float = 0.0
    metrics_port: int = -1
    otel: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    tls_client_ca: str = ""
    tokens: str = ""
    allow_anyone: bool = False
    allow_plaintext: bool = False
    max_connections: int = 1024
    handshake_seconds: float = 10.0
    max_idle_seconds: float = 3600.0
    max_session_seconds: float = 0.0
    max_resume_seconds: float = 30.0
    max_load: float = 0.85
    hang_seconds: float = 20.0
    reload_models: bool = False
    bundle_keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for problem in problems(self):
            raise SettingsError(problem)

    @property
    def cache_path(self) -> Path:
        """The folder of engines; it need not be there yet."""
        return Path(self.cache) if self.cache else cache_folder()

    @property
    def engine_link_port(self) -> int:
        """The port to listen on for engine links; 0 takes a free one."""
        if self.link_port >= 0:
            return self.link_port
        return self.port + 1 if 0 < self.port < 65_535 else 0

    @property
    def life(self) -> dict[str, str]:
        """How characters live, as options."""
        switches = {key: "on" if getattr(self, key) else "off" for key in ("blink", "gaze", "head", "idle")}
        heard = {} if self.heard is None else {"heard": str(self.heard)}
        return {"emotion": self.emotion, **heard, **switches, "body": self.body}

    @property
    def model_names(self) -> tuple[str, ...]:
        """The bundles to load, the default first.

        Raises:
            SettingsError: none is set and none came with the package.
        """
        if self.models:
            return self.models
        shipped = bundle.shipped()
        if not shipped:
            raise SettingsError("the package came without bundles; set models to the path of one")
        return tuple(sorted(shipped, key=lambda name: name != bundle.DEFAULT))


def load(file: str | os.PathLike[str] | None = None, **flags: Any) -> Settings:
    """Build settings: the defaults, then a TOML file of top-level keys, then the flags that are not None.

    Raises:
        SettingsError: the file cannot be read or is no TOML; a key is unknown; a value has the wrong type or range.
    """
    values: dict[str, Any] = {}
    if file is not None:
        values |= _read(Path(file))
    values |= {name: value for name, value in flags.items() if value is not None}
    fields = {field.name: field for field in dataclasses.fields(Settings)}
    for name, value in values.items():
        if name not in fields:
            raise SettingsError(f"there is no setting {name!r}; there are {', '.join(fields)}")
        values[name] = _typed(name, value, fields[name].default)
    return Settings(**values)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"settings file {path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # ValueError alone: a number of thousands of digits
        raise SettingsError(f"settings file {path} is not TOML: {error}") from error


def _typed(name: str, value: Any, default: Any) -> Any:
    """Return `value` as the type of `default`; TOML has whole numbers where floats are meant, and lists for tuples.

    What may be left open, and so is None, is a number.
    """
    if default is None:
        default = 0.0
    if isinstance(default, tuple) and isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if isinstance(default, float) and type(value) in (int, float):
        try:
            return float(value)
        except OverflowError:
            raise SettingsError(f"setting {name} is {value!r:.60}...; it is too large for a number") from None
    if type(value) is not type(default):
        wanted = "a list of strings" if isinstance(default, tuple) else f"of type {type(default).__name__}"
        raise SettingsError(f"setting {name} is {value!r}; it must be {wanted}")
    return value
