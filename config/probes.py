"""The addresses that machines ask every few seconds, and that leave no trace in logs."""

import logging

ALIVE = "/healthz"
READY = "/readyz"


def is_not_a_probe(record: logging.LogRecord) -> bool:
    """Log filter: what a probe finds amiss it says in its answer, not in the log each time."""
    request = getattr(record, "request", None)
    return getattr(request, "path_info", None) not in (ALIVE, READY)
