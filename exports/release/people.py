"""Annotators as they leave."""

import json

import pyarrow as pa

from exports.frozen import shelf
from exports.release.shard import Columns, Shard
from exports.tables import annotators_table


def annotator_rows(shard: Shard) -> Columns:
    """Every profile version with which somebody sits or has judged; all in the first shard."""
    if shard.number:
        return
    kinds = {one.name: one.kind.arrow for one in annotators_table(shard.frame.questions).columns}
    for batch in shelf.read_batches(shard.moment, "profiles"):
        answers = [json.loads(text) for text in batch.column("answers").to_pylist()]
        yield {
            **{
                question.column: pa.array(
                    [one[question.column] for one in answers], kinds[question.column]
                )
                for question in shard.frame.questions
            },
            "annotator_id": shard.name_of.coded(batch.column("annotator_pk")),
            "profile_version": batch.column("profile_version"),
            "campaign": shard.slug_of.coded(batch.column("campaign_pk")),
        }
