"""The page of models' answers: giving a file, watching it, and what stands where of it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotation.models import Campaign, ModelJudgmentImport
from annotation.services.jobs import run_job
from annotation.services.model_judgments import import_model_judgments
from tests.factories import judge, make_annotator, make_campaign, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = {
    "item_id": "q1",
    "model": "judge-7b",
    "answers": {"overall": {"preferred": "r2", "strength": 2}},
    "reason": "It is <b>shorter</b>.",
}


def given(client: Client, campaign: Campaign, *lines: dict[str, object], **data: str) -> Any:
    text = "\n".join(map(json.dumps, lines)).encode()
    file = SimpleUploadedFile("answers.jsonl", text)
    return client.post(f"/research/{campaign.slug}/model-judgments/", {"file": file, **data})


def test_a_file_goes_to_the_workers_and_its_models_are_listed(client: Client):
    campaign = open_with_items(1)
    client.force_login(campaign.owner)
    response = given(client, campaign, ANSWER, prompt_version="v3")
    job = ModelJudgmentImport.objects.get()
    assert response["Location"] == f"/research/model-imports/{job.pk}/"
    waiting = client.get(f"/research/model-imports/{job.pk}/").content.decode()
    assert "waits for a worker" in waiting
    run_job(ModelJudgmentImport, job.pk, import_model_judgments)
    part = client.get(f"/research/model-imports/{job.pk}/?seen=queued", HTTP_HX_REQUEST="true")
    text = part.content.decode()
    assert "1 answer of a model was imported." in text
    assert "<html" not in text
    page = client.get(f"/research/{campaign.slug}/model-judgments/").content.decode()
    assert "judge-7b" in page
    assert "v3" in page
    assert "model output" in page


def test_errors_stand_at_their_lines_and_fields(client: Client):
    campaign = open_with_items(1)
    client.force_login(campaign.owner)
    empty = client.post(f"/research/{campaign.slug}/model-judgments/", {})
    assert (empty.status_code, "Choose a file." in empty.content.decode()) == (422, True)
    long = given(client, campaign, ANSWER, model="m" * 201)
    assert "Must have at most 200 characters." in long.content.decode()
    given(client, campaign, {**ANSWER, "item_id": "q9"})
    job = ModelJudgmentImport.objects.get()
    run_job(ModelJudgmentImport, job.pk, import_model_judgments)
    page = client.get(f"/research/model-imports/{job.pk}/").content.decode()
    assert "The campaign has no item &quot;q9&quot;." in page
    assert "No answer was imported; mend what is listed below and give the file again." in page


def test_a_draft_offers_no_form(client: Client):
    campaign = make_campaign()
    client.force_login(campaign.owner)
    page = client.get(f"/research/{campaign.slug}/model-judgments/").content.decode()
    assert 'type="file"' not in page
    assert "A draft may still change what it asks." in page


def test_an_item_shows_models_apart_from_judgments(client: Client):
    campaign = open_with_items(1)
    judge(serve(take_part(campaign)))
    client.force_login(campaign.owner)
    address = f"/research/{campaign.slug}/items/q1/"
    assert "model output" not in client.get(address).content.decode()
    given(client, campaign, ANSWER)
    run_job(ModelJudgmentImport, ModelJudgmentImport.objects.get().pk, import_model_judgments)
    page = client.get(address)
    assert len(page.context["page"].answers) == 1
    (one,) = page.context["model_answers"]
    assert (one.machine.name, one.answers) == ("judge-7b", [("overall", "B clearly better")])
    text = page.content.decode()
    assert "model output" in text
    assert "It is &lt;b&gt;shorter&lt;/b&gt;." in text
    judgments = client.get(f"/research/{campaign.slug}/judgments/").content.decode()
    assert "judge-7b" not in judgments


def test_annotators_see_nothing_of_models(client: Client):
    campaign = open_with_items(1)
    client.force_login(campaign.owner)
    given(client, campaign, ANSWER)
    job = ModelJudgmentImport.objects.get()
    run_job(ModelJudgmentImport, job.pk, import_model_judgments)
    annotator = make_annotator()
    take_part(campaign, annotator)
    client.force_login(annotator.user)
    for path in (f"{campaign.slug}/model-judgments", f"model-imports/{job.pk}"):
        assert client.get(f"/research/{path}/").status_code == 404
    shown = client.get(f"/campaigns/{campaign.slug}/judge/", follow=True).content.decode()
    assert "What about q1?" in shown
    assert "judge-7b" not in shown
