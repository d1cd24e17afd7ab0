"""The cues that are still in force: what a character must be told again where it is begun anew."""

from collections.abc import Iterable

from voxrig.v1 import performance_pb2 as pb

_MERGED = ("style", "blink", "body", "hands")  # what is absent in a later one stays as the earlier ones said
_WHOLE = ("place", "activity", "gaze")  # a later one takes the place of all before
_ONCE = {"blink": ("force", "strength", "seconds"), "hands": ("hold",)}
_REGIONS = ("brows", "eyes", "mouth")
_TRANSITION = {"emotion": 0.4}


class StandingCues:
    """Of all cues added, those that act on from some media sample; gestures, blinks and the like are over and gone.

    `sample_rate` is the session's, in Hz. A copy is made by `StandingCues(rate, other)`.
    """

    def __init__(self, sample_rate: int, other: "StandingCues | None" = None) -> None:
        self._rate = sample_rate
        self._cues: list[pb.Cue] = [] if other is None else list(other._cues)

    def add(self, cue: pb.Cue) -> None:
        """Note a cue; they come in the order in which they act."""
        if cue.name in _MERGED:
            merged = pb.Cue(name=cue.name, media_sample=cue.media_sample)
            for earlier in self._cues:
                if earlier.name == cue.name:
                    merged.values.update(earlier.values)
            once = _ONCE.get(cue.name, ())
            merged.values.update({key: value for key, value in cue.values.items() if key not in once})
            self._replace(merged, [c for c in self._cues if c.name != cue.name], bool(merged.values))
        elif cue.name in _WHOLE:
            self._replace(cue, [c for c in self._cues if c.name != cue.name], "release" not in cue.values)
        elif cue.name == "emotion":
            regions = _regions(cue)
            others = [c for c in self._cues if c.name != "emotion" or not _regions(c) <= regions]
            self._replace(cue, others, True)

    def at(self, sample: int) -> list[pb.Cue]:
        """Return what to tell a session that begins at media `sample`: each acts from there, at once."""
        told = []
        for cue in self._cues:
            hold = cue.values.get("hold", 0.0)
            left = hold
            if hold:
                passed = (sample - cue.media_sample) / self._rate
                left = hold + cue.values.get("transition", _TRANSITION.get(cue.name, 0.0)) - passed
                if left <= 0:
                    continue
            again = pb.Cue(name=cue.name, media_sample=sample, values=cue.values)
            if hold:
                again.values["hold"] = min(left, hold)
            if cue.name in ("style", "emotion", "body"):
                again.values["transition"] = 0.0
            told.append(again)
        return told

    def _replace(self, cue: pb.Cue, others: Iterable[pb.Cue], stands: bool) -> None:
        self._cues = [*others, cue] if stands else list(others)


def _regions(cue: pb.Cue) -> set[str]:
    """Return the regions of the face that an emotion names."""
    named: set[str] = set()
    for key in cue.values:
        if key not in ("transition", "hold"):
            region = key.partition(".")[0]
            named |= {region} if region in _REGIONS and "." in key else set(_REGIONS)
    return named
