"""`voxrig doctor`: does everything that voxrig needs work on this machine?"""

import json
import os
import platform
import re
import socket
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from typing import TYPE_CHECKING, Annotated

import typer

# The engine is imported inside the functions: it may be what is broken, and `voxrig --help` is quick without it.
if TYPE_CHECKING:
    from voxrig.runtime.models.bundle import Bundle


_EXTRAS = {
    "export": "for training",
    "usd": "to write USD",
    "ray": "to bake on a Ray cluster",
    "words": "to time words by their sound",
}
"""What each extra of the package is for."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and what was found.

    Attributes:
        name: of the thing.
        ok: it works.
        needed: voxrig does not run without it.
        detail: the version, the measurement, or what is wrong and the remedy.
    """

    name: str
    ok: bool
    needed: bool
    detail: str


def doctor(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="The port that the server is to use.")] = 52_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check this machine: packages, models, ONNX Runtime providers, the server's port. Exit code 1 if one is broken."""
    checks = [*check_packages(), *check_models_and_providers(), *check_voices(), check_port(port)]
    if port < 65_535:
        checks.append(check_port(port + 1, "--link-port, or do without the engine link: --no-link"))
    broken = [check for check in checks if check.needed and not check.ok]
    if as_json:
        typer.echo(json.dumps({"ok": not broken, "checks": [asdict(check) for check in checks]}))
    else:
        for check in checks:
            mark = "ok" if check.ok else "BROKEN" if check.needed else "--"
            typer.echo(f"{mark:<7} {check.name:<36} {check.detail}")
        typer.echo(f"{len(broken)} broken" if broken else "all that is needed works")
    if broken:
        raise typer.Exit(1)


def check_packages() -> Iterator[Check]:
    """Look at Python, and at each package that voxrig's own metadata asks for."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    yield Check("python", sys.version_info >= (3, 11), True, found)
    try:
        yield Check("voxrig", True, True, version("voxrig"))
    except PackageNotFoundError:
        yield Check("voxrig", False, True, "is not installed; pip install it, so that its requirements are known")
        return
    for requirement in requires("voxrig") or ():
        name, least, extra = _parse_requirement(requirement)
        if extra is not None and extra not in _EXTRAS:
            continue
        remedy = f"pip install -U '{name}>={least}'"
        if extra is not None:
            remedy = f"{_EXTRAS[extra]}: pip install 'voxrig[{extra}]'"
        try:
            found = version(name)
        except PackageNotFoundError:
            yield Check(name, False, extra is None, f"is not installed; {remedy}")
        else:
            recent = _numbers(found) >= _numbers(least)
            yield Check(name, recent, extra is None, found if recent else f"{found} is older than {least}; {remedy}")


def _parse_requirement(requirement: str) -> tuple[str, str, str | None]:
    """Split `onnx>=1.19; extra == "export"` into the name, the lowest version and the extra."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    least = re.search(r">=\s*([0-9.]+)", requirement)
    extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", requirement)
    return name[0] if name else requirement, least[1] if least else "0", extra and extra[1]


def _numbers(text: str) -> tuple[int, ...]:
    """Turn 2.13.0+cpu into (2, 13, 0)."""
    return tuple(int(part) for part in re.match(r"[0-9.]*", text)[0].strip(".").split(".") if part)  # type: ignore[index]


def check_models_and_providers() -> Iterator[Check]:
    """Verify each shipped bundle's checksum, run a real step on each provider, and a short clip through it all."""
    try:
        from voxrig.runtime.models import bundle
    except Exception as error:  # a broken wheel can raise anything
        yield Check("engine", False, True, f"cannot be loaded: {type(error).__name__}: {error}")
        return
    names = bundle.shipped()
    sound: list[Bundle] = []
    for name in names:
        try:
            loaded = bundle.load(name)
        except ValueError as error:
            yield Check(f"model {name}", False, True, str(error))
            continue
        sound.append(loaded)
        detail = f"{loaded.spec.version}, looks ahead {float(loaded.spec.look_ahead * 1000):g} ms, checksum right"
        yield Check(f"model {name}", True, True, f"{detail} ({loaded.spec.sha256[:12]})")
    if bundle.DEFAULT not in names:
        yield Check(f"model {bundle.DEFAULT}", False, True, "is missing; install voxrig again")
    yield from _check_companions()
    if sound:
        yield from _check_providers(sound[0])
        yield _check_clip(sound[0])


def _check_companions() -> Iterator[Check]:
    """Load the networks that hear emotion and move bodies; without them all else works."""
    from voxrig.runtime.models.listener import LISTENER, shipped_listener
    from voxrig.runtime.models.mover import MOVER, shipped_mover

    for what, load, does, without in (
        (LISTENER, shipped_listener, "hears emotion", "no emotion is heard in voices"),
        (MOVER, shipped_mover, "moves bodies", "bodies only do what they are told"),
    ):
        name = f"model {what}"
        try:
            loaded = load()
        except ValueError as error:
            yield Check(name, False, True, str(error))
            continue
        if loaded is None:
            yield Check(name, False, False, f"is missing: {without}; install voxrig again")
            continue
        spec = loaded.spec
        yield Check(name, True, False, f"{spec.version}, {does}, checksum right ({spec.sha256[:12]})")


def _check_providers(loaded: "Bundle") -> Iterator[Check]:
    """Run one step of the network on each provider that ONNX Runtime lists; listed does not mean that it works."""
    import numpy as np
    import onnxruntime as ort

    feed = {tensor.name: np.zeros((1, *tensor.shape), np.float32) for tensor in loaded.spec.inputs}
    for provider in ort.get_available_providers():
        needed = provider == "CPUExecutionProvider"
        options = ort.SessionOptions()
        options.log_severity_level = 4
        if not needed:  # else a provider that can do nothing would silently leave all to the CPU
            options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
        try:
            session = ort.InferenceSession(loaded.model, options, providers=[provider])
            if session.get_providers()[0] != provider:
                raise RuntimeError("it does not start")
            session.run(None, feed)
            begun = time.perf_counter()
            results = session.run(None, feed)
            elapsed = time.perf_counter() - begun
            if not all(np.isfinite(result).all() for result in results):
                raise RuntimeError("its results are not finite")
        except Exception as error:  # ONNX Runtime's own errors share no base class
            reason = textwrap.shorten(str(error), 120, placeholder=" ...")
            yield Check(f"provider {provider}", False, needed, f"does not run the model: {reason}")
        else:
            yield Check(f"provider {provider}", True, needed, f"one step in {elapsed * 1e6:.0f} us")


def _check_clip(loaded: "Bundle") -> Check:
    """Bake a tenth of a second of silence: resampler, features, network, the layers of life and rig."""
    try:
        import numpy as np

        from voxrig.runtime.animation.character import Character
        from voxrig.runtime.animation.pipeline import Pipeline, run
        from voxrig.runtime.core.rig import profile
        from voxrig.runtime.core.timing import FrameRate
        from voxrig.runtime.models.batching import BatchRunner
        from voxrig.runtime.models.onnx import OnnxModel

        pipeline = Pipeline(loaded.spec, profile("metahuman"), FrameRate(60), 16_000, character=Character())
        state = pipeline.end(pipeline.push(pipeline.start(), np.zeros(1_600, np.float32)))
        _, frames = run(pipeline, BatchRunner(OnnxModel(loaded)), state)
    except Exception as error:  # whatever it is, it is the finding
        return Check("a short clip", False, True, f"{type(error).__name__}: {' '.join(str(error).split())}")
    return Check("a short clip", len(frames) == 6, True, f"{len(frames)} frames of 6")


def check_voices() -> Iterator[Check]:
    """Look for the programs that can speak lines which nobody has recorded."""
    try:
        from voxrig.baking.scratch_voice import ENGINES, find_program
    except Exception:  # the engine is broken, and has been told of
        return
    for name in ENGINES:
        found = find_program(name)
        missing = f"is not installed; it would speak for bake --scratch-voice: {ENGINES[name]}"
        yield Check(name, found is not None, False, missing if found is None else f"{found}, for bake --scratch-voice")


def check_port(port: int, remedy: str = "--port") -> Check:
    """See whether a server could listen on `port` of this machine; `remedy` is the option that chooses another."""
    name = f"port {port}"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # else a port that was just closed counts as taken for a minute
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            found = f"cannot be used ({error.strerror}); stop what listens there, or choose another with {remedy}"
            return Check(name, False, True, found)
    return Check(name, True, True, "is free")
