"""The figures of a report as rows of a table: what each is, for whom, and what to hold it against."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

Figures = Mapping[str, Any]


class Row(NamedTuple):
    """A row.

    Attributes:
        name: of the figure.
        read: tells it of a performer's figures, as text.
        against: what to hold it against.
    """

    name: str
    read: Callable[[Figures], str]
    against: str


def _number(*path: str, form: str = "{:.2f}", times: float = 1.0) -> Callable[[Figures], str]:
    def read(figures: Figures) -> str:
        value: Any = figures
        for key in path:
            value = None if value is None else value.get(key)
        return "–" if value is None else form.format(times * value)

    return read


def _margin(test: str) -> Callable[[Figures], str]:
    def read(figures: Figures) -> str:
        told = figures["matching"][test]
        if told is None:
            return "–"
        return f"{told['margin']:+.3f} ({told['matched']:.3f} − {told['mismatched']:.3f}), p {told['p']:.3g}"

    return read


def _recall(key: str) -> Callable[[Figures], str]:
    def read(figures: Figures) -> str:
        told = figures[key]
        return "–" if told["recall"] is None else f"{100 * told['recall']:.0f} % (chance {100 * told['chance']:.0f} %)"

    return read


def _quartiles(figures: Figures) -> str:
    timing = figures["timing"]
    if "median_ms" not in timing:
        return "–"
    low, high = timing["quartiles_ms"]
    return f"{timing['median_ms']:+.0f} ms ({low:+.0f} to {high:+.0f})"


def _away(figures: Figures) -> str:
    timing = figures["timing"]
    if "median_ms" not in timing:
        return "–"
    return f"{timing['median_away_ms']:.0f} ms (chance {timing['chance_median_away_ms']:.0f}), p {timing['p']:.3g}"


def _spread(what: str) -> Callable[[Figures], str]:
    def read(figures: Figures) -> str:
        told = figures["spread"][what]
        return "–" if told is None else ", ".join(f"{name} {value:.2f}" for name, value in told.items())

    return read


_PERCENT: Final = "{:.0f} %"
ROWS: Final = (
    Row("wrist speed while gesturing", _number("energy", "wrist_speed", form="{:.3f} m/s"), "human: 0.47 m/s"),
    Row("… below which 95 % lie", _number("energy", "wrist_speed_p95", form="{:.2f} m/s"), ""),
    Row("jerk of the wrists while gesturing", _number("energy", "jerk", form="{:.0f} m/s³"), "does not rank systems"),
    Row(
        "gesturing while speaking",
        _number("energy", "gesturing_speaking", form=_PERCENT, times=100),
        "more than in pauses",
    ),
    Row("gesturing in pauses", _number("energy", "gesturing_pauses", form=_PERCENT, times=100), ""),
    Row("strokes a minute of speech", _number("timing", "per_minute", form="{:.0f}"), "same detector for all"),
    Row("apex to nearest stress, median (quartiles)", _quartiles, "0, or a little before"),
    Row("… without the sign", _away, "below chance: speech shifted in time"),
    Row("apexes within 100 ms of a stress", _number("timing", "share_close", form=_PERCENT, times=100), ""),
    Row("… by chance", _number("timing", "chance_share_close", form=_PERCENT, times=100), ""),
    Row("own strokes that the detector finds", _number("timing", "found", form=_PERCENT, times=100), "reference only"),
    Row("what it finds that was meant", _number("timing", "meant", form=_PERCENT, times=100), "reference only"),
    Row("left hand's share of the way", _number("energy", "left_share", form=_PERCENT, times=100), "handedness varies"),
    Row("distance between two takes of a speech", _number("diversity", form="{:.3f} m"), "as the reference"),
    Row("spread over time, of the reference's", _spread("over_time"), "1; near 0: collapsed to a mean pose"),
    Row("spread between seeds, of the reference's", _spread("between_seeds"), "1; near 0: one performance for all"),
    Row("Fréchet distance to the reference", _number("frechet", "other", form="{:.3f} m²"), "that of the reference"),
    Row("emotions told on unseen voices", _recall("emotions"), "above chance"),
    Row("… by movement alone, not posture", _recall("emotions_by_movement"), "above chance"),
    Row("matched − mismatched: speed and loudness", _margin("speech"), "above 0, p small"),
    Row("matched − mismatched: speed and stress within speech", _margin("accents"), "above 0, p small"),
    Row(
        "fastest change of a bone's turning",
        _number("bounds", "angular_acceleration_peak", form="{:.0f} rad/s²"),
        "fingers apart",
    ),
    Row("… 999 of 1000 poses", _number("bounds", "angular_acceleration_p999", form="{:.0f} rad/s²"), ""),
    Row("… of the fingers", _number("bounds", "finger_acceleration_peak", form="{:.0f} rad/s²"), ""),
    Row("joint farthest beyond its limit", _number("bounds", "joint_excess", form="{:.2f}°"), "0°"),
    Row(
        "least clearance of hands and arms",
        _number("bounds", "least_clearance", form="{:.1f} cm", times=100),
        "above 0",
    ),
    Row("feet move at most", _number("bounds", "feet_drift", form="{:.1f} mm", times=1000), "0"),
)
"""What the table shows, in order."""
