"""A baked line of dialogue as the writers get it: the take, the same apart in layers, and what was said."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from voxrig.runtime.core.body.bones import is_body
from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take, TakeError


class TimedCue(NamedTuple):
    """What the character was told, at a moment of the line.

    Attributes:
        seconds: of the line.
        name: the kind of cue, such as emotion, gaze or gesture.
        values: its numbers and words.
    """

    seconds: float
    name: str
    values: Mapping[str, float | str]


class ShownViseme(NamedTuple):
    """One of OVRLipSync's fifteen visemes, shown from `start` to `end` seconds; `weight` is how clearly, 0 to 1."""

    start: Fraction
    end: Fraction
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Clip:
    """A line of dialogue, baked.

    Attributes:
        name: of the line; safe as the name of a file.
        take: the performance in profile `metahuman`, from frame 0.
        layers: what each layer shows alone, by name (speech, emotion, blink, gaze, head, idle), as long as `take` and
            in the same profile; empty where nobody asked for them.
        character: who performs.
        listening: whether this is the one who listens, so that the words are another's.
        text: what is said; empty where it is not known.
        emotion: as in a script: "joy=0.6", "auto" or "".
        sound: name of the sound file, as the script has it; empty for none.
        seconds: length of the sound.
        timecode: of frame 0 in the scene, as SMPTE text; with a semicolon it is drop-frame.
        visemes: what the mouth shows, without a gap from 0 to the end.
        cues: what the character was told, in order.
        seed: of its random choices.

    Raises:
        TakeError: a take in another profile, or a layer of another length.
    """

    name: str
    take: Take
    layers: Mapping[str, Take] = field(default_factory=lambda: MappingProxyType({}))
    character: str = ""
    listening: bool = False
    text: str = ""
    emotion: str = ""
    sound: str = ""
    seconds: Fraction = Fraction(0)
    timecode: str = "00:00:00:00"
    visemes: tuple[ShownViseme, ...] = ()
    cues: tuple[TimedCue, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        for name, take in (("the take", self.take), *self.layers.items()):
            if take.profile != "metahuman":
                raise TakeError(f"{name} of the clip {self.name!r} is in profile {take.profile!r}, not 'metahuman'")
            if len(take) != len(self.take):
                raise TakeError(f"layer {name!r} of the clip {self.name!r} has {len(take)} of {len(self.take)} frames")

    def arkit(self) -> Take:
        """Return the performance in profile `arkit`: the 52 shapes and nine angles in radians."""
        return in_profile(self.take, "arkit")

    def layer(self, name: str) -> "Clip":
        """Return the clip that shows one layer alone, as NAME.LAYER.

        Raises:
            KeyError: there is no such layer.
        """
        return replace(self, name=f"{self.name}.{name}", take=self.layers[name], layers=MappingProxyType({}))


def in_profile(take: Take, name: str) -> Take:
    """Return a take of profile `metahuman` in another one; each frame to the bit as a live session would have it.

    Raises:
        TakeError: the take is in another profile than `metahuman`.
        UnknownProfileError: there is no profile of that name.
    """
    if take.profile == name:
        return take
    if take.profile != "metahuman" or take.names != NATIVE_CONTROLS or not is_body(take.bones):
        raise TakeError(f"a take in profile {take.profile!r} cannot be turned into {name!r}; bake it with 'metahuman'")
    named = profile(name).with_body(take.bones[len(BONES) :])
    turns = take.quaternions
    values = named.from_native(take.controls, turns[:, : len(BONES)], turns[:, len(BONES) :])
    return replace(take, profile=named.name, names=named.names, bones=named.bones, values=values)
