"""The second pass of an import of judgments: from staged rows to judgments, all in one go."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import ConsentDocument
from annotation.enums import IMPORTED
from annotation.models import Guideline, JudgmentImport
from annotation.services.imported_people import imported_document, imported_guideline, seat_people
from annotation.services.imports import progress_beside
from annotation.services.joined_sets import joined_as_sets
from annotation.services.judgment_staging import discard_staged

# Each portion reads the campaign's items, people and assignments once.
JUDGMENTS_AT_ONCE = 25_000

# Nobody was served here: the times are what the judgments themselves tell.
INSERT_ASSIGNMENTS = """
INSERT INTO annotation_assignment
    (campaign_id, seat_id, annotator_id, item_id, stratum_id, coverage_id, guideline_id, status,
     is_repeat, strategy, propensity, presented_order, draft, skip_reason, skip_kind, ahead,
     served_at, lease_expires_at, ended_at)
SELECT %(campaign)s, seat.id, seat.annotator_id, staged.item_id, seat.stratum_id, NULL,
       %(guideline)s, 'submitted', staged.is_repeat, %(strategy)s, NULL, staged.presented_order,
       NULL, '', '', 0,
       staged.submitted_at - coalesce(staged.elapsed_ms, 0) * interval '1 millisecond',
       staged.submitted_at, staged.submitted_at
FROM annotation_stagedjudgment staged
JOIN annotation_importedannotator person
  ON person.campaign_id = %(campaign)s AND person.digest = staged.person
JOIN annotation_seat seat
  ON seat.campaign_id = %(campaign)s AND seat.annotator_id = person.annotator_id
WHERE staged.judgment_import_id = %(import)s AND staged.id BETWEEN %(first)s AND %(last)s
  AND staged.supersedes_id IS NULL
ORDER BY staged.id
"""
INSERT_JUDGMENTS = """
INSERT INTO annotation_judgment
    (id, assignment_id, campaign_id, item_id, annotator_id, stratum_id, profile_id, consent_id,
     guideline_id, supersedes_id, task_type, answers, acceptable, spans, reason, confidence,
     presented_order, content_hashes, strategy, propensity, is_repeat, after_lease, language,
     active_ms, elapsed_ms, idempotency_key, request_sha256, software_version, submitted_at)
SELECT staged.judgment_id, assignment.id, %(campaign)s, staged.item_id, person.annotator_id,
       assignment.stratum_id, profile.id, consent.id, %(guideline)s, staged.supersedes_id,
       %(task_type)s, staged.answers, staged.acceptable, staged.spans, staged.reason,
       staged.confidence, staged.presented_order, item.content_hashes, %(strategy)s, NULL,
       staged.is_repeat, staged.after_lease, staged.language, staged.active_ms, staged.elapsed_ms,
       staged.key, staged.sha256, %(version)s, staged.submitted_at
FROM annotation_stagedjudgment staged
JOIN annotation_item item
  ON item.campaign_id = %(campaign)s AND item.id = staged.item_id
JOIN annotation_importedannotator person
  ON person.campaign_id = %(campaign)s AND person.digest = staged.person
JOIN annotation_assignment assignment
  ON assignment.campaign_id = %(campaign)s AND assignment.annotator_id = person.annotator_id
 AND assignment.item_id = staged.item_id AND assignment.is_repeat = staged.is_repeat
JOIN accounts_profile profile
  ON profile.annotator_id = person.annotator_id AND profile.series = %(series)s
 AND profile.version = staged.profile_version
JOIN (
    SELECT annotator_id, max(id) AS id FROM accounts_consent
    WHERE document_id = %(document)s GROUP BY annotator_id
) consent ON consent.annotator_id = person.annotator_id
WHERE staged.judgment_import_id = %(import)s AND staged.id BETWEEN %(first)s AND %(last)s
ORDER BY staged.id
"""
INSERT_FLAGS = """
INSERT INTO annotation_judgmentflag (judgment_id, flag, created_at)
SELECT staged.judgment_id, flag.name, %(now)s
FROM annotation_stagedjudgment staged
CROSS JOIN LATERAL jsonb_array_elements_text(staged.flags) flag (name)
WHERE staged.judgment_import_id = %(import)s AND staged.id BETWEEN %(first)s AND %(last)s
"""
# As reconciling counts.
COUNT_ON_SEATS = """
UPDATE annotation_seat seat SET submitted = counted.submitted
FROM (
    SELECT assignment.seat_id, count(*) AS submitted
    FROM annotation_assignment assignment
    JOIN annotation_importedannotator person ON person.annotator_id = assignment.annotator_id
    WHERE assignment.campaign_id = %(campaign)s AND person.campaign_id = %(campaign)s
      AND assignment.status = 'submitted'
    GROUP BY assignment.seat_id
) counted
WHERE seat.id = counted.seat_id AND seat.submitted <> counted.submitted
"""


def publish(job: JudgmentImport) -> None:
    """Turn what is staged, which is new and fits, into judgments; the caller's transaction holds.

    Raises `JobCancelled` where that was asked for meanwhile.
    """
    job.created_count = job.staged.count()
    if job.created_count:
        document = imported_document(job)
        guideline = imported_guideline(job)
        insert(job, document, guideline)
    job.published_at = timezone.now()
    job.save(
        update_fields=[
            *("published_at", "created_count", "unchanged_count", "withdrawn_count"),
            "people_count",
        ]
    )
    discard_staged(job)


def insert(job: JudgmentImport, document: ConsentDocument, guideline: Guideline) -> None:
    first, last = span_of(job)
    names: dict[str, Any] = {
        "import": job.pk,
        "campaign": job.campaign_id,
        "task_type": job.campaign.task_type,
        "series": str(job.campaign.questionnaire.series),
        "document": document.pk,
        "guideline": guideline.pk,
        "strategy": IMPORTED,
        "version": settings.VERSION,
        "now": timezone.now(),
    }
    size = (job.steps_total or 0) // job.PASSES
    with connection.cursor() as cursor, progress_beside(job) as report:
        job.people_count = seat_people(job, document, lambda: report(size))
        # Foreign keys are checked as rows come, not all of them in a silent minute at the end.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for start in range(first, last + 1, JUDGMENTS_AT_ONCE):
            end = min(start + JUDGMENTS_AT_ONCE - 1, last)
            names |= {"first": start, "last": end}
            with joined_as_sets(cursor):
                for statement in (INSERT_ASSIGNMENTS, INSERT_JUDGMENTS, INSERT_FLAGS):
                    cursor.execute(statement, names)
            report(size + size * (end - first + 1) // (last - first + 1))
        with joined_as_sets(cursor):
            cursor.execute(COUNT_ON_SEATS, names)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def span_of(job: JudgmentImport) -> tuple[int, int]:
    ids = job.staged.order_by("pk").values_list("pk", flat=True)
    return ids[0], ids.reverse()[0]
