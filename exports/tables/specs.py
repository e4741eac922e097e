"""The tables whose columns are the same in every campaign."""

from annotation.enums import IMPORTED, AssignmentStatus, Strategy, TaskTypeKey
from exports.tables.columns import Column, Kind, Table

ITEM_ID = Column(
    "item_id",
    Kind.TEXT,
    "The item, by its id in the item file; in a dataset of several campaigns, campaign/id.",
)
JUDGMENT_ID = Column("judgment_id", Kind.INTEGER, "The judgment.")
ANNOTATOR_ID = Column("annotator_id", Kind.TEXT, "The annotator, by their name in this release.")
STRATUM_WORDS = "The annotator stratum that the person was asked in, by its key."
STRATUM_NULL = (
    "naming it would tell an answer that the person did not agree to release, or an imported "
    "person is in none"
)
MILLISECONDS, UTC_MOMENT, COUNT = "milliseconds", "moment in UTC", "count"
RESPONSE_KEYS = "response ids of the item"
NOT_SERVED = "never_served: a place that nobody fills"
STRATEGY = Column(
    "strategy",
    Kind.TEXT,
    "The assignment strategy that chose the item; imported: it was judged elsewhere.",
    values=", ".join([*Strategy.values, IMPORTED]),
    null=NOT_SERVED,
)
PROPENSITY = Column(
    "propensity",
    Kind.FLOAT,
    "The probability with which the design wanted a judgment of this item from this stratum.",
    values="probability, above 0 up to 1",
    null="a repeat or an imported judgment, which are no part of the design, or never_served",
)
CRITERION = Column("criterion", Kind.TEXT, "The criterion judged, by its key.")
IS_REPEAT = Column(
    "is_repeat",
    Kind.BOOLEAN,
    "Whether the same item was asked of the same person again.",
    values="true, false",
)
IS_FINAL = Column(
    "is_final",
    Kind.BOOLEAN,
    "Whether no later judgment superseded this one at the as-of moment.",
    values="true, false",
)
CAMPAIGN = Column("campaign", Kind.TEXT, "The campaign that the row is from, by its slug.")
IS_CONVERSATION = Column(
    "is_conversation",
    Kind.BOOLEAN,
    "Whether the content is a conversation (JSON), not a text.",
    values="true, false",
)

JUDGMENTS = Table(
    "judgments",
    "Every judgment ever submitted, one row each, superseded ones included. Nothing is "
    "aggregated, corrected or left out.",
    (
        JUDGMENT_ID,
        ITEM_ID,
        ANNOTATOR_ID,
        Column("annotator_stratum", Kind.TEXT, STRATUM_WORDS, null=STRATUM_NULL),
        Column("profile_version", Kind.INTEGER, "The person's profile at that time: `annotators`."),
        Column("consent_version", Kind.INTEGER, "The consent text agreed to at that time."),
        Column("guideline_version", Kind.INTEGER, "The guideline that was shown."),
        Column(
            "task_type", Kind.TEXT, "How the item was asked.", values=", ".join(TaskTypeKey.values)
        ),
        Column(
            "presented_order",
            Kind.TEXTS,
            "Response ids in the order in which they stood; empty where an imported judgment does "
            "not tell it.",
            values=RESPONSE_KEYS,
        ),
        Column(
            "answers",
            Kind.JSON,
            "The answers as submitted, by criterion. Choices name responses by id. Values have no "
            "table of their own: they are here, an empty object saying none of them.",
            values="object: criterion → answer, by task type {preferred, strength} or {outcome}, "
            "{ranking}, {best, worst}, {ratings}, {values}",
        ),
        Column(
            "reason",
            Kind.TEXT,
            "The person's reason in their own words.",
            values="free text",
            null="none given",
        ),
        Column(
            "confidence",
            Kind.FLOAT,
            "How sure the person was.",
            values="0 (not at all) to 100 (certain)",
            null="not answered",
        ),
        IS_REPEAT,
        Column(
            "supersedes",
            Kind.INTEGER,
            "The judgment_id that this one replaces.",
            null="a first judgment, not a changed mind",
        ),
        IS_FINAL,
        Column(
            "flags",
            Kind.TEXTS,
            "Circumstances to know of, never verdicts, worked out without anybody else's answers. "
            "after_lease: accepted after the time for the item had run out. check_passed, "
            "check_failed: a check item, answered as its instruction says or otherwise. "
            "repeat_same, repeat_differs: the same item asked again, answered as before or "
            "otherwise. too_fast: less active time than reading takes at the campaign's pace. "
            "imported: given elsewhere, with what the importing researcher states of consent.",
            values="after_lease, check_passed, check_failed, repeat_same, repeat_differs, "
            "too_fast, imported",
        ),
        Column(
            "active_ms",
            Kind.INTEGER,
            "Time at work on the page.",
            values=MILLISECONDS,
            null="unknown",
        ),
        Column(
            "elapsed_ms",
            Kind.INTEGER,
            "Time from serving to submission.",
            values=MILLISECONDS,
            null="unknown, of an imported judgment",
        ),
        Column(
            "language", Kind.TEXT, "The interface language.", values="BCP 47 tag", null="unknown"
        ),
        Column("submitted_at", Kind.TIMESTAMP, "When the judgment was stored.", values=UTC_MOMENT),
        Column(
            "acceptable",
            Kind.JSON,
            "For each response whether it is acceptable in itself.",
            values="object: response id → true or false",
            null="not asked",
        ),
        Column(
            "spans",
            Kind.JSON,
            "Highlighted passages of responses. Offsets count the characters (code points) of the "
            "response's text in `responses`, markdown included; of a conversation those of its "
            "turns' contents, one line feed between two turns.",
            values="list of {response, start, end, note}; the passage is text[start:end]",
            null="none",
        ),
        Column("assignment_id", Kind.INTEGER, "The assignment that this judgment answers."),
        STRATEGY,
        PROPENSITY,
        Column(
            "content_hashes",
            Kind.JSON,
            "SHA-256 of what was shown.",
            values='{"prompt": hash, "responses": {response id: hash}}',
        ),
        Column("software_version", Kind.TEXT, "The version of Variorum that took the judgment."),
        CAMPAIGN,
    ),
)

COMPARISONS = Table(
    "comparisons",
    "The judgments pair by pair, one row for each pair of responses and criterion. Rankings expand "
    "into the pairs of what they rank, ratings into all pairs, best-worst into the pairs with the "
    "best or the worst; values compare nothing. Rows of superseded judgments are included: see "
    "is_final.",
    (
        JUDGMENT_ID,
        ITEM_ID,
        ANNOTATOR_ID,
        CRITERION,
        Column("response_a", Kind.TEXT, "The response that stands first in the item file."),
        Column("response_b", Kind.TEXT, "The other response."),
        Column(
            "preference",
            Kind.INTEGER,
            "Preference between the two; from rankings, ratings and best-worst only the direction "
            "is known: -1, 0 and 1.",
            values="-2 (a clearly better), -1 (a better), 0 (tie), 1 (b better), 2 (b clearly "
            "better)",
            null="outcome is both_bad or depends",
        ),
        Column(
            "outcome",
            Kind.TEXT,
            "What kind of answer it is; graded: one of the two is preferred.",
            values="graded, tie, both_bad, depends",
        ),
        Column(
            "shown_first",
            Kind.TEXT,
            "Which of the two stood earlier on the screen.",
            values="response_a or response_b of the row",
            null="unknown, of an imported judgment",
        ),
        Column(
            "source",
            Kind.TEXT,
            "How it was asked.",
            values="pairwise, ranking, best_worst, rating",
        ),
        IS_REPEAT,
        IS_FINAL,
        CAMPAIGN,
    ),
)

RANKINGS = Table(
    "rankings",
    "The rankings, one row for each response and criterion; empty for other task types. A response "
    "that a partial ranking leaves out has no row. Rows of superseded judgments are included: see "
    "is_final.",
    (
        JUDGMENT_ID,
        ITEM_ID,
        ANNOTATOR_ID,
        CRITERION,
        Column("response_id", Kind.TEXT, "The response ranked."),
        Column(
            "rank",
            Kind.INTEGER,
            "The place given; equal ranks are ties, and after two at 1 comes a 3.",
            values="from 1 (best)",
        ),
        IS_REPEAT,
        IS_FINAL,
        CAMPAIGN,
    ),
)

RATINGS = Table(
    "ratings",
    "The ratings, one row for each response and criterion; empty for other task types. Rows of "
    "superseded judgments are included: see is_final.",
    (
        JUDGMENT_ID,
        ITEM_ID,
        ANNOTATOR_ID,
        CRITERION,
        Column("response_id", Kind.TEXT, "The response rated."),
        Column("rating", Kind.FLOAT, "The number given.", values="the criterion's scale"),
        IS_REPEAT,
        IS_FINAL,
        CAMPAIGN,
    ),
)

ITEMS = Table(
    "items",
    "The items, judged or not.",
    (
        ITEM_ID,
        Column("prompt", Kind.CONTENT, "The prompt: a text, or a conversation as JSON."),
        Column(
            "language",
            Kind.TEXT,
            "The item's language.",
            values="BCP 47 tag",
            null="not given in the item file",
        ),
        Column("metadata", Kind.JSON, "The metadata of the item file.", values="object"),
        Column("content_sha256", Kind.TEXT, "SHA-256 of the item's whole record."),
        IS_CONVERSATION,
        CAMPAIGN,
    ),
)

RESPONSES = Table(
    "responses",
    "The items' candidate responses, with the models that annotators never saw.",
    (
        ITEM_ID,
        Column("response_id", Kind.TEXT, "The response, by its id in the item file."),
        Column("text", Kind.CONTENT, "The response: a text, or a conversation as JSON."),
        Column(
            "model",
            Kind.TEXT,
            "The model's name. Never shown to annotators.",
            null="not given in the item file",
        ),
        Column(
            "metadata",
            Kind.JSON,
            "The metadata of the item file. Never shown to annotators.",
            values="object",
        ),
        Column("position", Kind.INTEGER, "The response's place in the item file.", values="from 0"),
        Column("sha256", Kind.TEXT, "SHA-256 of the response's content."),
        IS_CONVERSATION,
        CAMPAIGN,
    ),
)

ASSIGNMENTS = Table(
    "assignments",
    "Everything that was served, whatever became of it, and one row for each place that is still "
    "open. In each item × stratum, rows that are submitted, leased and never_served (repeats "
    "and imported judgments aside) add up to the target.",
    (
        Column("assignment_id", Kind.INTEGER, "The assignment.", null=NOT_SERVED),
        ITEM_ID,
        Column(
            "annotator_id",
            Kind.TEXT,
            "The annotator, by their name in this release.",
            null=NOT_SERVED,
        ),
        Column("stratum", Kind.TEXT, STRATUM_WORDS, null=STRATUM_NULL),
        STRATEGY,
        PROPENSITY,
        Column(
            "status",
            Kind.TEXT,
            "submitted, leased (being answered), skipped (declined), released (given back), "
            "expired (time ran out), or never_served (a place that nobody fills).",
            values=", ".join([*AssignmentStatus.values, "never_served"]),
        ),
        IS_REPEAT,
        Column(
            "presented_order",
            Kind.TEXTS,
            "Response ids in the order in which they stood.",
            values=RESPONSE_KEYS,
            null=NOT_SERVED,
        ),
        Column(
            "served_at",
            Kind.TIMESTAMP,
            "When the item was first shown.",
            values=UTC_MOMENT,
            null=NOT_SERVED,
        ),
        Column(
            "ended_at",
            Kind.TIMESTAMP,
            "When it was answered, given up or lapsed.",
            values=UTC_MOMENT,
            null="still being answered, or never_served",
        ),
        Column(
            "lease_expires_at",
            Kind.TIMESTAMP,
            "Until when the place was held.",
            values=UTC_MOMENT,
            null=NOT_SERVED,
        ),
        Column(
            "skip_kind",
            Kind.TEXT,
            "Why it was declined, by the key of the reason chosen; warning: somebody read a "
            "content warning and chose something else.",
            values="keys of the campaign's own reasons, else unclear, language, upsetting, broken, "
            "other; warning",
            null="not declined, or no reason chosen",
        ),
        Column(
            "skip_reason",
            Kind.TEXT,
            "Why it was declined, in the person's words.",
            values="free text",
            null="not declined, or no reason given",
        ),
        CAMPAIGN,
    ),
)

COVERAGE = Table(
    "coverage",
    "The design against what was reached, one row for each item × stratum. Repeats do not count.",
    (
        ITEM_ID,
        Column("stratum", Kind.TEXT, "The annotator stratum."),
        Column("target", Kind.INTEGER, "Judgments wanted.", values=COUNT),
        Column("leased", Kind.INTEGER, "Being answered at the as-of moment.", values=COUNT),
        Column("submitted", Kind.INTEGER, "Judgments taken.", values=COUNT),
        Column(
            "served", Kind.INTEGER, "How often the item was served in this stratum.", values=COUNT
        ),
        CAMPAIGN,
    ),
)
