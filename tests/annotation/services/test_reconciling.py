import logging

import pytest
from django.core.management import call_command

from annotation import tasks
from annotation.models import Coverage, Reconciliation, Seat, Stratum
from annotation.services import reconciling
from annotation.services.reconciling import request_reconciliation
from annotation.tasks import run_reconciliation
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    judge,
    judge_everything,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    campaign = open_with_items(
        4, questions=[AGE_QUESTION], strata=[{**AGE_STRATA[0], "quota": 2}, AGE_STRATA[1]]
    )
    judge_everything(take_part(campaign, age="young"))
    seat = take_part(campaign, age="old")
    judge(serve(seat))
    serve(seat)
    return campaign


def run(campaign):
    job = request_reconciliation(campaign)
    run_reconciliation(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    return job


def state():
    return (
        list(Coverage.objects.order_by("pk").values_list("target", "leased", "submitted")),
        list(Seat.objects.order_by("pk").values_list("submitted", flat=True)),
        list(Stratum.objects.order_by("pk").values_list("seats_taken", flat=True)),
    )


def test_a_sound_campaign_has_no_drift(campaign):
    before = state()
    job = run(campaign)
    assert (job.drifted, job.drift) == (0, [])
    assert state() == before


@pytest.mark.parametrize("portion", [1, 3, 1000])
def test_whatever_drifted_is_reported_and_repaired(campaign, caplog, monkeypatch, portion):
    monkeypatch.setattr(reconciling, "CELLS_AT_ONCE", portion)
    before = state()
    cell = Coverage.objects.filter(stratum__key="young").first()
    Coverage.objects.filter(pk=cell.pk).update(leased=1, submitted=0)
    Seat.objects.update(submitted=7)
    Stratum.objects.filter(key="young").update(seats_taken=2)
    with caplog.at_level(logging.ERROR):
        job = run(campaign)
    assert state() == before
    assert job.drifted == 4
    assert job.drift[0] == {
        "what": "coverage",
        "id": cell.pk,
        "was": {"leased": 1, "submitted": 0},
        "is": {"leased": 0, "submitted": 1},
    }
    assert [(one["what"], one["was"], one["is"]) for one in job.drift[1:]] == [
        ("seat", 7, 4),
        ("seat", 7, 1),
        ("stratum", 2, 1),
    ]
    assert f"Campaign {campaign.slug}: 4 counters had drifted and were repaired" in caplog.text


def test_another_campaigns_counters_are_left_alone(campaign):
    other = open_with_items(1)
    Stratum.objects.filter(campaign=campaign).update(seats_taken=0)
    assert run(other).drifted == 0
    assert run(campaign).drifted == 2


def test_open_campaigns_are_recounted_by_beat(campaign, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.run_reconciliation, "delay", sent.append)
    tasks.reconcile_campaigns()
    assert sent == [Reconciliation.objects.get().pk]


def test_the_command_tells_what_had_drifted(campaign, capsys):
    Stratum.objects.filter(key="old").update(seats_taken=5)
    call_command("reconcile", campaign.slug)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("stratum ")
    assert said[0].endswith(": was 5, is 1")
    assert said[1] == f"{campaign.slug}: 1 counters had drifted."
