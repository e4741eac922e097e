"""`python -m bench`, for `make bench` and `manage.py bench`: measure, print, write JSON."""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import django

from bench.installation import services
from config.embedded.locks import FileLock
from config.embedded.process import EmbeddedServiceError
from config.environment import BASE_DIR, Environment, data_dir

SMALL = (1_000, 100_000)
FULL = (1_000, 100_000, 1_000_000)
PARTS = (
    *("serving", "planning", "import", "long-run", "busy", "exports", "audits", "estimators"),
    "dashboard",
)
# Statistics rather than speed, so only when asked for.
APART = ("adaptive",)


def sizes(text: str) -> tuple[int, ...]:
    """Numbers of items, separated by commas."""
    words = text.replace("_", "").split(",")
    if not all(word.isdigit() and int(word) > 0 for word in words):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of numbers such as 1000,100000")
    return tuple(sorted({int(word) for word in words}))


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py bench", description=__doc__)
    parser.add_argument("--sizes", type=sizes, default=SMALL, help="items, e.g. 1000,100000")
    parser.add_argument("--full", action="store_true", help="up to 1,000,000 items")
    parser.add_argument(
        "--only", choices=PARTS + APART, action="append", help="some parts (repeatable)"
    )
    parser.add_argument("--rounds", type=int, default=5, help="repeats that medians are taken of")
    parser.add_argument("--people", type=int, default=8, help="annotators in each of six strata")
    parser.add_argument("--import-rows", type=int, default=0, help="items of the imported file")
    parser.add_argument("--judgments", type=int, default=0, help="how long the long run is")
    parser.add_argument("--busy-people", type=int, default=300, help="people who judge at once")
    parser.add_argument("--busy-seconds", type=float, default=0, help="how long they judge")
    parser.add_argument("--replications", type=int, default=60, help="of adaptive campaigns")
    parser.add_argument("--figure", type=Path, help="where the adaptive figure is drawn (SVG)")
    parser.add_argument("--counted", type=int, default=0, help="judgments behind the dashboard")
    parser.add_argument("--exported", type=int, default=0, help="judgments in a snapshot")
    parser.add_argument("--transcripts", type=Path, help="pairs to audit, as hh-rlhf has them")
    parser.add_argument("--modelled", type=int, default=1_000_000, help="comparisons modelled")
    parser.add_argument("--out", type=Path, help="where the JSON is written")
    options = parser.parse_args(arguments)
    if options.full:
        options.sizes = FULL
    options.only = options.only or list(PARTS)
    options.import_rows = options.import_rows or (1_000_000 if options.full else 50_000)
    options.counted = options.counted or (1_000_000 if options.full else 200_000)
    options.exported = options.exported or (1_000_000 if options.full else 200_000)
    options.judgments = options.judgments or (500_000 if options.full else 150_000)
    options.busy_seconds = options.busy_seconds or (300.0 if options.full else 60.0)
    return options


def interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    options = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, interrupt)
    folder = data_dir(Environment(os.environ)) / "bench"
    lock = FileLock(folder / "run" / "bench.lock")
    if not lock.acquire():
        print(f"Another measurement runs on {folder}.", file=sys.stderr)
        return 1
    os.chdir(BASE_DIR)
    try:
        with services(folder) as running:
            django.setup()
            # Settings are read only now, when the environment leads to our own services.
            from bench.run import measure

            measure(running, options)
    except EmbeddedServiceError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    finally:
        lock.release()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
