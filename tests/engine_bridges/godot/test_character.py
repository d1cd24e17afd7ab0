"""A character node in a running Godot: 52 blend shapes and a head bone, 60 times a second, against the real server."""

import numpy as np
import pytest

from voxrig.engine_bridges.blocking import connect
from voxrig.engine_bridges.playout import PlayoutBuffer
from voxrig.runtime.core.rotation import angles_to_quaternion
from voxrig.v1 import performance_pb2 as pb

from .conftest import SEED

TAIL = 6000  # samples: timeline.gd's 0.25 s
REST = np.array([0.0, 0.0, np.sqrt(0.5), np.sqrt(0.5)])  # of drive.gd's head bone


def product(p, q):
    """Quaternions x, y, z, w."""
    x, y, z, w = p
    a, b, c, d = q
    turned = [w * a + x * d + y * c - z * b, w * b - x * c + y * d + z * a, w * c + x * b - y * a + z * d]
    return np.array([*turned, w * d - x * a - y * b - z * c])


@pytest.fixture(scope="module")
def reference(serving, clip):
    """What the Python client gets for the same audio and seed, in a playout buffer, and the names."""
    _, samples, rate = clip
    with connect(serving.target) as connection:
        session = connection.open("arkit", rate, seed=SEED, encoding=pb.AudioFormat.S16LE)
        session.send(samples)
        session.end_utterance(TAIL)
        session.close()
        frames = list(session)
    return list(session.controls), frames


@pytest.mark.parametrize("way", ["speak", "push"])
def test_speaking_applies_the_frames_of_the_audible_sample(drive, reference, clip, way):
    controls, frames = reference
    told = drive(way)
    assert told["counts"]["pushed"] == len(frames), "all frames came, and none twice"
    assert [event for event in told["events"] if event[0] == "error"] == []
    assert [event[0] for event in told["events"] if event[0] in ("started", "finished")] == ["started", "finished"]
    assert told["missing"] == controls[52:], "of 61 controls the 52 shapes are on the mesh"
    heard = [picture for picture in told["shown"] if picture[3]]
    media = np.array([picture[0] for picture in heard])
    assert (np.diff(media) > -0.08 * clip[2]).all(), "the clock doesn't go back but for its corrections"
    assert media[-1] >= len(clip[1]) - 0.1 * clip[2], "to the end of the clip"
    in_time = [picture for picture in heard if picture[4]]
    assert len(in_time) > 0.5 * len(heard)
    buffer = PlayoutBuffer(61, 0, clip[2])
    buffer.push(frames)
    far = 0.0
    for at, values, turn, _, _ in in_time:
        wanted = buffer.sample(at)
        far = max(far, np.abs(np.array(values) - wanted[:52]).max())
        head = angles_to_quaternion(wanted[52:55])
        pose = product(product(REST * [-1, -1, -1, 1], head), REST)
        far = max(far, 1.0 - abs(pose @ turn))
    assert far < 1e-6
    print(f"\n{way}: {len(heard)} pictures of {len(clip[1]) / clip[2]:.2f} s, {len(in_time)} in time, off by {far:.1e}")


def test_a_body_moves_in_step_with_the_face(drive, serving, clip):
    """On a skeleton that has nothing but an upper arm: it takes what all bones above it do."""
    _, samples, rate = clip
    with connect(serving.target) as connection:
        options = {"body": "on"}
        session = connection.open("arkit", rate, seed=SEED, encoding=pb.AudioFormat.S16LE, options=options)
        session.send(samples)
        session.end_utterance(TAIL)
        session.close()
        bones, buffer = list(session.bones), PlayoutBuffer(61, len(session.bones), rate, eased=0)
        buffer.push(session)
    told = drive("body")
    assert [event for event in told["events"] if event[0] == "error"] == []
    heard = [picture for picture in told["shown"] if picture[3] and picture[4]]
    assert len(heard) > 30
    above = ["pelvis", *(f"spine_0{number}" for number in range(1, 6)), "clavicle_l", "upperarm_l"]
    for at, _, _, _, _, arm in heard:
        turns = buffer.sample(at)[61:].reshape(-1, 4).astype(float)
        wanted = turns[bones.index(above[0])]
        for bone in above[1:]:
            wanted = product(wanted, turns[bones.index(bone)])
        assert abs(wanted @ arm) > 1 - 1e-6


def test_it_lives_feels_looks_and_stops(drive, clip):
    told = drive("live")
    events = {event[1]: event for event in told["events"] if event[0] == "event"}
    assert "gesture" in events["CUE_IGNORED"][3], "an honest answer to what no layer does"
    rate = clip[2]
    (cut,) = [event[1] for event in told["events"] if event[0] == "interrupt"]
    (started,) = [event[1] for event in told["events"] if event[0] == "started"]
    assert cut > started
    assert [event for event in told["events"] if event[0] in ("error", "finished")] == []

    def mean(name, first, last):
        rows = [picture[1][told["names"].index(name)] for picture in told["shown"] if first <= picture[0] < last]
        return np.mean(rows)

    assert mean("mouthSmileLeft", 1.2 * rate, 1.5 * rate) > mean("mouthSmileLeft", 0.0, 0.5 * rate) + 0.2
    turned = [picture[2] for picture in told["shown"] if 1.2 * rate <= picture[0] < 1.5 * rate]
    assert len(turned) > 0
    assert mean("eyeLookOutLeft", 1.2 * rate, 1.5 * rate) > 0.1, "to its own left"
    assert mean("jawOpen", started, cut) > 0.05
    assert mean("jawOpen", cut + 0.3 * rate, np.inf) < 0.01
    assert told["shown"][-1][0] > cut + rate, "life goes on after an interruption"
    # A viseme is told when it is on the screen, and after a cut none of those that became void.
    visemes = [event for event in told["events"] if event[0] == "viseme"]
    assert len(visemes) >= 3
    assert all(started <= event[1] <= cut + 0.2 * rate for event in visemes)
