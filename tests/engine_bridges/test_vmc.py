"""Against python-osc, and the turns against rotation matrices in Unity's axes."""

import math

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle

from voxrig.engine_bridges.vmc import SHAPES, VmcPackets
from voxrig.runtime.core.arkit import angles_to_bones
from voxrig.runtime.core.body.bones import BODY_BONES, bones_of
from voxrig.runtime.core.body.kinematics import places, world_turns
from voxrig.runtime.core.body.posture import HIGH, LOW
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.skeleton import PLACES, SKELETON, UNITY_NAMES

ARKIT = profile("arkit").names


def decoded(pose, seconds=0.0, shapes="arkit", body=()):
    """[(address, arguments)] of all messages of a frame."""
    return [
        (one.address, one.params)
        for packet in VmcPackets(shapes, body).encode(pose, seconds)
        for one in OscBundle(bytes(packet))
    ]


def turned(**angles):
    """A pose at rest but for some of ARKit's angles, in degrees."""
    pose = np.zeros(61, np.float32)
    for name, degrees in angles.items():
        pose[ARKIT.index(name)] = math.radians(degrees)
    return pose


def bones(pose, body=()):
    found = [params for address, params in decoded(pose, body=body) if address == "/VMC/Ext/Bone/Pos"]
    return {name: np.array(rest[3:]) for name, *rest in found}


def embodied(body=BODY_BONES, seed=0, **angles):
    """A pose with some of a body's bones, anywhere in their range, and the whole skeleton's turns."""
    posture = LOW + (HIGH - LOW) * np.random.default_rng(seed).random(len(LOW))
    turns = solve(posture[None])[0]
    pose = turned(**angles)
    head, left, right = angles_to_bones(pose[52:])
    chosen = [BODY_BONES.index(bone) for bone in body]
    whole = np.tile(np.array([0.0, 0, 0, 1], np.float32), (len(SKELETON), 1))
    whole[[PLACES[bone] for bone in body]] = turns[chosen]
    whole[[PLACES["head"], PLACES["eye_l"], PLACES["eye_r"]]] = head, left, right
    return np.concatenate((pose, turns[chosen].reshape(-1))), whole


def rotated(quaternion, vector):
    """Turn a vector by x, y, z, w; the formula is the same in left-handed and right-handed axes."""
    axis, w = quaternion[:3], quaternion[3]
    return vector + 2 * np.cross(axis, np.cross(axis, vector) + w * vector)


def product(p, q):
    (px, py, pz, pw), (qx, qy, qz, qw) = p, q
    vector = pw * np.array(q[:3]) + qw * np.array(p[:3]) + np.cross(p[:3], q[:3])
    return np.array([*vector, pw * qw - px * qx - py * qy - pz * qz])


FORWARD, UP, RIGHT = np.array([0.0, 0, 1]), np.array([0.0, 1, 0]), np.array([1.0, 0, 0])


def test_a_frame_has_everything_in_the_order_of_the_protocol():
    pose = np.linspace(0.0, 0.6, 61).astype(np.float32)
    messages = decoded(pose, 12.5)
    assert messages[0] == ("/VMC/Ext/OK", [1])
    assert messages[1] == ("/VMC/Ext/T", [12.5])
    assert messages[2] == ("/VMC/Ext/Root/Pos", ["root", 0, 0, 0, 0, 0, 0, 1])
    assert [(address, params[0]) for address, params in messages[3:7]] == [
        ("/VMC/Ext/Bone/Pos", name) for name in ("Neck", "Head", "LeftEye", "RightEye")
    ]
    assert messages[-1] == ("/VMC/Ext/Blend/Apply", [])
    values = messages[7:-1]
    assert {address for address, _ in values} == {"/VMC/Ext/Blend/Val"}
    assert [params[0] for _, params in values] == list(ARKIT[:52])
    assert [np.float32(params[1]) for _, params in values] == pose[:52].tolist()


@pytest.mark.parametrize("shapes", SHAPES)
def test_packets_fit_the_network(shapes):
    packets = VmcPackets(shapes).encode(np.zeros(61, np.float32), 0.0)
    assert max(map(len, packets)) <= 1400
    assert len(packets) <= 3


def test_a_head_at_rest_is_unturned():
    for quaternion in bones(np.zeros(61, np.float32)).values():
        assert quaternion.tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("angles", "forward", "up"),
    [
        ({"HeadYaw": 90}, -RIGHT, UP),  # to its left
        ({"HeadPitch": 60}, -math.sin(math.pi / 3) * UP + 0.5 * FORWARD, None),  # down
        ({"HeadRoll": 90}, FORWARD, RIGHT),  # the crown to its right shoulder
    ],
)
def test_the_head_turns_to_where_unity_expects_it(angles, forward, up):
    found = bones(turned(**angles))
    whole = product(found["Neck"], found["Head"])
    np.testing.assert_allclose(rotated(whole, FORWARD), forward, atol=1e-6)
    if up is not None:
        np.testing.assert_allclose(rotated(whole, UP), up, atol=1e-6)


def test_the_neck_takes_a_third_of_it():
    found = bones(turned(HeadYaw=30))
    halves = {name: math.degrees(2 * math.asin(-found[name][1])) for name in ("Neck", "Head")}
    assert halves == {"Neck": pytest.approx(10, abs=1e-4), "Head": pytest.approx(20, abs=1e-4)}


def test_eyes_look_each_for_itself():
    found = bones(turned(LeftEyeYaw=20, RightEyeYaw=10, LeftEyePitch=-15, HeadRoll=5))
    left, right = (rotated(found[name], FORWARD) for name in ("LeftEye", "RightEye"))
    assert left[0] == pytest.approx(-math.sin(math.radians(20)) * math.cos(math.radians(15)), abs=1e-6)
    assert left[1] == pytest.approx(math.sin(math.radians(15)), abs=1e-6)  # up
    np.testing.assert_allclose(right, [-math.sin(math.radians(10)), 0, math.cos(math.radians(10))], atol=1e-6)


def test_every_turn_is_a_unit_quaternion():
    rng = np.random.default_rng(2)
    for _ in range(20):
        pose = rng.uniform(-1.2, 1.2, 61).astype(np.float32)
        found = bones(pose)
        assert [np.linalg.norm(one) for one in found.values()] == pytest.approx([1] * 4, abs=1e-6)


def humanoid(pose, body):
    """Where Unity's bones are and how they point, by the messages alone: {name: (place, FORWARD and UP turned)}."""
    told = {
        params[0]: (np.array(params[1:4]), np.array(params[4:]))
        for address, params in decoded(pose, body=body)
        if address == "/VMC/Ext/Bone/Pos"
    }
    above = {}
    for joint in SKELETON:
        at = joint.parent
        while at >= 0 and SKELETON[at].name not in UNITY_NAMES:
            at = SKELETON[at].parent
        above[UNITY_NAMES.get(joint.name)] = UNITY_NAMES[SKELETON[at].name] if at >= 0 else None

    def whole(name):
        place, turn = told[name]
        if above[name] is None:
            return place, turn
        from_there, by = whole(above[name])
        return from_there + rotated(by, place), product(by, turn)

    return {name: (place, rotated(turn, FORWARD), rotated(turn, UP)) for name in told for place, turn in [whole(name)]}


@pytest.mark.parametrize("seed", range(3))
def test_a_body_stands_in_unity_as_it_does_here(seed):
    pose, whole = embodied(seed=seed, HeadYaw=25, LeftEyeYaw=10, RightEyeYaw=12)
    found = humanoid(pose, BODY_BONES)
    assert found.keys() == set(UNITY_NAMES.values())
    at, turns = places(whole[None])[0], world_turns(whole[None])[0]
    carried = {"Spine", "Chest", "Neck"}  # what Unity's Humanoid has no bones for is theirs too
    for joint, name in UNITY_NAMES.items():
        place, forward, up = found[name]
        assert np.abs(place * [-1, 1, 1] - at[PLACES[joint]]).max() < 0.0025
        if name not in carried:
            np.testing.assert_allclose(forward * [-1, 1, 1], turns[PLACES[joint]][:, 2], atol=1e-5)
            np.testing.assert_allclose(up * [-1, 1, 1], turns[PLACES[joint]][:, 1], atol=1e-5)


def test_packets_of_a_body_fit_the_network():
    pose, _ = embodied()
    packets = VmcPackets("arkit", BODY_BONES).encode(pose, 0.0)
    assert max(map(len, packets)) <= 1400
    assert len(packets) <= 6


@pytest.mark.parametrize("parts", [("arms", "fingers"), ("torso",), ("legs",)])
def test_parts_of_a_body_and_a_neck_all_the_same(parts):
    body = bones_of(parts)
    pose, _ = embodied(body, HeadYaw=30)
    found = bones(pose, body)
    sent = {UNITY_NAMES[bone] for bone in body if bone in UNITY_NAMES}
    assert found.keys() == {*sent, "Neck", "Head", "LeftEye", "RightEye"}
    if "torso" not in parts:
        face = bones(turned(HeadYaw=30))
        assert all(np.array_equal(found[name], face[name]) for name in face)
        first = pose[61:65].astype(float) * [1, -1, -1, 1]
        np.testing.assert_allclose(found[UNITY_NAMES[body[0]]], first, atol=1e-7)


def test_the_next_frame_has_nothing_of_the_one_before():
    packets = VmcPackets("arkit", BODY_BONES)
    packets.encode(embodied(seed=1)[0], 0.0)
    pose, _ = embodied(seed=2)
    again = [bytes(packet) for packet in packets.encode(pose, 1.0)]
    assert again == [bytes(packet) for packet in VmcPackets("arkit", BODY_BONES).encode(pose, 1.0)]


def test_presets_in_both_versions_of_vrm():
    pose = np.zeros(61, np.float32)
    pose[ARKIT.index("JawOpen")] = 0.5
    pose[ARKIT.index("EyeBlinkLeft")] = 0.8
    for shapes, wide, left in (("vrm", "aa", "blinkLeft"), ("vrm0", "A", "Blink_L")):
        messages = decoded(pose, shapes=shapes)
        values = dict(params for address, params in messages if address == "/VMC/Ext/Blend/Val")
        assert tuple(values) == SHAPES[shapes]
        assert (values[wide], values[left]) == (1.0, pytest.approx(0.8))
        assert sum(values.values()) == pytest.approx(1.8)


def test_unknown_shapes_are_refused():
    with pytest.raises(ValueError, match="no blend shapes 'vrm2' for VMC; use one of: arkit, vrm, vrm0"):
        VmcPackets("vrm2")
