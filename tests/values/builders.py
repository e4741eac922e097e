"""Corpora and labelled samples whose values are known: words decide."""

from collections.abc import Callable, Sequence
from typing import Any

from accounts.enums import Role
from accounts.models import User
from annotation.enums import JobState
from annotation.models import Campaign, Item, ItemImport, Judgment
from annotation.services.campaigns import open_campaign
from annotation.services.imports import import_items
from annotation.services.jobs import run_job
from tests.factories import (
    AGE_QUESTION,
    import_lines,
    judge,
    make_campaign,
    make_user,
    serve,
    take_part,
)
from values.models import Audit
from values.services.auditing import Parameters, make_audit, request_audit
from values.services.sampling import draw_sample

WORDS = ("lamp", "river", "stone", "window", "paper", "garden", "wheel", "cloud", "market", "song")
KIND = "gentle kindness, kindly given with a gentle heart"
FAIR = "equal justice before an equal and just law"
BY_AGE = {
    "questions": [AGE_QUESTION],
    "strata": [
        {"key": "young", "where": {"age": ["young"]}, "target": 5},
        {"key": "old", "where": {"age": ["old"]}, "target": 5},
    ],
}
Says = Callable[[str, int], dict[str, int]]


def text_of(number: int, *said: str) -> str:
    noise = [WORDS[(number * step) % len(WORDS)] for step in (1, 3, 7)]
    return " ".join([*noise, *said])


def corpus_lines(pairs: int) -> list[dict[str, Any]]:
    """Pairs whose chosen text speaks of kindness in every one and whose rejected one in every
    fourth; of justice speaks every other text on both sides."""
    lines = []
    for number in range(pairs):
        fair = [FAIR] if number % 2 else []
        sides = {
            "chosen": text_of(number, KIND, *fair),
            "rejected": text_of(number + 1, *([KIND] if number % 4 == 0 else []), *fair),
        }
        order = sorted(sides, reverse=bool(number % 2))
        lines.append(
            {
                "id": f"p{number}",
                "prompt": f"Tell me something, {number}.",
                "responses": [
                    {"id": f"r{place}", "text": sides[side], "metadata": {"side": side}}
                    for place, side in enumerate(order, start=1)
                ],
                "language": "en",
            }
        )
    return lines


def corpus(pairs: int = 40, owner: User | None = None, **parts: Any) -> Campaign:
    campaign = make_campaign(owner or make_user(Role.RESEARCHER), **parts)
    job = import_lines(campaign, corpus_lines(pairs))
    assert job.state == JobState.DONE, [one.message for one in job.problems.all()]
    return campaign


def what_the_words_say(text: str, person: int) -> dict[str, int]:
    """Kindness where it is named; justice too, but the last person never sees it."""
    said = {}
    if KIND in text:
        said["empathy-helpfulness"] = 2
    if FAIR in text and person < 2:
        said["justice-rights"] = 1
    return said


def labelled_sample(
    source: Campaign,
    size: int = 60,
    people: int = 3,
    says: Says = what_the_words_say,
    slug: str = "labels",
    seed: int = 1,
) -> Campaign:
    """A sample of the corpus drawn, opened and labelled by everybody through the task type."""
    sample, item_import = draw_sample(
        source,
        slug=slug,
        title="Labels",
        size=size,
        seed=seed,
        people=people,
        taxonomy=None,
        drawn_by=source.owner,
    )
    run_job(ItemImport, item_import.pk, import_items)
    campaign = open_campaign(sample.campaign)
    for person in range(people):
        seat = take_part(campaign)
        for _text in range(sample.size):
            assignment = serve(seat)
            text = Item.objects.get(pk=assignment.item_id).responses.get().content
            judge(assignment, {"values": {"values": says(text, person)}})
    return campaign


def audit_of(source: Campaign, labels: Campaign, **parameters: Any) -> Audit:
    """An audit made here and now, as a worker would make it."""
    sides = parameters.pop("sides", "")
    audit = request_audit(
        source,
        labels,
        sides=sides,
        parameters=Parameters(**parameters),
        requested_by=source.owner,
    )
    return run(audit)


def run(audit: Audit) -> Audit:
    run_job(Audit, audit.pk, make_audit)
    audit.refresh_from_db()
    return audit


def judged_by(
    source: Campaign, prefers: Callable[[Item, Sequence[str]], str | None], ages: Sequence[str]
) -> list[Judgment]:
    """People of these ages judge every pair that is served to them; None is a tie."""
    found = []
    for age in ages:
        seat = take_part(source, age=age)
        for _item in range(source.items.count()):
            assignment = serve(seat)
            preferred = prefers(assignment.item, assignment.presented_order)
            answer = {"preferred": preferred, "strength": 2} if preferred else {"outcome": "tie"}
            found.append(judge(assignment, {"overall": answer}))
    return found
