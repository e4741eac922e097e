"""What was chosen for this release, what its tables are, and whom to ask."""

from exports.documentation.dataset import Dataset
from exports.documentation.markdown import bullets, grid, one_line, section
from exports.documentation.stated import NOT_STATED, author_line, authors, named_authors
from exports.enums import FreeText, Pseudonyms, ReleaseProfile
from exports.profiles.choices import Recoding

PROFILES = {
    ReleaseProfile.FULL: (
        "**Full**: for those who run the campaign. Every answer whose release people agreed to is "
        "in it as it was given."
    ),
    ReleaseProfile.RESEARCH: (
        "**Research**: for researchers who agreed to terms. Answers about people leave as chosen "
        "below."
    ),
    ReleaseProfile.PUBLIC: (
        "**Public**: for everybody. Only the questions named below are released of people, and "
        "moments are days."
    ),
}
PSEUDONYM_WORDS = {
    Pseudonyms.PER_RELEASE: (
        "Annotators' names are made with a secret of this release alone: they join the tables of "
        "this snapshot and of no other. Whoever holds two releases of one campaign can still lay "
        "them on top of each other by judgment ids and answers."
    ),
    Pseudonyms.STABLE: (
        "Annotators' names are the same in every release that uses stable names: whoever holds "
        "several can follow a person through them. Handle with the care this asks for."
    ),
}
TEXTS = {
    FreeText.INCLUDED: "Free text (reasons, notes) is included as people wrote it.",
    FreeText.EXCLUDED: "Free text (reasons, notes) is left out.",
    FreeText.REVIEWED: "Free text (reasons, notes) is included as a reviewer has passed it; what "
    "nobody has reviewed is left out.",
}


def release_choices(dataset: Dataset) -> str:
    choices = dataset.profile.choices
    lines = [
        PROFILES[ReleaseProfile(choices.profile)],
        PSEUDONYM_WORDS[Pseudonyms(dataset.snapshot.pseudonyms)],
        TEXTS[FreeText(choices.text)],
    ]
    if choices.identifying:
        shared = (
            f"every combination of answers to them is shared by at least {choices.k} people "
            "(k-anonymity), single answers being left out where needed"
            if choices.k
            else "they are released without a bound on how rare a combination may be"
        )
        named = ", ".join(f"`{one.question}`" for one in choices.identifying)
        lines.append(f"Questions by which people may be recognised: {named}; {shared}.")
    lines += [recoded(one) for one in choices.identifying if one.groups]
    if choices.withheld:
        withheld = ", ".join(f"`{one}`" for one in choices.withheld)
        lines.append(f"Questions that are not released: {withheld}.")
    lines.append(
        f"This card tells no number of people below {dataset.least}."
        if dataset.least > 1
        else "This card tells every number, however small."
    )
    lines.append(withdrawn(dataset))
    return section("What was chosen for this release", bullets(lines))


def withdrawn(dataset: Dataset) -> str:
    texts = [text for campaign in dataset.frame.campaigns for text in campaign.consents]
    return "Of people who have withdrawn by the time it was made there is nothing in it" + (
        ", but for judgments that the consent they gave lets stay as nobody's."
        if any(text.keeps_judgments for text in texts)
        else "."
    )


def recoded(one: Recoding) -> str:
    groups = "; ".join(
        f"`{group.key}` ({one_line(group.label)}) stands for "
        + ", ".join(f"`{option}`" for option in group.options)
        for group in one.groups
    )
    return f"Answers to `{one.question}` are joined: {groups}."


def table_descriptions(dataset: Dataset) -> str:
    rows = [
        (
            f"`{table.name}`",
            f"`{dataset.pattern_of(table.name)}`",
            f"{dataset.rows_of(table.name):,}",
            table.description,
        )
        for table in dataset.tables
        if dataset.files_of(table.name)
    ]
    return section(
        "Tables",
        grid(["table", "file", "rows", "what it holds"], rows),
        "All tables join on `item_id`, `response_id`, `annotator_id`, `judgment_id` and "
        "`assignment_id`; `annotators` of several campaigns join on `campaign` besides. A `*` "
        "stands for the numbers of a table's several files.",
    )


def upkeep(dataset: Dataset) -> str:
    """Versions, citation and contact, of all campaigns together."""
    frame = dataset.frame
    contacts = list(
        dict.fromkeys(one.about["contact"] for one in frame.campaigns if one.about.get("contact"))
    )
    plans = [
        one_line(one.about["maintenance"])
        for one in frame.campaigns
        if one.about.get("maintenance")
    ]
    addresses = [one.about["url"] for one in frame.campaigns if one.about.get("url")]
    people = authors(dataset)
    return section(
        "Versions, citation and contact",
        bullets(
            [
                f"Version {dataset.version}, as of {frame.as_of}. Exporting the same moment again "
                "gives the same bytes. People may withdraw later: ask whether there is a newer "
                "version without them before you pass this one on.",
                f"Upkeep: {' '.join(plans) or NOT_STATED}",
                f"Contact: {', '.join(map(one_line, contacts)) or NOT_STATED}",
                *(f"Web: <{address}>" for address in addresses),
                f"Authors: {'; '.join(map(author_line, people)) or NOT_STATED}",
                f"Cite as: {one_line(citation(dataset))}",
            ]
        ),
    )


def citation(dataset: Dataset) -> str:
    year = dataset.frame.as_of[:4]
    titles = ", ".join(one.title for one in dataset.frame.campaigns)
    return f"{named_authors(dataset)} ({year}): {titles}. Version {dataset.version}. Dataset."
