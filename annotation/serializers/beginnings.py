"""What a new campaign can begin from: a template of the library, or another campaign."""

from typing import Any

from rest_framework import serializers

from annotation.library import CampaignTemplate, QuestionSet, resolved, with_translations
from annotation.models import Campaign
from annotation.serializers.campaign import (
    MOST_TITLE,
    CampaignSerializer,
    campaign_body,
)
from annotation.serializers.campaign_parts import PurposeSerializer, QuestionSerializer
from annotation.wording import texts_of

# Read back of a campaign, and nothing that one is made of.
ONLY_READ = ("status", "guideline_version", "items", "archived_at")


class CampaignTemplateSummarySerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField(help_text="In the language of the request.")
    summary = serializers.CharField()
    task_type = serializers.CharField()


class CampaignTemplateSerializer(CampaignTemplateSummarySerializer):
    campaign = serializers.DictField(
        help_text="The body of a campaign, with translations into every language of the "
        "interface; only `slug` is missing."
    )


class QuestionSetSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField(help_text="In the language of the request.")
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="Where the question and its options come from."
    )
    questions = QuestionSerializer(many=True)
    purposes = PurposeSerializer(many=True, help_text="Of the consent, that answers are bound to.")
    translations = serializers.DictField(
        help_text="Language → path in a campaign → text, for `translations` of a campaign."
    )


class CopySerializer(serializers.Serializer[Any]):
    slug = serializers.SlugField(max_length=64)
    title = serializers.CharField(
        max_length=MOST_TITLE, required=False, help_text="That of the campaign, unless given."
    )


def question_set_body(chosen: QuestionSet) -> dict[str, Any]:
    """The questions as a campaign takes them, in the active language, with translations."""
    parts = {"questions": chosen.questions, "consent": {"purposes": [chosen.purpose]}}
    body = with_translations(lambda: resolved(parts))
    return {
        "key": chosen.key,
        "title": str(chosen.title),
        "source": chosen.source,
        "questions": body["questions"],
        "purposes": body["consent"]["purposes"],
        "translations": body["translations"],
    }


def template_summary(template: CampaignTemplate) -> dict[str, str]:
    return {
        "key": template.key,
        "title": str(template.title),
        "summary": str(template.summary),
        "task_type": template.body["task_type"],
    }


def template_body(template: CampaignTemplate) -> dict[str, Any]:
    """A whole campaign but for its slug, in the active language, with every default filled in."""
    body = with_translations(lambda: resolved(template.body))
    serializer = CampaignSerializer(data={**body, "slug": template.key})
    serializer.is_valid(raise_exception=True)
    return {key: value for key, value in serializer.validated_data.items() if key != "slug"}


def copied_campaign(campaign: Campaign, changes: dict[str, Any]) -> CampaignSerializer:
    """A new campaign that asks the same in the same way: neither items, judgments nor people.

    What is in `changes` (`slug`, and `title` where it differs) is not yet checked.
    """
    body = {key: one for key, one in campaign_body(campaign).items() if key not in ONLY_READ}
    paths = texts_of(body)
    body["translations"] = {
        language: {path: text for path, text in texts.items() if path in paths}
        for language, texts in campaign.translations.items()
    }
    return CampaignSerializer(data={**body, **changes})
