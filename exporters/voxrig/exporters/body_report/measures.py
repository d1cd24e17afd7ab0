"""All figures of the report together, as numbers that JSON can hold."""

from collections.abc import Sequence
from typing import Any

from voxrig.exporters.body_report.apexes import timing
from voxrig.exporters.body_report.beats import beat_alignment
from voxrig.exporters.body_report.bounds import bounds
from voxrig.exporters.body_report.diversity import diversity, variance_ratios
from voxrig.exporters.body_report.energy import energy, speeds_by_emotion
from voxrig.exporters.body_report.frechet import distances
from voxrig.exporters.body_report.matching import matching
from voxrig.exporters.body_report.separability import by_movement, separability
from voxrig.exporters.body_report.session import Session


def measures(sessions: Sequence[Session]) -> dict[str, Any]:
    """Measure all performers of some sessions.

    Args:
        sessions: one at least, all with the same performers; the first performer is the reference.

    Returns:
        `sessions`: what they are; `reference`; `performers`: figures by name.

    Raises:
        ValueError: there are no sessions, or they have other performers.
    """
    if not sessions:
        raise ValueError("there are no sessions to report on; give one at least")
    performers = list(sessions[0].motions)
    odd = next((s.name for s in sessions if list(s.motions) != performers or not all(s.motions.values())), None)
    if odd is not None or not performers:
        raise ValueError(f"session {odd or sessions[0].name} lacks a performance; let all have the same performers")
    reference = performers[0]
    told = [
        {"name": s.name, "voice": s.voice, "emotion": s.emotion, "style": s.style, "seconds": len(s.voices) / 60}
        for s in sessions
    ]
    return {
        "reference": reference,
        "sessions": told,
        "voices": len({session.voice for session in sessions}),
        "performers": {name: _performer(sessions, reference, name) for name in performers},
    }


def _performer(sessions: Sequence[Session], reference: str, name: str) -> dict[str, Any]:
    return {
        "energy": energy(sessions, name),
        "bounds": bounds(sessions, name),
        "speed_by_emotion": speeds_by_emotion(sessions, name),
        "timing": timing(sessions, name),
        "diversity": diversity(sessions, name),
        "spread": variance_ratios(sessions, reference, name),
        "frechet": distances(sessions, reference, name),
        "emotions": separability(sessions, name),
        "emotions_by_movement": by_movement(sessions, name),
        "matching": matching(sessions, name),
        "beat_alignment": beat_alignment(sessions, name),
    }
