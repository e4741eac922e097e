"""What is measured of estimators: the same numbers as other libraries, and none where one lacks."""

import pytest

from analysis.arrays import extent_now, judged
from bench import estimators
from bench.crowds import judged_campaign
from bench.estimators import measure_estimators, missing_libraries
from bench.extraction import copied, deal_systems
from bench.worker import extract


def test_everything_is_measured_beside_libraries_that_find_the_same():
    for name in ("evalica", "choix"):
        pytest.importorskip(name)
    found = measure_estimators(4_000, 1)
    assert list(found) == ["ties", "fit", "bootstraps", "evalica", "choix"]
    assert all(one.seconds > 0 and one.rows == 4_000 for one in found.values())
    assert missing_libraries() == []


def test_a_library_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(estimators, "LIBRARIES", ("evalica", "no_such_library"))
    assert "no_such_library" in missing_libraries()
    monkeypatch.setattr(estimators, "library", lambda name: None)
    assert list(measure_estimators(4_000, 1)) == ["ties", "fit", "bootstraps"]


@pytest.mark.django_db
def test_what_is_read_are_all_judgments_of_twenty_systems_in_six_strata(
    monkeypatch: pytest.MonkeyPatch,
):
    for module in ("bench.crowds", "bench.extraction"):
        monkeypatch.setattr(f"{module}.analyze", lambda: None)
    campaign = judged_campaign(9_000)
    deal_systems(campaign)
    count = campaign.judgments.count()
    assert extract(campaign.slug) == count == 9_000
    found = judged(campaign, extent_now(campaign))
    assert (len(found.systems), len(found.strata)) == (20, 6)
    assert len(found.comparisons) == 2 * count
    assert (found.comparisons.system_a != found.comparisons.system_b).all()
    assert copied(campaign, count).rows == count
