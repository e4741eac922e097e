"""What people's consent lets leave the installation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Consent, ConsentDocument, Profile, Question
from accounts.services.consents import purposes_needed
from annotation.models import Campaign, Judgment, Seat, Stratum
from exports.tables.people import AskedQuestion


@dataclass(frozen=True)
class ReleasableProfile:
    """A version of a person's answers, with their last word on what may leave."""

    annotator_id: int
    own_pseudonym: str
    version: int
    questionnaire_id: int
    answers: Mapping[str, Sequence[str] | None]
    document_id: int | None
    granted: Sequence[str]


class ConsentRules:
    """Which answers may leave, for one campaign: purposes needed against purposes granted."""

    def __init__(self, alias: str, campaign: Campaign) -> None:
        self._documents: dict[int, list[str]] = {
            document.pk: document.purpose_keys
            for document in ConsentDocument.objects.using(alias).filter(
                series=campaign.consent_document.series
            )
        }
        self._purposes: dict[tuple[int, str], str] = {
            (questionnaire_id, key): purpose
            for questionnaire_id, key, purpose in Question.objects.using(alias)
            .filter(questionnaire__series=campaign.questionnaire.series)
            .values_list("questionnaire_id", "key", "purpose")
        }

    def may_leave(self, profile: ReleasableProfile, key: str) -> bool:
        """Whether the person agreed to everything that the question's purpose asks for."""
        document = self._documents.get(profile.document_id or 0)
        purpose = self._purposes.get((profile.questionnaire_id, key))
        if document is None or purpose is None:
            return False
        return purposes_needed(document, purpose) <= set(profile.granted)

    def all_may_leave(self, profile: ReleasableProfile, keys: Iterable[str]) -> bool:
        return all(self.may_leave(profile, key) for key in keys)


def asked_questions(alias: str, campaign: Campaign) -> list[AskedQuestion]:
    """Every question that any version of the campaign's questionnaire asks, newest words last.

    A question that once took several answers keeps a column for several.
    """
    asked: dict[str, AskedQuestion] = {}
    questions = (
        Question.objects.using(alias)
        .filter(questionnaire__series=campaign.questionnaire.series)
        .order_by("questionnaire__version", "position")
    )
    for question in questions:
        before = asked.get(question.key)
        options = {option["key"]: option["label"] for option in question.options}
        asked[question.key] = AskedQuestion(
            key=question.key,
            label=question.label,
            is_multiple=question.kind == "multiple" or bool(before and before.is_multiple),
            options={**(before.options if before else {}), **options},
        )
    return list(asked.values())


def profiles_in(alias: str, campaign: Campaign) -> QuerySet[Profile]:
    """The profile versions with which people sit or have judged in the campaign."""
    judged = Judgment.objects.filter(campaign=campaign).values("profile")
    seated = Seat.objects.filter(campaign=campaign).values("profile")
    return (
        Profile.objects.using(alias)
        .filter(Q(pk__in=judged) | Q(pk__in=seated))
        .order_by("annotator_id", "version")
    )


def with_last_word(profiles: QuerySet[Profile], campaign: Campaign) -> QuerySet[Profile, Any]:
    """The profiles as the fields of `ReleasableProfile`.

    A person's last word is their newest consent to any version of the campaign's text: what
    they have withdrawn since does not leave, under whichever consent it was collected.
    """
    words = Consent.objects.filter(
        annotator=OuterRef("annotator"), document__series=campaign.consent_document.series
    ).order_by("-pk")
    return profiles.annotate(
        last_document=Subquery(words.values("document")[:1]),
        last_granted=Subquery(words.values("purposes")[:1]),
    ).values_list(
        "annotator_id",
        "annotator__pseudonym",
        "version",
        "questionnaire_id",
        "answers",
        "last_document",
        "last_granted",
    )


def releasable(fields: tuple[Any, ...]) -> ReleasableProfile:
    annotator_id, own_pseudonym, version, questionnaire_id, answers, document_id, granted = fields
    return ReleasableProfile(
        annotator_id, own_pseudonym, version, questionnaire_id, answers, document_id, granted or ()
    )


def unnamed_annotators(alias: str, campaign: Campaign, rules: ConsentRules) -> frozenset[int]:
    """The people whose stratum would tell what they did not agree to release.

    Being in one stratum tells of the answers that others are made of, too: of several that
    match the first one holds.
    """
    strata = Stratum.objects.using(alias).filter(campaign=campaign)
    telling = {key for stratum in strata for key in stratum.where}
    if not telling:
        return frozenset()
    profiles = with_last_word(profiles_in(alias, campaign), campaign)
    return frozenset(
        profile.annotator_id
        for profile in map(releasable, profiles.iterator(chunk_size=2000))
        if not rules.all_may_leave(profile, telling)
    )
