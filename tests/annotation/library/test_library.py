"""The library: whatever is chosen from it is a valid campaign, in every language."""

from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import gettext, override

from annotation.library import (
    CAMPAIGN_TEMPLATES,
    QUESTION_SETS,
    resolved,
    with_library_words,
    with_translations,
    without_old_words,
    words_chosen,
)
from annotation.serializers.beginnings import template_body
from annotation.serializers.campaign import CampaignSerializer
from annotation.wording import texts_of

LANGUAGES = [code for code, _name in settings.LANGUAGES]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_is_a_whole_campaign_in_every_language(language: str) -> None:
    with override(language):
        for template in CAMPAIGN_TEMPLATES.values():
            body = template_body(template)
            assert body["title"] == str(template.body["title"])
            assert body["guideline"].count("\n\n") >= 3
            assert body["criteria"]
            # Whoever would rather not say is not turned away.
            assert not body["strata"] or body["strata"][-1]["where"] == {}
            assert language not in body["translations"]


def test_the_five_templates_ask_in_their_ways() -> None:
    assert {key: one.body["task_type"] for key, one in CAMPAIGN_TEMPLATES.items()} == {
        "helpful-harmless": "pairwise",
        "ranking": "ranking",
        "cultural-fit": "rating",
        "politeness": "pairwise",
        "value-tagging": "values",
    }
    values = template_body(CAMPAIGN_TEMPLATES["value-tagging"])["criteria"][0]["scale"]
    assert len(values["values"]) == 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_set_of_questions_is_valid_and_leaves_declining_to_the_platform(
    language: str,
) -> None:
    with override(language):
        declining = gettext("Prefer not to say").lower()
        for one in QUESTION_SETS.values():
            body = resolved({"questions": one.questions, "purposes": [one.purpose]})
            serializer = CampaignSerializer(
                data={
                    "slug": "asked",
                    "title": "Asked",
                    "task_type": "pairwise",
                    "overlap": 1,
                    "questions": body["questions"],
                    "consent": {"text": "Yes.", "purposes": body["purposes"]},
                }
            )
            assert serializer.is_valid(), serializer.errors
            (question,) = serializer.validated_data["questions"]
            assert question["purpose"] in ("demographics", "beliefs")
            labels = [option["label"] for option in question["options"]]
            assert len(set(labels)) == len(labels), (one.key, language)
            assert declining not in [label.lower() for label in labels]
            assert one.source


def test_the_library_covers_what_people_differ_by() -> None:
    assert list(QUESTION_SETS) == [
        *("age", "gender", "education", "region", "language", "religion", "politics", "values")
    ]
    for key in ("religion", "politics", "values"):
        assert QUESTION_SETS[key].purpose["key"] == "beliefs"


def region(language: str) -> dict[str, Any]:
    with override(language):
        return with_translations(lambda: resolved({"questions": QUESTION_SETS["region"].questions}))


def test_names_come_in_the_readers_language_with_the_others_beside() -> None:
    place = "questions.region.options.oceania.label"
    assert texts_of(region("de"))[place] == "Ozeanien"
    others = {code: texts[place] for code, texts in region("de")["translations"].items()}
    assert others == {
        **{"en": "Oceania", "fr": "Océanie", "es": "Oceanía", "pt-br": "Oceania", "id": "Oseania"},
        **{"ar": "أوقيانوسيا", "he": "אוקיאניה", "hi": "ओशिआनिया", "bn": "ওশিয়ানিয়া"},
        **{"zh-hans": "大洋洲", "ja": "オセアニア", "sw": "Oceania"},
    }
    # What is called the same needs no translation.
    assert place not in region("en")["translations"].get("sw", {})


def test_texts_taken_as_they_are_bring_their_translations_and_others_do_not() -> None:
    body = resolved({"questions": QUESTION_SETS["region"].questions})
    options = body["questions"][0]["options"]
    options[0]["label"] = "The Maghreb"
    own = {"de": {"questions.region.options.oceania.label": "Die Südsee"}}
    translations = with_library_words(body, own, words_chosen(None, ["region"]))
    german = translations["de"]
    assert german["questions.region.options.western-asia.label"] == "Westasien"
    assert german["questions.region.options.oceania.label"] == "Die Südsee"
    assert "questions.region.options.northern-africa.label" not in german
    assert with_library_words(body, own, words_chosen(None, [])) == own


def test_a_text_changed_later_loses_the_translation_of_what_it_was() -> None:
    before = resolved({"questions": QUESTION_SETS["region"].questions})
    now = resolved({"questions": QUESTION_SETS["region"].questions})
    options = now["questions"][0]["options"]
    options[0]["label"], options[-1]["label"] = "The Maghreb", "The islands"
    stored = {
        "de": {
            "questions.region.options.northern-africa.label": "Nordafrika",
            "questions.region.options.oceania.label": "Die Südsee",
            "questions.region.options.western-asia.label": "Westasien",
        }
    }
    assert without_old_words(now, before, stored) == {
        "de": {
            "questions.region.options.oceania.label": "Die Südsee",
            "questions.region.options.western-asia.label": "Westasien",
        }
    }
    assert without_old_words(before, before, stored) == stored
