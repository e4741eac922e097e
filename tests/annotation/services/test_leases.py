from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.enums import AssignmentStatus
from annotation.errors import Conflict
from annotation.models import Assignment, Coverage
from annotation.services import leases
from annotation.services.leases import (
    extend_lease,
    release_assignment,
    return_lapsed_leases,
    save_draft,
    skip_assignment,
)
from tests.factories import judge, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db


def lapse(*assignments):
    Assignment.objects.filter(pk__in=[one.pk for one in assignments]).update(
        lease_expires_at=timezone.now() - timedelta(seconds=1)
    )


def leased_in_all():
    return sum(Coverage.objects.values_list("leased", flat=True))


def test_lapsed_leases_are_returned_and_live_ones_are_not():
    campaign = open_with_items(3, overlap=2)
    gone = [serve(take_part(campaign)) for _ in range(4)]
    live = serve(take_part(campaign))
    lapse(*gone)
    assert return_lapsed_leases() == 4
    assert leased_in_all() == 1
    assert Assignment.objects.filter(status=AssignmentStatus.EXPIRED).count() == 4
    live.refresh_from_db()
    assert live.status == AssignmentStatus.LEASED
    assert return_lapsed_leases() == 0


def test_many_lapsed_leases_are_returned_in_portions(monkeypatch):
    monkeypatch.setattr(leases, "LAPSES_AT_ONCE", 2)
    campaign = open_with_items(1, overlap=5)
    lapse(*[serve(take_part(campaign)) for _ in range(5)])
    assert return_lapsed_leases() == 5
    assert leased_in_all() == 0


def test_a_lapsed_repeat_frees_no_place():
    campaign = open_with_items(1)
    assignment = serve(take_part(campaign))
    Assignment.objects.update(coverage=None, is_repeat=True)
    lapse(assignment)
    assert return_lapsed_leases() == 1
    assert leased_in_all() == 1


def test_a_heartbeat_starts_the_lease_anew():
    assignment = serve(take_part(open_with_items(1, lease_minutes=10)))
    lapse(assignment)
    extended = extend_lease(assignment)
    assert extended.lease_expires_at > timezone.now() + timedelta(minutes=9)
    assert return_lapsed_leases() == 0


def test_a_draft_is_kept_with_the_assignment():
    seat = take_part(open_with_items(1))
    save_draft(serve(seat), {"answers": {"overall": {"outcome": "tie"}}})
    assert serve(seat).draft == {"answers": {"overall": {"outcome": "tie"}}}


@pytest.mark.parametrize(
    "change", [extend_lease, lambda one: save_draft(one, {}), release_assignment]
)
def test_after_the_judgment_the_assignment_is_no_longer_changed(change):
    assignment = serve(take_part(open_with_items(1)))
    judge(assignment)
    with pytest.raises(Conflict) as refused:
        change(assignment)
    assert refused.value.code == "not-leased"


def test_skipping_twice_counts_once():
    assignment = serve(take_part(open_with_items(1)))
    skip_assignment(assignment, reason="distressing")
    again = skip_assignment(assignment, reason="other words")
    assert again.skip_reason == "distressing"
    assert leased_in_all() == 0


def test_a_released_assignment_cannot_be_skipped_afterwards():
    assignment = serve(take_part(open_with_items(1)))
    release_assignment(assignment)
    with pytest.raises(Conflict):
        skip_assignment(assignment)
    assert leased_in_all() == 0
