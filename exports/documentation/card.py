"""README.md: the dataset card, its sections written from the data."""

from annotation.enums import AssignmentStatus, Paradigm
from annotation.task_types import task_type_of
from exports.documentation.dataset import Dataset
from exports.documentation.front_matter import front_matter
from exports.documentation.markdown import bullets, grid, one_line, quoted, section
from exports.documentation.reading import how_to_read
from exports.enums import Pseudonyms
from exports.frozen.frame import Facts, FrozenCampaign

PARADIGMS = {
    Paradigm.DESCRIPTIVE: (
        "**Descriptive**: people were asked for their own view. Disagreement between them is "
        "data, not noise."
    ),
    Paradigm.PRESCRIPTIVE: (
        "**Prescriptive**: people were asked to apply the guideline below. Disagreement can mean "
        "that the guideline leaves room, that an item is ambiguous, or a slip; the data does not "
        "decide which."
    ),
}
PSEUDONYM_WORDS = {
    Pseudonyms.PER_RELEASE: (
        "Annotators' names are made with a secret of this release alone: they join the tables of "
        "this snapshot, and tell nothing about other releases or campaigns."
    ),
    Pseudonyms.STABLE: (
        "Annotators' names are the same in every release that uses stable names: whoever holds "
        "several can follow a person through them. Handle with the care this asks for."
    ),
}


def dataset_card(dataset: Dataset) -> str:
    """The whole card as Markdown under its YAML."""
    frame = dataset.frame
    parts = [
        front_matter(dataset),
        f"# {one_line(', '.join(campaign.title for campaign in frame.campaigns))}",
        what_it_is(dataset),
    ]
    for campaign, facts in zip(frame.campaigns, frame.facts, strict=True):
        of = f" in `{campaign.slug}`" if len(frame.campaigns) > 1 else ""
        parts += [
            how_people_were_asked(campaign, of),
            who_judged(dataset, campaign, facts, of),
            consent(campaign, of),
            known_gaps(campaign, facts, of),
        ]
    parts += [table_descriptions(dataset), how_to_read(dataset.snapshot.format)]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def what_it_is(dataset: Dataset) -> str:
    frame, snapshot = dataset.frame, dataset.snapshot
    collected = [
        f"{counted(facts.judgments, 'judgment')} of language-model outputs by "
        f"{counted(facts.people, 'person', 'people')} on {counted(facts.items, 'item')}, "
        f"collected with Variorum in the campaign `{campaign.slug}`, as everything stood "
        f"at {frame.as_of}."
        for campaign, facts in zip(frame.campaigns, frame.facts, strict=True)
    ]
    return section(
        "What this is",
        *collected,
        "**Nothing is aggregated.** No table holds a majority label, a score or a consensus: "
        "each row of `judgments` is what one person said at one time, and every row that was "
        "ever submitted is here, unless its author has withdrawn since.",
        bullets(
            [
                *(
                    f"Version {one.version} of `{one.slug}`: "
                    f"{task_type_of(one.task_type).label} (`{one.task_type}`)"
                    for one in frame.campaigns
                ),
                f"Schema version {snapshot.schema_version}, Variorum {snapshot.software_version}",
                "Every file's size and SHA-256: `MANIFEST.json`",
                "Every column's type and meaning: `data_dictionary.csv`",
            ]
        ),
        one_line(snapshot.note),
        PSEUDONYM_WORDS[Pseudonyms(snapshot.pseudonyms)],
    )


def how_people_were_asked(campaign: FrozenCampaign, of: str) -> str:
    criteria = grid(
        ["criterion", "label"],
        [(f"`{one['key']}`", one_line(one["label"])) for one in campaign.criteria],
    )
    guidelines = [
        f"### Guideline, version {guideline.version} ({guideline.created_at})\n\n"
        + (quoted(guideline.text) if guideline.text else "(empty)")
        for guideline in campaign.guidelines
    ]
    return section(
        f"How people were asked{of}",
        PARADIGMS[Paradigm(campaign.paradigm)],
        criteria,
        f"Items were assigned by the strategy `{campaign.strategy}`; the order of responses was "
        "randomised and counterbalanced within each item and stratum, and is in "
        "`presented_order`. Annotators saw neither model names nor each other's judgments. "
        f"A share of {campaign.repeat_rate:g} of the showings were silent repeats of an earlier "
        "item in reversed order (`is_repeat`).",
        *guidelines,
    )


def who_judged(dataset: Dataset, campaign: FrozenCampaign, facts: Facts, of: str) -> str:
    strata = grid(
        [
            *("stratum", "people", "target per item", "judgments wanted", "submitted"),
            *("under way", "open", "reached"),
        ],
        [
            (
                f"`{one.key}`",
                *(one.people, one.target_per_item, one.wanted, one.submitted),
                *(one.leased, one.open, share(one.submitted, one.wanted)),
            )
            for one in facts.strata
        ],
    )
    questions = bullets(
        f"`{question.column}`: {one_line(question.label)} "
        f"({', '.join(f'`{key}`' for key in question.options)})"
        for question in dataset.frame.questions
    )
    return section(
        f"Who judged{of}",
        "Annotator strata, what the design wanted of each, and what was reached. Judgments count "
        "once for each item and person here; repeats and superseded judgments do not.",
        strata,
        "What people were asked about themselves; every question could be declined."
        if questions
        else "People were not asked about themselves.",
        questions,
    )


def consent(campaign: FrozenCampaign, of: str) -> str:
    parts = []
    for document in campaign.consents:
        purposes = bullets(
            f"`{purpose['key']}` ({'required' if purpose['required'] else 'optional'}): "
            f"{one_line(purpose['label'])}"
            for purpose in document.purposes
        )
        parts.append(f"### Consent text, version {document.version}")
        parts.append(quoted(document.text) if document.text else "(empty)")
        parts.append(f"Purposes:\n\n{purposes}" if purposes else "")
    return section(
        f"What people agreed to{of}",
        "An answer about a person is in `annotators` only where the person's last word on this "
        "consent covers its purpose. Whatever you do with the data, the purposes bind you too.",
        *parts,
    )


def table_descriptions(dataset: Dataset) -> str:
    rows = []
    for table in dataset.tables:
        names = [f"`{file.name}`" for file in dataset.files_of(table.name)]
        files = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        rows.append((f"`{table.name}`", files, dataset.rows_of(table.name), table.description))
    return section(
        "Tables",
        grid(["table", "file", "rows", "what it holds"], rows),
        "All tables join on `item_id`, `response_id`, `annotator_id`, `judgment_id` and "
        "`assignment_id`; `annotators` of several campaigns join on `campaign` besides.",
    )


def known_gaps(campaign: FrozenCampaign, facts: Facts, of: str) -> str:
    statuses = facts.assignments_by_status
    still_open = sum(stratum.open for stratum in facts.strata)
    gaps = [
        f"{counted(facts.items_without_judgment, 'item')} without any judgment.",
        f"{counted(still_open, 'place')} of the design that nobody fills (`never_served`), "
        f"{statuses.get(AssignmentStatus.LEASED, 0)} being answered at the as-of moment.",
        f"{statuses.get(AssignmentStatus.SKIPPED, 0)} skipped, "
        f"{statuses.get(AssignmentStatus.RELEASED, 0)} given back, "
        f"{statuses.get(AssignmentStatus.EXPIRED, 0)} lapsed assignments.",
        f"{counted(facts.superseded, 'judgment')} that supersede an earlier one; both are "
        "included, `is_final` tells the last.",
        f"{counted(facts.repeats, 'judgment')} on repeats; {facts.after_lease} accepted after "
        "the time for the item had run out (`flags`).",
        "A null in `annotators` does not tell whether a person rather not said, was not asked, "
        "or did not agree to release the answer.",
    ]
    if any(stratum.key for stratum in facts.strata) and len(facts.strata) > 1:
        gaps.append(
            "`annotator_stratum` is null for people who did not agree to release the answers "
            "that strata are made of. Sums over `coverage` include them, and may let their "
            "stratum be inferred: do not try."
        )
    return section(f"Known gaps{of}", bullets(gaps))


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
