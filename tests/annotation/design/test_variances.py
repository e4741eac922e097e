import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.design.variances import LEARNED_FROM, expected_variances

GRADES = (-1.0, -0.5, 0.0, 0.5, 1.0)


def crowd(questions, answers, shares, seed=3):
    """Counts of grades: `answers` in each cell, by shares (questions × strata × grades)."""
    chance = np.random.default_rng(seed)
    shares = np.broadcast_to(shares, (questions, *np.shape(shares)[-2:]))
    return chance.multinomial(answers, shares)


AGREED = [0.0, 0.0, 0.0, 0.05, 0.95]
DIVIDED = [0.4, 0.1, 0.0, 0.1, 0.4]


def variance(shares):
    shares, values = np.array(shares), np.array(GRADES)
    return shares @ values**2 - (shares @ values) ** 2


def test_many_answers_speak_for_themselves():
    counts = crowd(60, 400, [AGREED, DIVIDED])
    found = expected_variances(counts, GRADES)
    assert found.shape == (60, 2)
    assert found[:, 0].mean() == pytest.approx(variance(AGREED), rel=0.1)
    assert found[:, 1].mean() == pytest.approx(variance(DIVIDED), rel=0.1)


def test_three_who_agree_are_read_by_what_agreement_meant_elsewhere():
    """Where most agree, three alike are one more such case; where all divide, they are chance."""
    united = np.concatenate([crowd(90, 3, [AGREED]), crowd(10, 3, [DIVIDED])])
    divided = crowd(100, 3, [DIVIDED])
    alike = np.array([[[0, 0, 0, 0, 3]]])
    among_united = expected_variances(np.concatenate([united, alike]), GRADES)[-1, 0]
    among_divided = expected_variances(np.concatenate([divided, alike]), GRADES)[-1, 0]
    assert among_united < 0.15
    assert among_divided > 0.4


def test_a_stratum_learns_from_the_others():
    shares = np.array([[AGREED, AGREED]] * 60 + [[DIVIDED, DIVIDED]] * 60)
    counts = crowd(120, 8, shares)
    counts[0, 0] = counts[60, 0] = 0
    found = expected_variances(counts, GRADES)
    assert found[0, 0] < 0.2 < 0.5 < found[60, 0]


def test_nothing_answered_is_no_error():
    found = expected_variances(np.zeros((3, 2, 5), dtype=np.int64), GRADES)
    assert np.isfinite(found).all()


def test_large_campaigns_are_learned_from_a_part_and_read_in_portions():
    questions = LEARNED_FROM * 2 + 7
    found = expected_variances(crowd(questions, 30, [AGREED, DIVIDED]), GRADES)
    assert found.shape == (questions, 2)
    assert found[:, 0].mean() == pytest.approx(variance(AGREED), rel=0.15)
    assert found[:, 1].mean() == pytest.approx(variance(DIVIDED), rel=0.15)


tables = st.integers(1, 4).flatmap(
    lambda strata: st.lists(
        st.lists(
            st.lists(st.integers(0, 60), min_size=5, max_size=5), min_size=strata, max_size=strata
        ),
        min_size=1,
        max_size=30,
    )
)


@settings(max_examples=50)
@given(tables)
def test_variances_are_those_of_grades(table):
    found = expected_variances(np.array(table), GRADES)
    assert np.isfinite(found).all()
    assert (found > 0).all()
    assert (found <= 1).all()
