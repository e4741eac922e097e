"""What the columns of derived files are: for the data dictionary, Croissant and their readers."""

from exports.derived.options import JUDGMENTS, PLAIN, SOFT, WEIGHTED, Options
from exports.tables import Column, Kind

SHARES = "share, above 0 up to 1"
COUNT = "count"

ROW = Column("row", Kind.INTEGER, "The line of the file of rows that this one explains.")
JUDGMENT = Column("judgment_id", Kind.INTEGER, "The judgment: `judgments`.")
ANNOTATOR = Column("annotator_id", Kind.TEXT, "Who judged, by their name in this release.")
STRATUM = Column(
    "stratum",
    Kind.TEXT,
    "The annotator stratum, by its key.",
    null="this release does not name it",
)
WEIGHT = Column(
    "weight",
    Kind.FLOAT,
    "The judgment's weight; over the slice they have mean 1. A tie in two rows has half in each.",
    values="above 0",
)
WHOLE_WEIGHT = Column(
    "weight", Kind.FLOAT, "The weight of all judgments that the shares are of.", values="above 0"
)
ITEM = Column("item_id", Kind.TEXT, "The item: `items`.")
CRITERION = Column("criterion", Kind.TEXT, "The criterion judged, by its key.")
CHOSEN_ID = Column("chosen_id", Kind.TEXT, "The preferred response: `responses`.")
REJECTED_ID = Column("rejected_id", Kind.TEXT, "The other response: `responses`.")
RESPONSE_ID = Column("response_id", Kind.TEXT, "The response: `responses`.")
OUTCOME = Column(
    "outcome",
    Kind.TEXT,
    "What kind of answer it was.",
    values="graded, tie, both_bad, depends",
    null="the label is of a response by itself, not of a comparison",
)
SHOWN_FIRST = Column("shown_first", Kind.TEXT, "The response of the pair that was shown first.")
SOURCE = Column(
    "source", Kind.TEXT, "The question it comes from.", values="a task type, or acceptable"
)
DESIRABLE = Column(
    "label", Kind.BOOLEAN, "Whether the response is a good one.", values="true, false"
)
SOFT_LABEL = Column(
    "soft_label",
    Kind.FLOAT,
    "Aggregated: the share of the pair's judgments, by weight, that say what this row says.",
    values=SHARES,
)
N = Column("n", Kind.INTEGER, "How many judgments the share is of.", values=COUNT)
MARGIN = Column(
    "margin",
    Kind.FLOAT,
    "How clearly the chosen response was preferred, as the request's margins say; with soft "
    "labels the weighted mean. 0 where only the direction is known.",
    values="0 or more",
)

JUDGED_PAIR = (
    *(ROW, JUDGMENT, ANNOTATOR, STRATUM, WEIGHT, ITEM, CRITERION, CHOSEN_ID, REJECTED_ID),
    *(OUTCOME, SHOWN_FIRST, SOURCE),
)
SHARED_PAIR = (
    *(ROW, ITEM, CRITERION, CHOSEN_ID, REJECTED_ID, SOFT_LABEL, WHOLE_WEIGHT, N),
    Column("n_chosen", Kind.INTEGER, "How many preferred the chosen response.", values=COUNT),
    Column("n_rejected", Kind.INTEGER, "How many preferred the other one.", values=COUNT),
    Column("n_ties", Kind.INTEGER, "How many called it a tie.", values=COUNT),
    Column("n_both_bad", Kind.INTEGER, "How many called both bad: in no share.", values=COUNT),
    Column("n_depends", Kind.INTEGER, "How many said that it depends: in no share.", values=COUNT),
    Column("n_annotators", Kind.INTEGER, "How many people these are.", values=COUNT),
)
JUDGED_LABEL = (
    *(ROW, JUDGMENT, ANNOTATOR, STRATUM, WEIGHT, ITEM, CRITERION, RESPONSE_ID, DESIRABLE),
    *(OUTCOME, SOURCE),
)
SHARED_LABEL = (
    *(ROW, ITEM, CRITERION, RESPONSE_ID, DESIRABLE, SOFT_LABEL, WHOLE_WEIGHT, N),
    Column("n_desirable", Kind.INTEGER, "How many called it good.", values=COUNT),
    Column("n_undesirable", Kind.INTEGER, "How many did not.", values=COUNT),
)

# A row that was removed, once for each rule that removed it.
BOUNDS_COLUMNS = (
    Column("rule", Kind.TEXT, "The rule, by its key; a campaign’s with its slug before it."),
    Column("version", Kind.INTEGER, "The version of the rule that was in force."),
    Column("tier", Kind.INTEGER, "1 law and norms, 2 organisation or campaign, 3 one’s own."),
    Column("split", Kind.TEXT, "The side that the row would have been on.", values="train, test"),
    ITEM,
    CRITERION,
    Column("preferred_id", Kind.TEXT, "The response that is ruled out: `responses`."),
    Column(
        "rejected_id",
        Kind.TEXT,
        "The other response: `responses`.",
        null="the row is of a response by itself",
    ),
    Column(
        "judgment_id",
        Kind.INTEGER,
        "The judgment: `judgments`.",
        null="the row is a share of several",
    ),
    Column(
        "annotator_id",
        Kind.TEXT,
        "Who judged, by their name in this release.",
        null="the row is a share of several",
    ),
    Column(
        "stratum",
        Kind.TEXT,
        "The annotator stratum, by its key.",
        null="the row is a share of several, or this release does not name it",
    ),
)


def content_column(name: str, words: str, options: Options) -> Column:
    """A prompt or a response, as text or as turns."""
    if options.content == PLAIN:
        return Column(name, Kind.TEXT, words)
    return turns_column(name, words)


def turns_column(name: str, words: str) -> Column:
    return Column(name, Kind.JSON, words, values="turns of a conversation: role, content")


def mode_columns(options: Options) -> tuple[Column, ...]:
    """What rows say of their mode."""
    modes = {JUDGMENTS: (), WEIGHTED: (WEIGHT,), SOFT: (SOFT_LABEL, N)}
    return modes[options.mode]
