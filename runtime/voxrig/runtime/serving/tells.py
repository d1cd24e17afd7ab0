"""What a session tells besides its frames, where it was asked to: visemes and emotion."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from voxrig.runtime.animation.clock import SessionClock
from voxrig.runtime.animation.emotion import CALM, CATEGORIES, REGIONS, Affect
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.animation.viseme_reading import SILENCE, read_viseme
from voxrig.runtime.core.frame import Frame
from voxrig.v1 import performance_pb2 as pb

_THINGS: Final = ("visemes", "emotion")
_TOLD_A_SECOND: Final = 10
_CHANGED: Final = 0.01


@dataclass(frozen=True, slots=True)
class Tells:
    """What a session asked to be told."""

    visemes: bool = False
    emotion: bool = False

    @classmethod
    def parse(cls, text: str) -> "Tells":
        """Read `visemes`, `emotion`, both with a comma between them, or nothing.

        Raises:
            ValueError: it asks for something else.
        """
        asked = {part.strip() for part in text.split(",") if part.strip()}
        if unknown := sorted(asked - set(_THINGS)):
            raise ValueError(f"tell is {unknown[0]!r:.40}; there are {', '.join(_THINGS)}")
        return cls(*(thing in asked for thing in _THINGS))


class Told(NamedTuple):
    """What a client knows already.

    Attributes:
        viseme: the last one told.
        affect: the emotion last told.
        frame: index of the frame at which it was.
    """

    viseme: str = SILENCE.name
    affect: Affect = CALM
    frame: int = -1000


def news(
    tells: Tells, told: Told, state: StreamState, frames: list[Frame], clock: SessionClock
) -> tuple[Told, list[pb.Event]]:
    """Return what is new at the frames that a stream has just completed, however many it completed at once.

    Args:
        tells: what is asked for.
        told: what was told before.
        state: of the stream, right after them.
        frames: the frames; none are fine.
        clock: the session's.

    Returns:
        What is known now, and events without `next_sample`, those of earlier frames first.
    """
    events: list[pb.Event] = []
    if not frames:
        return told, events
    if tells.visemes:
        shown = [past.speech for past, _ in zip(reversed(state.history), frames, strict=False)]
        for frame, speech in zip(frames, reversed(shown), strict=True):
            reading = read_viseme(speech, told.viseme)
            if reading.name != told.viseme:
                told = told._replace(viseme=reading.name)
                events.append(_event(pb.Event.VISEME, frame, {reading.name: reading.nearness}))
    if tells.emotion and state.trail is not None:
        for frame in frames:
            pose = clock.pose_after(frame.index)
            lately = 0 <= (frame.index - told.frame) * _TOLD_A_SECOND < clock.fps.fraction  # below 0: an interruption
            if lately or clock.pose_after(frame.index + 1) == pose:  # of a pose's frames the last
                continue
            affect = state.trail.affect(pose)
            if affect is not None and _differ(affect, told.affect):
                told = told._replace(affect=affect, frame=frame.index)
                events.append(_event(pb.Event.EMOTION, frame, _amounts(affect)))
        events.sort(key=lambda event: event.frame_index)
    return told, events


def _event(kind: pb.Event.Kind, frame: Frame, values: dict[str, float]) -> pb.Event:
    return pb.Event(
        kind=kind, utterance=frame.utterance, frame_index=frame.index, media_sample=frame.sample, values=values
    )


def _differ(one: Affect, other: Affect) -> bool:
    return any(abs(a - b) > _CHANGED for a, b in zip(one.emotion, other.emotion, strict=True))


def _amounts(affect: Affect) -> dict[str, float]:
    """Return each category's mean over the regions, where it is there, and the place among feelings."""
    emotion = affect.emotion
    means = {
        category: sum(getattr(emotion, f"{region}_{category}") for region in REGIONS) / len(REGIONS)
        for category in CATEGORIES
    }
    there = {category: mean for category, mean in means.items() if mean > 0.0}
    return there | {"valence": affect.valence, "arousal": affect.arousal, "dominance": affect.dominance}
