"""What ends a clip before its end."""


class ClipError(ValueError):
    """Something in a clip that cannot be; the message names the value and the remedy, and is told to the client."""
