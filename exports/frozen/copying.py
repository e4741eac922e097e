"""What was copied out of the database for a source, as typed blocks."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from annotation.selectors.copied import copied_blocks
from exports.frozen.sources import Source

BLOCK_BYTES = 512 * 1024
# One row must fit in a block: a line of an item file has at most 4 MB, quotes may double it.
CONTENT_BLOCK_BYTES = 9 * 1024 * 1024


def copied_batches(path: Path, source: Source) -> Iterator[pa.RecordBatch]:
    """A source's rows, in blocks of a few megabytes, in their order."""
    size = CONTENT_BLOCK_BYTES if source.is_content else BLOCK_BYTES
    yield from copied_blocks(path, source.schema, block_bytes=size)
