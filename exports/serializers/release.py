"""Release choices, approvals, links and the audit trail as REST takes and shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from annotation.models import Campaign
from annotation.models.group_rule import LARGEST_LEAST, SMALLEST_LEAST
from exports.enums import FreeText, ReleaseProfile
from exports.models import Download, ShareLink, Snapshot
from exports.profiles.choices import Choices, Group, Recoding, choices_body, choices_from
from exports.selectors.previews import Preview
from exports.services.policies import LONGEST_NAME, Rules, rules_of
from exports.services.sharing import MOST_HOURS

USUAL_TEXT = {
    ReleaseProfile.FULL.value: FreeText.INCLUDED.value,
    ReleaseProfile.RESEARCH.value: FreeText.INCLUDED.value,
    ReleaseProfile.PUBLIC.value: FreeText.EXCLUDED.value,
}


class GroupSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=LONGEST_NAME, help_text="What is released.")
    label = serializers.CharField(max_length=500, default="", allow_blank=True)  # type: ignore[assignment]
    options = serializers.ListField(child=serializers.CharField(), allow_empty=False)


class RecodingSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    groups = GroupSerializer(many=True, default=list)


class ChoicesSerializer(serializers.Serializer[Any]):
    """What becomes of people's privacy; what is left out has the profile's default."""

    profile = serializers.ChoiceField(
        ReleaseProfile.choices, default=ReleaseProfile.FULL.value, help_text="For whom it is."
    )
    text = serializers.ChoiceField(
        FreeText.choices,
        required=False,
        help_text="Default: `included`, and `excluded` where the profile is `public`.",
    )
    k = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_LEAST,
        required=False,
        help_text="Every combination of the identifying answers is shared by so many people, at "
        "least; 0 for no limit. Default: 0, and the campaign's minimum where `public`.",
    )
    identifying = RecodingSerializer(
        many=True,
        default=list,
        help_text="Questions that together may tell who somebody is, with the groups in which "
        "their options are released.",
    )
    withheld = serializers.ListField(
        child=serializers.CharField(), default=list, help_text="Questions that are left out."
    )


CHOICES = ("profile", "text", "k", "identifying", "withheld")


def choices_in(said: Mapping[str, Any], campaigns: Sequence[Campaign]) -> Choices:
    """The choices of a validated request."""
    profile = said["profile"]
    usual_k = rules_of(campaigns).least_k if profile == ReleaseProfile.PUBLIC else 0
    return Choices(
        profile=profile,
        text=said.get("text", USUAL_TEXT[profile]),
        k=said.get("k", usual_k),
        identifying=tuple(
            Recoding(
                one["question"],
                tuple(
                    Group(
                        group["key"],
                        group["label"] or "; ".join(group["options"]),
                        tuple(group["options"]),
                    )
                    for group in one["groups"]
                ),
            )
            for one in said["identifying"]
        ),
        withheld=tuple(said["withheld"]),
    )


class PreviewRequestSerializer(ChoicesSerializer):
    campaigns = serializers.ListField(
        child=serializers.SlugField(), default=list, max_length=50, help_text="Further campaigns."
    )
    propose = serializers.BooleanField(
        default=False, help_text="Put proposed groups in the place of those given."
    )


class ToldSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    answer = serializers.CharField()
    is_blanked = serializers.BooleanField()


class SmallCellSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    told = ToldSerializer(many=True)


class PreviewSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    combinations = serializers.IntegerField()
    small_people = serializers.IntegerField(help_text="In combinations of fewer than `k`.")
    small_combinations = serializers.IntegerField()
    small = SmallCellSerializer(many=True, help_text="The smallest of them.")
    blanked_answers = serializers.IntegerField()
    loss = serializers.FloatField(help_text="Iyengar's Loss Metric, 0 to 1.")
    smallest = serializers.IntegerField(
        allow_null=True, help_text="People who share the rarest combination afterwards."
    )
    choices = serializers.JSONField(help_text="As `POST …/exports/` takes them.")


def preview_body(preview: Preview, choices: Choices) -> dict[str, Any]:
    return {
        "people": preview.people,
        "combinations": preview.combinations,
        "small_people": preview.small_people,
        "small_combinations": preview.small_total,
        "small": [
            {"people": cell.people, "told": [vars(told) for told in cell.told]}
            for cell in preview.small
        ],
        "blanked_answers": preview.total_blanked,
        "loss": round(preview.treated.loss, 4),
        "smallest": preview.smallest,
        "choices": told_choices(choices),
    }


def told_choices(choices: Choices) -> dict[str, Any]:
    body = choices_body(choices)
    return {name: body[name] for name in CHOICES}


class PolicySerializer(serializers.Serializer[Any]):
    needs_approval = serializers.BooleanField()
    least_k = serializers.IntegerField(
        min_value=SMALLEST_LEAST,
        max_value=LARGEST_LEAST,
        help_text="The campaign's smallest group, here as everywhere.",
    )


def policy_body(rules: Rules) -> dict[str, Any]:
    return {"needs_approval": rules.needs_approval, "least_k": rules.least_k}


class DecisionSerializer(serializers.Serializer[Any]):
    approved = serializers.BooleanField()
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class ApprovalSerializer(serializers.Serializer[Any]):
    approved = serializers.BooleanField()
    note = serializers.CharField()
    decided_by = serializers.EmailField()
    decided_at = serializers.DateTimeField()


def approval_body(snapshot: Snapshot) -> dict[str, Any] | None:
    """The second person's word, or None while there is none."""
    approval = getattr(snapshot, "approval", None)
    if approval is None:
        return None
    return {
        "approved": approval.approved,
        "note": approval.note,
        "decided_by": approval.decided_by.email,
        "decided_at": approval.decided_at,
    }


def release_body(snapshot: Snapshot) -> dict[str, Any]:
    """What a snapshot's body tells of its choices."""
    return {
        "choices": told_choices(choices_from(snapshot.choices)),
        "approval": approval_body(snapshot),
    }


class LinkRequestSerializer(serializers.Serializer[Any]):
    hours = serializers.IntegerField(min_value=1, max_value=MOST_HOURS, default=7 * 24)
    label = serializers.CharField(default="", allow_blank=True, max_length=200)  # type: ignore[assignment]


class LinkSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.URLField(allow_null=True, help_text="Null once it is closed or expired.")
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    visits = serializers.IntegerField()


def link_body(link: ShareLink, url: str | None) -> dict[str, Any]:
    return {
        "id": link.pk,
        "label": link.label,
        "url": url,
        "expires_at": link.expires_at,
        "revoked_at": link.revoked_at,
        "visits": link.visits,
    }


class DownloadSerializer(serializers.Serializer[Any]):
    began_at = serializers.DateTimeField()
    user = serializers.EmailField(allow_null=True)
    link = serializers.IntegerField(allow_null=True)
    file = serializers.CharField(allow_null=True, help_text="Null for the archive of all.")
    first_byte = serializers.IntegerField()
    asked = serializers.IntegerField()
    sent = serializers.IntegerField(allow_null=True, help_text="Null while it is under way.")
    is_whole = serializers.BooleanField()


def download_body(entry: Download) -> dict[str, Any]:
    return {
        "began_at": entry.began_at,
        "user": entry.user.email if entry.user else None,
        "link": entry.link_id,
        "file": entry.file.name if entry.file else None,
        "first_byte": entry.first_byte,
        "asked": entry.asked,
        "sent": entry.sent,
        "is_whole": entry.is_whole,
    }
