import pytest
from django.db.models import Count, F, Q

from annotation.models import Coverage, Item, Response
from annotation.services.judging import submit_judgment
from annotation.services.submissions import Submission
from bench.fixtures import STRATA, TARGET, add_items, add_seats, new_campaign
from bench.shapes import copy_table
from tests.factories import first_preferred, serve

pytestmark = pytest.mark.django_db


def small_campaign(items=12):
    from annotation.services.campaigns import open_campaign
    from annotation.services.planning import plan_coverage

    campaign = new_campaign("bench")
    add_items(campaign, items)
    plan_coverage(campaign)
    return open_campaign(campaign)


def test_items_made_in_bulk_are_planned_and_served_like_any_other():
    campaign = small_campaign()
    assert Item.objects.filter(campaign=campaign).count() == 12
    assert Response.objects.filter(item__campaign=campaign).count() == 24
    assert Coverage.objects.filter(target=TARGET).count() == 12 * STRATA
    seats = add_seats(campaign, 2)
    assert len(seats) == 2 * STRATA
    assignment = serve(seats[0])
    submission = Submission(answers=first_preferred(assignment), language="en")
    judgment, created = submit_judgment(assignment, submission)
    assert created
    assert judgment.stratum_id == seats[0].stratum_id


def test_seats_made_in_bulk_are_counted_in_their_strata():
    campaign = small_campaign(items=1)
    add_seats(campaign, 2)
    add_seats(campaign, 3)
    wrong = campaign.strata.annotate(seats_there=Count("seats")).filter(
        ~Q(seats_there=F("seats_taken"))
    )
    assert not wrong.exists()
    assert sum(campaign.strata.values_list("seats_taken", flat=True)) == 5 * STRATA


def test_a_copied_table_has_the_constraints_of_its_original():
    from django.db import connection

    names = "SELECT count(*) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = %s"
    copy_table("annotation_coverage")
    with connection.cursor() as cursor:
        for kind in ("f", "c", "p"):
            counts = set()
            for schema in ("public", "bench"):
                cursor.execute(names, [f"{schema}.annotation_coverage", kind])
                counts.add(cursor.fetchone()[0])
            assert len(counts) == 1, kind
