"""What must hold in a campaign whoever has answered it."""

from collections import Counter

from django.db.models import Count, F, Q

from annotation.counterbalance import presented_order
from annotation.enums import AssignmentStatus, JobState
from annotation.models import (
    Assignment,
    Campaign,
    Coverage,
    Judgment,
    Reconciliation,
    Seat,
    Stratum,
)
from annotation.services.jobs import run_job
from annotation.services.reconciling import reconcile, request_reconciliation
from annotation.services.submissions import clean_answer
from annotation.task_types import task_type_of


def assert_sound(campaign: Campaign) -> None:
    assert_counters_are_recounts(campaign)
    assert_nobody_met_an_item_twice(campaign)
    assert_one_judgment_per_submitted_assignment(campaign)
    assert_context_is_complete(campaign)
    assert_orders_have_turns(campaign)
    assert_nothing_to_reconcile(campaign)


def assert_nothing_to_reconcile(campaign: Campaign) -> None:
    job = request_reconciliation(campaign)
    run_job(Reconciliation, job.pk, reconcile)
    job.refresh_from_db()
    assert (job.state, job.drift) == (JobState.DONE, [])


def assert_counters_are_recounts(campaign: Campaign) -> None:
    def count(**status):
        return Count("assignments", filter=Q(assignments__is_repeat=False, **status))

    cells = Coverage.objects.filter(stratum__campaign=campaign).annotate(
        real_leased=count(assignments__status=AssignmentStatus.LEASED),
        real_submitted=count(assignments__status=AssignmentStatus.SUBMITTED),
        real_served=Count("assignments"),
    )
    wrong = cells.exclude(leased=F("real_leased"), submitted=F("real_submitted"))
    assert not wrong.exists()
    assert not cells.exclude(served=F("real_served")).exists()
    assert not cells.filter(taken__gt=F("target")).exists()
    seats = Seat.objects.filter(campaign=campaign)
    submitted = Count("assignments", filter=Q(assignments__status=AssignmentStatus.SUBMITTED))
    assert not seats.annotate(real=submitted).exclude(submitted=F("real")).exists()
    assert not seats.filter(submitted_on_day__gt=F("submitted")).exists()
    assert not seats.filter(submitted__gt=0, last_submitted_at=None).exists()
    strata = Stratum.objects.filter(campaign=campaign).annotate(real=Count("seats"))
    assert not strata.exclude(seats_taken=F("real")).exists()


def assert_nobody_met_an_item_twice(campaign: Campaign) -> None:
    met = Assignment.objects.filter(campaign=campaign)
    pairs = Counter(met.values_list("annotator_id", "item_id", "is_repeat"))
    assert not [pair for pair, count in pairs.items() if count > 1]
    assert all((person, item, False) in pairs for person, item, _repeat in pairs)


def assert_one_judgment_per_submitted_assignment(campaign: Campaign) -> None:
    submitted = Assignment.objects.filter(campaign=campaign, status=AssignmentStatus.SUBMITTED)
    given = Judgment.objects.filter(campaign=campaign).values_list("assignment_id", flat=True)
    assert sorted(given) == sorted(submitted.values_list("pk", flat=True))
    assert not submitted.filter(ended_at=None).exists()


def assert_context_is_complete(campaign: Campaign) -> None:
    task_type = task_type_of(campaign.task_type)
    judgments = Judgment.objects.filter(campaign=campaign)
    for judgment in judgments.select_related("assignment__seat", "item"):
        assignment, seat = judgment.assignment, judgment.assignment.seat
        assert judgment.profile_id == seat.profile_id
        assert judgment.consent_id == seat.consent_id
        assert judgment.stratum_id == assignment.stratum_id == seat.stratum_id
        assert judgment.annotator_id == assignment.annotator_id == seat.annotator_id
        assert judgment.guideline_id == assignment.guideline_id == campaign.guideline_id
        assert judgment.item_id == assignment.item_id
        assert judgment.content_hashes == judgment.item.content_hashes
        assert judgment.presented_order == assignment.presented_order
        assert judgment.is_repeat == assignment.is_repeat == (assignment.coverage_id is None)
        assert (judgment.strategy, judgment.task_type) == (campaign.strategy, campaign.task_type)
        assert judgment.active_ms is None or judgment.active_ms > 0
        assert judgment.submitted_at == assignment.ended_at >= assignment.served_at
        elapsed = judgment.submitted_at - assignment.served_at
        assert abs(judgment.elapsed_ms - elapsed.total_seconds() * 1000) <= 1
        assert set(judgment.answers) == set(campaign.criterion_keys)
        for answer in judgment.answers.values():
            ids = sorted(judgment.presented_order)
            assert clean_answer(answer, task_type, ids) == answer


def assert_orders_have_turns(campaign: Campaign) -> None:
    """The showings of a cell are the first turns of its square, each once."""
    cells = Coverage.objects.filter(stratum__campaign=campaign).select_related("item")
    for cell in cells.prefetch_related("assignments", "item__responses"):
        ids = [response.external_id for response in cell.item.responses.all()]
        turns = range(cell.order_offset + 1, cell.order_offset + cell.served + 1)
        due = Counter(tuple(presented_order(ids, turn)) for turn in turns)
        assert Counter(tuple(one.presented_order) for one in cell.assignments.all()) == due
