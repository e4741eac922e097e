"""What people's consent lets leave the installation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Consent, ConsentDocument, Profile, Question
from accounts.services.consents import purposes_needed
from annotation.models import Campaign, Seat
from exports.tables.people import AskedQuestion


@dataclass(frozen=True)
class ReleasableProfile:
    """A version of a person's answers, with their last word on what may leave."""

    pk: int
    annotator_id: int
    own_pseudonym: str
    version: int
    questionnaire_id: int
    answers: Mapping[str, Sequence[str] | None]
    document_id: int | None
    granted: Sequence[str]


@dataclass(frozen=True)
class People:
    """Who is seated in a campaign, and every consent to any version of its text, oldest first."""

    campaign: Campaign
    rules: "ConsentRules"
    # annotator, profile, stratum
    seats: Sequence[tuple[int, int, int]]
    # consent, annotator, document, its version, purposes
    consents: Sequence[tuple[int, int, int, int, Sequence[str]]]

    @property
    def last_words(self) -> dict[int, tuple[int, Sequence[str]]]:
        """Each person's newest consent: what they have withdrawn since does not leave."""
        return {
            annotator: (document, purposes)
            for _pk, annotator, document, _version, purposes in self.consents
        }


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


def asked_questions(alias: str, campaigns: Sequence[Campaign]) -> list[AskedQuestion]:
    """Every question that any version of the campaigns' questionnaires asks, newest words last.

    A question that once took several answers keeps a column for several; campaigns that ask
    under the same key share its column.
    """
    asked: dict[str, AskedQuestion] = {}
    for campaign in campaigns:
        questions = (
            Question.objects.using(alias)
            .filter(questionnaire__series=campaign.questionnaire.series)
            .order_by("questionnaire__version", "position")
        )
        for question in questions:
            before = asked.get(question.key)
            options = {option["key"]: option["label"] for option in question.options}
            purposes = [*(before.purposes if before else ()), question.purpose]
            asked[question.key] = AskedQuestion(
                key=question.key,
                label=question.label,
                is_multiple=question.kind == "multiple" or bool(before and before.is_multiple),
                options={**(before.options if before else {}), **options},
                purposes=list(dict.fromkeys(one for one in purposes if one)),
            )
    return list(asked.values())


def people_at(alias: str, campaign: Campaign, withdrawn: Sequence[int]) -> People:
    """Who is in a campaign and what they agreed to; withdrawn people are not."""
    seats = (
        Seat.objects.using(alias)
        .filter(campaign=campaign)
        .exclude(annotator_id__in=withdrawn)
        .order_by("pk")
        .values_list("annotator_id", "profile_id", "stratum_id")
    )
    consents = (
        Consent.objects.using(alias)
        .filter(document__series=campaign.consent_document.series)
        .exclude(annotator_id__in=withdrawn)
        .order_by("pk")
        .values_list("pk", "annotator_id", "document_id", "document__version", "purposes")
    )
    return People(campaign, ConsentRules(alias, campaign), list(seats), list(consents))


def profiles_of(people: People, pks: Iterable[int]) -> list[ReleasableProfile]:
    """These profile versions with their people's last word, by person and version.

    Profiles never change, so that they can be read after the moment.
    """
    last_words = people.last_words
    fields = ("pk", "annotator_id", "annotator__pseudonym", "version", "questionnaire_id")
    found = (
        Profile.objects.filter(pk__in=list(pks))
        .order_by("annotator_id", "version")
        .values_list(*fields, "answers")
    )
    return [
        ReleasableProfile(
            pk,
            annotator_id,
            pseudonym,
            version,
            questionnaire_id,
            answers,
            *last_words.get(annotator_id, (None, ())),
        )
        for pk, annotator_id, pseudonym, version, questionnaire_id, answers in found
    ]


def released_answer(
    rules: ConsentRules, profile: ReleasableProfile, question: AskedQuestion
) -> str | list[str] | None:
    """The answer, or None: whether withheld, not asked or rather not said is not told."""
    chosen = profile.answers.get(question.key)
    if not chosen or not rules.may_leave(profile, question.key):
        return None
    return list(chosen) if question.is_multiple else chosen[0]


def unnamed_annotators(
    profiles: Iterable[ReleasableProfile], people: People, telling: Iterable[str]
) -> frozenset[int]:
    """The people whose stratum would tell what they did not agree to release.

    `telling` are the questions that strata are made of. Being in one stratum tells of the
    answers that others are made of, too: of several that match the first one holds.
    """
    keys = set(telling)
    return frozenset(
        profile.annotator_id
        for profile in profiles
        if not people.rules.all_may_leave(profile, keys)
    )
