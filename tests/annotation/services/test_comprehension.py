"""Questions about the guideline: two tries, then the campaign's word; never a judgment."""

import pytest

from accounts.errors import Unfit
from annotation.enums import NothingToServe
from annotation.errors import Conflict
from annotation.models import Assignment, ComprehensionTry, Judgment, ScreenOut, Stratum
from annotation.services.campaigns import change_campaign
from annotation.services.comprehension import try_comprehension
from annotation.services.rehearsing import read_back, rehearsal
from annotation.services.seats import return_lapsed_seats
from annotation.services.serving import next_assignment
from annotation.services.submissions import Submission
from tests.factories import AGE_QUESTION, AGE_STRATA, judge, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db
QUESTIONS = [
    {
        "key": "whose",
        "label": "Whose view counts?",
        "options": [{"key": "own", "label": "My own"}, {"key": "all", "label": "Most people's"}],
        "right": ["own"],
        "why": "The guideline asks for your own view.",
    },
    {
        "key": "may",
        "label": "What may you do?",
        "options": [
            {"key": "tie", "label": "Call a tie"},
            {"key": "skip", "label": "Skip"},
            {"key": "copy", "label": "Copy others"},
        ],
        "right": ["tie", "skip"],
    },
]
RIGHT = {"whose": "own", "may": ["skip", "tie"]}
WRONG = {"whose": "all", "may": ["tie"]}


def campaign_with(**rules):
    return open_with_items(
        2,
        questions=[AGE_QUESTION],
        strata=[{**AGE_STRATA[0], "quota": 1}],
        guideline="Your own view.",
        entry={"comprehension": {"questions": QUESTIONS, **rules}},
    )


def test_nothing_is_served_before_the_questions_are_answered():
    seat = take_part(campaign_with(), age="young")
    assert next_assignment(seat) == NothingToServe.COMPREHENSION
    tried = try_comprehension(seat, RIGHT)
    assert (tried.has_passed, tried.wrong, tried.tries_left) == (True, [], 0)
    judge(serve(seat))


def test_the_second_try_counts():
    seat = take_part(campaign_with(), age="young")
    tried = try_comprehension(seat, {**RIGHT, "may": ["tie"]})
    assert (tried.has_passed, tried.wrong, tried.tries_left) == (False, ["may"], 1)
    assert next_assignment(seat) == NothingToServe.COMPREHENSION
    assert try_comprehension(seat, RIGHT).has_passed
    rows = ComprehensionTry.objects.values_list("number", "right", "has_passed")
    assert list(rows) == [(1, 1, False), (2, 2, True)]


def test_failing_stops_and_the_seat_counts_for_nobody():
    campaign = campaign_with()
    seat = take_part(campaign, age="young")
    try_comprehension(seat, WRONG)
    tried = try_comprehension(seat, WRONG)
    assert (tried.is_stopped, tried.wrong) == (True, ["whose", "may"])
    assert Stratum.objects.get(campaign=campaign).seats_taken == 0
    assert next_assignment(seat) == NothingToServe.STOPPED
    assert return_lapsed_seats() == 0
    assert list(ScreenOut.objects.values_list("reason", "stratum__key", "count")) == [
        ("comprehension", "young", 1)
    ]
    take_part(campaign, age="young")
    with pytest.raises(Conflict, match="no further try"):
        try_comprehension(seat, RIGHT)


def test_a_campaign_may_let_people_go_on():
    seat = take_part(campaign_with(after_failing="go-on", tries=1), age="young")
    tried = try_comprehension(seat, WRONG)
    assert (tried.has_passed, tried.goes_on, tried.is_stopped) == (False, True, False)
    judge(serve(seat))


def test_as_many_as_the_campaign_needs_are_enough():
    seat = take_part(campaign_with(needed=1), age="young")
    assert try_comprehension(seat, {**WRONG, "whose": "own"}).has_passed


def test_an_open_question_uses_up_no_try():
    seat = take_part(campaign_with(), age="young")
    with pytest.raises(Unfit) as refusal:
        try_comprehension(seat, {"whose": "own", "other": "x"})
    assert set(refusal.value.fields) == {"answers.may", "answers.other"}
    with pytest.raises(Conflict, match="has changed"):
        try_comprehension(seat, RIGHT, version=7)
    assert not ComprehensionTry.objects.exists()


def test_other_questions_are_another_version_of_the_guideline_and_asked_anew():
    campaign = campaign_with()
    seat = take_part(campaign, age="young")
    try_comprehension(seat, RIGHT)
    judge(serve(seat))
    rules = {
        **campaign.entry["comprehension"],
        "questions": campaign.entry["comprehension"]["questions"][:1],
    }
    changed = change_campaign(campaign, {"entry": {**campaign.entry, "comprehension": rules}})
    assert changed.guideline.version == 2
    assert next_assignment(seat) == NothingToServe.COMPREHENSION
    try_comprehension(seat, {"whose": "all"})
    try_comprehension(seat, {"whose": "all"})
    # Who has judged keeps the seat that the judgments were given on.
    assert Stratum.objects.get(campaign=campaign).seats_taken == 1


@pytest.mark.parametrize(
    "part", [{"open_to": "links"}, {"comprehension": {"questions": QUESTIONS, "tries": 3}}]
)
def test_who_may_come_in_is_frozen_after_opening(part):
    campaign = campaign_with()
    entry = {**campaign.entry, **{key: value for key, value in part.items() if key == "open_to"}}
    if "comprehension" in part:
        entry["comprehension"] = {**entry["comprehension"], "tries": 3}
    with pytest.raises(Conflict, match="entry"):
        change_campaign(campaign, {"entry": entry})
    change_campaign(campaign, {"entry": {**campaign.entry, "check_rate": 0.25}})


def test_practice_is_read_back_and_stored_nowhere():
    practice = {
        "prompt": "Hello?",
        "responses": [{"id": "p1", "text": "Hi."}, {"id": "p2", "text": "Yes?"}],
        "note": "",
    }
    campaign = open_with_items(1, entry={"practice": [practice]})
    assignment = rehearsal(campaign, practice, 0)
    answers = {"overall": {"preferred": "p2", "strength": 1}}
    said = read_back(assignment, Submission(answers=answers))
    assert said == [("Overall, which is better?", "B slightly better")]
    with pytest.raises(Unfit):
        read_back(assignment, Submission(answers={}))
    assert not Assignment.objects.exists()
    assert not Judgment.objects.exists()
