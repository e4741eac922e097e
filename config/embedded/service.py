"""What PostgreSQL and Valkey have in common as embedded services."""

import importlib.util
import os
import signal
import stat
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from config.embedded import places
from config.embedded.process import EmbeddedServiceError


@dataclass(frozen=True)
class Service(ABC):
    """A server that listens on a Unix socket only and keeps its data below one folder."""

    data_dir: Path
    # False for test data, which may be lost when the machine loses power.
    durable: bool = True

    name: ClassVar[str]
    title: ClassVar[str]
    setting: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]
    # How long starting is tried again when the server ends at once.
    patience: ClassVar[float]

    @property
    def folder(self) -> Path:
        return self.data_dir / self.name

    @property
    def log(self) -> Path:
        return self.data_dir / "log" / f"{self.name}.log"

    @property
    def sockets(self) -> Path:
        return places.socket_dir(self.data_dir)

    @abstractmethod
    def prepare(self) -> None:
        """Create what a first start needs, and clear away what a crash left behind."""

    @abstractmethod
    def command(self) -> list[str]:
        """The server, to be run in the foreground."""

    def environment(self) -> dict[str, str]:
        """Environment of the server."""
        return dict(os.environ)

    @abstractmethod
    def is_answering(self) -> bool:
        """Whether the server takes commands now."""

    def failure(self, reason: str) -> EmbeddedServiceError:
        """The one message a person needs when this service cannot run."""
        return EmbeddedServiceError(
            f"The embedded {self.title} cannot run here: {reason.rstrip('.')}. "
            f"Its log is {self.log}. To use a server of your own, set {self.setting}."
        )


def claim_socket_dir(folder: Path) -> None:
    """Make the folder for sockets ours alone: who can reach a socket in it is let in."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise EmbeddedServiceError(
            f"{folder} is meant for the sockets of the embedded services, but is not ours. "
            "Remove it, or set TMPDIR to a folder of your own."
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)


def package_folder(package: str) -> Path | None:
    """Where a wheel is installed, without importing it."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None
