"""Numbers, moments and columns in words."""

from datetime import date

from exports.tables import Column


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def between_days(first: date, last: date) -> str:
    """A period in words, by its days."""
    begun, ended = f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"
    return f"on {begun}" if begun == ended else f"from {begun} to {ended}"


def verb(number: int, form: str) -> str:
    """A verb after a count: 1 judgment supersedes, 2 judgments supersede."""
    if number == 1:
        return form
    return {"was": "were"}.get(form, form.removesuffix("s"))


def field_words(column: Column) -> str:
    """What a column says, with its values and what nothing means in it."""
    parts = [column.question, column.description]
    parts += [f"Values: {column.values}."] if column.values else []
    parts += [f"Null: {column.null}."] if column.null else []
    return " ".join(part for part in parts if part)
