"""Against python-osc, and the turns against rotation matrices in Unity's axes."""

import math

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle

from voxrig.engine_bridges.vmc import SHAPES, VmcPackets
from voxrig.runtime.core.rig import profile

ARKIT = profile("arkit").names


def decoded(pose, seconds=0.0, shapes="arkit"):
    """[(address, arguments)] of all messages of a frame."""
    return [
        (one.address, one.params)
        for packet in VmcPackets(shapes).encode(pose, seconds)
        for one in OscBundle(bytes(packet))
    ]


def turned(**angles):
    """A pose at rest but for some of ARKit's angles, in degrees."""
    pose = np.zeros(61, np.float32)
    for name, degrees in angles.items():
        pose[ARKIT.index(name)] = math.radians(degrees)
    return pose


def bones(pose):
    found = [params for address, params in decoded(pose) if address == "/VMC/Ext/Bone/Pos"]
    return {name: np.array(rest[3:]) for name, *rest in found}


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
