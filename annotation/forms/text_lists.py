"""Short lists that people write into a text box, one entry a line."""


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
        key, separator, rest = line.partition(":")
        options = [option.strip() for option in rest.split(",") if option.strip()]
        if not separator or not key.strip() or not options or key.strip() in where:
            raise ValueError(line)
        where[key.strip()] = options
    return where


def write_where(where: dict[str, list[str]]) -> str:
    """A definition as `parse_where` reads it."""
    return "\n".join(f"{key}: {', '.join(options)}" for key, options in where.items())


def filled_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
