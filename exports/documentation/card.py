"""README.md: the dataset card, its sections written from the data."""

from exports.documentation.dataset import Dataset
from exports.documentation.front_matter import front_matter
from exports.documentation.markdown import one_line
from exports.documentation.reading import how_to_read
from exports.documentation.sections.answering import known_gaps, quality, what_people_answered
from exports.documentation.sections.asking import coverage, how_people_were_asked
from exports.documentation.sections.bounds import bounds, risks_and_benefits
from exports.documentation.sections.derived import derived_files
from exports.documentation.sections.people import consent, who_judged
from exports.documentation.sections.purpose import uses, what_it_is, why
from exports.documentation.sections.release import release_choices, table_descriptions, upkeep


def dataset_card(dataset: Dataset) -> str:
    """The whole card as Markdown under its YAML."""
    titles = ", ".join(campaign.title for campaign in dataset.frame.campaigns)
    parts = [front_matter(dataset), f"# {one_line(titles)}", what_it_is(dataset)]
    for part in dataset.parts:
        parts += [
            why(part),
            who_judged(dataset, part),
            consent(part),
            how_people_were_asked(part),
            coverage(part),
            what_people_answered(part),
            quality(part),
            known_gaps(part),
            uses(part),
        ]
        parts += [risks_and_benefits(part)]
    parts += [
        bounds(dataset),
        release_choices(dataset),
        table_descriptions(dataset),
        derived_files(dataset),
        how_to_read(dataset),
        upkeep(dataset),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"
