"""A campaign's own words in the reader's language: by path, in pages and over REST, by version."""

import pytest
from django.test import Client
from django.utils import translation

from accounts.enums import Role
from annotation import wording
from annotation.serializers.campaign import campaign_body
from annotation.services.campaigns import open_campaign
from annotation.wording import reworded, shown_criteria, texts_of
from tests.factories import (
    AGE_QUESTION,
    api,
    make_annotator,
    make_campaign,
    make_user,
    open_with_items,
    take_part,
)

WORDS = {
    "title": "Welche Antwort ist besser?",
    "guideline": "Lies **beide** Antworten.",
    "consent.text": "Ich mache freiwillig mit.",
    "consent.purposes.research.label": "Forschung",
    "criteria.overall.label": "Welche ist insgesamt besser?",
    "questions.age.label": "Wie alt bist du?",
    "questions.age.options.young.label": "unter dreißig",
}
PARTS = {
    "title": "Which answer is better?",
    "guideline": "Read **both** answers.",
    "questions": [AGE_QUESTION],
    "consent": {
        "text": "I take part freely.",
        "purposes": [{"key": "research", "label": "Research", "required": True}],
    },
}


def test_every_text_of_a_campaign_has_a_path():
    body = {
        "title": "T",
        "guideline": "",
        "criteria": [
            {
                "key": "tone",
                "label": "Tone",
                "scale": {"kind": "steps", "steps": [{"value": 1, "label": "rude"}]},
            },
            {"key": "v", "label": "Values", "scale": {"strengths": ["weak", "strong"]}},
        ],
        "flow": {"revise": "last", "skip_reasons": [{"key": "tired", "label": "Tired"}]},
        "strata": [{"key": "young", "label": "no text of this kind is shown"}],
    }
    assert texts_of(body) == {
        "title": "T",
        "criteria.tone.label": "Tone",
        "criteria.tone.scale.steps.0.label": "rude",
        "criteria.v.label": "Values",
        "criteria.v.scale.strengths.0": "weak",
        "criteria.v.scale.strengths.1": "strong",
        "flow.skip_reasons.tired.label": "Tired",
    }


def test_rewording_changes_the_texts_that_are_translated_and_nothing_else():
    scale = {"steps": [{"value": 1, "label": "rude"}]}
    criteria = [{"key": "tone", "label": "Tone", "scale": scale}]
    texts = {"criteria.tone.scale.steps.0.label": "grob", "title": "T"}
    assert reworded(criteria, "criteria", texts) == [
        {"key": "tone", "label": "Tone", "scale": {"steps": [{"value": 1, "label": "grob"}]}}
    ]
    assert criteria[0]["scale"]["steps"][0]["label"] == "rude"


@pytest.mark.django_db
def test_translations_are_written_and_read_over_rest():
    owner = make_user(Role.RESEARCHER)
    campaign = make_campaign(owner, **PARTS)
    address = f"/api/v1/campaigns/{campaign.slug}/"
    given = {"translations": {"de": {**WORDS, "title": "  "}, "fr": {}}}
    answer = api(owner).patch(address, given, format="json")
    expected = {path: text for path, text in WORDS.items() if path != "title"}
    assert answer.json()["translations"] == {"de": expected}
    campaign.refresh_from_db()
    assert (campaign.guideline.version, campaign.consent_document.version) == (2, 2)
    again = api(owner).patch(address, {"translations": {"de": expected}}, format="json")
    assert again.status_code == 200
    campaign.refresh_from_db()
    assert (campaign.guideline.version, campaign.consent_document.version) == (2, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("translations", "field"),
    [
        ({"tlh": {"title": "x"}}, "translations"),
        ({"de": {"criteria.nope.label": "x"}}, "translations.de"),
        ({"de": {"title": ["x"]}}, "translations.de.title"),
    ],
)
def test_translations_of_what_is_not_there_are_refused(translations, field):
    owner = make_user(Role.RESEARCHER)
    campaign = make_campaign(owner, **PARTS)
    body = {"translations": translations}
    answer = api(owner).patch(f"/api/v1/campaigns/{campaign.slug}/", body, format="json")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    campaign.refresh_from_db()
    assert campaign.translations == {}


@pytest.mark.django_db
def test_a_translation_goes_with_the_text_it_translates():
    owner = make_user(Role.RESEARCHER)
    campaign = make_campaign(owner, **PARTS, translations={"de": WORDS})
    address = f"/api/v1/campaigns/{campaign.slug}/"
    body = campaign_body(campaign) | {"questions": []}
    answer = api(owner).patch(address, body, format="json")
    assert set(answer.json()["translations"]["de"]) == {
        path for path in WORDS if not path.startswith("questions")
    }


@pytest.mark.django_db
def test_people_read_the_campaign_in_the_language_they_chose(client: Client):
    campaign = open_campaign(make_campaign(**PARTS, translations={"de": WORDS}))
    client.force_login(make_annotator().user)
    client.cookies["django_language"] = "de"
    assert WORDS["title"] in client.get("/campaigns/").content.decode()
    consent = client.get(f"/campaigns/{campaign.slug}/consent/").content.decode()
    assert WORDS["consent.text"] in consent
    assert WORDS["consent.purposes.research.label"] in consent
    given = {"version": campaign.consent_document.version, "purposes": ["research"]}
    client.post(f"/campaigns/{campaign.slug}/consent/", given)
    questions = client.get(f"/campaigns/{campaign.slug}/about-you/").content.decode()
    assert WORDS["questions.age.label"] in questions
    assert WORDS["questions.age.options.young.label"] in questions
    client.cookies["django_language"] = "fr"
    page = client.get(f"/campaigns/{campaign.slug}/about-you/").content.decode()
    assert AGE_QUESTION["label"] in page


@pytest.mark.django_db
def test_guideline_and_criteria_are_shown_in_the_reader_s_language(client: Client):
    campaign = open_with_items(**PARTS, translations={"de": WORDS})
    seat = take_part(campaign)
    client.force_login(seat.annotator.user)
    client.cookies["django_language"] = "de"
    guideline = client.get(f"/campaigns/{campaign.slug}/guideline/").content.decode()
    assert "Lies <strong>beide</strong> Antworten." in guideline
    client.post(f"/campaigns/{campaign.slug}/guideline/")
    assert (
        WORDS["criteria.overall.label"]
        in client.get(f"/campaigns/{campaign.slug}/judge/").content.decode()
    )
    address = f"/api/v1/campaigns/{campaign.slug}/next/"
    body = api(seat.annotator.user).post(address, headers={"accept-language": "de"}).json()
    assert body["criteria"][0]["label"] == WORDS["criteria.overall.label"]
    assert "beide" in body["guideline"]["html"]


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the interface says in German, whatever its catalogues hold so far."""
    monkeypatch.setattr(wording, "gettext", lambda text: f"de: {text}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("task_type", "responses", "words"),
    [
        ("pairwise", 2, ["Overall, which is better?"]),
        ("best-worst", 3, ["Overall, which is best, and which is worst?"]),
        ("rating", 2, ["Overall, how good is it?", "Very poor", "Fair", "Very good"]),
        (
            "values",
            1,
            ["Which values does the text speak for?", "Duty/Accountability", "A little"],
        ),
    ],
)
def test_default_words_are_the_interface_s(
    client: Client, german: None, task_type: str, responses: int, words: list[str]
):
    campaign = open_with_items(1, responses, task_type=task_type)
    client.force_login(take_part(campaign).annotator.user)
    page = client.get(f"/campaigns/{campaign.slug}/judge/").content.decode()
    for text in words:
        assert f"de: {text}" in page


@pytest.mark.django_db
def test_default_words_give_way_to_the_researcher_s(german: None):
    steps = [{"value": 1, "label": "Very poor"}, {"value": 2, "label": "Good"}]
    criteria = [
        {"key": "own", "label": "Good?", "scale": {"kind": "steps", "steps": steps}},
        {"key": "overall", "label": "Overall, how good is it?"},
    ]
    given = {"criteria.overall.scale.steps.4.label": "Sehr gut!"}
    campaign = make_campaign(task_type="rating", criteria=criteria, translations={"de": given})
    with translation.override("de"):
        own, overall = shown_criteria(campaign)
    assert own["label"] == "Good?"
    assert own["scale"]["steps"] == steps
    assert overall["label"] == "de: Overall, how good is it?"
    labels = [step["label"] for step in overall["scale"]["steps"]]
    assert labels == ["de: Very poor", "de: Poor", "de: Fair", "de: Good", "Sehr gut!"]
    assert campaign.criteria[1]["scale"]["steps"][0]["label"] == "Very poor"


@pytest.mark.django_db
def test_a_taxonomy_of_one_s_own_has_strengths_by_default(german: None):
    scale = {"kind": "values", "values": [{"key": "care", "label": "Care"}]}
    criteria = [{"key": "values", "label": "Which?", "scale": scale}]
    (shown,) = shown_criteria(make_campaign(task_type="values", criteria=criteria))
    assert shown["scale"]["values"] == [{"key": "care", "label": "Care", "description": ""}]
    assert shown["scale"]["strengths"] == ["de: A little", "de: Clearly", "de: Above all"]


@pytest.mark.django_db
def test_a_guideline_keeps_the_translation_it_was_read_in():
    owner = make_user(Role.RESEARCHER)
    campaign = make_campaign(owner, **PARTS, translations={"de": WORDS})
    first = campaign.guideline
    new = {"translations": {"de": {**WORDS, "guideline": "Lies genau."}}}
    api(owner).patch(f"/api/v1/campaigns/{campaign.slug}/", new, format="json")
    campaign.refresh_from_db()
    first.refresh_from_db()
    assert first.translations["de"]["guideline"] == WORDS["guideline"]
    assert campaign.guideline.version == first.version + 1
    assert campaign.guideline.translations["de"]["html"].strip() == "<p>Lies genau.</p>"
    assert campaign.consent_document.version == 1


@pytest.mark.django_db
def test_researchers_translate_on_a_page(client: Client):
    owner = make_user(Role.RESEARCHER)
    campaign = make_campaign(owner, **PARTS)
    client.force_login(owner)
    address = f"/research/{campaign.slug}/translations/?language=ar"
    page = client.get(address).content.decode()
    assert 'name="text-questions.age.options.young.label"' in page
    assert 'lang="ar" dir="rtl"' in page
    answer = client.post(address, {"text-title": "أيهما أفضل؟", "text-nope": "x"})
    assert answer["Location"] == address
    campaign.refresh_from_db()
    assert campaign.translations == {"ar": {"title": "أيهما أفضل؟"}}
    with translation.override("ar"):
        assert "1" in client.get(address).content.decode()
    long = client.post(address, {"text-title": "x" * 100_001})
    assert long.status_code == 422
    campaign.refresh_from_db()
    assert campaign.translations == {"ar": {"title": "أيهما أفضل؟"}}
