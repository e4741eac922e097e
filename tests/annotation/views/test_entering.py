"""The door of an entry link and what is behind it: roles against routes, and no way elsewhere."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from annotation.models import Arrival, EntryLink
from tests.annotation.services.test_arriving import STUDY, link_to, prolific, signed
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    api,
    judge_everything,
    make_annotator,
    make_user,
    open_with_items,
    take_part,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_throttle():
    cache.clear()


def door(link, **given):
    query = "&".join(f"{name}={value}" for name, value in {**prolific(), **given}.items())
    return f"{reverse('annotation:enter', kwargs={'token': link.token})}?{query}"


def url(name, campaign):
    return reverse(f"annotation:{name}", kwargs={"slug": campaign.slug})


def test_looking_at_the_door_changes_nothing(client):
    link = link_to(open_with_items(1))
    page = client.get(door(link))
    assert "Begin" in page.content.decode()
    assert page["X-Frame-Options"] == "DENY"
    assert (Arrival.objects.count(), User.objects.filter(is_guest=True).count()) == (0, 0)


def test_beginning_signs_a_guest_in_and_coming_back_is_the_same_person(client):
    link = link_to(open_with_items(1))
    begun = client.post(door(link))
    assert begun.url == url("campaign-start", link.campaign)
    assert client.get(begun.url).url == url("campaign-consent", link.campaign)
    client.logout()
    client.post(door(link, SESSION_ID="s2"))
    assert Arrival.objects.get().session == "s2"


def test_a_guest_reaches_their_campaign_and_no_other(client):
    link, other = link_to(open_with_items(1)), open_with_items(1)
    client.post(door(link))
    for name in ("campaign-start", "campaign-consent", "campaign-questions", "campaign-judge"):
        assert client.get(url(name, other)).status_code == 404
        assert client.get(url(name, link.campaign)).status_code in (200, 302)
    shown = client.get(reverse("annotation:campaign-list")).content.decode()
    assert url("campaign-start", link.campaign) in shown
    assert url("campaign-start", other) not in shown
    listed = client.get("/api/v1/campaigns/").json()["results"]
    assert [one["slug"] for one in listed] == [link.campaign.slug]
    assert client.post(f"/api/v1/campaigns/{other.slug}/join/").status_code in (403, 404)
    assert client.get(reverse("annotation:research-campaign-list")).status_code == 404


def test_a_campaign_for_links_is_unknown_to_everybody_else(client):
    link = link_to(open_with_items(1, entry={"open_to": "links"}))
    client.force_login(make_annotator().user)
    assert client.get(url("campaign-start", link.campaign)).status_code == 404
    client.post(door(link))
    assert client.get(url("campaign-start", link.campaign)).status_code == 302


@pytest.mark.parametrize(
    "given",
    [
        {"PROLIFIC_PID": "nobody"},
        {"STUDY_ID": "e" * 24},
    ],
)
def test_a_forged_door_is_refused_kindly_and_lets_nobody_in(client, given):
    link = link_to(open_with_items(1), study=STUDY)
    for page in (client.get(door(link, **given)), client.post(door(link, **given))):
        assert page.status_code == 409
        assert "Not possible by this link" in page.content.decode()
    assert not Arrival.objects.exists()


def test_no_parameter_sends_anybody_elsewhere(client):
    link = link_to(open_with_items(1), completion_code="C1")
    evil = {name: "https://evil.test/" for name in ("next", "redirect", "url", "turkSubmitTo")}
    begun = client.post(door(link, **evil))
    assert begun.url == url("campaign-start", link.campaign)
    arrival = Arrival.objects.get()
    judge_everything(take_part(link.campaign, arrival.annotator))
    page = client.get(url("campaign-finish", link.campaign) + "?next=https://evil.test/")
    leads_to = re.findall(r'(?:href|action)="([^"]*)"', page.content.decode())
    assert [one for one in leads_to if one.startswith("http")] == [
        "https://app.prolific.com/submissions/complete?cc=C1"
    ]


def test_the_end_of_a_screen_out_leads_back_with_its_code(client):
    strata = [{**AGE_STRATA[0], "quota": 0}, AGE_STRATA[1]]
    campaign = open_with_items(1, questions=[AGE_QUESTION], strata=strata)
    link = link_to(campaign, screen_out_code="OUT1")
    client.post(door(link))
    client.post(url("campaign-consent", campaign), {"version": 1})
    told = client.post(url("campaign-questions", campaign), {"question-age": "young"})
    assert told.status_code == 409
    assert url("campaign-finish", campaign) in told.content.decode()
    end = client.get(url("campaign-finish", campaign)).content.decode()
    assert "submissions/complete?cc=OUT1" in end
    assert client.post(door(link)).url == url("campaign-finish", campaign)


def test_before_the_end_the_way_back_leads_on(client):
    link = link_to(open_with_items(1))
    client.post(door(link))
    page = client.get(url("campaign-finish", link.campaign))
    assert page.url == url("campaign-start", link.campaign)


def test_who_was_not_sent_has_no_way_back(client):
    campaign = open_with_items(1)
    client.force_login(make_annotator().user)
    assert client.get(url("campaign-finish", campaign)).status_code == 404


def test_mturk_previews_in_a_frame_of_its_own(client):
    link = link_to(open_with_items(1), "mturk")
    path = reverse("annotation:enter", kwargs={"token": link.token})
    preview = client.get(f"{path}?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=H1")
    assert "This is a preview" in preview.content.decode()
    assert "X-Frame-Options" not in preview
    assert "frame-ancestors https://*.mturk.com" in preview["Content-Security-Policy"]
    accepted = f"{path}?assignmentId=A1&hitId=H1&workerId=A2WORKER"
    framed = client.get(accepted, headers={"Sec-Fetch-Dest": "iframe"}).content.decode()
    assert 'target="_blank"' in framed
    client.post(f"{path}?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=H1")
    assert not Arrival.objects.exists()


def test_too_many_at_once_are_asked_to_wait(client, monkeypatch):
    monkeypatch.setattr("annotation.views.entering.EntryThrottle.rate", "1/min", raising=False)
    link = link_to(open_with_items(1))
    assert client.post(door(link)).status_code == 302
    client.logout()
    assert client.post(door(link)).status_code == 429


SPEC = {"name": "Wave 1", "platform": "prolific", "most": 5, "completion_code": "C1"}


@pytest.fixture
def people():
    owner = make_user(Role.RESEARCHER)
    campaign = open_with_items(1, owner=owner)
    annotator = make_annotator()
    take_part(campaign, annotator)
    return {
        "campaign": campaign,
        "link": link_to(campaign, "panel"),
        "owner": owner,
        "admin": make_user(Role.ADMIN),
        "colleague": make_user(Role.RESEARCHER),
        "annotator": annotator.user,
        "nobody": None,
    }


OTHERS = {"colleague": 404, "annotator": 404, "nobody": 401}
ROUTES = [
    ("get", "entry-links/", {"owner": 200, "admin": 200, **OTHERS}),
    ("post", "entry-links/", {"owner": 201, "admin": 201, **OTHERS}),
    ("post", "entry-links/{link}/revoke/", {"owner": 200, "admin": 200, **OTHERS}),
    ("post", "entry-links/{link}/key/", {"owner": 200, "admin": 200, **OTHERS}),
    (
        "get",
        "arrivals/",
        {"owner": 403, "admin": 200, "colleague": 403, "annotator": 403, "nobody": 401},
    ),
    (
        "get",
        "comprehension/",
        {"owner": 403, "admin": 403, "annotator": 200, "nobody": 401},
    ),
]


@pytest.mark.parametrize(
    ("method", "route", "role", "status"),
    [(method, route, role, status) for method, route, by in ROUTES for role, status in by.items()],
)
def test_each_role_gets_what_it_may(people, method, route, role, status):
    path = f"/api/v1/campaigns/{people['campaign'].slug}/" + route.format(link=people["link"].pk)
    body = SPEC if method == "post" else None
    answer = getattr(api(people[role]), method)(path, body, format="json")
    assert answer.status_code == status, answer.content


@pytest.mark.parametrize(
    ("role", "status"),
    [("owner", 200), ("admin", 200), ("colleague", 404), ("annotator", 404), ("nobody", 302)],
)
def test_each_role_gets_what_it_may_of_the_page(client, people, role, status):
    if people[role]:
        client.force_login(people[role])
    path = url("research-entry-links", people["campaign"])
    assert client.get(path).status_code == status
    for step in ("revoke", "key"):
        if status in (302, 404):
            acted = client.post(f"{path}{people['link'].pk}/{step}/")
            assert acted.status_code == status
    if status != 200:
        link = EntryLink.objects.get()
        assert (link.revoked_at, link.key_version) == (None, 1)


def test_a_link_reads_back_and_a_panels_key_is_told_once(people):
    client = api(people["owner"])
    path = f"/api/v1/campaigns/{people['campaign'].slug}/entry-links/"
    made = client.post(path, {**SPEC, "platform": "panel", "panel": "acme"}, format="json").json()
    assert len(made.pop("key")) == 64
    listed = client.get(path).json()["links"]
    assert made in listed
    assert "key" not in listed[0]
    assert made["counts"] == dict.fromkeys(
        ("arrived", "joined", "completed", "screened_out", "timed_out"), 0
    )


@pytest.mark.parametrize(
    ("platform", "ending"),
    [
        ("mturk", "?workerId=…&assignmentId=…&hitId=… (added by Amazon Mechanical Turk)"),
        (
            "cloudresearch",
            "?participantId=…&assignmentId=…&projectId=… (added by CloudResearch)",
        ),
        ("panel", "?participant=…&study=…&session=…&expires=…&signature=…"),
    ],
)
def test_an_address_says_what_the_platform_adds_to_it(people, platform, ending):
    link = link_to(people["campaign"], platform)
    listed = api(people["owner"]).get(f"/api/v1/campaigns/{people['campaign'].slug}/entry-links/")
    [address] = [one["url"] for one in listed.json()["links"] if one["id"] == link.pk]
    assert address == f"http://testserver/enter/{link.token}/{ending}"


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"completion_code": "a b"}, "completion_code"),
        ({"completion_url": "https://evil.test/"}, "completion_url"),
        ({"panel": "acme"}, "panel"),
        ({"is_sandbox": True}, "is_sandbox"),
        ({"redirect": "https://evil.test/"}, "redirect"),
        ({"most": 0}, "most"),
    ],
)
def test_a_link_that_does_not_fit_is_refused_by_field(people, part, field):
    path = f"/api/v1/campaigns/{people['campaign'].slug}/entry-links/"
    answer = api(people["owner"]).post(path, {**SPEC, **part}, format="json")
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_admins_read_who_came_from_where_by_pseudonym(client, people):
    link = link_to(people["campaign"])
    client.post(door(link))
    arrival = Arrival.objects.select_related("annotator").get()
    answer = api(people["admin"]).get(f"/api/v1/campaigns/{link.campaign.slug}/arrivals/")
    (row,) = answer.json()["results"]
    assert row["annotator"] == arrival.annotator.pseudonym
    assert (row["source"], row["study"], row["session"]) == ("prolific", STUDY, "s1")


def test_a_researcher_makes_and_revokes_a_link_on_the_page(client, people):
    client.force_login(people["owner"])
    path = url("research-entry-links", people["campaign"])
    assert client.post(path, {**SPEC, "most": "5"}).status_code == 302
    link = EntryLink.objects.get(platform="prolific")
    assert (link.most, link.completion_code, link.created_by) == (5, "C1", people["owner"])
    assert "PROLIFIC_PID={{%PROLIFIC_PID%}}" in client.get(path).content.decode()
    client.post(f"{path}{link.pk}/revoke/")
    link.refresh_from_db()
    assert link.revoked_at
    refused = client.post(path, {**SPEC, "completion_code": "a b"})
    assert refused.status_code == 422
    assert "letters, digits, - and _" in refused.content.decode()
    shown = client.post(path, {**SPEC, "platform": "panel"})
    assert "It is shown this once" in shown.content.decode()


def test_the_page_asks_the_same_number_of_queries_for_more_links(
    client, people, django_assert_num_queries
):
    client.force_login(people["owner"])
    path = url("research-entry-links", people["campaign"])
    for most in (1, 3):
        while EntryLink.objects.count() < most:
            link_to(people["campaign"])
        with django_assert_num_queries(5):
            assert client.get(path).status_code == 200


def test_a_panel_is_called_what_its_people_would_call_it(client):
    """Researchers choose "another panel, with signed links"; participants are from theirs."""
    link = link_to(open_with_items(1), "panel", most=1, screen_out_url="https://panel.example/out")
    page = client.get(door(link, **signed(link))).content.decode()
    assert "A study by way of your panel" in page
    assert "signed links" not in page
    client.post(door(link, **signed(link)))
    late = client.post(door(link, **signed(link, participant="p-2"))).content.decode()
    assert "Back to your panel" in late
    assert "signed links" not in late
