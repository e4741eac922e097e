from enum import IntEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", _("closed")


class CampaignRole(models.TextChoices):
    """What somebody may do in one campaign; each may all that the ones before it may."""

    VIEWER = "viewer", _("viewer")
    EDITOR = "editor", _("editor")
    OWNER = "owner", _("owner")


class OrganisationRole(models.TextChoices):
    """What somebody may do in an organisation."""

    MEMBER = "member", _("member")
    ADMIN = "admin", _("admin")


class Right(IntEnum):
    """What is asked of a person before they are given a campaign's object."""

    VIEW = 1
    EDIT = 2
    OWN = 3


ROLES_WITH = {
    Right.VIEW: (CampaignRole.VIEWER, CampaignRole.EDITOR, CampaignRole.OWNER),
    Right.EDIT: (CampaignRole.EDITOR, CampaignRole.OWNER),
    Right.OWN: (CampaignRole.OWNER,),
}


class Paradigm(models.TextChoices):
    DESCRIPTIVE = "descriptive", _("descriptive: annotators bring their own view")
    PRESCRIPTIVE = "prescriptive", _("prescriptive: annotators apply the guideline")


class TaskTypeKey(models.TextChoices):
    PAIRWISE = "pairwise", _("pairwise comparison")
    RANKING = "ranking", _("ranking")
    BEST_WORST = "best-worst", _("best and worst")
    RATING = "rating", _("rating")
    VALUES = "values", _("values in a text")


class Wanted(models.TextChoices):
    """Whether people are asked for something besides their answers."""

    OFF = "off", _("not asked")
    OPTIONAL = "optional", _("optional")
    REQUIRED = "required", _("required")


class Strategy(models.TextChoices):
    BALANCED = "balanced", _("balanced: the least covered item first")
    DEPTH_FIRST = "depth-first", _("depth-first: finish items that were begun")
    RANDOM = "random", _("random: any item that is still open")
    ADAPTIVE = "adaptive", _("adaptive: balanced, then more where answers still vary most")


# How a judgment came about that was given elsewhere: no campaign can choose it.
IMPORTED = "imported"
ASSIGNED_BY = [*Strategy.choices, (IMPORTED, _("imported: judged elsewhere"))]


class Uncertainty(models.TextChoices):
    """By what an adaptive campaign measures how much a cell's answers still vary."""

    WIDTH = "width", _("width of the intervals of group differences")
    ENTROPY = "entropy", _("entropy of the answers")


class Revising(models.TextChoices):
    """Which of their judgments people may change."""

    OFF = "off", _("none: what is sent stays")
    LAST = "last", _("the last one")
    ALL = "all", _("any of them")


class ReportKind(models.TextChoices):
    """What an annotator says is wrong with an item or a response."""

    HARMFUL = "harmful", _("It could harm somebody")
    HATEFUL = "hateful", _("It insults or threatens people")
    PRIVATE = "private", _("It tells private things of a real person")
    ILLEGAL = "illegal", _("It may be against the law")
    OTHER = "other", _("Something else")


class AssignmentStatus(models.TextChoices):
    LEASED = "leased", _("leased")
    SUBMITTED = "submitted", _("submitted")
    SKIPPED = "skipped", _("skipped")
    RELEASED = "released", _("released")
    EXPIRED = "expired", _("expired")
    # Not a way to end one: what stays of an assignment whose person has withdrawn.
    WITHDRAWN = "withdrawn", _("withdrawn")


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting for a worker")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class ItemFormat(models.TextChoices):
    AUTO = "auto", _("find out from the file")
    JSONL = "jsonl", _("JSON Lines")
    CSV = "csv", _("CSV")
    PARQUET = "parquet", _("Parquet")
    PANDALM = "pandalm", _("PandaLM test set")
    HH_RLHF = "hh-rlhf", _("chosen and rejected transcripts")
    CHATBOT_ARENA = "chatbot-arena", _("Chatbot Arena")
    PRISM = "prism", _("PRISM utterances")
    MULTIPREF = "multipref", _("MultiPref")
    HELPSTEER2 = "helpsteer2", _("HelpSteer2 preferences")
    HELPSTEER3 = "helpsteer3", _("HelpSteer3 preferences")
    ULTRAFEEDBACK = "ultrafeedback", _("UltraFeedback")
    WEBGPT = "webgpt", _("WebGPT comparisons")
    LABEL_STUDIO = "label-studio", _("Label Studio tasks")
    ARGILLA = "argilla", _("Argilla records")
    OPENAI_CHAT = "openai-chat", _("OpenAI chat completions")


class JudgmentFormat(models.TextChoices):
    """What a file of judgments can be."""

    AUTO = "auto", _("find out from the file")
    DATASET = "dataset", _("dataset of this platform (ZIP or tar)")
    JSONL = "jsonl", _("JSON Lines")
    CSV = "csv", _("CSV")
    PARQUET = "parquet", _("Parquet")
    LABEL_STUDIO = "label-studio", _("Label Studio")
    PAIRS = "pairs", _("table of pairs: two texts and which is better")
    PANDALM = "pandalm", _("PandaLM test set")
    CHATBOT_ARENA = "chatbot-arena", _("Chatbot Arena")
    PRISM = "prism", _("PRISM utterances")
    MULTIPREF = "multipref", _("MultiPref")
    HELPSTEER2 = "helpsteer2", _("HelpSteer2 preferences")
    HELPSTEER3 = "helpsteer3", _("HelpSteer3 preferences")
    WEBGPT = "webgpt", _("WebGPT comparisons")
    ARGILLA = "argilla", _("Argilla records")


class PlatformKey(models.TextChoices):
    PROLIFIC = "prolific", _("Prolific")
    MTURK = "mturk", _("Amazon Mechanical Turk")
    CLOUDRESEARCH = "cloudresearch", _("CloudResearch")
    PANEL = "panel", _("another panel, with signed links")


class Outcome(models.TextChoices):
    """What became of somebody who came by an entry link."""

    UNDER_WAY = "under-way", _("under way")
    COMPLETED = "completed", _("completed")
    SCREENED_OUT = "screened-out", _("screened out")
    TIMED_OUT = "timed-out", _("timed out")


class ScreenOutReason(models.TextChoices):
    """Why somebody was turned away; the code of the refusal."""

    STRATUM_FULL = "stratum-full", _("no seat was left in their stratum")
    NO_STRATUM = "no-stratum", _("they belong to no stratum")
    EXCLUDED = "excluded", _("they took part in an excluded campaign")
    COMPREHENSION = "comprehension", _("they did not pass the questions about the guideline")
    LINK_FULL = "link-full", _("the entry link had no place left")


class AfterFailing(models.TextChoices):
    """What follows when the last try at the questions about the guideline fails."""

    STOP = "stop", _("thank them and stop; the seat goes to somebody else")
    GO_ON = "go-on", _("show the right answers and go on")


class OpenTo(models.TextChoices):
    """Who may come into a campaign."""

    EVERYONE = "everyone", _("everyone who signs in")
    LINKS = "links", _("only people who come by an entry link")


class Flag(models.TextChoices):
    """Circumstances of a judgment, never verdicts."""

    CHECK_PASSED = "check_passed", _("a check item, answered as its instruction says")
    CHECK_FAILED = "check_failed", _("a check item, answered otherwise than its instruction says")
    REPEAT_SAME = "repeat_same", _("a repeat, answered as the first time")
    REPEAT_OTHER = "repeat_differs", _("a repeat, answered otherwise than the first time")
    TOO_FAST = "too_fast", _("less active time than reading takes at the campaign's pace")


class Reached(models.TextChoices):
    """The steps from coming to having finished, in order."""

    ARRIVED = "arrived", _("came")
    CONSENTED = "consented", _("consented")
    SEATED = "seated", _("answered questions about themselves and took a seat")
    UNDERSTOOD = "understood", _("passed the questions about the guideline")
    PRACTISED = "practised", _("practised")
    JUDGED = "judged", _("gave a first judgment")
    FINISHED = "finished", _("finished")


class WhatBecame(models.TextChoices):
    """What became of somebody who came, by an entry link or otherwise."""

    UNDER_WAY = "under-way", _("seen within a day")
    FINISHED = "finished", _("finished")
    SCREENED_OUT = "screened-out", _("screened out")
    TIMED_OUT = "timed-out", _("seat lapsed unused")
    LEFT = "left", _("not seen for a day")
    WITHDRAWN = "withdrawn", _("withdrew")


class ItemOrder(models.TextChoices):
    """In which order a researcher sees items."""

    ID = "id", _("by id")
    MOST = "most", _("most judgments first")
    LEAST = "least", _("fewest judgments first")
    OPEN = "open", _("most open places first")


class ItemsWith(models.TextChoices):
    """Which items a researcher wants to see."""

    OPEN = "open", _("with open places")
    FULL = "full", _("that are full")
    NOTHING = "unjudged", _("without judgments")
    REASONS = "reasons", _("with reasons")
    REPORTS = "reports", _("with reports")
    SKIPS = "skips", _("that were skipped")


class AnswersWith(models.TextChoices):
    """Which answers to an item a researcher wants to see."""

    REASONS = "reasons", _("with a reason")
    PASSAGES = "passages", _("with passages")
    FLAGS = "flags", _("with flags")


class PeopleOrder(models.TextChoices):
    """In which order a researcher sees annotators."""

    LAST = "last", _("who judged last")
    MOST = "most", _("most judgments first")
    NEWEST = "newest", _("who joined last")


class PeopleWho(models.TextChoices):
    """Which annotators a researcher wants to see."""

    LATELY = "lately", _("who judged within a day")
    NOTHING = "nothing", _("who have not judged yet")
    STOPPED = "stopped", _("whom the questions about the guideline stopped")
    LAPSED = "lapsed", _("whose seat lapsed unused")
    IMPORTED = "imported", _("who judged elsewhere")


class NothingToServe(models.TextChoices):
    """Why an annotator gets no assignment; the value of the `Variorum-Reason` header."""

    DONE = "done", _("You have answered everything there is for you here.")
    MORE_LATER = (
        "more-later",
        _("You have answered everything there is for you now. More may open here on another day."),
    )
    WAITING = "waiting", _("Others hold the last items; some may come back in a few minutes.")
    LIMIT = "limit", _("You have reached this campaign's limit of judgments per person.")
    DAY_LIMIT = "day-limit", _("That is enough for today. There is more for you tomorrow.")
    SESSION_LIMIT = "session-limit", _("Time for a break. There is more for you after it.")
    SEAT_LAPSED = "seat-lapsed", _("Your seat was not used, and others have taken it since.")
    PLANNING = "planning", _("The items are being prepared; please come back in a moment.")
    COMPREHENSION = "comprehension", _("First answer the questions about the guideline.")
    STOPPED = "stopped", _("This campaign has ended for you; thank you for your time.")
    PAUSED = "paused", _("The campaign is paused.")
    WITHDRAWN = "withdrawn", _("You have withdrawn from this campaign.")
    CLOSED = "closed", _("The campaign is closed.")


class NoticeEvent(models.TextChoices):
    """What people who run a campaign are told of; the value is the name of the event."""

    COMPLETED = "completed", _("everything wanted has been judged")
    STUCK = "stuck", _("a stratum gets no judgments")
    JOB_FAILED = "job-failed", _("a job failed")
    ENDED = "ended", _("the end date has come")
    TEST = "test", _("a test")


class NoticeChannel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    WEBHOOK = "webhook", _("webhook")


class CopyState(models.TextChoices):
    """What became of one person's copy of a message."""

    WAITING = "waiting", _("to be mailed")
    SENDING = "sending", _("being mailed")
    SENT = "sent", _("mailed")
    UNSURE = "unsure", _("perhaps mailed: a worker stopped meanwhile")
    ON_PAGE = "on-page", _("on their page")
    READ = "read", _("read on their page")


class JobKind(models.TextChoices):
    """Jobs whose failure is told."""

    ITEM_IMPORT = "import", _("an import of items")
    JUDGMENT_IMPORT = "judgment-import", _("an import of judgments")
    MODEL_IMPORT = "model-import", _("an import of models’ answers")
    PLANNING = "planning", _("planning of coverage")
    SUMMARY = "summary", _("counting of the campaign")
    RECONCILIATION = "reconciliation", _("a recount")
    MESSAGE = "message", _("a message to annotators")
    SNAPSHOT = "snapshot", _("a dataset")
    ANALYSIS = "analysis", _("an analysis")
    AUDIT = "audit", _("an audit of values")


class NotTaken(models.TextChoices):
    """Why a try to deliver came to nothing."""

    REFUSED = "refused", _("refused")
    ADDRESS_REFUSED = "address-refused", _("not an address that may be posted to")
    NO_SUCH_HOST = "no-such-host", _("no such host")
    PRIVATE_ADDRESS = "private-address", _("leads to a private network")
    NO_CONNECTION = "no-connection", _("no connection")
    NO_SECURE_CONNECTION = "no-secure-connection", _("no secure connection")
    TIMED_OUT = "timed-out", _("no answer in time")
    MAIL_REFUSED = "mail-refused", _("the mail server did not take it")
    WORKER_STOPPED = "worker-stopped", _("a worker stopped")
