"""Run a command of the exporters: an error is one line, `--debug` gives the traceback."""

import sys
from collections.abc import Callable


def run(main: Callable[[], None]) -> None:
    """Call `main`. What is wrong with the input or the disk ends it with one line and exit code 1; bugs keep theirs."""
    arguments = [argument for argument in sys.argv if argument != "--debug"]
    debug = len(arguments) < len(sys.argv)
    sys.argv = arguments
    try:
        main()
    except (ValueError, OSError) as error:
        if debug:
            raise
        sys.exit(f"error: {' '.join(str(error).split())}")
