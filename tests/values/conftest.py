from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def storage_folder(tmp_path: Path, settings: Any) -> Path:
    """Every test has an empty storage of its own."""
    folder = tmp_path / "storage"
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    settings.WORK_DIR = tmp_path / "work"
    return folder


@pytest.fixture(autouse=True)
def sent_audits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the audits that were sent to workers; no worker is there."""
    from values import tasks

    ids: list[int] = []
    monkeypatch.setattr(tasks.run_audit, "delay", ids.append)
    return ids


@pytest.fixture(autouse=True)
def sent_imports(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the imports that were sent to workers."""
    from annotation import tasks

    ids: list[int] = []
    monkeypatch.setattr(tasks.run_import, "delay", ids.append)
    return ids
