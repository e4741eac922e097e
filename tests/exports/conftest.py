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
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the snapshots that were sent to workers; no worker is there."""
    from exports import tasks

    ids: list[int] = []
    monkeypatch.setattr(tasks.run_snapshot, "delay", ids.append)
    monkeypatch.setattr(tasks.run_snapshot, "apply_async", lambda args, **_: ids.append(args[0]))
    return ids


@pytest.fixture(autouse=True)
def sent_derivations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the derivations that were sent to workers."""
    from exports import tasks

    ids: list[int] = []
    monkeypatch.setattr(tasks.run_derivation, "delay", ids.append)
    return ids


@pytest.fixture(autouse=True)
def sent_comparisons(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the comparisons that were sent to workers."""
    from exports import tasks

    ids: list[int] = []
    monkeypatch.setattr(tasks.run_comparison, "delay", ids.append)
    return ids


@pytest.fixture(autouse=True)
def sent_shards(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the shards that were sent to workers."""
    from exports import tasks

    ids: list[int] = []
    monkeypatch.setattr(tasks.run_shard, "delay", ids.append)
    return ids
