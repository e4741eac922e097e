"""People counted in SQL for the preview, against the people that a snapshot then releases."""

from typing import Any

import pytest

from accounts.models import Consent, Profile
from annotation.models import Campaign
from exports.frozen.shelf import read_frame
from exports.models import Snapshot
from exports.profiles.choices import Choices, Recoding
from exports.profiles.people import ReleasedPeople
from exports.selectors.people_counts import answered_questions, population_of
from exports.selectors.previews import preview_of
from exports.services.ledger import record_withdrawal
from tests.exports.builders import (
    ALL_PURPOSES,
    CONSENT,
    QUESTIONS,
    Built,
    pairwise_campaign,
    seat_for,
    snapshot_of,
)
from tests.factories import judge, open_with_items, serve

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = ("age", "tongues")
BOTH = tuple(Recoding(key) for key in KEYS)


def released(*campaigns: Campaign) -> dict[Any, Any]:
    """The population that the engine freezes, as a profile reads it."""
    snapshot: Snapshot = snapshot_of(campaigns[0], campaigns=campaigns[1:])
    frame = read_frame(snapshot.moment)
    people = ReleasedPeople(snapshot, frame, Choices("public", "excluded", 2, BOTH))
    return {one: dict(counts) for one, counts in people.population.counts.items()}


def counted(*campaigns: Campaign) -> dict[Any, Any]:
    population = population_of(campaigns, KEYS)
    return {one: dict(counts) for one, counts in population.counts.items()}


def change_answers(built: Built, name: str, answers: dict[str, Any]) -> Profile:
    seat = built.seats[name]
    return Profile.objects.create(
        annotator=seat.annotator,
        questionnaire=seat.profile.questionnaire,
        series=seat.profile.series,
        version=seat.profile.version + 1,
        answers=answers,
    )


def test_only_answers_with_consent_are_counted():
    built = pairwise_campaign()
    assert counted(built.campaign) == {
        (built.campaign.pk,): {
            (("young",), ("en", "hi")): 1,
            (None, ("en",)): 1,
            (("old",), None): 1,
        }
    }
    assert counted(built.campaign) == released(built.campaign)


def test_a_changed_answer_counts_in_neither_version_once_somebody_judged_with_it():
    built = pairwise_campaign()
    before = counted(built.campaign)
    changed = change_answers(built, "ben", {"age": ["old"], "tongues": ["hi"]})
    # Nobody has judged with it yet, so it is in no data.
    assert counted(built.campaign) == before == released(built.campaign)
    seat = built.seats["ben"]
    seat.profile = changed
    seat.save(update_fields=["profile"])
    assignment = seat.annotator.assignments.get(status="leased")
    judge(assignment, {"overall": {"outcome": "tie"}})
    assert counted(built.campaign) == released(built.campaign)


def test_taking_consent_back_and_withdrawing_are_counted_at_once():
    built = pairwise_campaign()
    ada, cy = built.annotator("ada"), built.annotator("cy")
    Consent.objects.create(
        annotator=ada, document=built.campaign.consent_document, purposes=["research"]
    )
    record_withdrawal(cy.pk)
    assert counted(built.campaign) == {(built.campaign.pk,): {(None, None): 1, (None, ("en",)): 1}}
    assert counted(built.campaign) == released(built.campaign)


def test_people_of_two_campaigns_are_counted_apart():
    one, other = pairwise_campaign(), pairwise_other()
    assert set(counted(one.campaign, other.campaign)) == {
        (one.campaign.pk,),
        (other.campaign.pk,),
    }
    assert counted(one.campaign, other.campaign) == released(one.campaign, other.campaign)


def pairwise_other() -> Built:
    built = Built(open_with_items(slug="other", questions=QUESTIONS, consent=CONSENT))
    built.seats["eve"] = seat_for(built.campaign, "eve", {"age": "old"}, ALL_PURPOSES)
    serve(built.seats["eve"])
    return built


def test_the_number_of_queries_does_not_depend_on_people(django_assert_num_queries: Any):
    built = pairwise_campaign()
    with django_assert_num_queries(3):
        population_of([built.campaign], KEYS)
    seat_for(built.campaign, "dora", {"age": "old"}, ALL_PURPOSES)
    with django_assert_num_queries(3):
        assert population_of([built.campaign], KEYS).people == 4


def test_options_are_counted_beside_their_questions():
    built = pairwise_campaign()
    found = answered_questions([built.campaign], population_of([built.campaign], KEYS))
    assert dict(found["tongues"].people) == {"en": 2, "hi": 1}
    assert dict(found["age"].people) == {"young": 1, "old": 1}
    assert found["age"].is_ordered
    assert not found["tongues"].is_ordered


def test_a_preview_shows_small_cells_and_what_is_blanked():
    built = pairwise_campaign()
    for number in range(3):
        seat_for(built.campaign, f"old{number}", {"age": "old"}, ALL_PURPOSES)
    preview = preview_of([built.campaign], Choices("public", "excluded", 3, BOTH))
    assert (preview.people, preview.combinations, preview.small_people) == (6, 3, 2)
    words = [[(one.answer, one.is_blanked) for one in cell.told] for cell in preview.small]
    assert sorted(words) == [
        [("English", True)],
        [("Under 40", True), ("English, हिन्दी", True)],
    ]
    # Two blanked people are too few to hide among each other: one of the old joins them.
    assert (preview.smallest, preview.total_blanked) == (3, 4)
