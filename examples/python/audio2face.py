"""A client of NVIDIA's Audio2Face-3D API, spoken to by Voxrig: what the ACE plugin and Maya ACE do.

    python examples/python/audio2face.py samples/healer.wav --target 127.0.0.1:52000

The messages here are Voxrig's own bindings of that API. With NVIDIA's package (nvidia-audio2face-3d) names of modules
and messages differ, and nothing else.
"""

import argparse
import wave
from collections.abc import Iterator

import grpc

from voxrig.ace import a2f_controller_pb2_grpc, a2f_pb2, audio_pb2, controller_pb2, emotion_with_timecode_pb2


def requests(samples: bytes, rate: int, emotions: dict[str, float]) -> Iterator[controller_pb2.AudioStream]:
    """Yield a header, the sound in parts of a second with the emotions on the first, and the end."""
    form = audio_pb2.AudioHeader(channel_count=1, samples_per_second=rate, bits_per_sample=16)
    yield controller_pb2.AudioStream(audio_stream_header=controller_pb2.AudioStreamHeader(audio_header=form))
    keyframe = emotion_with_timecode_pb2.EmotionWithTimeCode(time_code=0.0, emotion=emotions)
    for first in range(0, len(samples), 2 * rate):
        part = a2f_pb2.AudioWithEmotion(
            audio_buffer=samples[first : first + 2 * rate], emotions=[keyframe] if first == 0 else []
        )
        yield controller_pb2.AudioStream(audio_with_emotion=part)
    yield controller_pb2.AudioStream(end_of_audio=controller_pb2.AudioStream.EndOfAudio())


def main() -> None:
    """Send a clip; print when the mouth is widest open."""
    parser = argparse.ArgumentParser(description="Send a WAV as an Audio2Face-3D client does.")
    parser.add_argument("wav")
    parser.add_argument("--target", default="127.0.0.1:52000")
    given = parser.parse_args()
    with wave.open(given.wav) as file:
        rate, samples = file.getframerate(), file.readframes(file.getnframes())
    names: list[str] = []
    jaws: list[tuple[float, float]] = []
    with grpc.insecure_channel(given.target) as channel:
        stub = a2f_controller_pb2_grpc.A2FControllerServiceStub(channel)
        for answer in stub.ProcessAudioStream(requests(samples, rate, {"joy": 0.8})):
            match answer.WhichOneof("stream_part"):
                case "animation_data_stream_header":
                    names = list(answer.animation_data_stream_header.skel_animation_header.blend_shapes)
                case "animation_data":
                    [weights] = answer.animation_data.skel_animation.blend_shape_weights
                    jaws.append((weights.values[names.index("JawOpen")], weights.time_code))
                case "status":
                    print(f"status {answer.status.code}: {answer.status.message or 'all is well'}")
    widest, at = max(jaws)
    print(f"{len(jaws)} frames of {len(names)} shapes; JawOpen is {widest:.2f} at {at:.2f} s")


if __name__ == "__main__":
    main()
