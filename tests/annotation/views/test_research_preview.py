"""The annotators' page in a frame: of what is saved or only written, and stored nowhere."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from annotation.library import CAMPAIGN_TEMPLATES
from annotation.models import Assignment, Campaign, Coverage, Guideline, Item
from tests.annotation.views.test_research_campaign_form import FORM, form_fields
from tests.factories import import_lines, item_line, make_annotator, make_campaign, make_user

pytestmark = pytest.mark.django_db
STORED = (Campaign, Item, Assignment, Coverage, Guideline)


@pytest.fixture
def researcher() -> User:
    return make_user(Role.RESEARCHER)


@pytest.fixture
def signed_in(client: Client, researcher: User) -> Client:
    client.force_login(researcher)
    return client


def counts() -> list[int]:
    return [model.objects.count() for model in STORED]


@pytest.mark.parametrize("key", CAMPAIGN_TEMPLATES)
def test_a_template_is_shown_before_anything_is_saved(signed_in: Client, key: str) -> None:
    editor = signed_in.get(f"/research/new/?template={key}").context["editor"]
    page = signed_in.post(f"/research/new/preview/?template={key}", form_fields(editor))
    html = page.content.decode()
    assert page.status_code == 200
    assert "annotation/annotator/judge.html" in [one.name for one in page.templates]
    for criterion in CAMPAIGN_TEMPLATES[key].body["criteria"]:
        assert str(criterion["label"]) in html
    assert "How do I tell my neighbour" in html
    assert counts() == [0] * len(STORED)


def test_a_saved_campaign_shows_its_first_item(
    signed_in: Client, researcher: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    campaign = make_campaign(researcher, slug="tone")
    practice = [{"id": "p1", "text": "Plainly."}, {"id": "p2", "text": "Kindly."}]
    own = make_campaign(
        researcher, slug="own", entry={"practice": [{"prompt": "Try me", "responses": practice}]}
    )
    import_lines(campaign, [item_line("q1"), item_line("q2")])
    before = counts()
    with django_assert_max_num_queries(8):
        html = signed_in.get("/research/tone/preview/page/").content.decode()
    assert "Answer 1 to q1" in html
    assert "model-1x" not in html
    assert "Try me" in signed_in.get(f"/research/{own.slug}/preview/page/").content.decode()
    assert counts() == before


def test_nothing_in_the_page_sends_anything(signed_in: Client, researcher: User) -> None:
    make_campaign(researcher, slug="tone")
    html = signed_in.get("/research/tone/preview/page/").content.decode()
    form = html[html.index('id="judge-form"') :].split(">", 1)[0]
    assert 'method="dialog"' in form
    assert "action=" not in form
    assert 'id="heartbeat"' not in html
    assert "js/judging/" not in html
    assert '<div class="asides" inert>' in html


def test_only_pages_of_the_installation_may_frame_it(signed_in: Client, researcher: User) -> None:
    make_campaign(researcher, slug="tone")
    framed = signed_in.get("/research/tone/preview/page/")
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    for address in ("/research/tone/preview/", "/research/tone/", "/research/none/preview/page/"):
        others = signed_in.get(address)
        assert "frame-ancestors 'none'" in others["Content-Security-Policy"]
        assert others["X-Frame-Options"] == "DENY"


def test_what_is_written_in_a_step_is_shown_and_not_saved(
    signed_in: Client, researcher: User
) -> None:
    make_campaign(researcher, slug="tone")
    editor = signed_in.get("/research/tone/build/asked/").context["editor"]
    data = {**form_fields(editor), "criteria-0-label": "Which is warmer?"}
    page = signed_in.post("/research/tone/preview/page/?step=asked", data)
    assert "Which is warmer?" in page.content.decode()
    campaign = Campaign.objects.get(slug="tone")
    assert campaign.criteria[0]["label"] != "Which is warmer?"


def test_what_cannot_be_shown_says_why(signed_in: Client) -> None:
    page = signed_in.post("/research/new/preview/", {**FORM, "criteria-7-key": "not polite"})
    assert page.status_code == 200
    assert "This cannot be shown yet" in page.content.decode()
    assert "not polite, Key" in page.content.decode()


def test_others_find_nothing(client: Client) -> None:
    campaign = make_campaign()
    for person in (make_user(Role.RESEARCHER), make_annotator().user):
        client.force_login(person)
        for page in ("preview/", "preview/page/"):
            assert client.get(f"/research/{campaign.slug}/{page}").status_code == 404
        assert client.post(f"/research/{campaign.slug}/preview/page/").status_code == 404
    assert client.post("/research/new/preview/", FORM).status_code == 404
