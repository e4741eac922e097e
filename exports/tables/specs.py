"""The tables whose columns are the same in every campaign."""

from exports.tables.columns import Column, Kind, Table

ITEM_ID = Column(
    "item_id",
    Kind.TEXT,
    "The item, by its id in the item file; in a dataset of several campaigns, campaign/id.",
)
JUDGMENT_ID = Column("judgment_id", Kind.INTEGER, "The judgment.")
ANNOTATOR_ID = Column("annotator_id", Kind.TEXT, "The annotator, by their name in this release.")
STRATUM_WORDS = (
    "The annotator stratum that the person was asked in; null where naming it would tell an "
    "answer that the person did not agree to release."
)
STRATEGY = Column("strategy", Kind.TEXT, "The assignment strategy that chose the item.")
PROPENSITY = Column(
    "propensity",
    Kind.FLOAT,
    "The probability with which the strategy chose the item for this person; null where it is "
    "not known.",
)
CRITERION = Column("criterion", Kind.TEXT, "The criterion judged, by its key.")
IS_REPEAT = Column(
    "is_repeat", Kind.BOOLEAN, "Whether the same item was asked of the same person again."
)
IS_FINAL = Column(
    "is_final", Kind.BOOLEAN, "Whether no later judgment superseded this one at the as-of moment."
)
CAMPAIGN = Column("campaign", Kind.TEXT, "The campaign that the row is from, by its slug.")
IS_CONVERSATION = Column(
    "is_conversation", Kind.BOOLEAN, "Whether the content is a conversation (JSON), not a text."
)

JUDGMENTS = Table(
    "judgments",
    "Every judgment ever submitted, one row each, superseded ones included. Nothing is "
    "aggregated, corrected or left out.",
    (
        JUDGMENT_ID,
        ITEM_ID,
        ANNOTATOR_ID,
        Column("annotator_stratum", Kind.TEXT, STRATUM_WORDS),
        Column("profile_version", Kind.INTEGER, "The person's profile at that time: `annotators`."),
        Column("consent_version", Kind.INTEGER, "The consent text agreed to at that time."),
        Column("guideline_version", Kind.INTEGER, "The guideline that was shown."),
        Column("task_type", Kind.TEXT, "How the item was asked."),
        Column("presented_order", Kind.TEXTS, "Response ids in the order in which they stood."),
        Column(
            "answers",
            Kind.JSON,
            "The answers as submitted, by criterion. Choices name responses by id.",
        ),
        Column("reason", Kind.TEXT, "The person's reason in their own words; null for none."),
        Column("confidence", Kind.FLOAT, "How sure the person was, 0 to 100; null for no answer."),
        IS_REPEAT,
        Column(
            "supersedes", Kind.INTEGER, "The judgment_id that this one replaces; null for a first."
        ),
        IS_FINAL,
        Column(
            "flags",
            Kind.TEXTS,
            "Circumstances to know of, never verdicts. after_lease: accepted after the time for "
            "the item had run out.",
        ),
        Column("active_ms", Kind.INTEGER, "Milliseconds at work on the page; null if unknown."),
        Column("elapsed_ms", Kind.INTEGER, "Milliseconds from serving to submission."),
        Column("language", Kind.TEXT, "The interface language; null if unknown."),
        Column("submitted_at", Kind.TIMESTAMP, "When the judgment was stored."),
        Column(
            "acceptable",
            Kind.JSON,
            "Response id: true or false, acceptable in itself or not; null where not asked.",
        ),
        Column(
            "spans",
            Kind.JSON,
            "Highlighted passages, [{response, start, end, note}]; null for none.",
        ),
        Column("assignment_id", Kind.INTEGER, "The assignment that this judgment answers."),
        STRATEGY,
        PROPENSITY,
        Column(
            "content_hashes",
            Kind.JSON,
            'SHA-256 of what was shown: {"prompt", "responses": {response id: hash}}.',
        ),
        Column("software_version", Kind.TEXT, "The version of Variorum that took the judgment."),
        CAMPAIGN,
    ),
)

COMPARISONS = Table(
    "comparisons",
    "The judgments pair by pair, one row for each pair of responses and criterion; rankings "
    "expand into all their pairs. Rows of superseded judgments are included: see is_final.",
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
            "From -2 (a clearly better) to 2 (b clearly better), 0 for a tie; from rankings only "
            "-1, 0 and 1; null for both_bad and depends.",
        ),
        Column("outcome", Kind.TEXT, "graded, tie, both_bad or depends."),
        Column("shown_first", Kind.TEXT, "Which of the two stood earlier on the screen."),
        Column("source", Kind.TEXT, "How it was asked: pairwise, ranking, best_worst or rating."),
        IS_REPEAT,
        IS_FINAL,
        CAMPAIGN,
    ),
)

RANKINGS = Table(
    "rankings",
    "The rankings, one row for each response and criterion; empty for other task types. Rows of "
    "superseded judgments are included: see is_final.",
    (
        JUDGMENT_ID,
        ITEM_ID,
        ANNOTATOR_ID,
        CRITERION,
        Column("response_id", Kind.TEXT, "The response ranked."),
        Column("rank", Kind.INTEGER, "1 is best; equal ranks are ties; after two at 1 comes a 3."),
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
        Column("rating", Kind.FLOAT, "The number given, on the criterion's scale."),
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
        Column("language", Kind.TEXT, "The item's language tag; null if not given."),
        Column("metadata", Kind.JSON, "The metadata of the item file."),
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
        Column("model", Kind.TEXT, "The model's name; null if not given. Never shown."),
        Column("metadata", Kind.JSON, "The metadata of the item file. Never shown."),
        Column("position", Kind.INTEGER, "The response's place in the item file, from 0."),
        Column("sha256", Kind.TEXT, "SHA-256 of the response's content."),
        IS_CONVERSATION,
        CAMPAIGN,
    ),
)

ASSIGNMENTS = Table(
    "assignments",
    "Everything that was served, whatever became of it, and one row for each place that is still "
    "open. In each item × stratum, rows that are submitted, leased and never_served (repeats "
    "aside) add up to the target.",
    (
        Column("assignment_id", Kind.INTEGER, "The assignment; null for never_served."),
        ITEM_ID,
        Column(
            "annotator_id",
            Kind.TEXT,
            "The annotator, by their name in this release; null for never_served.",
        ),
        Column("stratum", Kind.TEXT, STRATUM_WORDS),
        STRATEGY,
        PROPENSITY,
        Column(
            "status",
            Kind.TEXT,
            "submitted, leased (being answered), skipped (declined), released (given back), "
            "expired (time ran out), or never_served (a place that nobody fills).",
        ),
        IS_REPEAT,
        Column("presented_order", Kind.TEXTS, "Response ids in the order in which they stood."),
        Column("served_at", Kind.TIMESTAMP, "When the item was first shown."),
        Column("ended_at", Kind.TIMESTAMP, "When it was answered, given up or lapsed."),
        Column("lease_expires_at", Kind.TIMESTAMP, "Until when the place was held."),
        Column("skip_reason", Kind.TEXT, "Why it was declined, in the person's words."),
        CAMPAIGN,
    ),
)

COVERAGE = Table(
    "coverage",
    "The design against what was reached, one row for each item × stratum. Repeats do not count.",
    (
        ITEM_ID,
        Column("stratum", Kind.TEXT, "The annotator stratum."),
        Column("target", Kind.INTEGER, "Judgments wanted."),
        Column("leased", Kind.INTEGER, "Being answered at the as-of moment."),
        Column("submitted", Kind.INTEGER, "Judgments taken."),
        Column("served", Kind.INTEGER, "How often the item was served in this stratum."),
        CAMPAIGN,
    ),
)
