"""How a program of a working copy ends: with what it measured, or with a sentence instead of a traceback."""

import sys
from collections.abc import Callable
from typing import NoReturn

from mentalspace.dev.postgres import PostgresError
from mentalspace.dev.run import CannotRun


def end_with(main: Callable[[], int]) -> NoReturn:
    """Run it and exit with the code that it gives; 130 after Ctrl-C, and 1 with a sentence where it cannot work."""
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except (CannotRun, PostgresError) as error:
        sys.exit(str(error))
