"""Everything about a server that can be chosen: read once at the start, never changed, looked up nowhere else."""

import dataclasses
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voxrig.runtime.models import bundle
from voxrig.runtime.models.mover import MOVER


class SettingsError(ValueError):
    """A setting that does not exist or cannot be; the message names it and what there is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server is set up.

    Attributes:
        host: address to listen on. There is no encryption and no password yet: other machines only on a trusted net.
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
        a2f_fps: frames a second of Audio2Face clips, 30 or 60.
        a2f_life: what Audio2Face clips have besides speech and emotion: "off"; "on" for blinks, gaze and idle in
            ARKit's 52 shapes; "head" for the head's angles too, in three columns after them.
        a2f_idle_seconds: silence of an Audio2Face client after which its clip is ended.

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
    a2f_fps: int = 30
    a2f_life: str = "off"
    a2f_idle_seconds: float = 30.0

    def __post_init__(self) -> None:
        if not self.host:
            raise SettingsError("host is empty; give an address to listen on, for example 127.0.0.1")
        if not 0 <= self.port <= 65_535:
            raise SettingsError(f"port {self.port} is outside 0 to 65535; 0 takes a free one")
        if not -1 <= self.link_port <= 65_535:
            raise SettingsError(f"link_port {self.link_port} is outside -1 to 65535; -1 takes the port after the other")
        for name in (
            "max_sessions",
            "max_chunk_bytes",
            "max_buffered_seconds",
            "max_bake_seconds",
            "max_queued_bytes",
            "a2f_idle_seconds",
        ):
            if not getattr(self, name) > 0:
                raise SettingsError(f"{name} is {getattr(self, name)}; it must be more than 0")
        if self.a2f_fps not in (30, 60):
            raise SettingsError(f"a2f_fps is {self.a2f_fps}; it must be 30 or 60")
        if self.a2f_life not in ("off", "on", "head"):
            raise SettingsError(f"a2f_life is {self.a2f_life!r}; it must be off, on or head")
        if not self.max_chunk_bytes < self.max_message_bytes <= 1 << 30:
            raise SettingsError(
                f"max_message_bytes is {self.max_message_bytes}; it must be more than max_chunk_bytes "
                f"({self.max_chunk_bytes}) and at most {1 << 30}"
            )

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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
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
        return float(value)
    if type(value) is not type(default):
        wanted = "a list of strings" if isinstance(default, tuple) else f"of type {type(default).__name__}"
        raise SettingsError(f"setting {name} is {value!r}; it must be {wanted}")
    return value
