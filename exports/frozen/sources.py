"""What is copied out of the database: columns, where they come from, and their types.

Numbers of rows (`*_pk`) stay inside: names that may leave are put in their place by `release`.
"""

from dataclasses import dataclass

import pyarrow as pa

WHOLE, TRUTH, REAL, TEXT = pa.int64(), pa.bool_(), pa.float64(), pa.string()
MOMENT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Source:
    """A SELECT without its WHERE: each column's name, type and SQL expression.

    Rows of content may have megabytes.
    """

    name: str
    tables: str
    columns: tuple[tuple[str, pa.DataType, str], ...]
    is_content: bool = False

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(name, kind) for name, kind, _sql in self.columns])

    def select(self, where: str, order: str) -> str:
        wanted = ", ".join(sql for _name, _kind, sql in self.columns)
        return f"SELECT {wanted} FROM {self.tables} WHERE {where} ORDER BY {order}"  # noqa: S608


# Which judgments there were: the rows themselves never change, and are fetched later.
INDEX = Source(
    "index",
    "annotation_judgment j",
    (
        ("judgment_id", WHOLE, "j.id"),
        ("campaign_pk", WHOLE, "j.campaign_id"),
        ("item_pk", WHOLE, "j.item_id"),
        ("annotator_pk", WHOLE, "j.annotator_id"),
        ("profile_pk", WHOLE, "j.profile_id"),
        ("supersedes", WHOLE, "j.supersedes_id"),
        ("is_repeat", TRUTH, "j.is_repeat"),
        ("after_lease", TRUTH, "j.after_lease"),
    ),
)
ITEM_INDEX = Source(
    "item-index",
    "annotation_item i",
    (
        ("item_pk", WHOLE, "i.id"),
        ("campaign_pk", WHOLE, "i.campaign_id"),
        ("item_id", TEXT, "i.external_id"),
        ("language", TEXT, "NULLIF(i.language, '')"),
    ),
)
ASSIGNMENTS = Source(
    "assignments",
    "annotation_assignment s",
    (
        ("assignment_id", WHOLE, "s.id"),
        ("campaign_pk", WHOLE, "s.campaign_id"),
        ("item_pk", WHOLE, "s.item_id"),
        ("annotator_pk", WHOLE, "s.annotator_id"),
        ("stratum_pk", WHOLE, "s.stratum_id"),
        ("strategy", TEXT, "s.strategy"),
        ("propensity", REAL, "s.propensity"),
        ("status", TEXT, "s.status"),
        ("is_repeat", TRUTH, "s.is_repeat"),
        ("presented_order", TEXT, "s.presented_order"),
        ("served_at", MOMENT, "s.served_at"),
        ("ended_at", MOMENT, "s.ended_at"),
        ("lease_expires_at", MOMENT, "s.lease_expires_at"),
        ("skip_kind", TEXT, "NULLIF(s.skip_kind, '')"),
        ("skip_reason", TEXT, "NULLIF(s.skip_reason, '')"),
    ),
)
# What withdrawn people did is taken back: their places are open again.
COVERAGE = Source(
    "coverage",
    "annotation_coverage c JOIN annotation_stratum t ON t.id = c.stratum_id "
    "LEFT JOIN gone ON gone.coverage_id = c.id",
    (
        ("coverage_pk", WHOLE, "c.id"),
        ("campaign_pk", WHOLE, "t.campaign_id"),
        ("item_pk", WHOLE, "c.item_id"),
        ("stratum_pk", WHOLE, "c.stratum_id"),
        ("target", WHOLE, "c.target"),
        ("leased", WHOLE, "c.leased - COALESCE(gone.leased, 0)"),
        ("submitted", WHOLE, "c.submitted - COALESCE(gone.submitted, 0)"),
        ("served", WHOLE, "c.served - COALESCE(gone.served, 0)"),
    ),
)
GONE = (
    "SELECT coverage_id, count(*) FILTER (WHERE status = 'leased') AS leased, "
    "count(*) FILTER (WHERE status = 'submitted') AS submitted, count(*) AS served "
    "FROM annotation_assignment WHERE annotator_id = ANY(%(withdrawn)s) "
    "AND coverage_id IS NOT NULL GROUP BY coverage_id"
)

# `noted` is NOTED of the judgments asked for, in a WITH before the SELECT.
JUDGMENTS = Source(
    "judgments",
    "annotation_judgment j LEFT JOIN noted ON noted.judgment_id = j.id",
    (
        ("judgment_id", WHOLE, "j.id"),
        ("campaign_pk", WHOLE, "j.campaign_id"),
        ("item_pk", WHOLE, "j.item_id"),
        ("annotator_pk", WHOLE, "j.annotator_id"),
        ("stratum_pk", WHOLE, "j.stratum_id"),
        ("profile_pk", WHOLE, "j.profile_id"),
        ("consent_pk", WHOLE, "j.consent_id"),
        ("guideline_pk", WHOLE, "j.guideline_id"),
        ("task_type", TEXT, "j.task_type"),
        ("presented_order", TEXT, "j.presented_order"),
        ("answers", TEXT, "j.answers"),
        ("reason", TEXT, "NULLIF(j.reason, '')"),
        ("confidence", REAL, "j.confidence"),
        ("is_repeat", TRUTH, "j.is_repeat"),
        ("supersedes", WHOLE, "j.supersedes_id"),
        ("after_lease", TRUTH, "j.after_lease"),
        ("active_ms", WHOLE, "j.active_ms"),
        ("elapsed_ms", WHOLE, "j.elapsed_ms"),
        ("language", TEXT, "NULLIF(j.language, '')"),
        ("submitted_at", MOMENT, "j.submitted_at"),
        ("acceptable", TEXT, "j.acceptable"),
        ("spans", TEXT, "j.spans"),
        ("assignment_id", WHOLE, "j.assignment_id"),
        ("strategy", TEXT, "j.strategy"),
        ("propensity", REAL, "j.propensity"),
        # Left out where they are the item's, as they should be: half of a row would be hashes.
        ("content_hashes", TEXT, "NULL"),
        ("software_version", TEXT, "j.software_version"),
        # Flags by commas; what stands here is frozen with the row.
        ("noted", TEXT, "noted.flags"),
    ),
    is_content=True,
)
# The flags of a run of judgments at once: asked for row by row, they took a third of the time.
NOTED = (
    "SELECT judgment_id, string_agg(flag, ',' ORDER BY flag) AS flags "
    "FROM annotation_judgmentflag WHERE {} GROUP BY judgment_id"
)
# As they are fetched: with a number that tells whether hashes are the item's. A comparison in the
# database costs more than all the rest of the row.
HASHED = 'hashtextextended({}.content_hashes::text COLLATE "C", 0)'
FETCHED_JUDGMENTS = Source(
    JUDGMENTS.name,
    JUDGMENTS.tables,
    (
        *(one for one in JUDGMENTS.columns if one[0] != "content_hashes"),
        ("hashed", WHOLE, HASHED.format("j")),
    ),
    is_content=True,
)
ITEMS = Source(
    "items",
    "annotation_item i",
    (
        ("item_pk", WHOLE, "i.id"),
        ("campaign_pk", WHOLE, "i.campaign_id"),
        ("item_id", TEXT, "i.external_id"),
        ("prompt", TEXT, "i.prompt #>> '{}'"),
        ("language", TEXT, "NULLIF(i.language, '')"),
        ("metadata", TEXT, "i.metadata"),
        ("content_sha256", TEXT, "i.content_sha256"),
        ("content_hashes", TEXT, "i.content_hashes"),
        ("is_conversation", TRUTH, "jsonb_typeof(i.prompt) <> 'string'"),
    ),
    is_content=True,
)
RESPONSES = Source(
    "responses",
    "annotation_response r JOIN annotation_item i ON i.id = r.item_id",
    (
        ("response_pk", WHOLE, "r.id"),
        ("campaign_pk", WHOLE, "i.campaign_id"),
        ("item_pk", WHOLE, "r.item_id"),
        ("response_id", TEXT, "r.external_id"),
        ("text", TEXT, "r.content #>> '{}'"),
        ("model", TEXT, "NULLIF(r.model, '')"),
        ("metadata", TEXT, "r.metadata"),
        ("position", WHOLE, "r.position"),
        ("sha256", TEXT, "r.content_sha256"),
        ("is_conversation", TRUTH, "jsonb_typeof(r.content) <> 'string'"),
    ),
    is_content=True,
)

# Copied whole with the moment: there are few of them beside judgments.
MODEL_JUDGMENTS = Source(
    "model-judgments",
    "annotation_modeljudgment m",
    (
        ("model_judgment_id", WHOLE, "m.id"),
        ("campaign_pk", WHOLE, "m.campaign_id"),
        ("item_pk", WHOLE, "m.item_id"),
        ("model", TEXT, "m.model"),
        ("prompt_version", TEXT, "NULLIF(m.prompt_version, '')"),
        ("settings", TEXT, "m.settings"),
        ("sample", WHOLE, "m.sample"),
        ("task_type", TEXT, "m.task_type"),
        ("presented_order", TEXT, "m.presented_order"),
        ("answers", TEXT, "m.answers"),
        ("reason", TEXT, "NULLIF(m.reason, '')"),
        ("confidence", REAL, "m.confidence"),
        ("acceptable", TEXT, "m.acceptable"),
        ("spans", TEXT, "m.spans"),
        ("content_hashes", TEXT, "m.content_hashes"),
        ("submitted_at", MOMENT, "m.submitted_at"),
        ("imported_at", MOMENT, "m.created_at"),
        ("software_version", TEXT, "m.software_version"),
    ),
    is_content=True,
)

# Made here and not copied: what rules in force ruled out, and by whose rule where it is a person's.
BOUNDS = Source(
    "bounds",
    "",
    (
        ("campaign_pk", WHOLE, ""),
        ("item_pk", WHOLE, ""),
        ("response_id", TEXT, ""),
        ("rule", TEXT, ""),
        ("version", WHOLE, ""),
        ("tier", WHOLE, ""),
        ("by_default", TRUTH, ""),
        ("annotator_pk", WHOLE, ""),
    ),
)
# Made here too: who is in the data, and which answers of theirs may leave.
PEOPLE = pa.schema(
    [
        ("campaign_pk", WHOLE),
        ("annotator_pk", WHOLE),
        ("own_pseudonym", TEXT),
        ("seat_stratum_pk", WHOLE),
        ("stratum_may_be_named", TRUTH),
        # Their last word: the version of the consent text, and its purposes as a JSON list.
        ("agreed_version", WHOLE),
        ("agreed_purposes", TEXT),
        ("judgments", WHOLE),
        ("assignments", WHOLE),
    ]
)
PROFILES = pa.schema(
    [
        ("campaign_pk", WHOLE),
        ("profile_pk", WHOLE),
        ("annotator_pk", WHOLE),
        ("profile_version", WHOLE),
        ("answers", TEXT),
    ]
)
CONSENTS = pa.schema([("consent_pk", WHOLE), ("consent_version", WHOLE)])
