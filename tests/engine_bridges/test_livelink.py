import uuid

import numpy as np
import pytest

from voxrig.engine_bridges.livelink import LiveLinkPacket, device_id
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate

# Unreal's EARFaceBlendShape, one after the other.
UNREAL = """
EyeBlinkLeft EyeLookDownLeft EyeLookInLeft EyeLookOutLeft EyeLookUpLeft EyeSquintLeft EyeWideLeft EyeBlinkRight
EyeLookDownRight EyeLookInRight EyeLookOutRight EyeLookUpRight EyeSquintRight EyeWideRight JawForward JawLeft JawRight
JawOpen MouthClose MouthFunnel MouthPucker MouthLeft MouthRight MouthSmileLeft MouthSmileRight MouthFrownLeft
MouthFrownRight MouthDimpleLeft MouthDimpleRight MouthStretchLeft MouthStretchRight MouthRollLower MouthRollUpper
MouthShrugLower MouthShrugUpper MouthPressLeft MouthPressRight MouthLowerDownLeft MouthLowerDownRight MouthUpperUpLeft
MouthUpperUpRight BrowDownLeft BrowDownRight BrowInnerUp BrowOuterUpLeft BrowOuterUpRight CheekPuff CheekSquintLeft
CheekSquintRight NoseSneerLeft NoseSneerRight TongueOut HeadYaw HeadPitch HeadRoll LeftEyeYaw LeftEyePitch LeftEyeRoll
RightEyeYaw RightEyePitch RightEyeRoll
""".split()  # noqa: SIM905


def test_the_bytes_of_one_packet():
    pose = np.zeros(61, np.float32)
    pose[0], pose[60] = 1.0, -0.5
    packet = bytes(LiveLinkPacket("Hero", FrameRate(30_000, 1001)).encode(pose, 258, 0.5))
    head = b"\x06" + b"\0\0\0\x24" + device_id("Hero").encode() + b"\0\0\0\x04Hero"
    time = b"\0\0\x01\x02" + b"\x3f\0\0\0" + b"\0\0\x75\x30" + b"\0\0\x03\xe9"
    values = b"\x3f\x80\0\0" + bytes(59 * 4) + b"\xbf\0\0\0"
    assert packet == head + time + b"\x3d" + values


def test_every_value_goes_where_unreal_reads_it(read_livelink):
    names = profile("arkit").names
    pose = np.random.default_rng(1).uniform(-1, 1, 61).astype(np.float32)
    frame = read_livelink(bytes(LiveLinkPacket("Hero", FrameRate(60)).encode(pose, 7)))
    by_name = dict(zip(UNREAL, frame.values, strict=True))
    assert [by_name[name] for name in names] == pose.tolist()
    assert (frame.subject, frame.number, frame.part, frame.rate) == ("Hero", 7, 0.0, (60, 1))


@pytest.mark.parametrize("rate", [FrameRate(24), FrameRate(30_000, 1001), FrameRate(60_000, 1001), FrameRate(240)])
def test_the_rate_is_the_sessions_own_fraction(read_livelink, rate):
    frame = read_livelink(bytes(LiveLinkPacket("x", rate).encode(np.zeros(61, np.float32), 0)))
    assert frame.rate == (rate.numerator, rate.denominator)


def test_the_device_is_the_same_for_a_subject_and_another_for_another(read_livelink):
    assert device_id("Hero") == device_id("Hero") != device_id("Hera")
    assert str(uuid.UUID(device_id("Hero"))).upper() == device_id("Hero")
    pose = np.zeros(61, np.float32)
    frame = read_livelink(bytes(LiveLinkPacket("Zoë 山", FrameRate(60)).encode(pose, 1)))
    assert (frame.subject, frame.device) == ("Zoë 山", device_id("Zoë 山"))


def test_one_packet_after_the_other_from_one_buffer(read_livelink):
    packet = LiveLinkPacket("Hero", FrameRate(60))
    first = read_livelink(bytes(packet.encode(np.full(61, 0.25, np.float32), 1)))
    second = read_livelink(bytes(packet.encode(np.full(61, 0.75, np.float32), 2)))
    assert (first.number, first.values.max(), second.number, second.values.min()) == (1, 0.25, 2, 0.75)
    assert packet.encode(np.zeros(61, np.float32), 3) is packet.encode(np.zeros(61, np.float32), 4)


def test_a_session_of_years_starts_its_numbers_again(read_livelink):
    packet = LiveLinkPacket("Hero", FrameRate(60))
    numbers = [read_livelink(bytes(packet.encode(np.zeros(61, np.float32), n))).number for n in (2**31 - 1, 2**31)]
    assert numbers == [2**31 - 1, 0]
