"""Embedded services with real servers: started once, surviving kills, leaving nobody behind."""

import signal
from pathlib import Path

import psycopg2
import pytest
import redis

from config.embedded import places
from config.embedded.keeper import Keeper
from config.embedded.postgres import Postgres
from config.embedded.services import embedded_services
from config.embedded.valkey import Valkey
from tests.config.processes import alive, children_of, eventually, start

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("embedded")]
HOLD = """
import sys, time
from pathlib import Path
from config.embedded.services import embedded_services
with embedded_services(Path(sys.argv[1])):
    print("up", flush=True)
    time.sleep(60)
"""


def connect(folder: Path):
    return psycopg2.connect(host=str(places.socket_dir(folder)), user="variorum", dbname="variorum")


def count_rows(folder: Path) -> int:
    connection = connect(folder)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kept")
            (count,) = cursor.fetchone() or (0,)
            return count
    finally:
        connection.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A data folder with one row in the database and one key in the broker."""
    folder = tmp_path_factory.mktemp("embedded")
    with embedded_services(folder) as urls:
        connection = connect(folder)
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept AS SELECT 1 AS number")
        connection.close()
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            client.set("kept", "1")
    return folder


def test_services_stop_with_their_block_and_keep_their_data(folder):
    assert not Postgres(folder).is_answering()
    assert not Valkey(folder).is_answering()
    with embedded_services(folder) as urls:
        assert count_rows(folder) == 1
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            assert client.get("kept") == b"1"


def test_no_service_listens_on_the_network(folder):
    with embedded_services(folder) as urls, redis.Redis.from_url(urls["REDIS_URL"]) as client:
        assert client.config_get("port") == {"port": "0"}
        with connect(folder) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW listen_addresses")
            assert cursor.fetchone() == ("",)
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)


def test_second_start_uses_what_runs_and_leaves_it_running(folder, tmp_path):
    first = start("-c", HOLD, str(folder), log=tmp_path / "first.log")
    try:
        assert eventually(lambda: "up" in (tmp_path / "first.log").read_text())
        before = children_of(first.pid)
        with embedded_services(folder):
            assert count_rows(folder) == 1
        assert Postgres(folder).is_answering()
        assert children_of(first.pid) >= {pid for pid in before if alive(pid)}
    finally:
        first.send_signal(signal.SIGINT)
        first.wait(20)
    assert eventually(lambda: not Postgres(folder).is_answering())


def test_killed_parent_leaves_no_server_and_the_next_start_works(folder, tmp_path):
    parent = start("-c", HOLD, str(folder), log=tmp_path / "parent.log")
    assert eventually(lambda: "up" in (tmp_path / "parent.log").read_text())
    servers = children_of(parent.pid)
    assert len(servers) > 2
    parent.kill()
    parent.wait()
    with embedded_services(folder):
        assert count_rows(folder) == 1
    assert eventually(lambda: not any(alive(pid) for pid in servers))


def test_killed_servers_are_noticed_and_lose_nothing(folder):
    keepers = [Keeper(Postgres(folder)), Keeper(Valkey(folder))]
    try:
        for keeper in keepers:
            keeper.ensure()
            assert keeper.tend() is None
            assert keeper.process is not None
            keeper.process.kill()
            keeper.process.wait()
            assert keeper.tend() == "killed by SIGKILL"
            keeper.ensure()
        assert count_rows(folder) == 1
        with redis.Redis.from_url(places.redis_url(folder)) as client:
            assert client.get("kept") == b"1"
    finally:
        for keeper in keepers:
            keeper.stop()


def test_lock_file_of_a_process_that_is_gone_is_no_obstacle(folder):
    # Process 1 lives, but is no PostgreSQL: as after a restart of the machine.
    (folder / "postgres" / "postmaster.pid").write_text(f"1\n{folder / 'postgres'}\n0\n5432\n")
    with embedded_services(folder):
        assert count_rows(folder) == 1


def test_failure_names_the_setting_and_the_log(tmp_path):
    (tmp_path / "postgres").mkdir(mode=0o700)
    (tmp_path / "postgres" / "PG_VERSION").write_text("9.6\n")
    keeper = Keeper(Postgres(tmp_path))
    object.__setattr__(keeper.service, "patience", 0.0)
    with pytest.raises(Exception, match="cannot run here") as error:
        keeper.ensure()
    assert f"Its log is {tmp_path}/log/postgres.log." in str(error.value)
    assert str(error.value).endswith("To use a server of your own, set DATABASE_URL.")
