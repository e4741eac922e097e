"""Brings database and static files up to date: one process, as loading Django takes a second.

Run by `config.launch` as `python -m config.prepare run|demo`. Progress goes to standard output,
what the commands themselves say to standard error, which is a log file.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from config.environment import BASE_DIR
from config.refusal import refuse


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    begun = time.monotonic()
    yield
    print(f"  {title} ({time.monotonic() - begun:.1f} s)", flush=True)


def run(command: str, **options: object) -> None:
    """Run a management command with its output in the log."""
    # Redirected too, for what a command calls in its turn.
    with redirect_stdout(sys.stderr):
        call_command(command, stdout=sys.stderr, stderr=sys.stderr, **options)


def static_fingerprint() -> str:
    """A digest that changes when a static file or an installed package does."""
    digest = hashlib.sha256(settings.STATIC_ROOT.encode())
    digest.update((BASE_DIR / "requirements" / "base.txt").read_bytes())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = os.stat(storage.path(name))
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static() -> None:
    """Collect static files unless the ones collected last are still right."""
    stamp = settings.DATA_DIR / "run" / "collectstatic"
    fingerprint = static_fingerprint()
    collected = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if collected.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return
    with step("Static files collected"):
        run("collectstatic", interactive=False, verbosity=0)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint)


def prepare(mode: str, call: Callable[..., None] = run) -> None:
    """Everything that must be done before the processes of an installation start."""
    with step("Database up to date"):
        call("migrate", interactive=False)
    collect_static()
    if mode == "demo":
        with step("Demo data in place"):
            call("seed_demo")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        refuse(error)
    prepare(sys.argv[1])


if __name__ == "__main__":
    main()
