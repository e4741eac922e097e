"""Lines of a binary file, none of them held when it is too long."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from annotation.item_formats.base import megabytes

CHUNK = 64 * 1024


class TextLine(NamedTuple):
    """A decoded line with its number from 1, or the problem that kept it from being decoded."""

    number: int
    text: str
    problem: str = ""


def text_lines(file: BinaryIO, longest: int) -> Iterator[TextLine]:
    """The file's lines as UTF-8 text; a line over `longest` bytes is skipped and reported."""
    number = 0
    while raw := file.readline(longest + 1):
        number += 1
        if len(raw) > longest and not raw.endswith(b"\n"):
            skip_rest_of_line(file)
            yield TextLine(
                number, "", f"This line is longer than {megabytes(longest)}, the limit for one."
            )
            continue
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        try:
            yield TextLine(number, raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            place = f"byte {error.start + 1} is 0x{raw[error.start]:02x}"
            yield TextLine(number, "", f"This line is not valid UTF-8 ({place}).")


def skip_rest_of_line(file: BinaryIO) -> None:
    while chunk := file.readline(CHUNK):
        if chunk.endswith(b"\n"):
            return
