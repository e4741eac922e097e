import pytest

from accounts.errors import Conflict, Unfit
from accounts.models import Consent, Profile
from annotation.errors import StratumFull
from annotation.models import Seat, Stratum
from annotation.selectors.strata import matches
from annotation.services.campaigns import change_campaign, open_campaign, pause_campaign
from annotation.services.seats import join_campaign
from tests.factories import AGE_QUESTION, AGE_STRATA, make_annotator, make_campaign, take_part

pytestmark = pytest.mark.django_db
PURPOSES = [
    {"key": "research", "label": "Research", "required": True},
    {"key": "contact", "label": "Contact", "required": False},
]


def open_for_ages(**parts):
    campaign = make_campaign(questions=[AGE_QUESTION], **{"strata": AGE_STRATA, **parts})
    return open_campaign(campaign)


def test_the_answers_lead_to_the_stratum():
    campaign = open_for_ages()
    assert take_part(campaign, age="young").stratum.key == "young"
    assert take_part(campaign, age=["old"]).stratum.key == "old"
    assert dict(Stratum.objects.values_list("key", "seats_taken")) == {"young": 1, "old": 1}


def test_who_matches_no_stratum_is_told_so_and_nothing_is_kept():
    campaign = open_for_ages()
    with pytest.raises(Conflict) as refused:
        take_part(campaign, age=None)
    assert refused.value.code == "no-stratum"
    assert not Profile.objects.exists()
    assert not Consent.objects.exists()


def test_a_catch_all_takes_everybody_else():
    campaign = open_for_ages(strata=[*AGE_STRATA, {"key": "rest", "where": {}, "target": 1}])
    assert take_part(campaign).stratum.key == "rest"
    assert take_part(campaign, age="young").stratum.key == "young"


def test_a_full_stratum_refuses_and_keeps_nothing():
    strata = [{**AGE_STRATA[0], "quota": 1}, AGE_STRATA[1]]
    campaign = open_for_ages(strata=strata)
    take_part(campaign, age="young")
    newcomer = make_annotator()
    with pytest.raises(StratumFull):
        take_part(campaign, newcomer, age="young")
    assert not Consent.objects.filter(annotator=newcomer).exists()
    assert not Profile.objects.filter(annotator=newcomer).exists()
    assert take_part(campaign, newcomer, age="old").stratum.key == "old"


def test_joining_again_gives_the_same_seat():
    campaign = open_for_ages()
    annotator = make_annotator()
    first = take_part(campaign, annotator, age="young")
    again = take_part(campaign, annotator, age="old")
    assert (again.pk, again.stratum.key) == (first.pk, "young")
    assert Stratum.objects.get(key="young").seats_taken == 1
    assert Profile.objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"age": "middle"}, "answers.age"),
        ({"age": ["young", "old"]}, "answers.age"),
        ({"age": [3]}, "answers.age"),
        ({"height": "tall"}, "answers.height"),
    ],
)
def test_answers_that_do_not_fit_are_named(answers, field):
    with pytest.raises(Unfit) as refused:
        take_part(open_for_ages(), **answers)
    assert list(refused.value.fields) == [field]
    assert not Seat.objects.exists()


def test_only_an_open_campaign_takes_people():
    campaign = open_for_ages()
    pause_campaign(campaign)
    campaign.refresh_from_db()
    with pytest.raises(Conflict) as refused:
        take_part(campaign, age="young")
    assert refused.value.code == "not-open"


def test_a_campaign_read_before_its_pause_takes_nobody():
    campaign = open_for_ages()
    pause_campaign(campaign)
    assert campaign.status == "open"
    with pytest.raises(Conflict):
        take_part(campaign, age="young")


def join(campaign, *, version, purposes):
    return join_campaign(
        make_annotator(), campaign, consent_version=version, purposes=purposes, answers={}
    )


def test_consent_needs_the_current_version_and_the_required_purposes():
    campaign = make_campaign(consent={"text": "First text", "purposes": PURPOSES})
    campaign = open_campaign(campaign)
    with pytest.raises(Unfit, match="needs your agreement"):
        join(campaign, version=1, purposes=["contact"])
    with pytest.raises(Unfit, match="unknown purposes"):
        join(campaign, version=1, purposes=["research", "fame"])
    campaign = change_campaign(campaign, {"consent": {"text": "Second text", "purposes": PURPOSES}})
    with pytest.raises(Conflict) as refused:
        join(campaign, version=1, purposes=["research"])
    assert refused.value.code == "consent-changed"
    seat = join(campaign, version=2, purposes=["research"])
    assert (seat.consent.document.version, seat.consent.purposes) == (2, ["research"])


def test_a_stratum_over_several_questions_needs_all_of_them():
    where = {"age": ["young"], "region": ["north", "south"]}
    assert matches(where, {"age": ["young"], "region": ["south", "east"]})
    assert not matches(where, {"age": ["young"], "region": None})
    assert not matches(where, {"age": ["young"]})
    assert matches({}, {})
