"""Hypothesis draws the same examples on every run and machine: what fails once fails always."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "voxrig",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("voxrig")
