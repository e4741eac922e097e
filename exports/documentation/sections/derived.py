"""What training and perspectivist formats are in the dataset, and how they were made."""

from collections.abc import Sequence

from exports.derived import FORMATS, Made
from exports.derived.training.base import MODE_WORDS
from exports.documentation.dataset import Dataset
from exports.documentation.markdown import bullets, grid, one_line, section


def derived_files(dataset: Dataset) -> str:
    """Every derived file with what it is; "" where there are none."""
    if not dataset.derived:
        return ""
    rows = [
        (
            f"`{made.path.name}`",
            "" if made.rows is None else f"{made.rows:,}",
            what_it_is(made),
        )
        for made in dataset.derived
    ]
    return section(
        "Derived formats",
        "These files are made from the tables above, for trainers and other tools; they hold "
        "nothing else. What was left out of one is counted in the file of its name that ends in "
        "`.json`.",
        grid(["file", "rows", "what it is"], rows),
        bullets(what_rows_are(dataset.derived)),
    )


def what_it_is(made: Made) -> str:
    format = FORMATS[made.key]
    if made.is_bounds:
        what = "row by row, what rules removed" if made.rows else "what rules removed, and of whom"
        return f"{format.label}: {what}"
    if made.is_sidecar:
        return f"{format.label}: who said what, line by line beside its rows"
    if made.rows is None:
        return f"{format.label}: how it was made, or how to set up the tool"
    return one_line(f"{format.label}: {format.description}")


def what_a_row_is(made: Made) -> str:
    """For rows of a training format, whether they are single judgments; "" for others."""
    return MODE_WORDS[made.mode] if made.split and made.mode else ""


def what_rows_are(derived: Sequence[Made]) -> list[str]:
    """Once for each format and mode, what a row stands for."""
    kinds = dict.fromkeys((made.key, made.mode) for made in derived if made.mode)
    return [f"`{key}`, mode `{mode}`: {MODE_WORDS[mode]}" for key, mode in kinds]
