"""Short lists that people write into a text box, one entry a line."""

import json
import re

QUOTED = r'"(?:[^"\\]|\\.)*"'
# A name, a colon, the rest; names and values with a comma, colon or quote in them are quoted.
LINE = re.compile(rf"\s*({QUOTED}|[^:\"]+?)\s*:\s*(.*)")
VALUE = re.compile(rf"\s*({QUOTED}|[^,\"][^,]*|)\s*(?:,|$)")
NEEDS_QUOTES = re.compile(r'[,:"\\]|^\s|\s$|^$')


def parse_options(text: str) -> list[dict[str, str]]:
    """`key = label` a line as options; a line without `=` is key and label in one."""
    options = []
    for line in filled_lines(text):
        key, separator, label = line.partition("=")
        options.append({"key": key.strip(), "label": label.strip() if separator else key.strip()})
    return options


def write_options(options: list[dict[str, str]]) -> str:
    """Options as `parse_options` reads them."""
    return "\n".join(
        option["key"]
        if option["label"] == option["key"]
        else f"{option['key']} = {option['label']}"
        for option in options
    )


def parse_where(text: str) -> dict[str, list[str]]:
    """`question: option, option` a line as a stratum's definition.

    Raises ValueError with the line that does not read so.
    """
    where: dict[str, list[str]] = {}
    for line in filled_lines(text):
        found = LINE.fullmatch(line)
        key = unquoted(found[1], line) if found else ""
        values = values_in(found[2], line) if found else []
        if not key or not values or key in where:
            raise ValueError(line)
        where[key] = values
    return where


def write_where(where: dict[str, list[str]]) -> str:
    """A definition as `parse_where` reads it."""
    return "\n".join(
        f"{quoted(key)}: {', '.join(quoted(value) for value in values)}"
        for key, values in where.items()
    )


def parse_targets(text: str) -> dict[str, str]:
    """`item stratum: number` a line, numbers as written; raises ValueError with a wrong line."""
    targets: dict[str, str] = {}
    for line in filled_lines(text):
        key, separator, number = (part.strip() for part in line.partition(":"))
        if not separator or not key or not number or key in targets:
            raise ValueError(line)
        targets[key] = number
    return targets


def write_targets(targets: dict[str, int]) -> str:
    """Targets as `parse_targets` reads them."""
    return "\n".join(f"{key}: {target}" for key, target in targets.items())


def values_in(text: str, line: str) -> list[str]:
    """What stands between commas; nothing between two of them is nothing."""
    values, place = [], 0
    while place < len(text):
        found = VALUE.match(text, place)
        if found is None:
            raise ValueError(line)
        if found[1].strip():
            values.append(unquoted(found[1].strip(), line))
        place = found.end()
    return values


def quoted(text: str) -> str:
    """As it stands, or as a JSON string where it would read otherwise."""
    if text.isprintable() and not NEEDS_QUOTES.search(text):
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def unquoted(text: str, line: str) -> str:
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except ValueError:
        raise ValueError(line) from None


def filled_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
