"""The table of models' answers: apart from judgments, and there only where a campaign has some."""

from annotation.enums import TaskTypeKey
from exports.tables.columns import Column, Kind, Table
from exports.tables.specs import CAMPAIGN, ITEM_ID, RESPONSE_KEYS, UTC_MOMENT

MODEL_JUDGMENTS = Table(
    "model_judgments",
    "Model output: what models answered when they were asked as people were, one row each. Nobody "
    "judged here. No other table has anything of it, and nothing about people may be counted from "
    "it.",
    (
        Column("model_judgment_id", Kind.INTEGER, "The model's answer; no judgment has this id."),
        ITEM_ID,
        Column("model", Kind.TEXT, "The model that answered, by the name it was imported under."),
        Column(
            "prompt_version",
            Kind.TEXT,
            "How it was asked, by the word of whoever imported it.",
            null="not stated",
        ),
        Column(
            "settings",
            Kind.JSON,
            "The settings it was asked under, as the temperature.",
            values="object; empty where none were stated",
        ),
        Column(
            "sample",
            Kind.INTEGER,
            "Which of several answers drawn under equal settings it is.",
            values="from 1",
        ),
        Column(
            "task_type", Kind.TEXT, "How the item was asked.", values=", ".join(TaskTypeKey.values)
        ),
        Column(
            "presented_order",
            Kind.TEXTS,
            "Response ids in the order in which the model was shown them; empty where that is not "
            "known.",
            values=RESPONSE_KEYS,
        ),
        Column(
            "answers",
            Kind.JSON,
            "The answers by criterion, in the shape of `answers` in `judgments`.",
            values="object: criterion → answer",
        ),
        Column(
            "reason",
            Kind.TEXT,
            "What the model gave as its reason.",
            values="free text",
            null="none given",
        ),
        Column(
            "confidence",
            Kind.FLOAT,
            "What the model gave as its confidence.",
            values="0 to 100",
            null="none given",
        ),
        Column(
            "acceptable",
            Kind.JSON,
            "For each response whether the model called it acceptable in itself.",
            values="object: response id → true or false",
            null="none given",
        ),
        Column(
            "spans",
            Kind.JSON,
            "Passages of responses that the model marked, as `spans` in `judgments`.",
            values="list of {response, start, end, note}",
            null="none",
        ),
        Column(
            "content_hashes",
            Kind.JSON,
            "SHA-256 of the item's texts.",
            values='{"prompt": hash, "responses": {response id: hash}}',
        ),
        Column(
            "submitted_at",
            Kind.TIMESTAMP,
            "When the model answered.",
            values=UTC_MOMENT,
            null="not stated",
        ),
        Column("imported_at", Kind.TIMESTAMP, "When the answer was imported.", values=UTC_MOMENT),
        Column("software_version", Kind.TEXT, "The version of Variorum that imported it."),
        CAMPAIGN,
    ),
)
