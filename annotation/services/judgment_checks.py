"""What staged judgments must be among each other and beside those the campaign has.

Every check is one statement over the whole import; what it finds becomes a problem with its line.
"""

from typing import Any

from django.db import connection

from annotation.models import JudgmentImport
from annotation.services.judgment_staging import MOST_PROBLEMS, note_problems

# People who have withdrawn are not brought back: what is theirs is passed over.
TAKE_OUT_WITHDRAWN = """
DELETE FROM annotation_stagedjudgment staged
USING annotation_importedannotator known, annotation_seat seat
WHERE staged.judgment_import_id = %(import)s AND known.campaign_id = %(campaign)s
  AND known.digest = staged.person AND seat.annotator_id = known.annotator_id
  AND seat.campaign_id = %(campaign)s AND seat.withdrawn_at IS NOT NULL
"""
# A later line of the same id is a problem where it differs, and nothing new where it does not.
TAKE_OUT_REPEATED = """
WITH later AS (
    SELECT * FROM (
        SELECT id, line, sha256, first_value(line) OVER same AS first_line,
               first_value(sha256) OVER same AS first_sha256, first_value(id) OVER same AS first_id
        FROM annotation_stagedjudgment WHERE judgment_import_id = %(import)s
        WINDOW same AS (PARTITION BY key ORDER BY id)
    ) staged WHERE id <> first_id
), gone AS (
    DELETE FROM annotation_stagedjudgment WHERE id IN (SELECT id FROM later)
)
SELECT line, 'This judgment was on line ' || first_line || ' with other content.'
FROM later WHERE sha256 <> first_sha256 ORDER BY line
"""
TAKE_OUT_KNOWN = """
WITH known AS (
    SELECT staged.id, staged.line, staged.sha256 <> judgment.request_sha256 AS is_changed
    FROM annotation_stagedjudgment staged
    JOIN annotation_importedannotator person
      ON person.campaign_id = %(campaign)s AND person.digest = staged.person
    JOIN annotation_judgment judgment
      ON judgment.annotator_id = person.annotator_id AND judgment.idempotency_key = staged.key
    WHERE staged.judgment_import_id = %(import)s
), gone AS (
    DELETE FROM annotation_stagedjudgment WHERE id IN (SELECT id FROM known)
)
SELECT line, 'This judgment is already in the campaign with other content.'
FROM known WHERE is_changed ORDER BY line
"""
FIND_SECOND = """
SELECT line, 'This person has judged this item already, on line ' || first_line
       || '. A changed mind says what it supersedes, a repeat that it is one.'
FROM (
    SELECT id, line, first_value(id) OVER same AS first_id,
           first_value(line) OVER same AS first_line
    FROM annotation_stagedjudgment
    WHERE judgment_import_id = %(import)s AND supersedes_key = ''
    WINDOW same AS (PARTITION BY person, item_id, is_repeat ORDER BY id)
) staged WHERE id <> first_id
UNION ALL
SELECT staged.line, 'This person has judged this item already, in the campaign.'
FROM annotation_stagedjudgment staged
JOIN annotation_importedannotator person
  ON person.campaign_id = %(campaign)s AND person.digest = staged.person
JOIN annotation_assignment assignment
  ON assignment.annotator_id = person.annotator_id AND assignment.item_id = staged.item_id
 AND assignment.is_repeat = staged.is_repeat
WHERE staged.judgment_import_id = %(import)s AND staged.supersedes_key = ''
ORDER BY 1
"""
LINK_WITHIN = """
UPDATE annotation_stagedjudgment later SET supersedes_id = earlier.judgment_id
FROM annotation_stagedjudgment earlier
WHERE later.judgment_import_id = %(import)s AND later.supersedes_key <> ''
  AND earlier.judgment_import_id = %(import)s AND earlier.key = later.supersedes_key
  AND earlier.person = later.person AND earlier.item_id = later.item_id
  AND earlier.is_repeat = later.is_repeat AND earlier.id < later.id
"""
LINK_TO_CAMPAIGN = """
UPDATE annotation_stagedjudgment later SET supersedes_id = earlier.id
FROM annotation_importedannotator person, annotation_judgment earlier
WHERE later.judgment_import_id = %(import)s AND later.supersedes_key <> ''
  AND later.supersedes_id IS NULL
  AND person.campaign_id = %(campaign)s AND person.digest = later.person
  AND earlier.annotator_id = person.annotator_id
  AND earlier.idempotency_key = later.supersedes_key
  AND earlier.item_id = later.item_id AND earlier.is_repeat = later.is_repeat
"""
FIND_UNLINKED = """
SELECT line, 'It supersedes a judgment of this person on this item that is neither before it in '
       'the file nor in the campaign.'
FROM annotation_stagedjudgment
WHERE judgment_import_id = %(import)s AND supersedes_key <> '' AND supersedes_id IS NULL
UNION ALL
SELECT staged.line, 'It supersedes a judgment that another one supersedes already.'
FROM (
    SELECT line, supersedes_id, row_number() OVER (PARTITION BY supersedes_id ORDER BY id) AS place
    FROM annotation_stagedjudgment
    WHERE judgment_import_id = %(import)s AND supersedes_id IS NOT NULL
) staged
WHERE staged.place > 1
   OR EXISTS (SELECT 1 FROM annotation_judgment judgment
              WHERE judgment.supersedes_id = staged.supersedes_id)
ORDER BY 1
"""
# Answers of one person under one version, wherever they stand in the file.
GATHER_PROFILES = """
INSERT INTO annotation_stagedperson (judgment_import_id, line, person, version, answers)
SELECT DISTINCT ON (person, profile_version, profile)
       judgment_import_id, line, person, profile_version, profile
FROM annotation_stagedjudgment
WHERE judgment_import_id = %(import)s AND profile IS NOT NULL
ORDER BY person, profile_version, profile, id
"""
FIND_TWO_PROFILES = """
SELECT line, 'Profile version ' || version || ' of this person has other answers on line '
       || first_line || '.'
FROM (
    SELECT line, version, answers, first_value(line) OVER same AS first_line,
           first_value(answers) OVER same AS first_answers
    FROM annotation_stagedperson WHERE judgment_import_id = %(import)s
    WINDOW same AS (PARTITION BY person, version ORDER BY id)
) staged WHERE answers <> first_answers
UNION ALL
SELECT staged.line, 'Profile version ' || staged.version
       || ' of this person is already in the campaign with other answers.'
FROM annotation_stagedperson staged
JOIN annotation_importedannotator person
  ON person.campaign_id = %(campaign)s AND person.digest = staged.person
JOIN accounts_profile profile
  ON profile.annotator_id = person.annotator_id AND profile.series = %(series)s
 AND profile.version = staged.version
WHERE staged.judgment_import_id = %(import)s AND profile.answers <> staged.answers
  AND EXISTS (SELECT 1 FROM annotation_stagedjudgment judgment
              WHERE judgment.judgment_import_id = %(import)s AND judgment.person = staged.person)
ORDER BY 1
"""


def leave_what_is_new(job: JudgmentImport) -> None:
    """Leave of the staged judgments what is new, linked to what it supersedes; note problems."""
    names: dict[str, Any] = {
        "import": job.pk,
        "campaign": job.campaign_id,
        "series": str(job.campaign.questionnaire.series),
    }
    with connection.cursor() as cursor:
        # Statistics of staged rows are always behind, and what follows joins large sets.
        cursor.execute("ANALYZE annotation_stagedjudgment")
        cursor.execute(TAKE_OUT_WITHDRAWN, names)
        job.withdrawn_count = cursor.rowcount
        before = job.staged.count()
        for statement in (TAKE_OUT_REPEATED, TAKE_OUT_KNOWN):
            note_found(job, statement, names)
        job.unchanged_count = before - job.staged.count()
        note_found(job, FIND_SECOND, names)
        cursor.execute(LINK_WITHIN, names)
        cursor.execute(LINK_TO_CAMPAIGN, names)
        note_found(job, FIND_UNLINKED, names)
        cursor.execute(GATHER_PROFILES, names)
        cursor.execute("ANALYZE annotation_stagedperson")
        note_found(job, FIND_TWO_PROFILES, names)


def note_found(job: JudgmentImport, statement: str, names: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, names)
        note_problems(job, cursor.fetchmany(MOST_PROBLEMS))
