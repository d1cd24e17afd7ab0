"""Figures as a reader wants them: three digits and a unit, and a word where nothing was measured."""

from typing import Final

NOT_MEASURED: Final = "not measured"


def digits(value: float) -> str:
    """Return a value with three significant digits, whole from 100 on."""
    size = abs(value)
    if size >= 99.95:
        return f"{value:.0f}".replace("-", "−")
    text = f"{value:.1f}" if size >= 9.995 else f"{value:.2f}" if size >= 0.00995 else f"{value:.3g}"
    return text.replace("-", "−")


def quantity(value: float | None, unit: str) -> str:
    """Return a value with its unit; shares are told in percent."""
    if value is None:
        return NOT_MEASURED
    if unit == "%":
        return percent(value)
    if not unit and value == round(value):
        return f"{value:.0f}"  # characters, frames: they are counted
    return f"{digits(value)} {unit}".rstrip()


def percent(share: float | None) -> str:
    """Return a share from 0 to 1 in percent, with as many digits as a budget of 0.1 % needs."""
    if share is None:
        return NOT_MEASURED
    value = 100 * share
    size = abs(value)
    text = f"{value:.0f}" if size >= 99.95 or value == 0 else f"{value:.1f}" if size >= 9.95 else f"{value:.3g}"
    if 99.95 <= size < 100:
        text = f"{value:.2f}"
    return f"{text} %".replace("-", "−")


def megabytes(value: float | None) -> str:
    """Return bytes in MB or GB of a thousand thousands."""
    if value is None:
        return NOT_MEASURED
    return f"{digits(value / 1e9)} GB" if value >= 1e9 else f"{digits(value / 1e6)} MB"
