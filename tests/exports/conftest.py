from pathlib import Path
from typing import Any

import pytest
from django.db import connection


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """A snapshot reads on a connection of its own, so its tests commit, and are cleared away."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE annotation_judgment DISABLE TRIGGER judgment_no_truncate")


@pytest.fixture(autouse=True)
def storage_folder(tmp_path: Path, settings: Any) -> Path:
    """Every test has an empty storage of its own."""
    folder = tmp_path / "storage"
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return folder


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the snapshots that were sent to workers; no worker is there."""
    from exports import tasks

    ids: list[int] = []
    monkeypatch.setattr(tasks.run_snapshot, "delay", ids.append)
    return ids
