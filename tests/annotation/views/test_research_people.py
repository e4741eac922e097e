"""Looking at annotators: pseudonyms only, their own work only, and nobody who has withdrawn."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from annotation.models import Seat
from annotation.selectors import people
from annotation.selectors.people import own_judgments, person_of
from annotation.services.comprehension import try_comprehension
from annotation.services.erasing import withdraw
from annotation.services.leases import skip_assignment
from tests.annotation.services.test_comprehension import QUESTIONS, RIGHT, WRONG
from tests.annotation.services.test_flagging import all_served, answer, with_checks
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    api,
    judge,
    judge_everything,
    make_annotator,
    make_user,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return open_with_items(4, questions=[AGE_QUESTION], strata=AGE_STRATA)


def names(client, campaign, query=""):
    client.force_login(campaign.owner)
    page = client.get(f"/research/{campaign.slug}/annotators/{query}").context["page"]
    return [line.seat.annotator.pseudonym for line in page.object_list]


def own_page(client, seat, query=""):
    client.force_login(seat.campaign.owner)
    path = f"/research/{seat.campaign.slug}/annotators/{seat.annotator.pseudonym}/{query}"
    return client.get(path)


@pytest.mark.parametrize(
    ("role", "status"),
    [("owner", 200), (Role.ADMIN, 200), (Role.RESEARCHER, 404), (Role.ANNOTATOR, 404)],
)
def test_only_those_who_run_the_campaign_look(client, campaign, role, status):
    seat = take_part(campaign, age="young")
    user = campaign.owner if role == "owner" else make_user(role)
    client.force_login(user)
    name = seat.annotator.pseudonym
    for path in ("annotators/", f"annotators/{name}/"):
        assert client.get(f"/research/{campaign.slug}/{path}").status_code == status
        assert api(user).get(f"/api/v1/campaigns/{campaign.slug}/{path}").status_code == status
        assert api().get(f"/api/v1/campaigns/{campaign.slug}/{path}").status_code == 401
    answers = f"/api/v1/campaigns/{campaign.slug}/answers/?item=q1"
    assert api(user).get(answers).status_code == status


def test_a_person_of_another_campaign_is_not_there(client, campaign):
    other = take_part(open_with_items(1, owner=campaign.owner))
    client.force_login(campaign.owner)
    path = f"/research/{campaign.slug}/annotators/{other.annotator.pseudonym}/"
    assert client.get(path).status_code == 404


def test_whoever_has_withdrawn_is_not_there(client, campaign):
    gone, stays = take_part(campaign, age="young"), take_part(campaign, age="young")
    judge(serve(gone))
    withdraw(gone.annotator, campaign)
    assert names(client, campaign) == [stays.annotator.pseudonym]
    assert own_page(client, gone).status_code == 404


def test_people_are_sought_ordered_and_filtered(client, campaign):
    idle = take_part(campaign, age="old")
    busy, once = take_part(campaign, age="young"), take_part(campaign, age="young")
    judge(serve(once))
    judge_everything(busy)
    long_ago = timezone.now() - timedelta(days=3)
    Seat.objects.filter(pk=once.pk).update(last_submitted_at=long_ago)
    idle, busy, once = (seat.annotator.pseudonym for seat in (idle, busy, once))
    assert names(client, campaign) == [busy, once, idle]
    assert names(client, campaign, "?order=newest") == [once, busy, idle]
    assert names(client, campaign, "?order=most") == [busy, once, idle]
    assert names(client, campaign, "?stratum=old") == [idle]
    assert names(client, campaign, "?only=lately") == [busy]
    assert names(client, campaign, "?only=nothing") == [idle]
    assert names(client, campaign, "?only=imported") == []
    assert names(client, campaign, f"?text={once[2:].upper()}") == [once]
    assert names(client, campaign, "?only=nonsense&page=-3") == [busy, once, idle]


def test_the_list_is_paged_and_htmx_gets_it_alone(client, campaign, monkeypatch):
    monkeypatch.setattr(people, "PEOPLE_A_PAGE", 2)
    for _person in range(3):
        take_part(campaign, age="old")
    assert len(names(client, campaign)) == 2
    assert len(names(client, campaign, "?page=2")) == 1
    path = f"/research/{campaign.slug}/annotators/?stratum=old"
    part = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="found"')
    assert 'href="?stratum=old&amp;order=last&amp;page=2"' in part


def test_a_persons_page_tells_of_their_own_checks_repeats_and_skips(client):
    campaign = with_checks(items=20, checks=2, repeat_rate=0.4, overlap=2)
    seat = take_part(campaign)
    mine = []
    while (served := serve(seat)).item.check_answers:
        mine.append(judge(served, answer("r1")))
    skip_assignment(served, kind="upsetting")
    mine += all_served(seat, "r1")
    all_served(take_part(campaign), "r2")
    person = person_of(Seat.objects.select_related("campaign", "annotator").get(pk=seat.pk))
    assert (person.quality.checks, person.quality.checks_passed) == (2, 0)
    assert person.quality.consistency == 1
    assert person.whole.judgments == len(mine) == sum(day.judgments for day in person.days)
    html = own_page(client, seat).content.decode()
    assert "1 × I would rather not read this" in html
    assert "0 of 2" in html
    assert seat.annotator.user.email not in html
    flagged = own_page(client, seat, "?only=flags").context["page"].lines
    repeats = sum(judgment.is_repeat for judgment in mine)
    assert len(flagged) == 2 + repeats
    assert all(flags for _line, flags in flagged)


def test_times_are_the_persons_own_by_day(campaign):
    seat = take_part(campaign, age="young")
    for seconds in (10, 20, 40):
        judge(serve(seat), active_ms=seconds * 1000)
    judge(serve(take_part(campaign, age="old")), active_ms=900_000)
    person = person_of(Seat.objects.select_related("campaign", "annotator").get(pk=seat.pk))
    whole = person.whole
    assert (whole.day, whole.judgments, whole.measured) == (None, 3, 3)
    assert (whole.lower, whole.median, whole.upper) == (15, 20, 30)
    [day] = person.days
    assert (day.day, day.median) == (timezone.now().date(), 20)


def test_a_person_without_judgments_has_a_page_too(client, campaign):
    seat = take_part(campaign, age="young")
    html = own_page(client, seat).content.decode()
    assert "They have judged nothing yet." in html
    assert "Nothing has been noted about this person." in html


def test_tries_at_the_questions_are_shown(client):
    campaign = open_with_items(
        1, guideline="Your own view.", entry={"comprehension": {"questions": QUESTIONS}}
    )
    seat = take_part(campaign)
    try_comprehension(seat, WRONG)
    try_comprehension(seat, RIGHT)
    html = own_page(client, seat).content.decode()
    assert "version 1, try 1: 0 right" in html
    assert "version 1, try 2: 2 right · passed" in " ".join(html.split())


def test_judgments_come_page_by_page(campaign, monkeypatch):
    monkeypatch.setattr(people, "JUDGMENTS_A_PAGE", 3)
    seat = take_part(campaign, age="young")
    ids = [judgment.pk for judgment in judge_everything(seat)]
    seat = Seat.objects.select_related("campaign").get(pk=seat.pk)
    first = own_judgments(seat)
    assert [line.judgment.pk for line, _flags in first.lines] == ids[:0:-1]
    assert first.older == ids[1]
    rest = own_judgments(seat, before=first.older)
    assert [line.judgment.pk for line, _flags in rest.lines] == ids[:1]
    assert rest.older is None


@pytest.mark.parametrize("judgments", [1, 4])
def test_queries_stay_the_same_however_much_they_did(
    client, campaign, judgments, django_assert_num_queries
):
    seat = take_part(campaign, age="young")
    for _number in range(judgments):
        judge(serve(seat))
    for _person in range(judgments):
        judge(serve(take_part(campaign, make_annotator(), age="old")))
    address = f"/research/{campaign.slug}/annotators/{seat.annotator.pseudonym}/"
    client.force_login(campaign.owner)
    client.get("/research/")
    with django_assert_num_queries(10):
        client.get(address)
    with django_assert_num_queries(9):
        client.get(f"/research/{campaign.slug}/annotators/")


def test_rest_tells_the_same(campaign):
    seat = take_part(campaign, age="young")
    judge(serve(seat), active_ms=5000)
    skip_assignment(serve(seat))
    manager = api(campaign.owner)
    path = f"/api/v1/campaigns/{campaign.slug}/annotators/"
    listed = manager.get(path, {"order": "most"}).json()
    assert (listed["count"], listed["next"]) == (1, None)
    [row] = listed["results"]
    assert (row["annotator"], row["stratum"], row["submitted"], row["quality"]) == (
        *(seat.annotator.pseudonym, "young", 1, None),
    )
    own = manager.get(f"{path}{seat.annotator.pseudonym}/").json()
    assert own["assignments"] == {"submitted": 1, "skipped": 1}
    assert own["skips"] == [{"kind": "", "count": 1}]
    assert (own["times"][0]["day"], own["times"][0]["median"]) == (None, 5.0)
    assert own["is_imported"] is False
