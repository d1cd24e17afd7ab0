"""What NVIDIA's own client asks for in a header and by keyframes, and what it read."""

import numpy as np
import pytest

from a2f_client.clips import RATE, clip, pcm
from voxrig.runtime.core.arkit import ARKIT_SHAPES

EMOTIONS = {"amazement", "anger", "cheekiness", "disgust", "fear", "grief", "joy", "outofbreath", "pain", "sadness"}


async def test_keyframes(play, server, speech):
    data = pcm(speech(4.0, RATE))
    quick = {
        "emotionParams": {"liveTransitionTime": 0.2},
        "emotionPostProcessingParams": {"preferredEmotionStrength": 1},
    }
    late = clip(data, **quick)
    late["steps"][1]["emotions"] = [[2.0, {"joy": 0.0}], [1.5, {"joy": 1.0, "sadness": 0.0}]]
    begun = clip(data, emotionParams={"beginningEmotion": {"anger": 1}}, emotionPostProcessingParams={})
    told, added, beginning, plain = await play(
        server, clip(data, emotions=[[1.5, {"joy": 1.0}], [2.0, {}]], **quick), late, begun, clip(data)
    )
    for played in (told, added, beginning, plain):
        played.assert_whole()
        for frame in played.frames:
            [[at, shown]] = frame["shown"]
            assert at == frame["at"]
            assert shown.keys() == EMOTIONS
            assert frame["detected"] == []  # NVIDIA's sample clients fail on it
            assert frame["type"] == "type.googleapis.com/nvidia_ace.emotion_aggregate.v1.EmotionAggregate"
    assert np.array_equal(told.weights, added.weights)  # keyframes may come with later audio, and in any order
    joy = [frame["shown"][0][1]["joy"] for frame in told.frames]
    assert max(joy[:46]) < 0.01
    assert joy[54] == pytest.approx(0.6, abs=0.02)  # strength 0.6, all of it for what is given
    assert max(joy[75:]) < 0.15  # a little lingers
    assert [told.frames[k]["asked"] for k in (0, 44)] == [[], []]
    assert [told.frames[k]["asked"][0][0] for k in (45, 59, 60)] == [1.5, 1.5, 2.0]
    assert told.frames[50]["asked"][0][1] == {name: float(name == "joy") for name in EMOTIONS}
    assert np.array_equal(told.weights[:44], added.weights[:44])
    smile = told.shape("MouthSmileLeft") - plain.shape("MouthSmileLeft")
    assert smile[50:58].mean() > 0.05 > abs(smile[:40]).max()
    anger = [frame["shown"][0][1]["anger"] for frame in beginning.frames]
    assert anger[4] == pytest.approx(0.3, abs=0.02)  # half of 0.6: the other half is for what is heard
    brows = beginning.shape("BrowDownLeft") - plain.shape("BrowDownLeft")
    assert brows[4:40].mean() > 0.1


async def test_blend_shape_and_face_parameters(play, server, speech):
    data = pcm(speech(1.0, RATE))
    scaled = {
        "bsWeightMultipliers": {"JawOpen": 3, "MouthFunnel": 0, "TongueTipUp": 1},
        "bsWeightOffsets": {"MouthLeft": -0.25, "CheekPuff": 0.5},
    }
    clamped = {**scaled, "enableClampingBsWeight": True}
    plain, free, cut, still, open_lids = await play(
        server,
        clip(data),
        clip(data, blendshapeParams=scaled),
        clip(data, blendshapeParams=clamped),
        clip(data, faceParams={"floatParams": {"lowerFaceStrength": 0, "tongueStrength": 0, "faceMaskLevel": 0.6}}),
        clip(data, faceParams={"floatParams": {"eyelidOpenOffset": -1, "lowerFaceSmoothing": 0.1, "unheard": 1}}),
    )
    for played in (plain, free, cut, still, open_lids):
        played.assert_whole()
    np.testing.assert_allclose(free.shape("JawOpen"), 3 * plain.shape("JawOpen"), rtol=1e-6)
    np.testing.assert_allclose(free.shape("MouthLeft"), plain.shape("MouthLeft") - 0.25, atol=1e-6)
    np.testing.assert_allclose(free.shape("CheekPuff"), plain.shape("CheekPuff") + 0.5, atol=1e-6)
    assert not free.shape("MouthFunnel").any()
    np.testing.assert_allclose(cut.weights, np.clip(free.weights, 0, 1))
    assert free.weights.min() < 0
    assert free.weights.max() > 1
    assert free.status["message"] == "30 frames; unknown blend shapes: TongueTipUp"
    assert plain.shape("JawOpen").max() > 0.1
    assert still.shape("JawOpen").max() < 1e-6
    assert still.status["message"] == "30 frames"
    assert open_lids.shape("EyeBlinkLeft").min() == 1
    assert open_lids.status["message"] == "30 frames; unknown face parameters had no effect: unheard"
    assert np.ptp(np.diff(open_lids.shape("JawOpen"))) < 0.5 * np.ptp(np.diff(plain.shape("JawOpen")))


async def test_life_in_channels_that_a_stock_client_reads(play, serve, speech):
    data = pcm(np.concatenate([speech(2.0, RATE), np.zeros(4 * RATE, np.float32)]))
    looks = [index for index, name in enumerate(ARKIT_SHAPES) if name.startswith("EyeLook")]
    names, moved, blinks = [], [], []
    for life in ("off", "on", "head"):
        async with serve(a2f_life=life) as server:
            [played] = await play(server, clip(data))
        played.assert_whole()
        names.append(played.header["names"])
        moved.append(np.ptp(played.weights[:, looks]))
        blinks.append(played.shape("EyeBlinkRight").max())
    assert names[0] == names[1] == list(ARKIT_SHAPES)
    assert names[2] == [*ARKIT_SHAPES, "HeadYaw", "HeadPitch", "HeadRoll"]
    assert moved[0] == 0
    assert min(moved[1:]) > 0.01
    assert blinks[0] == 0
    assert min(blinks[1:]) > 0.5
    assert np.ptp(played.weights[:, 52:]) > 0.005
