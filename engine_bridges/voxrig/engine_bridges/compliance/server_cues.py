"""Rules of `cue`, and of the events that are only told where they were asked for."""

from collections.abc import Mapping
from typing import Any

from voxrig.engine_bridges.compliance.rule import require
from voxrig.engine_bridges.compliance.sound import voice
from voxrig.engine_bridges.compliance.talk import RATE, Talk, Target, same
from voxrig.engine_bridges.wire import Frame, decode
from voxrig.v1 import performance_pb2 as pb

_INVALID = 3
_VISEMES = {"sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou"}


def a_cue_acts_at_its_time(server: Target) -> None:
    """A cue acts at its media_sample and has no answer; the frames are the same whenever it came before that, and
    however audio was cut.
    """
    plain, _ = _performed(server)
    at_first, events = _performed(server, (0, "blink", 8_000, {"force": 1.0}))
    require([event.kind for event in events] == _ENDS, "a cue in time was answered by an event")
    later, _ = _performed(server, (4_000, "blink", 8_000, {"force": 1.0}))
    require(not (text := same(at_first, later)), f"the same cue, sent later: {text}")
    require(same(at_first, plain), "the cue changed nothing")
    first = next(a.index for a, b in zip(at_first, plain, strict=True) if a.values.tobytes() != b.values.tobytes())
    require(27 <= first <= 36, f"a blink at sample 8000, frame 30, shows first at frame {first}")


def an_unknown_cue_is_ignored(server: Target) -> None:
    """A well-formed cue of any other name is answered with CUE_IGNORED and why."""
    plain, _ = _performed(server)
    frames, events = _performed(server, (0, "no such cue", 5_000, {"strange": -7.0}))
    event = events[0]
    require(event.kind == pb.Event.CUE_IGNORED, f"it was answered by {pb.Event.Kind.Name(event.kind)}")
    require(event.media_sample == 5_000, f"media_sample is {event.media_sample}, not the cue's 5000")
    require(event.message, "the event does not say why")
    require(not (text := same(plain, frames)), f"the ignored cue had an effect: {text}")


def a_cue_for_a_layer_that_is_off_is_ignored(server: Target) -> None:
    """A cue for a layer that is off in this session is answered with CUE_IGNORED."""
    _, events = _performed(server, (0, "blink", 5_000, {"force": 1.0}), options={"blink": "off"})
    require(events[0].kind == pb.Event.CUE_IGNORED, f"it was answered by {pb.Event.Kind.Name(events[0].kind)}")


def a_late_cue_says_where_it_acts(server: Target) -> None:
    """A cue that comes after its time acts from the next pose on: CUE_LATE, whose media_sample says where that is."""
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.say(voice(0.6, RATE))
        talk.until_frame(20)
        talk.send(cue=pb.Cue(media_sample=100, name="blink", values={"force": 1.0}))
        event = talk.until(pb.Event.CUE_LATE)[-1]
        computed = talk.frames[-1].sample
        require(event.media_sample >= computed, f"it acts from {event.media_sample} on, {computed} is computed")
        require(event.next_sample == talk.next_sample, f"next_sample is {event.next_sample}, not {talk.next_sample}")
        talk.end()
        talk.close()


def a_cue_that_cannot_be_is_refused(server: Target) -> None:
    """A cue without a name, with NaN or infinity, an unknown key, a value out of its range, or nothing to do:
    INVALID_ARGUMENT.
    """
    bad: list[tuple[str, dict[str, float]]] = [
        ("", {"force": 1.0}),
        ("no such cue", {"a": float("nan")}),
        ("blink", {"force": float("inf")}),
        ("blink", {"no such key": 1.0}),
        ("blink", {"rate": 5.0}),
        ("emotion", {"joy": 1.5}),
        ("gaze", {"yaw": 200.0}),
        ("style", {"jaw": -0.1}),
        ("blink", {}),
    ]
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        for name, values in bad:
            talk.send(cue=pb.Cue(media_sample=100, name=name, values=values))
            talk.refused("cue", _INVALID)
        talk.say(voice(0.2, RATE))
        talk.end()
        frames = talk.frames
        talk.close()
    require(not (text := same(_performed(server, seconds=0.2)[0], frames)), f"a refused cue had an effect: {text}")


def every_cue_of_this_version_is_taken(server: Target) -> None:
    """There are `style`, `emotion`, `gaze`, `place`, `blink`, `activity`, `head` and `event`."""
    cues: dict[str, dict[str, float]] = {
        "style": {"jaw": 1.4},
        "emotion": {"joy": 0.6, "brows.anger": 0.2},
        "gaze": {"yaw": 15.0, "pitch": -5.0, "hold": 0.2},
        "place": {"x": 1.0, "yaw": 30.0},
        "blink": {"force": 1.0},
        "activity": {"listening": 1.0},
        "head": {"nod": 0.5},
        "event": {"desirability": -0.5},
    }
    layers = {"emotion": "joy=0.1", "blink": "on", "gaze": "on", "head": "on", "idle": "on"}
    for name, values in cues.items():
        _, events = _performed(server, (0, name, 2_000, values), options=layers, seconds=0.2)
        require([event.kind for event in events] == _ENDS, f"the cue {name!r} was answered by an event")


def visemes_come_with_their_frames(server: Target) -> None:
    """VISEME events come with the frame at which the mouth shows another of the fifteen, only where `tell` asks for
    them.
    """
    with server.line() as line:
        talk = Talk(line)
        talk.open(options={"tell": "visemes"})
        talk.say(voice(0.8, RATE))
        talk.end()
        told: list[pb.Event] = []
        while not told or told[-1].kind != pb.Event.UTTERANCE_ENDED:
            message = line.next(talk.number)
            if message.HasField("frames"):
                talk.frames = decode(message.frames, talk.opened.stride)
            else:
                told.append(message.event)
                _require_viseme(talk, message.event)
        talk.close()
    kinds = {event.kind for event in told}
    require(kinds <= {pb.Event.VISEME, pb.Event.UTTERANCE_ENDED}, "events came that nobody asked for")


def _require_viseme(talk: Talk, event: pb.Event) -> None:
    if event.kind != pb.Event.VISEME:
        return
    require(len(event.values) == 1, f"{len(event.values)} visemes are in one event")
    name, value = next(iter(event.values.items()))
    require(name in _VISEMES, f"{name!r} is none of the fifteen visemes")
    require(0.0 <= value <= 1.0, f"{name} is {value:g}, outside 0 to 1")
    samples = {frame.index: frame.sample for frame in talk.frames}
    require(event.frame_index in samples, f"the event of frame {event.frame_index} did not come with it")
    require(samples[event.frame_index] == event.media_sample, f"media_sample is {event.media_sample}, not its frame's")


_ENDS = [pb.Event.UTTERANCE_ENDED, pb.Event.CLOSED]


def _performed(
    server: Target,
    cue: tuple[int, str, int, Mapping[str, float]] | None = None,
    seconds: float = 0.8,
    **settings: Any,
) -> tuple[list[Frame], list[pb.Event]]:
    """Say something, with a cue (after how many samples, name, media_sample, values); return frames and events."""
    samples = voice(seconds, RATE)
    with server.line() as line:
        talk = Talk(line)
        talk.open(**settings)
        after = cue[0] if cue else 0
        if after:
            talk.say(samples[:after])
        if cue:
            talk.send(cue=pb.Cue(media_sample=cue[2], name=cue[1], values=cue[3]))
        talk.say(samples[after:])
        talk.end()
        return talk.frames, talk.close()


CASES = (
    a_cue_acts_at_its_time,
    an_unknown_cue_is_ignored,
    a_cue_for_a_layer_that_is_off_is_ignored,
    a_late_cue_says_where_it_acts,
    a_cue_that_cannot_be_is_refused,
    every_cue_of_this_version_is_taken,
    visemes_come_with_their_frames,
)
