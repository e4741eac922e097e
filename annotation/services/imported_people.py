"""The people of an import of judgments: accounts, what they said of themselves, seats, consent."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import Annotator, Consent, ConsentDocument, Profile
from accounts.services.consents import create_document
from accounts.services.imported import create_imported
from accounts.services.questionnaires import clean_answers
from annotation.enums import JudgmentFormat
from annotation.judgment_formats.label_studio import STRENGTHS
from annotation.models import (
    Campaign,
    Guideline,
    ImportedAnnotator,
    JudgmentImport,
    Seat,
    StagedPerson,
    Stratum,
)
from annotation.selectors.strata import stratum_for
from annotation.services.copying import copy_rows

PEOPLE_AT_ONCE = 1000
GUIDELINE = (
    "Judgments that were imported. They were given elsewhere, under the instructions there, which "
    "are not kept here."
)
STATED_STRENGTH = (
    "They said which response is better, and not how clearly: whoever imported them states the "
    "strength of every preference as"
)
# Of tools' tasks, those that tell a strength themselves are refused where one is stated.
WITHOUT_STRENGTH = (
    *(JudgmentFormat.PAIRS, JudgmentFormat.PANDALM, JudgmentFormat.CHATBOT_ARENA),
    *(JudgmentFormat.PRISM, JudgmentFormat.LABEL_STUDIO, JudgmentFormat.ARGILLA),
)
CONSENT = (
    "Imported: no consent was given here. Whoever imported these judgments states that the people "
    "agreed to the purposes below."
)

# Each person of the staged judgments, with the stratum that their first one names.
STAGED_PEOPLE = """
SELECT DISTINCT ON (staged.person) staged.person, staged.stratum, known.annotator_id
FROM annotation_stagedjudgment staged
LEFT JOIN annotation_importedannotator known
  ON known.campaign_id = %(campaign)s AND known.digest = staged.person
WHERE staged.judgment_import_id = %(import)s
ORDER BY staged.person, staged.id
"""
STAGED_VERSIONS = """
SELECT DISTINCT person, profile_version FROM annotation_stagedjudgment
WHERE judgment_import_id = %(import)s AND person = ANY(%(people)s)
ORDER BY person, profile_version
"""
Answers = dict[str, Any]


@dataclass(frozen=True)
class StagedName:
    """Somebody of the file; `annotator_id` where they were imported before."""

    digest: str
    stratum: str
    annotator_id: int | None


def imported_document(job: JudgmentImport) -> ConsentDocument:
    """A version of the campaign's consent text that says that nobody consented here.

    One for each basis that is given; the campaign's own text stays what people are asked.
    """
    current = job.campaign.consent_document
    text = f"{CONSENT}\n\n{job.basis}" if job.basis else CONSENT
    known = ConsentDocument.objects.filter(series=current.series, text=text).order_by("-version")
    for document in known:
        if document.purposes == current.purposes:
            return document
    return create_document(text, current.purposes, series=current.series)


def imported_guideline(job: JudgmentImport) -> Guideline:
    """A version of the campaign's guideline that says that it was not what people saw.

    Where their preferences had no strength, it says which one stands for it.
    """
    campaign = job.campaign
    text = GUIDELINE
    if job.strength and job.format in WITHOUT_STRENGTH and campaign.task_type == "pairwise":
        text = f"{GUIDELINE}\n\n{STATED_STRENGTH} {job.strength} ({STRENGTHS[job.strength]})."
    known = campaign.guidelines.filter(text=text).order_by("version").first()
    if known:
        return known
    newest = campaign.guidelines.order_by("-version").values_list("version", flat=True).first()
    return Guideline.objects.create(campaign=campaign, version=(newest or 0) + 1, text=text)


def seat_people(job: JudgmentImport, document: ConsentDocument, done: Callable[[], None]) -> int:
    """Everybody of the staged judgments with profile, consent and a seat; how many are new.

    `done` is told after each portion and may raise to stop the work.
    """
    with connection.cursor() as cursor:
        cursor.execute(STAGED_PEOPLE, {"import": job.pk, "campaign": job.campaign_id})
        people = [StagedName(*row) for row in cursor.fetchall()]
    strata = list(job.campaign.strata.all())
    nothing = dict(clean_answers(list(job.campaign.questionnaire.questions.all()), {}))
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        Portion(job, people[start : start + PEOPLE_AT_ONCE], document, strata, nothing).seat()
        done()
    return sum(person.annotator_id is None for person in people)


class Portion:
    """Some of the people, all at once."""

    def __init__(
        self,
        job: JudgmentImport,
        people: Sequence[StagedName],
        document: ConsentDocument,
        strata: Sequence[Stratum],
        nothing: Answers,
    ) -> None:
        self.job, self.people, self.document = job, people, document
        self.strata, self.nothing = strata, nothing
        self.own_strata = {stratum.key: stratum for stratum in strata}

    def seat(self) -> None:
        annotators = self.annotators()
        profiles = self.profiles(annotators)
        consents = self.consents(annotators)
        new = [person for person in self.people if person.annotator_id is None]
        copy_rows(
            [
                Seat(
                    campaign_id=self.job.campaign_id,
                    annotator_id=annotators[person.digest],
                    stratum=self.stratum_of(person, profiles[person.digest]),
                    consent_id=consents[annotators[person.digest]],
                    profile_id=profiles[person.digest].pk,
                    has_lapsed=True,
                )
                for person in new
            ]
        )

    def annotators(self) -> dict[str, int]:
        """The annotator that each person is here, made for those who are new."""
        found = {
            one.digest: one.annotator_id for one in self.people if one.annotator_id is not None
        }
        new = [person.digest for person in self.people if person.annotator_id is None]
        for digest, annotator in zip(new, create_imported(len(new)), strict=True):
            found[digest] = annotator.pk
        copy_rows(
            [
                ImportedAnnotator(
                    annotator_id=found[digest],
                    campaign_id=self.job.campaign_id,
                    judgment_import=self.job,
                    digest=digest,
                )
                for digest in new
            ]
        )
        return found

    def profiles(self, annotators: Mapping[str, int]) -> dict[str, Profile]:
        """Each person's first profile; those of other versions that judgments name are made too."""
        campaign = self.job.campaign
        known = Profile.objects.filter(
            annotator__in=annotators.values(), series=campaign.questionnaire.series
        )
        found = {(one.annotator_id, one.version): one for one in known}
        answers = self.answers()
        rows = []
        for digest, version in self.versions():
            key = (annotators[digest], version)
            if key not in found:
                found[key] = Profile(
                    annotator_id=key[0],
                    questionnaire=campaign.questionnaire,
                    series=campaign.questionnaire.series,
                    version=version,
                    answers=answers.get((digest, version), self.nothing),
                )
                rows.append(found[key])
        copy_rows(rows)
        first: dict[str, Profile] = {}
        digests = {annotator: digest for digest, annotator in annotators.items()}
        for (annotator, _version), profile in sorted(found.items(), reverse=True):
            first[digests[annotator]] = profile
        return first

    def answers(self) -> dict[tuple[str, int], Answers]:
        staged = StagedPerson.objects.filter(
            judgment_import=self.job, person__in=[person.digest for person in self.people]
        )
        rows = staged.order_by("pk").values_list("person", "version", "answers")
        return {(person, version): answers for person, version, answers in rows}

    def versions(self) -> Iterator[tuple[str, int]]:
        digests = [person.digest for person in self.people]
        with connection.cursor() as cursor:
            cursor.execute(STAGED_VERSIONS, {"import": self.job.pk, "people": digests})
            yield from cursor.fetchall()

    def consents(self, annotators: Mapping[str, int]) -> dict[int, int]:
        """By annotator: the consent that stands for them, made where the last one says other."""
        latest: dict[int, Consent] = defaultdict(Consent)
        given = Consent.objects.filter(
            annotator__in=annotators.values(), document__series=self.document.series
        )
        for consent in given.order_by("pk"):
            latest[consent.annotator_id] = consent
        new = [
            Consent(annotator_id=pk, document=self.document, purposes=self.job.purposes)
            for pk in annotators.values()
            if not self.says_the_same(latest[pk])
        ]
        latest.update({one.annotator_id: one for one in Consent.objects.bulk_create(new)})
        return {annotator: latest[annotator].pk for annotator in annotators.values()}

    def says_the_same(self, consent: Consent) -> bool:
        same = (self.document.pk, self.job.purposes)
        return (consent.document_id, consent.purposes) == same

    def stratum_of(self, person: StagedName, profile: Profile) -> Stratum | None:
        """The stratum that the file names, or that the person's answers lead to, if any."""
        named = self.own_strata.get(person.stratum)
        return named or stratum_for(self.strata, profile.answers)


def annotator_imported_as(campaign: Campaign, digest: str) -> Annotator | None:
    """Who an id of elsewhere is in this campaign, or None."""
    return Annotator.objects.filter(imported__campaign=campaign, imported__digest=digest).first()
