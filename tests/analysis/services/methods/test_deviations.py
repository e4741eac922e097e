"""Whether strata differ, and how far, where the truth is put there."""

import pytest

from analysis.services.methods.deviations import deviation_tables
from tests.analysis.crowds import people, preferred, rows_by_group, work_of


def mirrored(strata):
    """The young prefer s0 three times in four, all others s1."""
    return [
        preferred(
            person,
            item,
            *((0, 1) if (item % 4 != 3) == (stratum == "young") else (1, 0)),
        )
        for person, stratum in people(strata)
        for item in range(8)
    ]


def test_strata_of_opposite_minds_deviate_alike_in_opposite_directions():
    strata = {"young": 8, "old": 8}
    tables = list(deviation_tables(work_of(strata, mirrored(strata)), 0))
    apart = rows_by_group(tables, "deviations")
    young, old = apart["young", "s0"], apart["old", "s0"]
    assert young["estimate"] == pytest.approx(-old["estimate"])
    assert apart["young", "s1"]["estimate"] == pytest.approx(old["estimate"])
    # Log-odds of 3 in favour of s0 and against it; shrunk, so less than half of that each.
    assert 0.3 < young["estimate"] <= 0.5 * 1.0986 + 1e-6
    # What is common is that both are as good.
    assert young["utility"] == pytest.approx(young["estimate"], abs=1e-6)
    assert (young["n"], young["annotators"]) == (64, 8)
    assert young["lower"] <= young["estimate"] <= young["upper"]
    whether = rows_by_group(tables, "differences")
    # Of 12870 ways to part sixteen people so, two are as far apart.
    assert whether["",]["p"] <= 3 / 1001
    assert (whether["",]["n"], whether["",]["annotators"]) == (128, 16)
    assert whether["young",]["estimate"] == pytest.approx(young["estimate"])


def test_strata_of_one_mind_do_not_deviate():
    strata = {"young": 6, "old": 6}
    same = [
        preferred(person, item, *((0, 1) if item % 4 != 3 else (1, 0)))
        for person, _stratum in people(strata)
        for item in range(8)
    ]
    tables = list(deviation_tables(work_of(strata, same), 0))
    assert rows_by_group(tables, "differences")["",]["p"] == 1
    assert rows_by_group(tables, "deviations")["young", "s0"]["estimate"] == pytest.approx(
        0, abs=1e-6
    )


def test_strata_that_are_kept_back_do_not_go_in():
    """Deviations add up to nothing, so a hidden one could be found from those shown."""
    strata = {"young": 8, "old": 7, "middle": 6, "other": 2}
    tables = list(deviation_tables(work_of(strata, mirrored(strata)), 0))
    names = {group[0] for group in rows_by_group(tables, "deviations")}
    assert names == {"young", "old"}
    assert rows_by_group(tables, "differences")["",]["annotators"] == 15


@pytest.mark.parametrize("strata", [{"young": 8}, {"young": 8, "old": 7, "other": 2}])
def test_one_stratum_alone_is_compared_with_nothing(strata):
    assert list(deviation_tables(work_of(strata, mirrored(strata)), 0)) == []


def test_preferences_that_lead_nowhere_back_have_no_common_utilities():
    strata = {"young": 5, "old": 5}
    always = [preferred(person, 0, 0, 1) for person, _stratum in people(strata)]
    assert list(deviation_tables(work_of(strata, always), 0)) == []
