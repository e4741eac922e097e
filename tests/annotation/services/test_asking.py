"""What a campaign asks besides answers, and what comes of it when somebody answers."""

import pytest

from annotation.asking import Asking
from annotation.errors import Conflict, Unfit
from annotation.models import Judgment
from annotation.services.campaigns import change_campaign
from tests.factories import campaign_spec, judge, make_campaign, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db
TIE = {"overall": {"outcome": "tie"}}
DEPENDS = {"overall": {"outcome": "depends"}}


def asked(**asking):
    return serve(take_part(open_with_items(asking=asking)))


def problems_of(assignment, answers=TIE, **parts):
    with pytest.raises(Unfit) as refused:
        judge(assignment, answers, **parts)
    assert Judgment.objects.count() == 0
    return refused.value.fields


def test_campaigns_that_say_nothing_ask_as_they_always_did():
    campaign = make_campaign()
    assert campaign.asking == {
        "reason": "optional",
        "reason_least": 0,
        "confidence": "off",
        "acceptable": "off",
        "spans": False,
        "partial_rankings": False,
    }
    assert Asking.of({}) == Asking.of(campaign.asking) == Asking()


def test_a_required_reason_has_its_least_length():
    assignment = asked(reason="required", reason_least=5)
    assert problems_of(assignment) == {"reason": "Say why."}
    assert problems_of(assignment, reason="  ok  ") == {
        "reason": "Say why in at least 5 characters."
    }
    assert judge(assignment, TIE, reason="fine, so").reason == "fine, so"


def test_an_optional_reason_may_be_left_out_but_not_be_shorter():
    assignment = asked(reason_least=4)
    assert problems_of(assignment, reason="abc") == {"reason": "Say why in at least 4 characters."}
    assert judge(assignment, TIE).reason == ""


def test_it_depends_needs_to_say_on_what_unless_no_reason_is_asked():
    assert problems_of(asked(), DEPENDS) == {"reason": "Say on what it depends."}
    assert judge(asked(), DEPENDS, reason="On the weather.").answers == DEPENDS
    assert judge(asked(reason="off"), DEPENDS).answers == DEPENDS


def test_required_confidence_and_acceptability_are_missed_by_name():
    assignment = asked(confidence="required", acceptable="required")
    assert set(problems_of(assignment)) == {"confidence", "acceptable"}
    half = {"r1": True}
    assert set(problems_of(assignment, confidence=50, acceptable=half)) == {"acceptable"}
    judgment = judge(assignment, TIE, confidence=50, acceptable={"r1": True, "r2": False})
    assert (judgment.confidence, judgment.acceptable) == (50.0, {"r1": True, "r2": False})


def test_acceptability_may_stand_in_the_answers():
    said = {"r1": True, "r2": False}
    answers = {"overall": {"outcome": "tie", "acceptable": said}}
    assert judge(asked(acceptable="required"), answers).answers == answers


def test_what_is_off_is_kept_when_a_program_sends_it():
    spans = [{"response": "r1", "start": 0, "end": 6, "note": "so"}]
    judgment = judge(asked(), TIE, confidence=7, acceptable={"r1": True}, spans=spans)
    assert (judgment.confidence, judgment.acceptable, judgment.spans) == (7.0, {"r1": True}, spans)


def test_spans_end_within_their_text():
    # "Answer 1 to q…" has fourteen characters.
    assignment = asked(spans=True)
    for answers, spans, field in (
        (TIE, [{"response": "r1", "start": 3, "end": 15}], "spans"),
        (
            {"overall": {**TIE["overall"], "spans": [{"response": "r2", "start": 0, "end": 99}]}},
            None,
            "answers.overall.spans",
        ),
    ):
        found = problems_of(assignment, answers, spans=spans)
        assert found == {field: "Span 1 ends after the response’s 14 characters."}
    whole = [{"response": "r1", "start": 0, "end": 14}]
    assert judge(assignment, TIE, spans=whole).spans == whole


def test_partial_rankings_where_the_campaign_allows_them():
    parts = {"task_type": "ranking", "asking": {"partial_rankings": True}}
    assignment = serve(take_part(open_with_items(responses=4, **parts)))
    partial = {"overall": {"ranking": [["r4"], ["r1", "r2"]]}}
    assert judge(assignment, partial).answers == partial


def test_what_is_asked_is_frozen_after_opening():
    campaign = open_with_items()
    other = {**campaign.asking, "confidence": "required"}
    change_campaign(campaign, {"asking": dict(campaign.asking)})
    with pytest.raises(Conflict, match="asking"):
        change_campaign(campaign, {"asking": other})


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"asking": {"reason": "maybe"}}, "asking.reason"),
        ({"asking": {"reason_least": -1}}, "asking.reason_least"),
        ({"asking": {"reason_least": 2001}}, "asking.reason_least"),
        ({"asking": {"reason": "off", "reason_least": 3}}, "asking.reason_least"),
        ({"asking": {"confidence": True}}, "asking.confidence"),
        ({"asking": {"mood": "optional"}}, "asking.mood"),
        ({"asking": "everything"}, "asking.non_field_errors"),
        ({"asking": {"partial_rankings": True}}, "asking.partial_rankings"),
        (
            {"task_type": "rating", "criteria": [{"key": "x", "label": "X", "scale": "stars"}]},
            "criteria.0.scale",
        ),
        (
            {
                "task_type": "values",
                "strategy": "adaptive",
                "adaptive": {"budget": 1, "most": 3},
            },
            "strategy",
        ),
    ],
)
def test_campaigns_that_cannot_be_asked_so_are_refused(parts, field):
    from accounts.api.problems import flat_fields
    from annotation.serializers.campaign import CampaignSerializer

    body = CampaignSerializer(data=campaign_spec(**parts))
    assert not body.is_valid()
    assert set(flat_fields(body.errors)) == {field}


@pytest.mark.parametrize("task_type", ["pairwise", "ranking", "best-worst", "rating", "values"])
def test_each_task_type_asks_something_where_no_criteria_are_given(task_type):
    campaign = make_campaign(task_type=task_type)
    [criterion] = campaign.criteria
    assert criterion["label"].endswith("?")
    kinds = {"rating": "steps", "values": "values"}
    assert (criterion["scale"] or {}).get("kind") == kinds.get(task_type)
