"""People by entry links: the same id is the same annotator, quotas hold, nothing is redirected."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Annotator, Participant, User
from accounts.services.participants import participant_digest
from annotation.enums import NothingToServe, Outcome
from annotation.errors import Conflict, ScreenedOut
from annotation.models import Arrival, EntryLink, ScreenOut
from annotation.platforms import platform_of
from annotation.platforms.panel import link_key, signature
from annotation.selectors.entry import LinkCounts, link_counts, turned_away
from annotation.services.arriving import (
    arrive,
    finish,
    forget_arrivals,
    forget_person,
    read_visitor,
    way_back,
)
from annotation.services.campaigns import close_campaign
from annotation.services.entry_links import renew_key, revoke_entry_link
from annotation.services.outcomes import settle
from annotation.services.serving import next_assignment
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    judge,
    judge_everything,
    make_campaign,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db
PID, STUDY = "5f" * 12, "6a" * 12


def link_to(campaign, platform="prolific", **parts):
    return EntryLink.objects.create(campaign=campaign, name="Wave 1", platform=platform, **parts)


def prolific(pid=PID, session="s1"):
    return {"PROLIFIC_PID": pid, "STUDY_ID": STUDY, "SESSION_ID": session}


def come(link, given):
    return arrive(link, read_visitor(link, given))


def signed(link, participant="p-1", expires=None, **parts):
    given = {"participant": participant, "expires": str(expires or int(time.time()) + 600), **parts}
    return {**given, "signature": signature(link_key(link), given)}


def refused(link, given):
    with pytest.raises(Conflict) as refusal:
        come(link, given)
    return refusal.value.code


def test_the_same_id_is_the_same_annotator_and_takes_one_place():
    link = link_to(open_with_items(1))
    first, again = come(link, prolific()), come(link, prolific(session="s2"))
    assert (first.pk, first.annotator_id) == (again.pk, again.annotator_id)
    other = come(link, prolific("5e" * 12))
    assert other.annotator_id != first.annotator_id
    link.refresh_from_db()
    assert link.taken == 2
    assert Arrival.objects.get(pk=first.pk).session == "s2"


def test_a_guest_has_no_password_no_email_and_no_id_of_the_platform():
    arrival = come(link_to(open_with_items(1)), prolific())
    user = User.objects.get(annotator=arrival.annotator)
    assert user.is_guest
    assert not user.has_usable_password()
    assert user.email.endswith("@guest.invalid")
    models = (User, Participant, Annotator, Arrival)
    stored = [str(row) for model in models for row in model.objects.values()]
    assert not any(PID in row for row in stored)


def test_an_id_is_one_person_across_campaigns_but_not_across_platforms():
    one, two = open_with_items(1), open_with_items(1)
    first = come(link_to(one), prolific())
    assert come(link_to(two), prolific()).annotator_id == first.annotator_id
    assert participant_digest("prolific", PID) != participant_digest("mturk", PID)
    sandbox = link_to(one, "mturk", is_sandbox=True)
    assert platform_of("mturk").namespace(sandbox) == "mturk-sandbox"


def test_the_last_place_of_a_link_is_taken_once_and_comes_back():
    link = link_to(open_with_items(1), most=1)
    arrival = come(link, prolific())
    with pytest.raises(ScreenedOut) as refusal:
        come(link, prolific("5e" * 12))
    assert refusal.value.code == "link-full"
    assert Annotator.objects.count() == 1
    assert ScreenOut.objects.get().reason == "link-full"
    assert settle(arrival, Outcome.TIMED_OUT)
    assert not settle(arrival, Outcome.COMPLETED)
    come(link, prolific("5e" * 12))


def test_mturk_shows_a_preview_to_whoever_has_not_accepted():
    link = link_to(open_with_items(1), "mturk")
    given = {"assignmentId": "ASSIGNMENT_ID_NOT_AVAILABLE", "hitId": "H1"}
    assert read_visitor(link, given).is_preview
    came = read_visitor(link, {"assignmentId": "A1", "hitId": "H1", "workerId": "A2WORKER"})
    assert (came.participant, came.submission, came.is_preview) == ("A2WORKER", "A1", False)


def test_cloudresearch_brings_its_three_ids():
    link = link_to(open_with_items(1), "cloudresearch")
    given = {"participantId": "P9", "assignmentId": "A9", "projectId": "J9"}
    came = read_visitor(link, given)
    assert (came.participant, came.submission, came.study) == ("P9", "A9", "J9")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {**prolific(), "PROLIFIC_PID": "{{%PROLIFIC_PID%}}"},
        {**prolific(), "PROLIFIC_PID": PID + "0"},
        {**prolific(), "SESSION_ID": "https://evil.test/"},
    ],
)
def test_what_is_no_id_lets_nobody_in(given):
    assert refused(link_to(open_with_items(1)), given) == "link-malformed"
    assert not Annotator.objects.exists()


def test_another_study_does_not_come_in():
    link = link_to(open_with_items(1), study="f" * 24)
    assert refused(link, prolific()) == "other-study"


def test_a_panel_signs_its_links_and_they_expire():
    link = link_to(open_with_items(1), "panel")
    arrival = come(link, signed(link, study="s", session="x"))
    assert (arrival.study, arrival.session, arrival.participant) == ("s", "x", "")
    for name, value in (("participant", "p-2"), ("study", "t"), ("expires", "9999999999")):
        assert refused(link, {**signed(link, study="s"), name: value}) == "link-forged"
    assert refused(link, signed(link, expires=int(time.time()) - 1)) == "link-expired"
    assert refused(link, signed(link, expires=int(time.time()) + 10**8)) == "link-expired"
    assert refused(link, {**signed(link), "signature": "é"}) == "link-forged"


def test_a_renewed_key_refuses_what_the_old_one_signed():
    link = link_to(open_with_items(1), "panel")
    old = signed(link)
    before = link_key(link)
    assert renew_key(link) != before
    assert refused(link, old) == "link-forged"
    come(link, signed(link))


def test_links_that_name_one_panel_know_the_same_people():
    campaign = open_with_items(1)
    second = open_with_items(1, owner=campaign.owner)
    one, two = link_to(campaign, "panel", panel="acme"), link_to(second, "panel", panel="acme")
    alone = link_to(open_with_items(1), "panel", panel="acme")
    people = [come(link, signed(link)).annotator_id for link in (one, two, alone)]
    assert people[0] == people[1] != people[2]


def test_a_revoked_link_lets_nobody_new_in_but_people_back():
    link = link_to(open_with_items(1))
    arrival = come(link, prolific())
    revoke_entry_link(link)
    assert come(link, prolific()).pk == arrival.pk
    assert refused(link, prolific("5e" * 12)) == "link-revoked"


def test_nobody_new_comes_into_a_draft():
    assert refused(link_to(make_campaign()), prolific()) == "not-open"
    assert not Annotator.objects.exists()


def test_a_guest_takes_part_only_where_they_came():
    one, two = open_with_items(1, entry={"open_to": "links"}), open_with_items(1)
    arrival = come(link_to(one), prolific())
    take_part(one, arrival.annotator)
    with pytest.raises(Conflict) as refusal:
        take_part(two, arrival.annotator)
    assert refusal.value.code == "by-invitation"


def test_whoever_has_judged_all_goes_back_with_the_completion_code():
    link = link_to(open_with_items(2), completion_code="DONE1", screen_out_code="OUT1")
    arrival = come(link, prolific())
    assert finish(arrival).outcome == Outcome.UNDER_WAY
    seat = take_part(link.campaign, arrival.annotator)
    assert finish(arrival).outcome == Outcome.UNDER_WAY
    judge_everything(seat)
    assert finish(arrival).outcome == Outcome.COMPLETED
    back = way_back(arrival)
    assert (back.url, back.code) == (
        "https://app.prolific.com/submissions/complete?cc=DONE1",
        "DONE1",
    )


def test_who_is_screened_out_goes_back_with_that_code_and_stays_out():
    strata = [{**AGE_STRATA[0], "quota": 0}, AGE_STRATA[1]]
    campaign = open_with_items(1, questions=[AGE_QUESTION], strata=strata)
    link = link_to(campaign, screen_out_code="OUT1")
    arrival = come(link, prolific())
    with pytest.raises(ScreenedOut):
        take_part(campaign, arrival.annotator, age="young")
    arrival.refresh_from_db()
    assert way_back(arrival).url == "https://app.prolific.com/submissions/complete?cc=OUT1"
    with pytest.raises(ScreenedOut) as refusal:
        take_part(campaign, arrival.annotator, age="old")
    assert refusal.value.code == "already-ended"
    link.refresh_from_db()
    assert link.taken == 0
    assert link_counts(campaign) == {link.pk: LinkCounts(arrived=1, screened_out=1)}
    away = turned_away(campaign)
    assert [(one.reason, one.stratum, one.count) for one in away] == [("stratum-full", "young", 1)]


def test_nobody_is_kept_for_what_a_later_round_may_open():
    adaptive = {"budget": 5, "most": 3}
    campaign = open_with_items(2, strategy="adaptive", overlap=1, adaptive=adaptive)
    arrival = come(link_to(campaign, completion_code="DONE1"), prolific())
    seat = take_part(campaign, arrival.annotator)
    judge(serve(seat))
    judge_everything(take_part(campaign))
    assert next_assignment(seat) == NothingToServe.MORE_LATER
    assert finish(arrival).outcome == Outcome.COMPLETED


def test_a_campaign_that_closes_on_somebody_who_judged_counts_as_completed():
    link = link_to(open_with_items(2), time_out_code="LATE")
    one, two = come(link, prolific()), come(link, prolific("5e" * 12))
    seat = take_part(link.campaign, one.annotator)
    take_part(link.campaign, two.annotator)
    judge_everything(seat)
    close_campaign(link.campaign)
    assert finish(one).outcome == Outcome.COMPLETED
    assert finish(two).outcome == Outcome.SCREENED_OUT


def test_mturk_takes_work_back_by_a_form_to_its_own_host():
    link = link_to(open_with_items(1), "mturk", completion_code="M1", is_sandbox=True)
    given = {"assignmentId": "A1", "hitId": "H1", "workerId": "A2WORKER"}
    arrival = come(link, given)
    judge_everything(take_part(link.campaign, arrival.annotator))
    back = way_back(finish(arrival))
    assert back.url == "https://workersandbox.mturk.com/mturk/externalSubmit"
    assert back.fields == {"assignmentId": "A1", "code": "M1"}


def test_a_panels_id_goes_back_quoted_into_the_panels_own_address():
    url = "https://panel.test/done?id={participant}"
    link = link_to(open_with_items(1), "panel", completion_url=url)
    arrival = come(link, signed(link, "p+1@x"))
    judge_everything(take_part(link.campaign, arrival.annotator))
    assert way_back(finish(arrival)).url == "https://panel.test/done?id=p%2B1%40x"


@pytest.mark.parametrize(
    ("platform", "url", "is_fine"),
    [
        ("panel", "https://panel.test/back", True),
        ("panel", "http://panel.test/back", False),
        ("panel", "javascript:alert(1)", False),
        ("panel", "https://{participant}.panel.test/", False),
        ("panel", "https://user@panel.test/", False),
        ("cloudresearch", "https://connect.cloudresearch.com/participant/done", True),
        ("cloudresearch", "https://cloudresearch.evil.test/", False),
    ],
)
def test_only_addresses_of_the_platform_lead_back(platform, url, is_fine):
    assert (platform_of(platform).url_problem(url) == "") is is_fine


def test_what_platforms_call_people_is_forgotten_after_a_month():
    link = link_to(open_with_items(1), "panel", completion_url="https://p.test/?i={participant}")
    arrival, under_way = come(link, signed(link, session="x")), come(link, signed(link, "p-2"))
    settle(arrival, Outcome.COMPLETED)
    assert forget_arrivals() == 0
    month_ago = timezone.now() - timedelta(days=31)
    Arrival.objects.update(settled_at=month_ago, arrived_at=month_ago)
    Arrival.objects.filter(pk=under_way.pk).update(settled_at=None)
    assert forget_arrivals() == 1
    arrival.refresh_from_db()
    assert (arrival.session, arrival.participant, arrival.outcome) == ("", "", "completed")
    under_way.refresh_from_db()
    assert under_way.participant == "p-2"


def test_forgetting_a_person_cuts_the_tie_to_the_platform():
    link = link_to(open_with_items(1))
    arrival = come(link, prolific())
    forget_person(arrival.annotator)
    arrival.refresh_from_db()
    assert arrival.session == ""
    assert come(link, prolific()).annotator_id != arrival.annotator_id
