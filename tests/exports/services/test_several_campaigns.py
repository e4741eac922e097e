"""Several campaigns in one snapshot: one moment, rows told apart."""

import json

import pytest

from annotation.enums import JobState
from exports.services.snapshots import request_snapshot
from tests.exports.builders import made, pairwise_campaign, ranking_campaign, snapshot_of
from tests.exports.reading import content_of, rows_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_all_campaigns_rows_are_there_under_names_of_their_own():
    pairs, ranks = pairwise_campaign(), ranking_campaign()
    alone = snapshot_of(ranks.campaign)
    snapshot = made(request_snapshot(pairs.campaign, campaigns=[ranks.campaign], requested_by=None))
    assert (snapshot.state, snapshot.error) == (JobState.DONE, "")
    versions = {one.campaign.slug: one.number for one in snapshot.moment.versions.all()}
    assert versions == {"pairs": 1, "ranks": 2}
    assert [(row["item_id"], row["campaign"]) for row in rows_in(snapshot, "items")] == [
        *(("pairs/q1", "pairs"), ("pairs/q2", "pairs"), ("ranks/k1", "ranks")),
    ]
    by_campaign = [row["campaign"] for row in rows_in(snapshot, "judgments")]
    assert by_campaign == ["pairs"] * 4 + ["ranks"]
    sources = [row["source"] for row in rows_in(snapshot, "comparisons")]
    assert sources == ["pairwise"] * 4 + ["ranking"] * 6
    for table in ("comparisons", "rankings"):
        own = [row for row in rows_in(snapshot, table) if row["campaign"] == "ranks"]
        wanted = [{**row, "item_id": f"ranks/{row['item_id']}"} for row in rows_in(alone, table)]
        names = {row.pop("annotator_id") for row in own} | {
            row.pop("annotator_id") for row in wanted
        }
        assert own == wanted
        assert len(names) == 2
    people = [(row["campaign"], row["age"]) for row in rows_in(snapshot, "annotators")]
    assert people == [("pairs", "young"), ("pairs", None), ("pairs", "old"), ("ranks", None)]
    manifest = json.loads(content_of(snapshot, "MANIFEST.json"))
    assert [(one["campaign"], one["version"]) for one in manifest["campaigns"]] == [
        *(("pairs", 1), ("ranks", 2)),
    ]
