"""A client's numbers."""

import math


class ClipError(ValueError):
    """Something in a clip that cannot be; the message names the value and the remedy, and is told to the client."""


def finite(what: str, value: float) -> float:
    """Return the decimal that a client meant: 0.1 comes as the float32 0.10000000149.

    Raises:
        ClipError: NaN or infinity; the message begins with `what`.
    """
    if not math.isfinite(value):
        raise ClipError(f"{what} is {value}; send a number")
    return float(f"{value:.7g}")
