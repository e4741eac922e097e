"""Runs a whole installation on one machine: `python -m config.launch demo|run [--port N]`."""

import argparse
import os
import signal
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.children import TooManyDeathsError
from config.embedded.locks import FileLock
from config.embedded.process import EmbeddedServiceError, end_with_parent
from config.environment import Environment, data_dir
from config.ports import PortTakenError, claim_port
from config.refusal import refuse
from config.supervisor import PreparationError, StopRequested, Supervisor

DEFAULT_PORT = 8000
HOST = "127.0.0.1"


class AlreadyRunningError(Exception):
    """Another supervisor keeps this data folder."""


def port_number(text: str) -> int:
    """A TCP port that an ordinary process may listen on."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535")
    return int(text)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.launch", description=__doc__)
    parser.add_argument("mode", choices=["demo", "run"], help="with or without demo data")
    parser.add_argument(
        "--port",
        type=port_number,
        default=os.environ.get("PORT", "").strip() or str(DEFAULT_PORT),
        help="port of the web server (also PORT=…; %(default)s)",
    )
    return parser.parse_args(arguments)


def claim_data_dir(folder: Path, address: str) -> FileLock:
    """Keep other supervisors out of a data folder for as long as this process lives."""
    lock = FileLock(folder / "run" / "supervisor.lock")
    if not lock.acquire():
        raise AlreadyRunningError(
            f"an installation already runs on {folder}: {lock.read()}. "
            "Stop it first, or set VARIORUM_DATA_DIR to another folder."
        )
    lock.write(f"{address}, process {os.getpid()}")
    return lock


def launch(mode: str, port: int) -> int:
    """Run the installation until it is stopped; returns the exit code."""
    environment = Environment(os.environ)
    for key in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"):
        environment.required_in_production(key)
    folder = data_dir(environment)
    address = f"http://{HOST}:{port}"
    lock = claim_data_dir(folder, address)
    claim_port(HOST, port)
    supervisor = Supervisor(environment, folder, HOST, port, mode)
    try:
        supervisor.start()
        supervisor.watch()
    except StopRequested:
        return 0
    except (EmbeddedServiceError, PreparationError, TooManyDeathsError) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    finally:
        supervisor.stop()
        lock.release()
    return 0


def main() -> None:
    options = parse(sys.argv[1:])
    if "MAKELEVEL" in os.environ:
        # A killed `make` would leave the installation to nobody.
        end_with_parent(signal.SIGTERM)
    try:
        raise SystemExit(launch(options.mode, options.port))
    except (ImproperlyConfigured, AlreadyRunningError, PortTakenError) as error:
        refuse(error)


if __name__ == "__main__":
    main()
