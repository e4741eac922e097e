"""What the dataset is and why it was collected."""

from annotation.task_types import task_type_of
from exports.documentation.dataset import Dataset, Part
from exports.documentation.markdown import bullets, one_line, section
from exports.documentation.stated import NOT_STATED, licenses, stated, unstated
from exports.documentation.wording import between_days, counted


def what_it_is(dataset: Dataset) -> str:
    snapshot = dataset.snapshot
    found = licenses(dataset)
    return section(
        "What this is",
        *(in_short(part, dataset) for part in dataset.parts),
        "**Nothing is aggregated.** No table holds a majority label, a score or a consensus: "
        "each row of `judgments` is what one person said at one time, and every row that was "
        "ever submitted is here, unless its author has withdrawn since. Where people differ, "
        "that is data.",
        bullets(
            [
                *(
                    f"Version {part.campaign.version} of `{part.campaign.slug}`: "
                    f"{task_type_of(part.campaign.task_type).label} "
                    f"(`{part.campaign.task_type}`)"
                    for part in dataset.parts
                ),
                "License: " + (", ".join(f"`{one}`" for one in found) if found else NOT_STATED),
                f"Schema version {snapshot.schema_version}, Variorum {snapshot.software_version}",
                "Every file's size and SHA-256: `MANIFEST.json`",
                "Every column's type and meaning: `data_dictionary.csv`",
                "The same for machines: `croissant.json`",
                "How to cite it: `CITATION.cff`",
            ]
        ),
        one_line(snapshot.note),
        "Numbers in this card are counted from the released tables unless another source is "
        "named with them. What the researchers state of the campaign is quoted as they wrote it; "
        "what they left open says so.",
    )


def in_short(part: Part, dataset: Dataset) -> str:
    facts, period = part.facts, part.counts.period
    between = f" They were given {between_days(*period)}." if period else ""
    return (
        f"{counted(facts.judgments, 'judgment')} of language-model outputs by "
        f"{counted(facts.people, 'person', 'people')} on {counted(facts.items, 'item')}, "
        f"collected with Variorum in the campaign `{part.campaign.slug}`, as everything stood "
        f"at {dataset.frame.as_of}.{between}"
    )


def why(part: Part) -> str:
    return section(
        f"Why it was collected{part.of}",
        stated(part, "summary"),
        "### Where prompts and responses come from",
        stated(part, "items"),
        languages(part),
    )


def languages(part: Part) -> str:
    tags = part.facts.languages
    if not tags:
        return "The item file names no languages."
    named = ", ".join(f"`{tag}`" for tag in tags)
    return f"Languages of the items, as the item file names them: {named}."


def uses(part: Part) -> str:
    return section(
        f"Uses and limits{part.of}",
        "### What it is meant for",
        stated(part, "uses"),
        "### What it must not be used for, or cannot show",
        stated(part, "limits"),
        "Whatever you do with it, the purposes that people agreed to bind you too. Do not try to "
        "recognise anybody, and do not take what a few people of a group said for the view of "
        "that group.",
    )


def unsaid(part: Part) -> str:
    missing = unstated(part.campaign)
    if not missing:
        return ""
    return f"The researchers have not stated: {', '.join(missing)}."
