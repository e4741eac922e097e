"""gzip whose bytes tell neither time nor name."""

import gzip
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

# Half the time of the next levels for a sixth more bytes; see docs/decisions/0015.
LEVEL = 1
MOST_WAITING = 2


class GzippedFile:
    """A file under gzip, compressed in a thread beside the caller's; equal content, equal bytes."""

    def __init__(self, path: Path) -> None:
        self._raw = path.open("wb")
        self._gzip = gzip.GzipFile(
            filename="", mode="wb", compresslevel=LEVEL, fileobj=self._raw, mtime=0
        )
        self._thread = ThreadPoolExecutor(1)
        self._waiting: deque[Future[int]] = deque()
        self.closed = False

    def write(self, data: Any) -> int:
        """Take bytes, or a view of bytes that nobody will change; of others a copy is kept."""
        kept = data if isinstance(data, memoryview) else bytes(data)
        while len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(self._gzip.write, kept))
        return len(kept)

    def flush(self) -> None:
        """What was taken stays in its order; nothing is gained by waiting for it here."""

    def close(self) -> None:
        """Bring everything to disk. Raises what went wrong on the way."""
        try:
            for waiting in self._waiting:
                waiting.result()
            self._gzip.close()
        finally:
            self._thread.shutdown()
            self._raw.close()
            self.closed = True
