"""Starting an embedded service once, however many processes want it, and stopping it again."""

import subprocess
import time

from config.embedded.locks import FileLock
from config.embedded.process import ending, last_line, spawn, stop, wait_until
from config.embedded.service import Service

# Recovery after a crash may replay much; as long as the server lives it is waited for.
LONGEST_START = 120.0
LONGEST_STOP = 20.0
LONGEST_GOODBYE = 10.0


class Keeper:
    """Keeps one service answering.

    Whoever holds the lock is the service's parent, or is about to be. The kernel releases it when
    that process dies, so a server that answers while nobody holds the lock is about to end.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.process: subprocess.Popen[bytes] | None = None
        self._lock = FileLock(service.data_dir / "run" / f"{service.name}.lock")

    @property
    def owns_process(self) -> bool:
        return self.process is not None

    def ensure(self) -> None:
        """Return when the service answers: started here, or by another process."""
        deadline = time.monotonic() + LONGEST_START
        while not self._lock.acquire():
            if self.service.is_answering():
                return
            if time.monotonic() > deadline:
                raise self.service.failure("another process has been starting it for too long")
            time.sleep(0.1)
        try:
            self._take_over()
        except BaseException:
            self.stop()
            raise

    def tend(self) -> str | None:
        """Start the service again if it ended; says how it ended, None when all is well."""
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return None
            self.process = None
            ended = ending(code)
        elif self._lock.acquire():
            if self.service.is_answering():
                return None
            ended = "the process that ran it is gone"
        else:
            return None
        return ended

    def stop(self) -> None:
        """Stop the service if it was started here, and let others start it."""
        if self.process is not None:
            stop(self.process, self.service.stop_signal, LONGEST_STOP)
            self.process = None
        self._lock.release()

    def _take_over(self) -> None:
        gone = wait_until(lambda: not self.service.is_answering(), LONGEST_GOODBYE)
        if not gone:
            # Left by a parent whose death it did not notice (no such signal off Linux): it serves.
            return
        self.service.prepare()
        self._start()

    def _start(self) -> None:
        first_try = time.monotonic()
        while True:
            self.process = spawn(
                self.service.command(),
                log=self.service.log,
                death_signal=self.service.stop_signal,
                env=self.service.environment(),
            )
            code = self._wait_for_answer()
            if code is None:
                return
            if time.monotonic() - first_try > self.service.patience:
                raise self.service.failure(f"{ending(code)} ({last_line(self.service.log)})")
            time.sleep(0.3)

    def _wait_for_answer(self) -> int | None:
        """None once the service answers, else the exit code of its process."""
        assert self.process is not None
        deadline = time.monotonic() + LONGEST_START
        while (code := self.process.poll()) is None:
            if self.service.is_answering():
                return None
            if time.monotonic() > deadline:
                raise self.service.failure(f"it does not answer after {LONGEST_START:.0f} seconds")
            time.sleep(0.03)
        return code
