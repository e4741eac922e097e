"""How many people gave which answers that may leave: counted in SQL, in groups, now."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection

from accounts.models import ConsentDocument, Question
from accounts.services.consents import purposes_needed
from annotation.models import Campaign
from exports.profiles.choices import Answered
from exports.profiles.proposing import looks_ordered
from exports.profiles.recoding import Membership, Population, Slot
from exports.profiles.suppression import Combination
from exports.selectors.release import asked_questions

# One campaign's people with the profile versions they sit or have judged with, and their last
# word on its consent text; those who have withdrawn are not there.
VERSIONS = """
    SELECT s.annotator_id, s.campaign_id, p.questionnaire_id, p.answers, w.document_id, w.purposes
    FROM annotation_seat s
    JOIN accounts_profile p ON p.annotator_id = s.annotator_id AND p.series = {questions}
    LEFT JOIN LATERAL (
        SELECT c.document_id, c.purposes
        FROM accounts_consent c JOIN accounts_consentdocument d ON d.id = c.document_id
        WHERE c.annotator_id = s.annotator_id AND d.series = {texts}
        ORDER BY c.id DESC LIMIT 1
    ) w ON true
    WHERE s.campaign_id = {campaign}
    AND s.withdrawn_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM exports_withdrawal gone WHERE gone.annotator_id = s.annotator_id
        AND (gone.campaign_id IS NULL OR gone.campaign_id = s.campaign_id)
    )
    AND (p.id = s.profile_id OR EXISTS (
        SELECT 1 FROM annotation_judgment j WHERE j.annotator_id = s.annotator_id
        AND j.campaign_id = s.campaign_id AND j.profile_id = p.id
    ))
"""
# An answer counts where its purposes were granted and all versions of the profile agree on it.
GROUPS = """
    WITH versions AS ({versions}),
    rules AS (
        SELECT * FROM unnest(
            %(questionnaires)s::bigint[], %(documents)s::bigint[], %(asked)s::text[],
            %(needed)s::text[]
        ) AS rule(questionnaire_id, document_id, key, needed)
    ),
    answers AS (
        SELECT v.annotator_id, v.campaign_id, k.key,
            CASE WHEN string_to_array(r.needed, ' ') <@ v.purposes::text[]
                THEN NULLIF(NULLIF(v.answers -> k.key, 'null'), '[]') END AS answer
        FROM versions v CROSS JOIN unnest(%(keys)s::text[]) AS k(key)
        LEFT JOIN rules r ON r.questionnaire_id = v.questionnaire_id
            AND r.document_id = v.document_id AND r.key = k.key
    ),
    settled AS (
        SELECT annotator_id, campaign_id, key,
            CASE WHEN count(DISTINCT coalesce(answer, 'null')) = 1 THEN min(answer::text) END
                AS answer
        FROM answers GROUP BY annotator_id, campaign_id, key
    ),
    people AS (
        SELECT annotator_id, jsonb_object_agg(campaign_id || ' ' || key, answer) AS told
        FROM settled GROUP BY annotator_id
    )
    SELECT told, count(*) FROM people GROUP BY told
"""
# A question that nobody asks: its slot tells which campaigns a person is in.
NO_QUESTION = ""


def population_of(campaigns: Sequence[Campaign], keys: Sequence[str]) -> Population:
    """How many people gave each combination of answers to these questions.

    Only groups leave the database: their number grows with the combinations, not with people.
    """
    names: dict[str, Any] = {"keys": [*keys, NO_QUESTION], **rules_of_consent(campaigns)}
    parts = []
    for number, campaign in enumerate(campaigns):
        names |= {
            f"questions{number}": campaign.questionnaire.series,
            f"texts{number}": campaign.consent_document.series,
            f"campaign{number}": campaign.pk,
        }
        parts.append(
            VERSIONS.format(
                questions=f"%(questions{number})s::uuid",
                texts=f"%(texts{number})s::uuid",
                campaign=f"%(campaign{number})s",
            )
        )
    with connection.cursor() as cursor:
        cursor.execute(GROUPS.format(versions=" UNION ALL ".join(parts)), names)
        rows = cursor.fetchall()
    slots = tuple((campaign.pk, key) for campaign in campaigns for key in keys)
    return Population(slots, grouped(rows, slots))


def grouped(
    rows: Iterable[tuple[Any, int]], slots: Sequence[Slot]
) -> Mapping[Membership, Mapping[Combination, int]]:
    counts: defaultdict[Membership, Counter[Combination]] = defaultdict(Counter)
    for told, people in rows:
        content = json.loads(told) if isinstance(told, str) else told
        membership = sorted({int(slot.split(" ", 1)[0]) for slot in content})
        combination = tuple(
            read_answer(content.get(f"{campaign} {key}")) for campaign, key in slots
        )
        counts[tuple(membership)][combination] += people
    return counts


def read_answer(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(sorted(json.loads(text)))


def rules_of_consent(campaigns: Sequence[Campaign]) -> dict[str, list[Any]]:
    """Which purposes each question needs, by version of the questions and of the consent text."""
    found: dict[str, list[Any]] = {"questionnaires": [], "documents": [], "asked": [], "needed": []}
    pairs = {(one.consent_document.series, one.questionnaire.series) for one in campaigns}
    documents = ConsentDocument.objects.filter(series__in=[texts for texts, _asked in pairs])
    questions = list(
        Question.objects.filter(
            questionnaire__series__in=[asked for _t, asked in pairs]
        ).values_list("questionnaire__series", "questionnaire_id", "key", "purpose")
    )
    for document in documents:
        for asked_in, questionnaire, key, purpose in questions:
            if (document.series, asked_in) in pairs:
                needed = purposes_needed(document.purpose_keys, purpose)
                found["questionnaires"].append(questionnaire)
                found["documents"].append(document.pk)
                found["asked"].append(key)
                found["needed"].append(" ".join(sorted(needed)))
    return found


def answered_questions(
    campaigns: Sequence[Campaign], population: Population | None = None
) -> dict[str, Answered]:
    """The campaigns' questions by key; with a population, how many people chose each option."""
    people: defaultdict[str, Counter[str]] = defaultdict(Counter)
    if population is None:
        population = Population((), {})
    for counts in population.counts.values():
        for combination, number in counts.items():
            for (_campaign, key), answer in zip(population.slots, combination, strict=True):
                people[key].update(dict.fromkeys(answer or (), number))
    return {
        question.key: Answered(
            key=question.key,
            label=question.label,
            options=question.options,
            is_multiple=question.is_multiple,
            is_ordered=not question.is_multiple and looks_ordered(list(question.options.values())),
            people=people[question.key],
        )
        for question in asked_questions(DEFAULT_DB_ALIAS, campaigns)
    }
