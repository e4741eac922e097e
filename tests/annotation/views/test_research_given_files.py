"""The page of a file that is looked at: uploaded, shown, read otherwise, imported."""

import gzip
import json
import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.enums import Role
from annotation import tasks
from annotation.enums import CampaignRole, JobState
from annotation.models import (
    Campaign,
    CampaignMembership,
    GivenFile,
    ItemImport,
    JudgmentImport,
)
from annotation.services.campaigns import close_campaign, open_campaign
from tests.annotation.item_formats.samples import (
    OWN,
    PAIR_COLUMNS,
    SAMPLES,
    TABLES,
    Sample,
    lines_of,
)
from tests.factories import import_bytes, make_campaign, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
CONSENT = {
    "text": "We publish.",
    "purposes": [{"key": "research", "label": "Research on language", "required": True}],
}
AS_GUESSED = {
    "as:pair": "id",
    "as:topic": "prompt",
    "as:a1": "response_1",
    "as:a2": "response_2",
}
WITH_PEOPLE = {**AS_GUESSED, "as:worker": "annotator_id", "as:label": "label"}


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def campaign(client: Client) -> Campaign:
    campaign = make_campaign(consent=CONSENT)
    client.force_login(campaign.owner)
    return campaign


def uploaded(client: Client, campaign: Campaign, content: bytes, query: str = "") -> Any:
    return client.post(
        f"/research/{campaign.slug}/import/file/?name=my items.csv{query}",
        content,
        content_type="application/octet-stream",
    )


def given(client: Client, campaign: Campaign, content: bytes) -> str:
    """Upload a file; the address of its page."""
    answer = uploaded(client, campaign, content)
    assert answer.status_code == 201
    return str(answer.json()["address"])


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_an_upload_is_kept_and_told_where_it_is(client: Client, campaign: Campaign) -> None:
    answer = uploaded(client, campaign, lines_of(*OWN))
    file = GivenFile.objects.get()
    assert answer.json() == {"address": f"/research/given-files/{file.pk}/"}
    assert (file.file_name, file.size) == ("my items.csv", len(lines_of(*OWN)))
    with default_storage.open(file.stored_name) as stored:
        assert stored.read() == lines_of(*OWN)
    answer = uploaded(client, campaign, b"{}", "&take=judgments&format=prism")
    newest = GivenFile.objects.first()
    assert newest is not None
    assert answer.json() == {
        "address": f"/research/given-files/{newest.pk}/?take=judgments&format=prism"
    }


def test_an_upload_that_cannot_be_kept_says_why(
    client: Client, campaign: Campaign, settings: Any
) -> None:
    answer = uploaded(client, campaign, b"")
    assert (answer.status_code, answer.json()) == (422, {"detail": "This file is empty."})
    settings.IMPORT_MAX_FILE_BYTES = 10
    answer = uploaded(client, campaign, b"x" * 11)
    assert answer.status_code == 413
    assert "larger than this installation takes" in answer.json()["detail"]
    form = client.post(f"/research/{campaign.slug}/import/file/", {"a": "b"})
    assert form.status_code == 415
    assert client.get(f"/research/{campaign.slug}/import/file/").status_code == 405
    close_campaign(open_campaign(campaign))
    answer = uploaded(client, campaign, b"{}")
    assert answer.status_code == 409
    assert answer.json() == {"detail": "A closed campaign takes no more items."}
    assert not GivenFile.objects.exists()


def test_an_upload_needs_a_token(campaign: Campaign) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(campaign.owner)
    address = f"/research/{campaign.slug}/import/file/"
    body = {"data": b"{}", "content_type": "application/octet-stream"}
    assert client.post(address, **body).status_code == 403
    page = client.get(f"/research/{campaign.slug}/import/").content.decode()
    found = re.search(r'name="csrf-token" content="(\w+)"', page)
    assert found
    answer = client.post(address, headers={"X-CSRFToken": found[1]}, **body)
    assert answer.status_code == 201


def test_without_scripts_the_form_keeps_the_file_to_be_looked_at(
    client: Client, campaign: Campaign
) -> None:
    file = SimpleUploadedFile("tea.jsonl", lines_of(*OWN))
    body = {"file": file, "format": "jsonl", "look": "1"}
    answer = client.post(f"/research/{campaign.slug}/import/", body)
    kept = GivenFile.objects.get()
    assert answer["Location"] == f"/research/given-files/{kept.pk}/?format=jsonl"
    assert (kept.file_name, ItemImport.objects.count()) == ("tea.jsonl", 0)
    page = client.get(f"/research/{campaign.slug}/import/").content.decode()
    assert f'href="/research/given-files/{kept.pk}/"' in page
    assert client.post(f"/research/{campaign.slug}/import/", {"look": "1"}).status_code == 422


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_each_format_is_named_and_shown(client: Client, sample: Sample) -> None:
    campaign = make_campaign(task_type="rating")
    client.force_login(campaign.owner)
    page = client.get(given(client, campaign, sample.content()))
    name = dict(page.context["formats"])[sample.format]
    text = text_of(page)
    assert f"Recognised as {name} ." in text
    assert "By its fields: " + " , ".join(sample.known_by) in text
    for shown in (sample.first, sample.prompt, sample.response):
        assert shown in text
    assert "Import the items" in text
    assert 'name="as:' not in page.content.decode()


def test_items_are_shown_as_annotators_see_them(client: Client, campaign: Campaign) -> None:
    item = {**OWN[0], "prompt": "Is **this** bold? <script>alert(1)</script>", "language": "ar"}
    page = client.get(given(client, campaign, lines_of(item))).content.decode()
    assert "<strong>this</strong>" in page
    assert "<script>alert" not in page
    assert 'lang="ar"' in page
    assert "oak-1" in page


def test_what_is_wrong_is_told_by_line_with_what_to_do(client: Client, campaign: Campaign) -> None:
    address = given(client, campaign, lines_of(OWN[0]) + b"\n{oops\n" + lines_of(*OWN[1:]))
    page = client.get(address)
    text = text_of(page)
    assert '<th scope="row" class="num">2</th>' in page.content.decode()
    assert "This line is not valid JSON" in text
    assert "Write one object a line, in double quotes." in text
    assert "As long as a line is wrong nothing can be imported." in text
    assert "Import the items" not in text
    assert client.post(address, {}).status_code == 422
    assert (ItemImport.objects.count(), GivenFile.objects.count()) == (0, 1)


def test_columns_of_other_names_are_asked_for_and_the_guess_is_chosen(
    client: Client, campaign: Campaign
) -> None:
    page = client.get(given(client, campaign, TABLES["pairs.csv"][0]))
    rows = [(row.name, row.example, row.field) for row in page.context["rows"]]
    assert rows == [
        ("pair", "1_2", "id"),
        ("worker", "w1", "annotator_id"),
        ("topic", "Cats?", "prompt"),
        ("a1", "Yes.", "response_1"),
        ("a2", "No.", "response_2"),
        ("label", "a1", "label"),
    ]
    choices = [value for value, _label in page.context["field_choices"]]
    # A draft takes no judgments, so that nothing of them is offered.
    assert "annotator_id" not in choices
    assert "response_6" in choices
    assert "response_7" not in choices
    assert "Judgments can be imported once the campaign is open." in text_of(page)


def test_other_columns_show_other_items_at_once(client: Client, campaign: Campaign) -> None:
    address = given(client, campaign, TABLES["pairs.csv"][0])
    chosen = {**AS_GUESSED, "as:a1": "prompt", "as:topic": "response_1", "format": "auto"}
    part = client.get(address, chosen, headers=HTMX)
    page = part.content.decode()
    assert "<html" not in page
    assert page.count('id="look"') == 1
    assert 'hx-swap-oob="innerHTML:#look-spoken">' in page
    assert 'hx-swap-oob="innerHTML:#go">' in page
    assert [one["record"].prompt_json for one in part.context["items"]] == ['"Yes."', '"Often."']
    assert "3 records were read without an error." in text_of(part)
    doubled = client.get(address, {**AS_GUESSED, "as:label": "prompt"}, headers=HTMX)
    text = text_of(doubled)
    assert "Two columns are said to be prompt." in text
    assert "Say which column is what; then the file can be imported." in text
    assert doubled.context["items"] == []
    # What was chosen stays chosen, so that it can be corrected.
    assert [row.field for row in doubled.context["rows"]] == [
        "id",
        "",
        "prompt",
        "response_1",
        "response_2",
        "prompt",
    ]


def test_without_scripts_a_button_shows_the_file_read_otherwise(
    client: Client, campaign: Campaign
) -> None:
    address = given(client, campaign, TABLES["pairs.csv"][0])
    swapped = {**AS_GUESSED, "as:a1": "response_2", "as:a2": "response_1", "show": "1"}
    page = client.post(address, swapped)
    assert page.status_code == 200
    first = page.context["items"][0]["record"].responses
    assert [one.content_json for one in first] == ['"No."', '"Yes."']
    assert ItemImport.objects.count() == 0


def test_another_format_reads_the_file_otherwise(client: Client, campaign: Campaign) -> None:
    address = given(client, campaign, SAMPLES[3].content())
    part = client.get(address, {"format": "jsonl"}, headers=HTMX)
    assert "Read as JSON Lines , as you chose." in text_of(part)
    assert [row.name for row in part.context["rows"]][:2] == ["idx", "motivation_app"]
    assert client.get(address, {"format": "nonsense"}).context["format"] == "auto"


def test_import_hands_the_file_to_the_workers_with_its_columns(
    client: Client,
    campaign: Campaign,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(tasks.run_import, "delay", tasks.run_import)
    address = given(client, campaign, TABLES["pairs.csv"][0])
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, {**AS_GUESSED, "format": "auto", "take": "items"})
    job = ItemImport.objects.get()
    assert answer["Location"] == f"/research/imports/{job.pk}/"
    assert (job.state, job.format, job.columns) == (JobState.DONE, "csv", PAIR_COLUMNS)
    assert (job.created_by, job.file_name) == (campaign.owner, "my items.csv")
    assert campaign.items.count() == 2
    text = text_of(client.get(f"/research/imports/{job.pk}/"))
    assert "prompt topic" in text
    assert "2 new items are in the campaign." in text
    # The page of a file that is imported is gone, and so is its file.
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


@pytest.mark.parametrize("name", TABLES)
def test_judgments_come_in_with_what_is_stated_of_their_people(
    name: str,
    client: Client,
    campaign: Campaign,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(tasks.run_judgment_import, "delay", tasks.run_judgment_import)
    open_campaign(campaign)
    address = given(client, campaign, TABLES[name][0])
    page = client.get(address)
    assert page.context["take"] == "items"
    assert "Its items, and what people said of them" in text_of(page)
    assert "Research on language" in text_of(page)
    body = {**WITH_PEOPLE, "take": "judgments", "basis": "Licence"}
    unclear = client.post(address, {**body, "purposes": "research"})
    assert unclear.status_code == 422
    assert "The file does not say how strong each preference is" in text_of(unclear)
    body["strength"] = "1"
    refused = client.post(address, body)
    assert refused.status_code == 422
    assert "Required: research." in text_of(refused)
    assert refused.context["take"] == "judgments"
    assert (JudgmentImport.objects.count(), GivenFile.objects.count()) == (0, 1)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, {**body, "purposes": "research"})
    job = JudgmentImport.objects.get()
    assert answer["Location"] == f"/research/judgment-imports/{job.pk}/"
    assert [str(one) for one in job.problems.all()] == []
    assert (job.state, job.format, job.created_count, job.people_count) == ("done", "pairs", 3, 2)
    assert (job.basis, job.asserted_by, job.strength) == ("Licence", campaign.owner.email, 1)
    assert (campaign.items.count(), campaign.judgments.count()) == (2, 3)
    assert ItemImport.objects.get() == job.item_import


def test_a_published_set_brings_items_and_judgments(
    client: Client,
    campaign: Campaign,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(tasks.run_judgment_import, "delay", tasks.run_judgment_import)
    open_campaign(campaign)
    sample = next(one for one in SAMPLES if one.format == "multipref")
    address = given(client, campaign, sample.content())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"take": "judgments", "purposes": "research"})
    job = JudgmentImport.objects.get()
    assert (job.state, job.format, job.created_count) == ("done", "multipref", 5)


def test_a_packed_file_of_judgments_is_taken_for_them_only(
    client: Client, campaign: Campaign
) -> None:
    address = given(client, campaign, gzip.compress(TABLES["pairs.jsonl"][0]))
    draft = client.get(address)
    assert draft.context["may_go"] is False
    assert "Nothing in this file can be imported into this campaign as it is." in text_of(draft)
    open_campaign(campaign)
    page = client.get(address)
    assert (page.context["take"], page.context["may_go"]) == ("judgments", True)
    assert "The file holds judgments." in text_of(page)
    packed = given(client, campaign, gzip.compress(lines_of(*OWN)))
    assert "A compressed file is taken for judgments only." in text_of(client.get(packed))


def test_the_page_for_judgments_leads_here_too(client: Client, campaign: Campaign) -> None:
    open_campaign(campaign)
    address = f"/research/{campaign.slug}/judgments/import/"
    file = SimpleUploadedFile("pairs.csv", TABLES["pairs.csv"][0])
    answer = client.post(address, {"file": file, "format": "auto", "look": "1"})
    kept = GivenFile.objects.get()
    assert answer["Location"] == f"/research/given-files/{kept.pk}/?take=judgments"
    assert client.get(answer["Location"]).context["take"] == "judgments"
    assert client.post(address, {"look": "1"}).status_code == 422
    assert JudgmentImport.objects.count() == 0


def test_what_is_there_already_is_counted(client: Client, campaign: Campaign) -> None:
    import_bytes(campaign, lines_of(*OWN[:2]))
    text = text_of(client.get(given(client, campaign, lines_of(*OWN))))
    assert "6 records in the file." in text
    assert "2 records are in the campaign already." in text


def test_a_file_can_be_discarded_and_one_that_is_gone_says_so(
    client: Client,
    campaign: Campaign,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    address = given(client, campaign, b"{}")
    assert client.get(f"{address}discard/").status_code == 405
    stored = GivenFile.objects.get().stored_name
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{address}discard/")
    assert answer["Location"] == f"/research/{campaign.slug}/import/"
    assert (GivenFile.objects.count(), default_storage.exists(stored)) == (0, False)
    address = given(client, campaign, b"{}")
    default_storage.delete(GivenFile.objects.get().stored_name)
    assert client.get(address).status_code == 409


def test_only_who_may_edit_the_campaign_sees_its_files(client: Client, campaign: Campaign) -> None:
    address = given(client, campaign, b"{}")
    viewer, stranger = make_user(Role.RESEARCHER), make_user(Role.RESEARCHER)
    CampaignMembership.objects.create(campaign=campaign, user=viewer, role=CampaignRole.VIEWER)
    for user, status in ((viewer, 403), (stranger, 404)):
        client.force_login(user)
        assert client.get(address).status_code == status
        assert client.post(address).status_code == status
        assert client.post(f"{address}discard/").status_code == status
        assert uploaded(client, campaign, b"{}").status_code == status
    assert GivenFile.objects.count() == 1


def test_the_pages_need_few_queries(
    client: Client, campaign: Campaign, django_assert_max_num_queries: Any
) -> None:
    address = given(client, campaign, TABLES["pairs.csv"][0])
    many = lines_of(*({**OWN[0], "id": f"q{n}"} for n in range(300)))
    large = given(client, campaign, many)
    with django_assert_max_num_queries(5):
        client.get(address)
    with django_assert_max_num_queries(5):
        client.get(large)
    with django_assert_max_num_queries(5):
        client.get(address, AS_GUESSED, headers=HTMX)
    with django_assert_max_num_queries(4):
        client.get(f"/research/{campaign.slug}/import/")
    with django_assert_max_num_queries(8):
        uploaded(client, campaign, many)
    with django_assert_max_num_queries(14):
        client.post(address, AS_GUESSED)


def test_a_column_may_be_called_anything(client: Client, campaign: Campaign) -> None:
    rows = {'q "1" & <b>': "Why?", "é:ü=,": "So.", "as:as:": "No.", "n" * 300: "x"}
    address = given(client, campaign, json.dumps(rows).encode())
    chosen = {'as:q "1" & <b>': "prompt", "as:é:ü=,": "response_1", "as:as:as:": "response_2"}
    page = client.get(address, chosen)
    assert [one["record"].prompt_json for one in page.context["items"]] == ['"Why?"']
    assert client.post(address, chosen).status_code == 302
    assert ItemImport.objects.get().columns == {
        "prompt": 'q "1" & <b>',
        "response_1": "é:ü=,",
        "response_2": "as:as:",
    }
