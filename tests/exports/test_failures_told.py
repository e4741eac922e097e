"""Datasets, analyses and audits that failed are told to those who run the campaign, once."""

import pytest
from django.utils import timezone

from analysis.models import AnalysisRun
from analysis.tasks import tell_failures as tell_analyses
from annotation.enums import JobState
from exports.models import Moment, Snapshot
from exports.tasks import tell_failures as tell_snapshots
from tests.factories import open_with_items
from values.models import Audit
from values.tasks import tell_failures as tell_audits

pytestmark = pytest.mark.django_db


def failed_snapshot(campaign, **state):
    return Snapshot.objects.create(
        campaign=campaign, moment=Moment.objects.create(), key=b"k" * 32, **state
    )


def failed_run(campaign, **state):
    return AnalysisRun.objects.create(campaign=campaign, **state)


def failed_audit(campaign, **state):
    return Audit.objects.create(campaign=campaign, labels=campaign, criterion="values", **state)


@pytest.mark.parametrize(
    ("make", "tell", "kind"),
    [
        (failed_snapshot, tell_snapshots, "snapshot"),
        (failed_run, tell_analyses, "analysis"),
        (failed_audit, tell_audits, "audit"),
    ],
)
def test_a_failure_is_told_once_with_what_it_said(make, tell, kind):
    campaign = open_with_items(1)
    make(campaign, state=JobState.DONE, finished_at=timezone.now())
    state = {"state": JobState.FAILED, "finished_at": timezone.now(), "error": "No space."}
    job = make(campaign, **state)
    assert (tell(), tell()) == (1, 0)
    assert campaign.notices.get().body == {"job": kind, "id": job.pk, "error": "No space."}
