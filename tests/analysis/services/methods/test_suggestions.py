"""What a computation suggests: where it comes from, and that people's words are not in it."""

import pytest

from analysis.services.methods.suggestions import pairs_alike
from tests.analysis.builders import finished_run, judged_campaign
from tests.analysis.crowds import rows_by_group, work_of


def test_prompts_that_share_their_letters_are_alike():
    texts = [
        "Should the city build more parks for children?",
        "Write a poem about an old lighthouse.",
        "Should the city build more parks for children!",
        "Should the city build more parks for children?",
    ]
    found = pairs_alike(work_of({"young": 5}), texts)
    assert [pair for _likeness, *pair in found] == [[0, 3], [0, 2], [2, 3]]
    assert found[0][0] == pytest.approx(1)
    assert 0.8 <= found[1][0] < 1


@pytest.mark.django_db
def test_items_that_part_strata_are_to_be_extended_and_others_are_not():
    def answer(stratum, _number, assignment):
        same = assignment.item.external_id == "q2" or stratum == "young"
        return {"preferred": "r1" if same else "r2", "strength": 2}

    campaign, _seats = judged_campaign({"young": 6, "old": 6}, answer=answer)
    tables = finished_run(campaign).result["suggestions"]["overall"]
    extend = rows_by_group(tables, "extend")
    assert list(extend) == [("q1",)]
    assert (extend["q1",]["estimate"], extend["q1",]["annotators"]) == (1, 12)
    assert "means" not in extend["q1",]
    assert {one["key"] for one in tables} == {"extend", "alike"}
