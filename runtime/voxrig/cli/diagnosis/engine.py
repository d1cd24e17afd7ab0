"""The models, what runs them, and a short clip through it all."""

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from voxrig.cli.diagnosis.finding import Finding, absent, broken, good, one_line

# The engine is imported inside the functions: it may be what is broken, and `voxrig --help` is quick without it.
if TYPE_CHECKING:
    from voxrig.runtime.models.bundle import Bundle
    from voxrig.runtime.models.signature import Trust

_INSTALL = "pip install --force-reinstall voxrig"


def check_engine(keys: Sequence[str] = ()) -> Iterator[Finding]:
    """Verify each shipped bundle, run a real step on each provider, and a short clip through it all.

    `keys`: public ones, of which one must have signed each bundle; see `models.signature`.
    """
    try:
        from voxrig.runtime.models import bundle
        from voxrig.runtime.models.signature import SignatureError, Trust
    except Exception as error:  # a broken wheel can raise anything
        why = "nothing runs without it"
        yield broken("engine", f"cannot be loaded: {type(error).__name__}: {one_line(error)}", why, _INSTALL)
        return
    trust = Trust()
    try:
        trust = Trust(keys)
    except SignatureError as error:
        yield broken("bundle keys", one_line(error), "a server with these keys does not start", "see the line above")
    sound: list[Bundle] = []
    for name in bundle.shipped():
        finding, loaded = _model(name, "face", trust)
        yield finding
        sound += [loaded] if loaded is not None else []
    if bundle.DEFAULT not in bundle.shipped():
        yield broken(f"model {bundle.DEFAULT}", "is missing", "a server has no default model", _INSTALL)
    yield from _check_companions(trust)
    if sound:
        yield from _check_providers(sound[0])
        yield from _check_gpu(sound[0])
        yield _check_clip(sound[0])


def _model(name: str, role: str, trust: "Trust") -> "tuple[Finding, Bundle | None]":
    """Read one shipped bundle."""
    from voxrig.runtime.models import bundle
    from voxrig.runtime.models.signature import SignatureError

    title = f"model {name}"
    try:
        loaded = bundle.load(name, role)
    except ValueError as error:
        return broken(title, one_line(error), "what needs this model does not run", _INSTALL), None
    try:
        trust.check(loaded)
    except SignatureError as error:
        remedy = f"voxrig export sign {name} --key FILE.key, or fetch one that is signed"
        return broken(title, one_line(error), "a server with bundle_keys refuses it", remedy), None
    does = {"emotion": "hears emotion", "body": "moves bodies"}.get(
        role, f"looks ahead {float(loaded.spec.look_ahead * 1000):g} ms"
    )
    signed = "signed" if loaded.signatures else "unsigned"
    detail = f"{loaded.spec.version}, {does}, checksum right ({loaded.spec.sha256[:12]}), {signed}"
    return good(title, detail, needed=role == "face"), loaded


def _check_companions(trust: "Trust") -> Iterator[Finding]:
    """Load the networks that hear emotion and move bodies; without them all else works."""
    from voxrig.runtime.models import bundle
    from voxrig.runtime.models.listener import LISTENER
    from voxrig.runtime.models.mover import MOVER

    for name, role, without in (
        (LISTENER, "emotion", "no emotion is heard in voices"),
        (MOVER, "body", "bodies only do what they are told"),
    ):
        if name in bundle.shipped(role):
            yield _model(name, role, trust)[0]
        else:
            yield absent(f"model {name}", "is missing", without, _INSTALL)


def _check_providers(loaded: "Bundle") -> Iterator[Finding]:
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
        title = f"provider {provider}"
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
            detail = f"does not run the model: {one_line(error, 120)}"
            if needed:
                again = "pip install --force-reinstall onnxruntime"
                yield broken(title, detail, "no model runs without it", again)
            else:
                yield absent(title, detail, "models run on the CPU", "none is needed: the CPU is the default")
        else:
            yield good(title, f"one step in {elapsed * 1e6:.0f} us", needed)


def _check_gpu(loaded: "Bundle") -> Iterator[Finding]:
    """Find a GPU, and open the network on TensorRT, with an engine that may be built for it; compare with the CPU's."""
    from voxrig.runtime.models.backend import BackendError, open_model
    from voxrig.runtime.models.gpu import REMEDY, GpuError, find_gpu

    without = "models run on the CPU, which is the default"
    try:
        gpu = find_gpu()
    except GpuError as error:
        yield absent("NVIDIA GPU", one_line(error), without, "none is needed")
        return
    except Exception as error:  # a driver that doesn't fit its library may do anything
        yield absent("NVIDIA GPU", f"{type(error).__name__}: {one_line(error)}", without, "update NVIDIA's driver")
        return
    driver = f"CUDA {gpu.driver // 1000}.{gpu.driver % 1000 // 10}"
    yield good("NVIDIA GPU", f"{gpu.name}, {gpu.target}, its driver runs {driver}", needed=False)
    begun = time.perf_counter()
    try:
        open_model(loaded, "tensorrt")
    except BackendError as error:
        yield absent("backend tensorrt", one_line(error), without, f"{REMEDY}; then voxrig export tensorrt --all")
    else:
        detail = f"agrees with the CPU, open in {time.perf_counter() - begun:.1f} s"
        yield good("backend tensorrt", detail, needed=False)


def _check_clip(loaded: "Bundle") -> Finding:
    """Bake a tenth of a second of silence: resampler, features, network, the layers of life and rig."""
    why = "sound goes in and no frames come out"
    try:
        import numpy as np

        from voxrig.runtime.animation.character import Character
        from voxrig.runtime.animation.pipeline import Pipeline
        from voxrig.runtime.animation.running import run
        from voxrig.runtime.core.rig import profile
        from voxrig.runtime.core.timing import FrameRate
        from voxrig.runtime.models.batching import BatchRunner
        from voxrig.runtime.models.onnx import OnnxModel

        pipeline = Pipeline(loaded.spec, profile("metahuman"), FrameRate(60), 16_000, character=Character())
        state = pipeline.end(pipeline.push(pipeline.start(), np.zeros(1_600, np.float32)))
        _, frames = run(pipeline, BatchRunner(OnnxModel(loaded)), state)
    except Exception as error:  # whatever it is, it is the finding
        return broken("a short clip", f"{type(error).__name__}: {one_line(error)}", why, _INSTALL)
    if len(frames) != 6:
        return broken("a short clip", f"{len(frames)} frames of 6", why, _INSTALL)
    return good("a short clip", "6 frames of 6")


def check_voices() -> Iterator[Finding]:
    """Look for the programs that can speak lines which nobody has recorded."""
    try:
        from voxrig.baking.scratch_voice import ENGINES, find_program
    except Exception:  # the engine is broken, and has been told of
        return
    for name in ENGINES:
        found = find_program(name)
        if found is None:
            yield absent(name, "is not installed", "it would speak for bake --scratch-voice", ENGINES[name])
        else:
            yield good(name, f"{found}, for bake --scratch-voice", needed=False)
    yield good("microphone", "is not needed: engines and clients send the sound", needed=False)
