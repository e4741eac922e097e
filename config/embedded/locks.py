"""Locks between processes that the kernel takes back when their holder dies."""

import fcntl
import os
from pathlib import Path


class FileLock:
    """An exclusive or shared lock on a file, which stays: removing it would race with takers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        return self._descriptor is not None

    def acquire(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Take the lock, or change the kind of the one held; False when others are in the way."""
        kind = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        descriptor = self._descriptor
        if descriptor is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, kind)
        except BlockingIOError:
            # A failed change of kind may have lost the lock held before, so nothing is kept.
            os.close(descriptor)
            self._descriptor = None
            return False
        self._descriptor = descriptor
        return True

    def write(self, text: str) -> None:
        """Leave word in the file for those who find it locked."""
        assert self._descriptor is not None, "only the holder writes"
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def read(self) -> str:
        """What the holder wrote."""
        return self.path.read_text()

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
