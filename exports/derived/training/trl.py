"""The formats of TRL's DPO, reward and KTO trainers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_lazy as _

from exports.derived.base import Maker
from exports.derived.columns import (
    DESIRABLE,
    JUDGED_LABEL,
    MARGIN,
    SHARED_LABEL,
    content_column,
)
from exports.derived.grouping import Row
from exports.derived.options import (
    ACCEPTABLE,
    COMPRESS,
    LABELS,
    MARGINS,
    MODE,
    PLAIN,
    PROMPT_END,
    SLICE,
    SOFT,
    SPLIT,
    TIES,
    WITHIN_BOUNDS,
    Options,
)
from exports.derived.sources import Source
from exports.derived.texts import Item
from exports.derived.training.base import (
    Example,
    PreferenceFormat,
    TrainingFormat,
    content_of,
    extra_columns,
)
from exports.derived.training.labels import accepted_labels, compared_labels
from exports.derived.training.pairs import Preference
from exports.tables import Column

JUDGMENT_COLUMNS = ("judgment_id", "item_id", "annotator_id", "acceptable")


def prompt_of(item: Item, options: Options) -> Any:
    """The prompt; TRL glues plain ones to the response, so they end as was chosen."""
    prompt = content_of(item.prompt, "user", options)
    return prompt + options.prompt_end if options.content == PLAIN else prompt


class TrlPreference(PreferenceFormat):
    key = "trl-preference"
    label = _("TRL preference")
    description = _("Prompt, chosen and rejected: for TRL's DPOTrainer and RewardTrainer.")
    options = (*SLICE, *SPLIT, *MODE, COMPRESS, TIES, PROMPT_END, WITHIN_BOUNDS)

    def row_columns(self, options: Options) -> Sequence[Column]:
        return (
            content_column("prompt", "The prompt.", options),
            content_column("chosen", "The preferred response.", options),
            content_column("rejected", "The other response.", options),
        )

    def shape(self, item: Item, preference: Preference, options: Options) -> dict[str, Any] | None:
        return {
            "prompt": prompt_of(item, options),
            "chosen": content_of(item.responses[preference.chosen], "assistant", options),
            "rejected": content_of(item.responses[preference.rejected], "assistant", options),
        }


class TrlReward(TrlPreference):
    key = "trl-reward"
    label = _("TRL reward")
    description = _("Prompt, chosen, rejected and margin: for TRL's RewardTrainer.")
    options = (*SLICE, *SPLIT, *MODE, COMPRESS, TIES, PROMPT_END, MARGINS, WITHIN_BOUNDS)

    def row_columns(self, options: Options) -> Sequence[Column]:
        return (*super().row_columns(options), MARGIN)

    def shape(self, item: Item, preference: Preference, options: Options) -> dict[str, Any] | None:
        row = super().shape(item, preference, options)
        return None if row is None else {**row, "margin": preference.margin}


class TrlKto(TrainingFormat):
    key = "trl-kto"
    label = _("TRL KTO")
    description = _("Prompt, completion and label: for TRL's KTOTrainer.")
    # A tie says nothing on either response by itself.
    options = (*SLICE, *SPLIT, *MODE, COMPRESS, PROMPT_END, LABELS, WITHIN_BOUNDS)

    def row_columns(self, options: Options) -> Sequence[Column]:
        return (
            content_column("prompt", "The prompt.", options),
            content_column("completion", "The response.", options),
            DESIRABLE,
        )

    def sidecar_columns(self, options: Options) -> Sequence[Column]:
        return SHARED_LABEL if options.mode == SOFT else JUDGED_LABEL

    def compares(self, options: Options) -> bool:
        return options.labels != ACCEPTABLE

    def rows_of(self, maker: Maker, source: Source) -> Iterator[pa.RecordBatch]:
        if maker.options.labels == ACCEPTABLE:
            return maker.weighed(source, JUDGMENT_COLUMNS)
        return maker.comparisons(source)

    def examples(
        self, item: Item, rows: Sequence[Row], options: Options, left_out: Counter[str]
    ) -> Iterator[Example]:
        labels_of = accepted_labels if options.labels == ACCEPTABLE else compared_labels
        for label in labels_of(rows, options, left_out):
            row = {
                "prompt": prompt_of(item, options),
                "completion": content_of(item.responses[label.response], "assistant", options),
                "label": label.desirable,
            }
            extra = extra_columns(label.weight, label.share, label.beside, options)
            yield Example(label.criterion, row, extra, label.beside, label.preferred)
