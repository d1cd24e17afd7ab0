"""Nothing is compiled, and no compiled code is loaded, while a client waits: asked of a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from voxrig.runtime.models.bundle import Bundle

SESSIONS = """
import gc, sys
from itertools import product
import numpy as np
from numba.core.dispatcher import Dispatcher
from voxrig.runtime.models.asking import alone
from voxrig.runtime.serving.session import Session
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

CUES = (
    ("style", {"jaw": 1.2}), ("emotion", {"joy": 0.8, "brows.anger": 0.4}), ("gaze", {"x": 0.2, "y": 0.1, "z": 1.0}),
    ("place", {"x": 0.0, "y": 1.6, "z": 0.0}), ("blink", {"force": 1.0}), ("activity", {"reading": 1.0}),
    ("head", {"nod": 1.0}), ("gesture", {"beat": 1.0}), ("point", {"x": 0.5, "y": 0.2, "z": 1.5, "right": 1.0}),
    ("hands", {"closed": 1.0}), ("body", {"energy": 0.8}), ("event", {"praise": 1.0}),
)

def loaded():
    dispatchers = [thing for thing in gc.get_objects() if isinstance(thing, Dispatcher)]
    return {f"{d.py_func.__module__}.{d.py_func.__qualname__}{key}" for d in dispatchers for key in d.overloads}

def answers(session, **message):
    return session.receive(pb.ClientMessage(session=1, **message))

def run(session, most):
    session.hear()
    while session.pending:
        row = session.row(most)
        [(controls, state)] = row.runner.steps([row.features], [row.state])
        alone(session.advancing(controls, state))
        session.hear()

def perform(stage, rig, rate, fps, encoding, options, tell):
    session = Session(1, stage)
    opening = pb.OpenSession(
        rig=rig, frame_rate=pb.FrameRate(numerator=fps, denominator=1), seed=3, options=options | tell,
        audio=pb.AudioFormat(encoding=encoding, sample_rate=rate, channels=2),
    )
    [opened] = answers(session, open=opening)
    assert opened.HasField("opened"), opened
    size = {pb.AudioFormat.S16LE: 2, pb.AudioFormat.F32LE: 4}[encoding]
    noise = np.random.default_rng(5).uniform(-0.3, 0.3, (rate, 2))
    sound = (noise * 32767).astype("<i2") if size == 2 else noise.astype("<f4")
    taken = 0
    for name, values in CUES:
        taken += not answers(session, cue=pb.Cue(name=name, media_sample=rate // 8, values=values))
    for number, first in enumerate(range(0, rate, rate // 10)):
        chunk = pb.AudioChunk(first_sample=first, samples=sound[first : first + rate // 10].tobytes())
        assert not answers(session, audio=chunk)
        run(session, 1 + number % 6)
    [event, *_] = answers(session, interrupt=pb.Interrupt(at_sample=rate // 2))
    assert event.event.kind == pb.Event.INTERRUPTED
    again = pb.AudioChunk(first_sample=event.event.next_sample, samples=sound[: rate // 10].tobytes())
    assert not answers(session, audio=again)
    run(session, 6)
    answers(session, close=pb.CloseSession())
    run(session, 6)
    return taken

stage = Stage(Settings(models=tuple(sys.argv[1:])))
stage.warm_up()
before = loaded()
encodings = (pb.AudioFormat.S16LE, pb.AudioFormat.F32LE)
lives = ({}, {"style": "theatrical", "effort": "0.8"}, {"emotion": "off", "gaze": "off"}, {"body": "on"})
taken = 0
for rig, rate, fps, encoding in product(("arkit", "metahuman"), (24000, 44100), (50, 60), encodings):
    for options in lives:
        taken += perform(stage, rig, rate, fps, encoding, options, {"tell": "visemes,emotion"})
print(len(before), taken, *sorted(loaded() - before), sep="\\n")
"""


def test_sessions_of_every_kind_find_all_compiled_code_loaded(tiny_bundle: Bundle, tiny_fast_bundle: Bundle) -> None:
    command = [sys.executable, "-c", SESSIONS, str(tiny_bundle.path), str(tiny_fast_bundle.path)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, cwd=Path(__file__).parent)
    assert done.returncode == 0, done.stderr
    compiled, cues, *after = done.stdout.splitlines()
    assert int(compiled) > 20
    assert int(cues) > 200, "the cues were refused or ignored"
    assert after == []
