"""Turning people away before it costs them: who is told when, and what is kept of them."""

import pytest

from accounts.models import Profile
from annotation.errors import Conflict, ScreenedOut, StratumFull
from annotation.models import ScreenOut, Seat
from annotation.selectors.strata import telling_keys
from annotation.services.seats import screen, take_seat
from tests.factories import AGE_QUESTION, AGE_STRATA, make_annotator, open_with_items, take_part

pytestmark = pytest.mark.django_db
HOBBY = {"key": "hobby", "label": "Hobby?", "options": [{"key": "chess"}, {"key": "none"}]}
TOWN = {
    "key": "town",
    "label": "Town?",
    "options": [{"key": "big"}, {"key": "small"}],
    "show_if": {"age": ["old"]},
}


def keys_that_tell(campaign):
    return telling_keys(
        list(campaign.strata.all()),
        list(campaign.quotas.all()),
        list(campaign.questionnaire.questions.all()),
    )


def counts():
    return list(ScreenOut.objects.values_list("reason", "stratum__key", "count"))


def test_only_what_strata_and_quotas_ask_for_tells():
    strata = [{"key": "old-big", "where": {"town": ["big"]}, "target": 1}]
    campaign = open_with_items(1, questions=[AGE_QUESTION, HOBBY, TOWN], strata=strata)
    assert keys_that_tell(campaign) == ["age", "town"]


def test_nothing_tells_where_nobody_is_turned_away():
    catch_all = [*AGE_STRATA, {"key": "rest", "where": {}, "target": 1}]
    assert keys_that_tell(open_with_items(1, questions=[AGE_QUESTION], strata=catch_all)) == []
    assert keys_that_tell(open_with_items(1, questions=[AGE_QUESTION])) == []


def test_a_quota_makes_its_questions_tell():
    quotas = [{"key": "chess", "where": {"hobby": ["chess"]}, "seats": 1}]
    campaign = open_with_items(1, questions=[AGE_QUESTION, HOBBY], quotas=quotas)
    assert keys_that_tell(campaign) == ["hobby"]


def test_who_finds_the_stratum_full_is_told_and_only_counted():
    strata = [{**AGE_STRATA[0], "quota": 1}, AGE_STRATA[1]]
    campaign = open_with_items(1, questions=[AGE_QUESTION, HOBBY], strata=strata)
    take_part(campaign, age="young")
    profiles = Profile.objects.count()
    for _person in range(2):
        with pytest.raises(StratumFull):
            screen(make_annotator(), campaign, {"age": ["young"]})
    screen(make_annotator(), campaign, {"age": ["old"]})
    assert counts() == [("stratum-full", "young", 2)]
    assert (Profile.objects.count(), Seat.objects.count()) == (profiles, 1)


def test_who_fits_no_stratum_is_counted_without_one():
    campaign = open_with_items(1, questions=[AGE_QUESTION], strata=AGE_STRATA)
    with pytest.raises(ScreenedOut) as refusal:
        screen(make_annotator(), campaign, {"age": None})
    assert refusal.value.code == "no-stratum"
    assert counts() == [("no-stratum", None, 1)]


def test_who_took_part_in_an_excluded_campaign_is_told_without_a_question():
    earlier = open_with_items(1)
    annotator = make_annotator()
    take_part(earlier, annotator)
    campaign = open_with_items(1, owner=earlier.owner, excludes=[earlier.slug])
    with pytest.raises(ScreenedOut) as refusal:
        screen(annotator, campaign, {})
    assert (refusal.value.code, counts()) == ("excluded", [("excluded", None, 1)])


def test_a_place_lost_between_the_steps_is_refused_and_counted_at_the_end():
    strata = [{**AGE_STRATA[0], "quota": 1}]
    campaign = open_with_items(1, questions=[AGE_QUESTION, HOBBY], strata=strata)
    late = make_annotator()
    screen(late, campaign, {"age": ["young"]})
    first = take_part(campaign, age="young")
    with pytest.raises(StratumFull):
        take_seat(late, campaign, consent=first.consent, answers={"age": "young"})
    assert counts() == [("stratum-full", "young", 1)]
    assert not Profile.objects.filter(annotator=late).exists()


def test_a_refusal_that_is_no_screen_out_is_not_counted():
    campaign = open_with_items(1, entry={"open_to": "links"})
    with pytest.raises(Conflict) as refusal:
        take_part(campaign)
    assert (refusal.value.code, counts()) == ("by-invitation", [])
