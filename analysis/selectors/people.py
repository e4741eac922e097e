"""Who judged, as far as they agreed to be told of."""

from collections.abc import Mapping, Sequence

from accounts.models import Consent, ConsentDocument, Question
from accounts.services.consents import purposes_needed
from analysis.arrays import Judged
from annotation.models import Campaign, Seat

PEOPLE_AT_ONCE = 5000


def single_answers(campaign: Campaign, judged: Judged) -> Mapping[str, dict[int, str]]:
    """By question of one answer, the option that each person chose, by their place in `judged`.

    Answers are left out whose purpose their person has not agreed to, or not any more; so are
    those of people who would rather not say.
    """
    document = campaign.consent_document
    purposes = purposes_by_document(document)
    granted = last_words(document)
    questions = Question.objects.filter(questionnaire__series=campaign.questionnaire.series)
    needed = {(one.questionnaire_id, one.key): one.purpose for one in questions}
    single = {one.key for one in questions if one.kind == "single"}
    place = {pk: number for number, pk in enumerate(judged.annotators.tolist())}
    found: dict[str, dict[int, str]] = {key: {} for key in single}
    seats = Seat.objects.filter(campaign=campaign, withdrawn_at=None).values_list(
        "annotator", "profile__questionnaire", "profile__answers"
    )
    for annotator, questionnaire, answers in seats.iterator(chunk_size=PEOPLE_AT_ONCE):
        if annotator not in place or annotator not in granted:
            continue
        document_id, agreed = granted[annotator]
        for key in single & set(answers):
            chosen, purpose = answers[key], needed.get((questionnaire, key))
            if not chosen or purpose is None:
                continue
            if purposes_needed(purposes[document_id], purpose) <= set(agreed):
                found[key][place[annotator]] = chosen[0]
    return found


def purposes_by_document(document: ConsentDocument) -> dict[int, list[str]]:
    versions = ConsentDocument.objects.filter(series=document.series)
    return {one.pk: one.purpose_keys for one in versions}


def last_words(document: ConsentDocument) -> dict[int, tuple[int, Sequence[str]]]:
    """Each person's newest consent to any version of the text."""
    consents = (
        Consent.objects.filter(document__series=document.series)
        .order_by("pk")
        .values_list("annotator", "document", "purposes")
    )
    return {annotator: (number, agreed) for annotator, number, agreed in consents}
