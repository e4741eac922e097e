"""The RAI properties of Croissant: how data on people was collected, in sentences from the data."""

from collections.abc import Iterator
from typing import Any

from annotation.enums import Paradigm
from exports.documentation.cells import number_text
from exports.documentation.dataset import Dataset, Part
from exports.documentation.figures import demographics_of
from exports.documentation.sections.answering import position_bias, short_strata
from exports.documentation.stated import NOT_STATED
from exports.documentation.wording import counted

PARADIGMS = {
    Paradigm.DESCRIPTIVE: "People were asked for their own view (descriptive annotation).",
    Paradigm.PRESCRIPTIVE: "People were asked to apply a guideline (prescriptive annotation).",
}


def responsible_ai(dataset: Dataset) -> dict[str, Any]:
    """Every property that the data or the researchers have something to say on."""
    parts = dataset.parts
    found: dict[str, Any] = {
        "rai:dataCollection": " ".join(collection(part) for part in parts),
        "rai:dataCollectionType": ["Crowdsourced Human Annotation"],
        "rai:dataCollectionMissingData": " ".join(missing(part) for part in parts),
        "rai:dataCollectionTimeFrame": time_frame(parts),
        "rai:dataAnnotationProtocol": [line for part in parts for line in protocol(part)],
        "rai:dataAnnotationPlatform": [f"Variorum {dataset.snapshot.software_version}"],
        "rai:dataAnnotationAnalysis": [
            "None: every annotator's judgment is released as it was given, disagreement included."
        ],
        "rai:annotationsPerItem": "; ".join(per_item(part) for part in parts),
        "rai:annotatorDemographics": [
            line for part in parts for line in demographics(dataset, part)
        ],
        "rai:dataUseCases": stated(dataset, "uses"),
        "rai:dataLimitations": [*stated(dataset, "limits"), *(gaps(part) for part in parts)],
        "rai:dataBiases": [line for part in parts for line in biases(part)],
        "rai:personalSensitiveInformation": sensitive(dataset),
        "rai:dataReleaseMaintenancePlan": " ".join(stated(dataset, "maintenance")),
    }
    return {key: value for key, value in found.items() if value}


def plain(text: str) -> str:
    """Without the marks of Markdown."""
    return text.replace("`", "").replace("*", "")


def stated(dataset: Dataset, key: str) -> list[str]:
    words = [one.about[key] for one in dataset.frame.campaigns if one.about.get(key)]
    return words or [plain(NOT_STATED)]


def collection(part: Part) -> str:
    about, facts = part.campaign.about, part.facts
    recruitment = about.get("recruitment") or plain(NOT_STATED)
    pay = about.get("pay") or plain(NOT_STATED)
    return (
        f"{part.campaign.slug}: {counted(facts.people, 'person', 'people')} gave "
        f"{counted(facts.judgments, 'judgment')} on {counted(facts.items, 'item')} in a browser. "
        f"Recruitment: {recruitment} Pay: {pay}"
    )


def missing(part: Part) -> str:
    wanted = sum(one.wanted for one in part.facts.strata)
    nobody = sum(one.open for one in part.facts.strata)
    return (
        f"{part.campaign.slug}: of {counted(wanted, 'judgment')} wanted, "
        f"{counted(nobody, 'place')} are open (assignments, never_served); answers about people "
        "are null where they were declined, not asked or not released."
    )


def time_frame(parts: list[Part]) -> list[str]:
    periods = [part.counts.period for part in parts if part.counts.period]
    if not periods:
        return []
    first, last = min(one[0] for one in periods), max(one[1] for one in periods)
    return [f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in (first, last)]


def protocol(part: Part) -> Iterator[str]:
    campaign = part.campaign
    yield PARADIGMS[Paradigm(campaign.paradigm)]
    criteria = "; ".join(f"{one['key']}: {one['label']}" for one in campaign.criteria)
    yield f"Task type {campaign.task_type}; criteria: {criteria}"
    yield (
        f"Items were assigned by the strategy {campaign.strategy}, the order of responses "
        "counterbalanced within item and stratum; models were hidden."
    )
    for one in campaign.guidelines[-1:]:
        yield f"Guideline, version {one.version}: {one.text or '(empty)'}"


def per_item(part: Part) -> str:
    strata = ", ".join(f"{one.target_per_item} from {one.key}" for one in part.facts.strata)
    return f"{part.campaign.slug}: wanted {strata}" if strata else f"{part.campaign.slug}: none"


def demographics(dataset: Dataset, part: Part) -> Iterator[str]:
    population = part.campaign.about.get("population") or plain(NOT_STATED)
    yield f"{part.campaign.slug}, reference population: {population}"
    for one in demographics_of(dataset, part):
        counts = ", ".join(
            f"{option}: {number_text(number)}" for option, number in one.people.items()
        )
        yield (
            f"{part.campaign.slug}, {one.question.column} ({one.question.label}), people: "
            f"{counts}, nothing released: {number_text(one.silent)}"
        )


def gaps(part: Part) -> str:
    return f"{part.campaign.slug}: " + plain(
        " ".join(short_strata(part)) or "no items, so nothing was wanted."
    )


def biases(part: Part) -> Iterator[str]:
    if not part.campaign.about.get("population"):
        yield (
            f"{part.campaign.slug}: no reference population is stated; the people stand for "
            "themselves."
        )
    for line in position_bias(part):
        yield f"{part.campaign.slug}: {plain(line)}"


def sensitive(dataset: Dataset) -> list[str]:
    asked = ", ".join(question.label for question in dataset.frame.questions)
    choices = dataset.profile.choices
    lines = [
        "Annotators appear under pseudonyms; their accounts and addresses are in no file.",
        f"Release profile {choices.profile}; free text: {choices.text}; "
        f"k-anonymity over {', '.join(one.question for one in choices.identifying) or 'nothing'}"
        f" with k = {choices.k}.",
    ]
    if asked:
        lines.append(f"Answers about people, where they agreed to release them: {asked}")
    return lines
