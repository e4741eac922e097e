"""Small pieces of Markdown that hold whatever people wrote."""

import re
from collections.abc import Iterable, Sequence


def quoted(text: str) -> str:
    """A text as it was written, fenced with more backticks than it holds in a row."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def block_quote(text: str) -> str:
    """Prose as somebody wrote it, its lines kept and nothing in it read as markup."""
    lines = (one_line(line) for line in text.splitlines())
    return "\n".join(f"> {line}".rstrip() for line in lines)


def one_line(text: object) -> str:
    """A text inside a sentence, list or table: one line, nothing in it read as markup."""
    plain = " ".join(str(text).split())
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", plain)


def grid(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def section(title: str, *parts: str) -> str:
    return "\n\n".join([f"## {title}", *(part for part in parts if part)])


def figure(name: str, words: str) -> str:
    """A figure of the folder with words for those who do not see it, and where its numbers are."""
    return f"![{words}]({name}.svg)\n\nThe numbers of this figure: `{name}.csv`."
