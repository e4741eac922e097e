"""Whether the web server will be able to listen."""

import errno
import socket
import time

# A web server killed a moment ago may still be letting go of its port, on a busy machine slowly.
PATIENCE = 10.0
UNREMARKED = 1.5


class PortTakenError(Exception):
    """Something else listens where the web server should."""


def claim_port(host: str, port: int, patience: float = PATIENCE) -> None:
    """Return when the port is free; raise when it stays taken."""
    started = time.monotonic()
    said = False
    while True:
        problem = _problem(host, port)
        if problem is None:
            return
        if problem.errno != errno.EADDRINUSE:
            raise PortTakenError(f"port {port} cannot be used ({problem.strerror}). {hint(port)}")
        waited = time.monotonic() - started
        if waited > UNREMARKED and not said:
            print(f"Port {port} is taken; waiting a moment for it to come free …", flush=True)
            said = True
        if waited > patience:
            raise PortTakenError(f"port {port} is taken by another program. {hint(port)}")
        time.sleep(0.2)


def hint(port: int) -> str:
    """How to choose another port."""
    return f"Choose another with PORT=…, for example: make demo PORT={port + 1}"


def _problem(host: str, port: int) -> OSError | None:
    with socket.socket(socket.AF_INET) as probe:
        # As gunicorn does: connections that linger after a close are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error
    return None
