"""A person's own data: what they see, take along, change and take back; and nobody else does."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import Annotator, Profile
from annotation.enums import JobState
from annotation.models import Erasure, Judgment, Seat
from annotation.services.erasing import erase
from annotation.services.jobs import run_job
from exports.services.erasing import obey_withdrawals
from tests.exports.builders import CONSENT, Built, pairwise_campaign, snapshot_of
from tests.factories import PASSWORD, api, judge, make_user, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent_erasures(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the erasures that were sent to workers; no worker is there."""
    from annotation import tasks

    ids: list[int] = []
    monkeypatch.setattr(tasks.run_erasure, "delay", ids.append)
    return ids


@pytest.fixture
def built() -> Built:
    return pairwise_campaign()


def browser(annotator: Annotator) -> Client:
    client = Client()
    client.force_login(annotator.user)
    return client


def downloaded(client: Any, path: str = "/my-data/download/") -> dict[str, Any]:
    response = client.get(path)
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(b"".join(response.streaming_content))
    return found


def test_the_page_tells_what_is_held_and_where_it_went(built: Built):
    snapshot_of(built.campaign)
    page = browser(built.annotator("ada")).get("/my-data/").content.decode()
    assert "ada@people.test" in page
    assert "2 of 2" in page
    assert "version 1 of" in page
    assert "2 judgments" in page
    assert "/campaigns/pairs/withdraw/" in page


def test_the_download_holds_everything_and_nothing_of_others(built: Built):
    snapshot_of(built.campaign)
    ada = built.annotator("ada")
    data = downloaded(browser(ada))
    assert set(data) == {
        *("as_of", "account", "consents", "profiles", "seats", "assignments", "judgments"),
        *("reports", "comprehension", "arrivals", "messages", "withdrawals", "releases"),
        *("stated_preferences", "own_rules", "own_verdicts"),
    }
    assert data["account"]["email"] == "ada@people.test"
    (consent,) = data["consents"]
    assert (consent["version"], consent["purposes"]) == (
        1,
        ["research", "demographics", "languages"],
    )
    assert data["profiles"][0]["answers"] == {"age": ["young"], "tongues": ["en", "hi"]}
    assert [one["stratum_key"] for one in data["seats"]] == ["young"]
    assert {one["item_id_in_campaign"] for one in data["judgments"]} == {"q1", "q2"}
    assert {one["reason"] for one in data["judgments"]} == {"Because, well…"}
    assert len(data["assignments"]) == 2
    (release,) = data["releases"]
    assert (release["slug"], release["number"], release["judgments"]) == ("pairs", 1, 2)
    text = json.dumps(data)
    for hidden in ("model-alpha", "cy@people.test", built.annotator("cy").pseudonym):
        assert hidden not in text
    assert downloaded(api(ada.user), "/api/v1/me/data/")["judgments"] == data["judgments"]


def test_the_download_reads_in_a_fixed_number_of_queries(
    django_assert_num_queries: Any, built: Built
):
    client = browser(built.annotator("ada"))
    # Session, person, annotator; thirteen kinds of rows, and the versions that hold them.
    with django_assert_num_queries(17):
        downloaded(client)


def test_history_goes_page_by_page_in_fixed_queries(django_assert_num_queries: Any):
    campaign = open_with_items(45)
    seat = take_part(campaign)
    given = [judge(serve(seat), reason=f"because {number}").pk for number in range(45)]
    other = take_part(campaign)
    judge(serve(other), reason="not yours")
    client = browser(seat.annotator)
    address, found = f"/campaigns/{campaign.slug}/history/", []
    while address:
        with django_assert_num_queries(3):
            response = client.get(address)
        page = response.context["page"]
        found += [line.judgment.pk for line in page.lines]
        assert "not yours" not in response.content.decode()
        before = page.before
        address = f"/campaigns/{campaign.slug}/history/?before={before}" if before else ""
    assert found == given[::-1]
    assert "A clearly better" in client.get(f"/campaigns/{campaign.slug}/history/").content.decode()
    body = api(seat.annotator.user).get(f"/api/v1/campaigns/{campaign.slug}/history/").json()
    assert body["progress"] == {"done": 45, "total": 45}
    assert [one["judgment_id"] for one in body["results"]] == given[:-21:-1]
    assert body["before"] == given[-20]


def test_changing_what_i_said_makes_a_version_that_later_judgments_carry(built: Built):
    ben = built.annotator("ben")
    client = browser(ben)
    page = client.get("/campaigns/pairs/me/").content.decode()
    assert 'value="young" checked' in page.replace("\n", " ")
    answer = client.post("/campaigns/pairs/me/", {"question-age": "old", "question-tongues": ""})
    assert answer.status_code == 302
    versions = Profile.objects.filter(annotator=ben).order_by("version")
    assert [one.answers for one in versions] == [
        {"age": ["young"], "tongues": ["en"]},
        {"age": ["old"], "tongues": None},
    ]
    judgment = judge(
        serve(built.seats["ben"]), {"overall": {"outcome": "tie"}}, reason="of another age"
    )
    assert judgment.profile.version == 2
    assert judgment.stratum.key == Seat.objects.get(annotator=ben).stratum_key == "young"


def test_changing_over_rest_checks_answers_and_is_repeatable(built: Built):
    client = api(built.annotator("ada").user)
    path = "/api/v1/campaigns/pairs/profile/"
    assert client.get(path).json() == {
        "version": 1,
        "answers": {"age": ["young"], "tongues": ["en", "hi"]},
    }
    wrong = client.put(path, {"answers": {"age": "ancient"}}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "answers.age")
    for _ in range(2):
        changed = client.put(path, {"answers": {"age": None}}, format="json")
        assert changed.json() == {"version": 2, "answers": {"age": None, "tongues": None}}


def test_withdrawing_is_explained_confirmed_and_done(built: Built, sent_erasures: list[int]):
    snapshot_of(built.campaign)
    ada = built.annotator("ada")
    client = browser(ada)
    page = client.get("/campaigns/pairs/withdraw/").content.decode()
    assert "This is erased, for good" in page
    assert "version 1 of" in page
    wrong = client.post("/campaigns/pairs/withdraw/", {"confirm": "guess"})
    assert (wrong.status_code, Erasure.objects.count()) == (422, 0)
    assert "This is not your password." in wrong.content.decode()
    done = client.post("/campaigns/pairs/withdraw/", {"confirm": PASSWORD})
    assert done.status_code == 200
    assert sent_erasures == [Erasure.objects.get().pk]
    run_job(Erasure, sent_erasures[0], erase)
    assert Erasure.objects.get().state == JobState.DONE
    assert not Judgment.objects.filter(annotator=ada, erased_at=None).exists()
    page = client.get("/my-data/").content.decode()
    assert "You withdrew on" in page
    data = downloaded(client)
    assert {one["reason"] for one in data["judgments"]} == {""}
    assert [one["judgments"] for one in data["releases"]] == [2]
    for path in ("", "history/", "me/", "withdraw/", "consent/"):
        assert client.get(f"/campaigns/pairs/{path}").status_code == 404, path
    judged = client.get("/campaigns/pairs/judge/")
    assert "You have withdrawn from this campaign." in judged.content.decode()
    assert "Pairs" not in client.get("/campaigns/").content.decode()


def test_who_leaves_answers_behind_is_told_before(sent_erasures: list[int]):
    built = pairwise_campaign(consent={**CONSENT, "on_withdrawal": "keep_judgments"})
    snapshot_of(built.campaign)
    ada = built.annotator("ada")
    client = browser(ada)
    assert "your answers stay, as nobody’s" in client.get("/my-data/").content.decode()
    assert downloaded(client)["consents"][0]["on_withdrawal"] == "keep_judgments"
    for path in ("/campaigns/pairs/withdraw/", "/my-data/withdraw/"):
        page = client.get(path).content.decode()
        assert "under a new pseudonym that leads to nobody" in page
        assert "which group of people the answers counted to" in page
        assert "Whoever has an older version may recognise them" in page
        assert "no new version of the data holds anything of yours" not in page
    done = client.post("/campaigns/pairs/withdraw/", {"confirm": PASSWORD})
    assert "being cut from you" in done.content.decode()
    run_job(Erasure, sent_erasures[0], erase)
    assert Judgment.objects.filter(erased_at=None).count() == 4
    obey_withdrawals()
    assert "nothing here leads to your answers" in client.get("/my-data/").content.decode()
    data = downloaded(client)
    assert (data["judgments"], [one["judgments"] for one in data["releases"]]) == ([], [2])
    assert client.get("/campaigns/pairs/withdraw/").status_code == 404
    # Altogether, later: of this campaign nothing is left to be told.
    assert "new pseudonym" not in client.get("/my-data/withdraw/").content.decode()


def test_a_campaign_without_groups_speaks_of_none():
    consent = {"text": "Yes?", "on_withdrawal": "keep_judgments"}
    seat = take_part(open_with_items(1, consent=consent))
    page = browser(seat.annotator).get(f"/campaigns/{seat.campaign.slug}/withdraw/")
    assert "under a new pseudonym" in page.content.decode()
    assert "which group of people" not in page.content.decode()


def test_withdrawing_altogether_signs_out_for_good(built: Built, sent_erasures: list[int]):
    client = browser(built.annotator("ada"))
    elsewhere = browser(built.annotator("ada"))
    assert client.post("/my-data/withdraw/", {"confirm": PASSWORD}).status_code == 200
    assert elsewhere.get("/my-data/").status_code == 302
    token = {"email": "ada@people.test", "password": PASSWORD}
    assert api().post("/api/v1/auth/token/", token, format="json").status_code == 400
    run_job(Erasure, sent_erasures[0], erase)
    assert Erasure.objects.get().state == JobState.DONE


def test_who_has_no_password_types_their_pseudonym(built: Built, sent_erasures: list[int]):
    user = built.annotator("ada").user
    user.set_unusable_password()
    user.save(update_fields=["password"])
    path = "/api/v1/campaigns/pairs/withdraw/"
    client = api(user)
    assert client.post(path, {"confirm": ""}, format="json").status_code == 400
    assert client.post(path, {"confirm": "no"}, format="json").status_code == 422
    given = {"confirm": built.annotator("ada").pseudonym}
    answer = client.post(path, given, format="json")
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")


def test_a_wrong_password_ends_in_a_lock_out(built: Built, settings: Any):
    settings.AXES_FAILURE_LIMIT = 2
    client = browser(built.annotator("ada"))
    for _ in range(2):
        client.post("/my-data/withdraw/", {"confirm": "guess"})
    client.post("/my-data/withdraw/", {"confirm": PASSWORD})
    assert not Erasure.objects.exists()


PAGES = ["/my-data/", "/my-data/download/", "/my-data/withdraw/"]
OF_CAMPAIGN = [f"/campaigns/pairs/{name}/" for name in ("history", "me", "withdraw")]


@pytest.mark.parametrize("path", [*PAGES, *OF_CAMPAIGN])
def test_pages_are_the_persons_own(built: Built, path: str):
    assert browser(built.annotator("ada")).get(path).status_code == 200
    for role in (Role.RESEARCHER, Role.ADMIN):
        client = Client()
        client.force_login(make_user(role))
        assert client.get(path).status_code == 404
    outsider = Client()
    outsider.force_login(make_user())
    assert outsider.get(path).status_code == (404 if path in OF_CAMPAIGN else 200)
    assert Client().get(path).status_code == 302


ROUTES = [
    ("get", "me/data/", 200),
    ("post", "me/withdraw/", 400),
    ("get", "campaigns/pairs/history/", 404),
    ("get", "campaigns/pairs/profile/", 404),
    ("put", "campaigns/pairs/profile/", 404),
    ("post", "campaigns/pairs/withdraw/", 404),
]


@pytest.mark.parametrize(("method", "route", "outside"), ROUTES)
def test_routes_are_the_persons_own(built: Built, method: str, route: str, outside: int):
    def status(client: Any) -> int:
        parts: tuple[Any, ...] = () if method == "get" else ({},)
        answer = getattr(client, method)(f"/api/v1/{route}", *parts, format="json")
        return int(answer.status_code)

    assert status(api(built.annotator("ada").user)) == (200 if method == "get" else 400)
    assert status(api(make_user())) == outside
    assert status(api(built.campaign.owner)) == 403
    assert status(api(make_user(Role.ADMIN))) == 403
    assert status(api()) == 401
    assert not Erasure.objects.exists()
