"""Gives the tests an environment before settings are read, and services before a test runs.

With DATABASE_URL or REDIS_URL unset, the embedded services run for the length of the session on a
data folder for tests; a second session at the same time gets a folder of its own. Under xdist the
controller runs them, and every worker has a database of its own in both.
"""

import os
import re
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import pytest
import redis

from config.catalogues import compile_stale
from config.embedded.locks import FileLock
from config.embedded.services import (
    EmbeddedServiceError,
    embedded_services,
    missing_services,
    service_urls,
)
from config.environment import Environment, data_dir
from tests.browser import BROWSER_FLAGS, find_chromium

# Examples are not timed: other work on the machine is not the code's fault.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
RUNNING = ExitStack()


def _claim_folder() -> Path:
    """The first data folder for tests that no other session uses; ours until this process ends."""
    base = data_dir(Environment(os.environ))
    for number in range(1, 100):
        folder = base / ("test" if number == 1 else f"test-{number}")
        lock = FileLock(folder / "run" / "pytest.lock")
        if lock.acquire():
            RUNNING.callback(lock.release)
            return folder
    raise pytest.UsageError(f"Too many test sessions at once in {base}.")


def _with_database(redis_url: str, number: int) -> str:
    """The same server, another of its numbered databases."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return urlunsplit(parts._replace(path=f"/{number}"))


def _prepare_environment() -> None:
    if "config.settings" in sys.modules:
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: settings were read too early.")
    os.environ["DJANGO_ENV"] = "test"
    # Playwright's synchronous interface runs an event loop beside the tests.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Small fits: threads of linear algebra would wait for each other far longer than they work.
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    if not WORKER:
        compile_stale()
        folder = _claim_folder()
        os.environ["VARIORUM_DATA_DIR"] = str(folder)
        missing = missing_services(os.environ, folder, durable=False)
        os.environ["VARIORUM_TEST_SERVICES"] = " ".join(service.name for service in missing)
        os.environ.update(service_urls(missing))
    else:
        number = 1 + int(re.sub(r"\D", "", WORKER))
        os.environ["REDIS_URL"] = _with_database(os.environ["REDIS_URL"], number)
    storage = Path(os.environ["VARIORUM_DATA_DIR"]) / f"storage-{WORKER or 'main'}"
    shutil.rmtree(storage, ignore_errors=True)
    os.environ["EXPORT_STORAGE_URL"] = str(storage)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


_prepare_environment()

# pytest-django sets Django up only where settings are read before it is configured itself.
from django.conf import settings  # noqa: E402

assert settings.ENVIRONMENT == "test"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the services before xdist starts its workers."""
    # Inherited, it would make pytest-django read settings before this file prepared the worker.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    names = os.environ["VARIORUM_TEST_SERVICES"].split()
    if WORKER or session.config.option.collectonly or not names:
        return
    folder = Path(os.environ["VARIORUM_DATA_DIR"])
    wanted = [
        service for service in missing_services({}, folder, durable=False) if service.name in names
    ]
    try:
        RUNNING.enter_context(embedded_services(folder, wanted))
    except EmbeddedServiceError as error:
        pytest.exit(str(error), returncode=3)
    if "valkey" in names:
        with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
            client.flushall()


def pytest_unconfigure() -> None:
    RUNNING.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Chromium of the system rather than one that Playwright downloads."""
    found = find_chromium()
    chosen = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, "args": BROWSER_FLAGS, **chosen}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Let transactional tests flush what is append-only; tests of that arm it again."""
    from django.db import connection

    from tests.emptying import empty_after_each_test

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE annotation_judgment DISABLE TRIGGER judgment_no_truncate")
        cursor.execute("ALTER TABLE accounts_trailentry DISABLE TRIGGER trail_no_truncate")
        empty_after_each_test()
