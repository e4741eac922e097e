import io
import json

import pytest
from django.core.files.storage import default_storage
from django.core.handlers.wsgi import WSGIRequest
from rest_framework.exceptions import ParseError

from accounts.enums import Role
from annotation import tasks
from annotation.api.items import StreamedBody, TooLarge
from annotation.models import Item, ItemImport
from annotation.services.imports import request_import
from tests.factories import api, item_line, make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_user(Role.RESEARCHER)


@pytest.fixture
def send(owner, monkeypatch, django_capture_on_commit_callbacks):
    """Send a body to a campaign's items; the import runs as soon as it is committed."""
    monkeypatch.setattr(tasks.run_import, "delay", tasks.run_import)
    campaign = make_campaign(owner)

    def send(body, content_type="application/x-ndjson", query="", **headers):
        with django_capture_on_commit_callbacks(execute=True):
            return api(owner).post(
                f"/api/v1/campaigns/{campaign.slug}/items/{query}",
                body,
                content_type=content_type,
                **headers,
            )

    return send


def lines(*items):
    return "\n".join(json.dumps(item) for item in items).encode()


def test_json_lines_become_items(owner, send):
    response = send(lines(item_line("q1"), item_line("q2")))
    assert (response.status_code, response.json()["state"]) == (202, "queued")
    body = api(owner).get(f"/api/v1/imports/{response.json()['id']}/").json()
    assert (body["state"], body["progress"], body["read"]) == ("done", 100, 2)
    assert (body["created"], body["unchanged"], body["errors_total"]) == (2, 0, 0)
    assert (body["errors"], body["error"], body["format"]) == ([], "", "jsonl")


def test_bad_lines_are_named_and_nothing_is_imported(owner, send):
    response = send(lines(item_line("q1")) + b"\n{oops\n" + lines(item_line("q2", 1)))
    body = api(owner).get(f"/api/v1/imports/{response.json()['id']}/").json()
    assert (body["state"], body["errors_total"]) == ("failed", 2)
    assert [error["line"] for error in body["errors"]] == [2, 3]
    assert body["error"] == "2 lines could not be read. Nothing was imported."
    assert not Item.objects.exists()


def test_csv_is_found_out_or_named(send):
    content = b"id,prompt,response_1,response_2\na,p,one,two\n"
    assert send(content, "text/csv").status_code == 202
    assert send(content, "text/csv", "?format=csv&name=items.csv").status_code == 202
    assert [job.file_name for job in ItemImport.objects.order_by("pk")] == ["", "items.csv"]
    assert Item.objects.count() == 1


def test_an_unknown_format_is_refused(send):
    response = send(b"{}", query="?format=docx")
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "format")
    assert not ItemImport.objects.exists()


def test_a_form_is_refused_with_advice(owner):
    campaign = make_campaign(owner)
    response = api(owner).post(f"/api/v1/campaigns/{campaign.slug}/items/", {"file": "x"})
    assert response.status_code == 415
    assert response.json()["detail"] == "Send the file itself as the body, not a form."


def test_a_body_over_the_limit_is_refused(send, settings):
    settings.IMPORT_MAX_FILE_BYTES = 10
    response = send(lines(item_line("q1")))
    assert (response.status_code, response.json()["code"]) == (413, "too-large")
    assert not ItemImport.objects.exists()


def body_of(content, **environ):
    request = WSGIRequest({"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(content), **environ})
    return StreamedBody(request, most=1000)


def test_a_cut_off_upload_is_refused(owner):
    whole = body_of(b"x" * 100, CONTENT_LENGTH="100")
    assert b"".join(whole.chunks(30)) == b"x" * 100
    with pytest.raises(ParseError, match="The upload broke off; nothing was kept"):
        request_import(
            make_campaign(owner),
            content=body_of(b"x" * 100, CONTENT_LENGTH="101"),
            file_name="",
            requested_by=owner,
        )
    assert not ItemImport.objects.exists()
    assert list(default_storage.listdir("imports")[1]) == []


def test_a_chunked_body_is_read_to_its_end_and_no_further_than_the_limit():
    chunked = body_of(b"x" * 100, **{"wsgi.input_terminated": True})
    assert b"".join(chunked.chunks()) == b"x" * 100
    with pytest.raises(TooLarge):
        list(body_of(b"x" * 1001, **{"wsgi.input_terminated": True}).chunks())


def test_a_waiting_import_can_be_cancelled(owner):
    job = ItemImport.objects.create(campaign=make_campaign(owner))
    response = api(owner).post(f"/api/v1/imports/{job.pk}/cancel/")
    assert (response.status_code, response.json()["state"]) == (202, "cancelled")
    assert api(owner).post(f"/api/v1/imports/{job.pk}/cancel/").status_code == 409
