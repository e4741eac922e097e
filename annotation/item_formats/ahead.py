"""Reading and checking an item file in a process of its own, while this one stores.

`python -m annotation.item_formats.ahead FILE` reads a `ChunkRequest` from standard input and
writes chunks to standard output; it knows of no database and no settings. It is never further
than a chunk ahead, because a pipe holds less than that, and it ends with its reader: to write
into a pipe that nobody holds is an error.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from annotation.item_formats.chunks import Chunk, ChunkRequest, read_chunks

PROJECT = Path(__file__).resolve().parents[2]
READ_BUFFER = 1024 * 1024


def chunks_read_ahead(path: str, request: ChunkRequest) -> Iterator[Chunk]:
    """What `read_chunks` gives of the file at `path`; raises `RuntimeError` where that fails."""
    command = [sys.executable, "-m", "annotation.item_formats.ahead", path]
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        assert reader.stdin  # noqa: S101 - asked for above
        assert reader.stdout  # noqa: S101
        try:
            with reader.stdin as stdin:
                pickle.dump(request, stdin)
            # What is loaded was written by our own code, on this machine, a moment ago.
            while (chunk := pickle.load(reader.stdout)) is not None:  # noqa: S301
                yield chunk
        except (EOFError, pickle.UnpicklingError) as error:
            raise RuntimeError("The process that reads an item file stopped.") from error
        finally:
            reader.kill()


def main() -> None:
    request = pickle.load(sys.stdin.buffer)  # noqa: S301 - see above
    with open(sys.argv[1], "rb", buffering=READ_BUFFER) as file, suppress(BrokenPipeError):
        for chunk in read_chunks(file, request):
            pickle.dump(chunk, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
        pickle.dump(None, sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
