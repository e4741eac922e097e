"""Judgments given elsewhere: all or nothing, once, and never taken for those given here."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Max, Min

from accounts.models import Annotator, Consent, Profile, User
from annotation.enums import IMPORTED, AssignmentStatus, Flag, JobState
from annotation.errors import Conflict, Unfit
from annotation.models import (
    Assignment,
    Campaign,
    Coverage,
    Erasure,
    ImportedAnnotator,
    ItemImport,
    Judgment,
    JudgmentFlag,
    JudgmentImport,
    PlanningRun,
    Reconciliation,
    Seat,
    StagedJudgment,
    StagedPerson,
    Stratum,
)
from annotation.selectors.counting import arrivals, begun
from annotation.selectors.positions import position_rows
from annotation.services import judgment_publishing, judgment_staging
from annotation.services.adapting import next_slice, scores
from annotation.services.campaigns import close_campaign
from annotation.services.erasing import erase, withdraw
from annotation.services.jobs import request_cancel, run_job
from annotation.services.judgment_imports import import_judgments, request_judgment_import
from annotation.services.reconciling import reconcile, request_reconciliation
from annotation.services.summarising import has_changed
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    judge,
    make_campaign,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db(transaction=True)

CONSENT = {
    "text": "We publish what you judge.",
    "purposes": [
        {"key": "research", "label": "Research", "required": True},
        {"key": "demographics", "label": "Release of who I am", "required": False},
    ],
}


def first(item: str = "q1", annotator: str = "ann", **parts: Any) -> dict[str, Any]:
    answer = {"preferred": "r1", "strength": 2}
    return {"item_id": item, "annotator_id": annotator, "answers": {"overall": answer}, **parts}


def requested(campaign: Campaign, *lines: dict[str, Any] | bytes, **parts: Any) -> JudgmentImport:
    text = b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    parts = {"purposes": ["research"], "asserted_by": "lab", "requested_by": None, **parts}
    if not campaign.consent_document.purposes:
        parts["purposes"] = None
    return request_judgment_import(
        campaign, content=File(io.BytesIO(text)), file_name="judgments.jsonl", **parts
    )


def ran(job: JudgmentImport) -> JudgmentImport:
    run_job(JudgmentImport, job.pk, import_judgments)
    return JudgmentImport.objects.get(pk=job.pk)


def taken(campaign: Campaign, *lines: dict[str, Any] | bytes, **parts: Any) -> JudgmentImport:
    job = ran(requested(campaign, *lines, **parts))
    told = [str(problem) for problem in job.problems.all()]
    assert (job.state, job.error, told) == (JobState.DONE, "", [])
    return job


def refused(campaign: Campaign, *lines: dict[str, Any] | bytes, **parts: Any) -> list[str]:
    """What is wrong, by line; nothing of the file stays."""
    before = Judgment.objects.count(), Assignment.objects.count(), User.objects.count()
    job = ran(requested(campaign, *lines, **parts))
    assert job.state == JobState.FAILED
    assert before == (Judgment.objects.count(), Assignment.objects.count(), User.objects.count())
    assert_nothing_is_staged()
    assert not default_storage.exists(job.stored_name)
    return [str(problem) for problem in job.problems.all()]


def assert_nothing_is_staged() -> None:
    assert not StagedJudgment.objects.exists()
    assert not StagedPerson.objects.exists()


def age_campaign(**parts: Any) -> Campaign:
    return open_with_items(3, questions=[AGE_QUESTION], strata=AGE_STRATA, consent=CONSENT, **parts)


def test_judgments_come_in_with_everything_that_is_told_of_them():
    campaign = age_campaign()
    job = taken(
        campaign,
        first(
            judgment_id=7,
            reason=" Shorter. ",
            confidence=80,
            presented_order=["r2", "r1"],
            acceptable={"r1": True, "r2": False},
            spans=[{"response": "r1", "start": 0, "end": 6, "note": "here"}],
            profile={"age": "old"},
            flags=["after_lease", "too_fast", "imported"],
            active_ms=1500,
            elapsed_ms=2500,
            language="en",
            submitted_at="2024-05-01T10:00:00+02:00",
        ),
        basis="Consent form of 2024",
    )
    assert (job.created_count, job.people_count, job.format) == (1, 1, "jsonl")
    one = Judgment.objects.get()
    assert one.answers == {"overall": {"preferred": "r1", "strength": 2}}
    assert (one.reason, one.confidence, one.acceptable) == (
        "Shorter.",
        80.0,
        {"r1": True, "r2": False},
    )
    assert one.spans == [{"response": "r1", "start": 0, "end": 6, "note": "here"}]
    assert (one.presented_order, one.content_hashes) == (["r2", "r1"], one.item.content_hashes)
    assert (one.active_ms, one.elapsed_ms, one.language) == (1500, 2500, "en")
    assert one.submitted_at == datetime(2024, 5, 1, 8, tzinfo=UTC)
    assert (one.strategy, one.propensity, one.after_lease) == (IMPORTED, None, True)
    assert [flag.flag for flag in JudgmentFlag.objects.all()] == [Flag.TOO_FAST]
    assert (one.stratum.key, one.profile.answers) == ("old", {"age": ["old"]})
    assert one.guideline.text.startswith("Judgments that were imported.")
    assert one.guideline_id != campaign.guideline_id
    assignment = one.assignment
    assert (assignment.status, assignment.coverage) == (AssignmentStatus.SUBMITTED, None)
    assert (assignment.ended_at - assignment.served_at).total_seconds() == 2.5


def test_nobody_consented_here_and_that_is_what_stands_there():
    campaign = age_campaign()
    taken(campaign, first(), basis="Consent form of 2024", asserted_by="Lab of A")
    consent = Consent.objects.get()
    assert consent.purposes == ["research"]
    assert consent.document.series == campaign.consent_document.series
    assert consent.document.version == 2
    assert consent.document.text.startswith("Imported: no consent was given here.")
    assert consent.document.text.endswith("Consent form of 2024")
    assert consent.document.purposes == CONSENT["purposes"]
    campaign.refresh_from_db()
    assert campaign.consent_document.version == 1
    job = JudgmentImport.objects.get()
    assert (job.asserted_by, job.purposes) == ("Lab of A", ["research"])


def test_nobody_can_sign_in_as_an_imported_person(client):
    taken(open_with_items(1), first(annotator="Jane Doe"))
    user = User.objects.get(annotator__imported__isnull=False)
    assert (user.is_active, user.has_usable_password(), user.role) == (False, False, "annotator")
    assert user.email.endswith("@imported.invalid")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%Jane%"])  # noqa: S608
            assert cursor.fetchone() == (0,), table


def test_the_same_file_again_changes_nothing_and_more_of_it_adds_to_it():
    campaign = age_campaign()
    lines = [first(judgment_id=1), first("q2", judgment_id=2), first("q1", "ben")]
    assert taken(campaign, *lines).created_count == 3
    again = taken(campaign, *lines)
    assert (again.created_count, again.unchanged_count, again.people_count) == (0, 3, 0)
    more = taken(campaign, *lines, first("q3"), first("q2", "cy"), lines[0])
    assert (more.created_count, more.unchanged_count, more.people_count) == (2, 4, 1)
    assert sorted(Seat.objects.values_list("submitted", flat=True)) == [1, 1, 3]
    assert Consent.objects.count() == 3
    assert Annotator.objects.count() == 3


def test_another_source_has_other_people_and_judgments():
    campaign = open_with_items(1)
    taken(campaign, first(judgment_id=1), source="one")
    taken(campaign, first(judgment_id=1, reason="Other"), source="two")
    assert ImportedAnnotator.objects.count() == Judgment.objects.count() == 2


def test_a_changed_judgment_is_refused_with_its_line():
    campaign = age_campaign()
    taken(campaign, first(judgment_id=1), first("q2"))
    assert refused(campaign, first("q3"), first(judgment_id=1, reason="Changed")) == [
        "line 2: This judgment is already in the campaign with other content."
    ]
    assert refused(campaign, first("q3"), first("q3", reason="Changed")) == [
        "line 2: This judgment was on line 1 with other content."
    ]
    assert refused(campaign, first("q2", judgment_id=5)) == [
        "line 1: This person has judged this item already, in the campaign."
    ]


def test_a_changed_mind_is_a_revision_and_a_repeat_a_second_showing():
    campaign = open_with_items(2)
    tie = {"overall": {"outcome": "tie"}}
    lines = [
        first(judgment_id="a"),
        first(judgment_id="b", supersedes="a", answers=tie),
        first(judgment_id="c", is_repeat=True),
        first(judgment_id="d", supersedes="b"),
    ]
    assert taken(campaign, *lines).created_count == 4
    a, b, c, d = Judgment.objects.order_by("pk")
    assert (a.supersedes, b.supersedes, c.supersedes, d.supersedes) == (None, a, None, b)
    assert a.assignment_id == b.assignment_id == d.assignment_id != c.assignment_id
    assert (c.is_repeat, c.assignment.is_repeat) == (True, True)
    assert Seat.objects.get().submitted == 2
    later = first(judgment_id="e", supersedes="d", answers=tie)
    assert taken(campaign, *lines, later).created_count == 1
    assert Judgment.objects.order_by("pk").last().supersedes == d


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (
            [first(judgment_id="a"), first(judgment_id="b")],
            "line 2: This person has judged this item already, on line 1. A changed mind says what "
            "it supersedes, a repeat that it is one.",
        ),
        (
            [first(judgment_id="b", supersedes="a"), first(judgment_id="a")],
            "line 1: It supersedes a judgment of this person on this item that is neither before "
            "it in the file nor in the campaign.",
        ),
        (
            [first(judgment_id="a"), first(annotator="ben", judgment_id="b", supersedes="a")],
            "line 2: It supersedes a judgment of this person on this item that is neither before "
            "it in the file nor in the campaign.",
        ),
        (
            [
                first(judgment_id="a"),
                first(judgment_id="b", supersedes="a"),
                first(judgment_id="c", supersedes="a"),
            ],
            "line 3: It supersedes a judgment that another one supersedes already.",
        ),
        ([first("q9")], 'line 1: The campaign has no item "q9".'),
        (
            [first(answers={})],
            "line 1: `answers` must be an object with an answer to some criterion.",
        ),
        (
            [first(answers={"tone": {"outcome": "tie"}})],
            "line 1: The campaign has no criterion tone.",
        ),
        (
            [first(answers={"overall": {"preferred": "r7", "strength": 1}})],
            "line 1: answers.overall.preferred: Must be the id of a response of this item.",
        ),
        ([first(confidence=101)], "line 1: confidence: Must be a number from 0 to 100."),
        (
            [first(presented_order=["r1"])],
            "line 1: `presented_order` does not name the responses of its item.",
        ),
        (
            [first(spans=[{"response": "r1", "start": 0, "end": 999}])],
            "line 1: A span ends after the 14 characters of its response.",
        ),
        ([first(profile={"age": "7"})], "line 1: answers.age: Not among the options: 7."),
        ([first(profile={"shoe": "7"})], "line 1: The campaign does not ask: shoe."),
        (
            [first(profile={"age": "old"}), first("q2", profile={"age": "young"})],
            "line 2: Profile version 1 of this person has other answers on line 1.",
        ),
        ([first(flags=["lazy"])], "line 1: Unknown flag: lazy."),
        ([first(reson="x")], "line 1: Unknown field: reson."),
        ([first(annotator=" ")], "line 1: `annotator_id` must be a text that is not empty."),
        ([first(submitted_at="yesterday")], "line 1: `submitted_at` cannot be read."),
        (
            [first(task_type="ranking")],
            "line 1: It was asked as ranking; this campaign asks pairwise.",
        ),
        (
            [first(content_hashes={"prompt": "0", "responses": {}})],
            "line 1: The item that was judged had other texts than the campaign's.",
        ),
        ([b"{oops"], "line 1: This line is not valid JSON: "),
        ([b""], "line 1: This file is empty."),
        ([first(reason="\ud800")], "line 1: It holds what cannot be stored."),
    ],
)
def test_one_wrong_line_and_nothing_is_imported(lines: list[Any], problem: str):
    campaign = age_campaign()
    problems = refused(campaign, *lines)
    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_they_count_towards_nothing():
    campaign = age_campaign()
    judge(serve(take_part(campaign, age="young")))
    strata = list(Stratum.objects.order_by("pk").values())
    cells = list(Coverage.objects.order_by("pk").values())
    now = datetime.now(UTC)
    before = arrivals(campaign, now), begun(campaign, now), position_rows(campaign)
    taken(
        campaign,
        *(first(f"q{n}", who, profile={"age": "young"}) for n in (1, 2) for who in "abcdef"),
    )
    assert list(Stratum.objects.order_by("pk").values()) == strata
    assert list(Coverage.objects.order_by("pk").values()) == cells
    now = datetime.now(UTC)
    assert (arrivals(campaign, now), begun(campaign, now), position_rows(campaign)) == before
    job = request_reconciliation(campaign)
    run_job(Reconciliation, job.pk, reconcile)
    job.refresh_from_db()
    assert (job.state, job.drift) == (JobState.DONE, [])


@pytest.mark.parametrize("measure", ["width", "entropy"])
def test_adaptive_designs_do_not_look_at_them(measure: str):
    plan = {"budget": 10, "most": 4, "measure": measure}
    campaign = open_with_items(2, strategy="adaptive", overlap=1, adaptive=plan)
    seat = take_part(campaign)
    for _item in range(2):
        judge(serve(seat))
    ids = campaign.items.aggregate(first=Min("pk"), last=Max("pk"))
    before = scores(next_slice(campaign, ids["first"], ids["last"]))
    assert len(before) == 2
    other = {"overall": {"preferred": "r2", "strength": 1}}
    taken(campaign, *(first("q1", who, answers=other) for who in "abcdef"))
    assert set(Judgment.objects.filter(strategy=IMPORTED).values_list("stratum__key")) == {
        (seat.stratum.key,)
    }
    assert scores(next_slice(campaign, ids["first"], ids["last"])) == before


def test_a_large_campaign_is_counted_again_after_an_import():
    campaign = open_with_items(1)
    past = datetime.now(UTC) - timedelta(minutes=5)
    for jobs in (ItemImport, PlanningRun):
        jobs.objects.update(finished_at=past)
    then = datetime.now(UTC) - timedelta(minutes=1)
    assert not has_changed(campaign, then)
    taken(campaign, first(submitted_at="2020-01-01"))
    assert has_changed(campaign, then)
    assert not has_changed(campaign, datetime.now(UTC))


def test_who_fits_no_stratum_is_in_none():
    campaign = age_campaign()
    taken(campaign, first(), first("q1", "ben", annotator_stratum="young"))
    keys = Judgment.objects.order_by("pk").values_list("stratum__key", "assignment__stratum__key")
    assert list(keys) == [(None, None), ("young", "young")]


def test_a_withdrawn_person_is_erased_and_not_brought_back():
    campaign = age_campaign()
    lines = [first(profile={"age": "old"}), first("q2"), first("q1", "ben")]
    lines[1]["profile"] = {"age": "old"}
    taken(campaign, *lines)
    gone = Judgment.objects.order_by("pk")[0].annotator
    job = withdraw(gone, campaign)
    run_job(Erasure, job.pk, erase)
    job.refresh_from_db()
    assert (job.state, job.judgments) == (JobState.DONE, 2)
    again = taken(campaign, *lines, first("q3", "ben"))
    assert (again.created_count, again.unchanged_count, again.withdrawn_count) == (1, 1, 2)
    assert not Judgment.objects.filter(annotator=gone, erased_at=None).exists()


def test_a_second_profile_version_and_a_known_one_with_other_answers():
    campaign = age_campaign()
    taken(campaign, first(profile={"age": "old"}))
    taken(campaign, first("q2", profile={"age": "young"}, profile_version=2))
    assert list(Profile.objects.order_by("version").values_list("version", "answers")) == [
        (1, {"age": ["old"]}),
        (2, {"age": ["young"]}),
    ]
    assert refused(campaign, first("q3", profile={"age": "young"})) == [
        "line 1: Profile version 1 of this person is already in the campaign with other answers."
    ]


def test_purposes_must_be_stated():
    campaign = age_campaign()
    for purposes, told in (
        (None, "Name those of research, demographics that they agreed to, or none."),
        ([], "Required: research."),
        (["research", "sale"], "Unknown: sale."),
    ):
        with pytest.raises(Unfit) as unfit:
            requested(campaign, first(), purposes=purposes)
        assert unfit.value.fields == {"purposes": told}
    for field, value in (("source", "s" * 61), ("basis", "b" * 2001), ("format", "xml")):
        with pytest.raises(Unfit) as unfit:
            requested(campaign, first(), **{field: value})
        assert list(unfit.value.fields) == [field]


def test_neither_a_draft_nor_a_closed_campaign_takes_any():
    with pytest.raises(Conflict, match="Open the campaign"):
        requested(make_campaign(), first())
    campaign = close_campaign(open_with_items(1))
    with pytest.raises(Conflict, match="no more judgments"):
        requested(campaign, first())


def test_a_part_of_the_criteria_is_enough():
    criteria = [{"key": key, "label": key, "scale": None} for key in ("overall", "tone")]
    campaign = open_with_items(1, criteria=criteria)
    taken(campaign, first())
    assert list(Judgment.objects.get().answers) == ["overall"]


def test_a_cancelled_import_leaves_nothing():
    campaign = open_with_items(1)
    job = requested(campaign, first())
    request_cancel(job)
    assert ran(job).state == JobState.CANCELLED
    assert not Judgment.objects.exists()


def test_cancelling_while_it_publishes_undoes_all(monkeypatch: pytest.MonkeyPatch):
    campaign = open_with_items(3)
    job = requested(campaign, *(first(f"q{n}") for n in (1, 2, 3)))
    monkeypatch.setattr(judgment_publishing, "JUDGMENTS_AT_ONCE", 1)
    seat_people = judgment_publishing.seat_people

    def cancelled_meanwhile(*args: Any) -> int:
        found = seat_people(*args)
        with judgment_publishing.connection.copy().cursor() as cursor:
            cursor.execute("UPDATE annotation_judgmentimport SET cancel_requested = true")
        return found

    monkeypatch.setattr(judgment_publishing, "seat_people", cancelled_meanwhile)
    assert ran(job).state == JobState.CANCELLED
    assert (Judgment.objects.count(), ImportedAnnotator.objects.count()) == (0, 0)
    assert_nothing_is_staged()


def test_an_import_goes_on_where_its_worker_was_killed(monkeypatch: pytest.MonkeyPatch):
    campaign = open_with_items(3)
    job = requested(campaign, *(first(f"q{n}", judgment_id=n) for n in (1, 2, 3)))
    monkeypatch.setattr(judgment_staging, "RECORDS_AT_ONCE", 1)
    stage_chunk = judgment_staging.stage_chunk
    staged: list[int] = []

    def killed_at_the_third(*args: Any) -> None:
        if len(staged) == 2:
            raise KeyboardInterrupt
        stage_chunk(*args)
        staged.append(1)

    monkeypatch.setattr(judgment_staging, "stage_chunk", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        ran(job)
    job.refresh_from_db()
    assert (job.state, job.records_read, StagedJudgment.objects.count()) == (
        JobState.RUNNING,
        2,
        2,
    )
    monkeypatch.setattr(judgment_staging, "stage_chunk", stage_chunk)
    assert ran(job).created_count == 3
    # A crash of the database empties staged rows: then all is read again.
    other = open_with_items(2)
    job = requested(other, *(first(f"q{n}", judgment_id=n) for n in (1, 2)))
    JudgmentImport.objects.filter(pk=job.pk).update(records_read=1)
    assert ran(job).created_count == 2
