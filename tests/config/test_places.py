"""Where sockets lie: short paths, nobody else's folder."""

from pathlib import Path

import pytest

from config.embedded import places
from config.embedded.process import EmbeddedServiceError
from config.embedded.service import claim_socket_dir


def test_socket_paths_stay_short_for_deep_data_folders():
    deep = Path("/" + "/".join(["a-rather-long-folder-name"] * 20))
    assert len(f"{places.socket_dir(deep)}/.s.PGSQL.5432.lock") < 107


def test_data_folders_have_socket_folders_of_their_own():
    assert places.socket_dir(Path("/a")) != places.socket_dir(Path("/b"))


def test_socket_folder_is_closed_to_others(tmp_path):
    folder = tmp_path / "sockets"
    folder.mkdir(mode=0o755)
    claim_socket_dir(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_link_in_place_of_the_socket_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "sockets").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EmbeddedServiceError, match="is meant for the sockets"):
        claim_socket_dir(tmp_path / "sockets")


def test_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "sockets"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr("os.geteuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(EmbeddedServiceError, match="is not ours"):
        claim_socket_dir(folder)
