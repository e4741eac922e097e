"""gzip whose bytes tell neither time nor name."""

import gzip
from pathlib import Path
from typing import Any

# Half the time of the next levels for a sixth more bytes; see docs/decisions/0015.
LEVEL = 1


class GzippedFile:
    """A file under gzip; equal content makes equal bytes."""

    def __init__(self, path: Path) -> None:
        self._raw = path.open("wb")
        self.stream = gzip.GzipFile(
            filename="", mode="wb", compresslevel=LEVEL, fileobj=self._raw, mtime=0
        )

    def write(self, data: Any) -> int:
        return self.stream.write(data)

    def close(self) -> None:
        try:
            self.stream.close()
        finally:
            self._raw.close()
