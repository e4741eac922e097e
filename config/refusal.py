"""How a process says that it does not start."""

import sys
from typing import NoReturn

# gunicorn gives up on this code; with another it would start its workers again and again.
REFUSED = 3


def refuse(error: Exception) -> NoReturn:
    """Say why in one line instead of a traceback, and end."""
    print(f"Variorum does not start: {error}", file=sys.stderr, flush=True)
    raise SystemExit(REFUSED)
