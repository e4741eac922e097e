"""Where the embedded services keep their data and sockets."""

import hashlib
import os
import tempfile
from pathlib import Path


def socket_dir(data_dir: Path) -> Path:
    """A folder for sockets with a short path: a socket's path may not exceed 107 bytes."""
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"variorum-{os.getuid()}-{digest}"


def database_url(data_dir: Path) -> str:
    """URL of the embedded PostgreSQL, in the form of DATABASE_URL."""
    # The port is part of the socket's name; left out, PGPORT at the terminal would decide.
    return f"postgres://variorum@/variorum?host={socket_dir(data_dir)}&port=5432"


def redis_url(data_dir: Path) -> str:
    """URL of the embedded Valkey, in the form of REDIS_URL."""
    return f"unix://{socket_dir(data_dir)}/valkey.sock?db=0"
