"""Values that people found in responses, as evidence under rules.

The people of a *values* campaign read texts; a response whose content is the same text, wherever it
stands, has what they found. Each person counts once for a text.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from annotation.models import Campaign, Response
from policies.models import RuleVersion
from policies.ruling.standing import Share

# Final answers that were given by a time, by text: how many people, and how many found the value.
FOUND = """
SELECT shown.content_sha256, count(DISTINCT j.annotator_id) AS people,
       count(DISTINCT j.annotator_id) FILTER (
           WHERE jsonb_exists(j.answers -> %(criterion)s -> 'values', %(value)s)
       ) AS found
FROM annotation_judgment j
JOIN annotation_item read ON read.id = j.item_id AND read.check_answers IS NULL
JOIN annotation_response shown ON shown.item_id = j.item_id
WHERE j.campaign_id = %(evidence)s AND j.erased_at IS NULL AND NOT j.is_repeat
  AND j.submitted_at <= %(at)s AND jsonb_exists(j.answers, %(criterion)s) {narrowed}
  AND NOT EXISTS (
      SELECT 1 FROM annotation_judgment later
      WHERE later.supersedes_id = j.id AND later.submitted_at <= %(at)s)
GROUP BY shown.content_sha256
"""


def found_sql(*, one_text: bool = False) -> str:
    """The query of what was found in all texts, or in the one that `%(text)s` names."""
    return FOUND.format(narrowed="AND shown.content_sha256 = %(text)s" if one_text else "")


def evidence_names(version: RuleVersion, at: datetime) -> dict[str, Any]:
    """The query's parameters for a rule; the campaign that is evidence is named by its slug."""
    evidence = version.evidence
    campaign = Campaign.objects.filter(slug=evidence["campaign"]).values_list("pk", flat=True)
    return {
        "evidence": campaign.first(),
        "criterion": evidence["criterion"],
        "value": evidence["value"],
        "at": at,
    }


def values_found(version: RuleVersion, response: Response, at: datetime) -> Share:
    """What people found in a response's text; nobody where it was not read."""
    names = {**evidence_names(version, at), "text": response.content_sha256}
    with connection.cursor() as cursor:
        cursor.execute(found_sql(one_text=True), names)
        row = cursor.fetchone()
    return Share(row[1], row[2]) if row else Share(0, 0)
