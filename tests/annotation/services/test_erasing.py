"""Withdrawing: nothing more is taken, everything given is erased, and all counts stay true."""

import json
from functools import partial
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import Error, OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone
from rest_framework.authtoken.models import Token

from accounts.models import Annotator, Consent, Participant, Profile, User
from accounts.services.users import token_of
from annotation.enums import AssignmentStatus, Flag, JobState, NothingToServe, PlatformKey
from annotation.errors import Conflict
from annotation.models import (
    Arrival,
    Assignment,
    Campaign,
    ComprehensionTry,
    Coverage,
    EntryLink,
    Erasure,
    Judgment,
    JudgmentFlag,
    Quota,
    Reconciliation,
    Seat,
    Stratum,
)
from annotation.services import erasing
from annotation.services.erasing import erase, take_up_failed, withdraw
from annotation.services.jobs import run_job
from annotation.services.leases import save_draft, skip_assignment
from annotation.services.reconciling import reconcile, request_reconciliation
from annotation.services.reporting import report_content
from annotation.services.serving import next_assignment
from tests.annotation.services.test_concurrency import at_once
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    PASSWORD,
    judge,
    make_annotator,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "zebra-crossing"
PLATFORM, TRIED, DIGEST = (f"{SECRET}-{kind}" for kind in ("platform", "tried", "digest"))
REASON, NOTE, SKIP, DRAFT, REPORT = (
    f"{SECRET}-{kind}" for kind in ("why", "note", "skip", "draft", "report")
)


def erased(job: Erasure) -> Erasure:
    run_job(Erasure, job.pk, erase)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    return job


def age_campaign(items: int = 4, **parts: Any) -> Campaign:
    return open_with_items(items, questions=[AGE_QUESTION], strata=AGE_STRATA, **parts)


def busy_person(campaign: Campaign, annotator: Annotator | None = None) -> Seat:
    """A person with a judgment, a skipped item and one with a draft, each with own words."""
    seat = take_part(campaign, annotator, age="young")
    first = serve(seat)
    span = {"response": first.presented_order[0], "start": 0, "end": 3, "note": NOTE}
    judge(
        first,
        reason=REASON,
        spans=[span],
        confidence=70,
        idempotency_key=f"{SECRET}-key-{campaign.pk}",
    )
    skip_assignment(serve(seat), kind="upsetting", reason=SKIP)
    last = serve(seat)
    save_draft(last, {"reason": DRAFT})
    report_content(last, kind="harmful", note=REPORT)
    come_and_try(seat)
    return seat


def come_and_try(seat: Seat) -> None:
    """They came by a link, tried the questions about the guideline, and have a flag."""
    campaign = seat.campaign
    link = EntryLink.objects.create(campaign=campaign, name="panel", platform=PlatformKey.values[0])
    told = dict.fromkeys(("session", "submission", "participant"), PLATFORM)
    Arrival.objects.create(link=link, campaign=campaign, annotator=seat.annotator, **told)
    ComprehensionTry.objects.create(
        seat=seat,
        guideline_id=campaign.guideline_id or 0,
        number=1,
        answers={"q": [TRIED]},
        right=0,
        has_passed=False,
    )
    judgment = Judgment.objects.get(assignment__seat=seat)
    JudgmentFlag.objects.create(judgment=judgment, flag=Flag.values[0])
    Participant.objects.get_or_create(annotator=seat.annotator, defaults={"digest": DIGEST})


def whole_database() -> str:
    """Every row of every table as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        texts = []
        for table in tables:
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')  # noqa: S608
            texts.append(cursor.fetchone()[0] or "")
    return "\n".join(texts)


def assert_nothing_has_drifted(campaign: Campaign) -> None:
    job = request_reconciliation(campaign)
    run_job(Reconciliation, job.pk, reconcile)
    job.refresh_from_db()
    assert (job.state, job.drift) == (JobState.DONE, [])


def test_erasing_leaves_a_tombstone_and_opens_every_place_again():
    campaign = age_campaign()
    other = take_part(campaign, age="young")
    kept = judge(serve(other))
    seat = busy_person(campaign)
    job = erased(withdraw(seat.annotator, campaign))
    assert (job.judgments, job.assignments) == (1, 3)

    stone = Judgment.objects.get(annotator=seat.annotator_id)
    assert stone.erased_at is not None
    blank = ({}, None, None, "", None, None, 0, "", "", "", None)
    assert (
        *(stone.answers, stone.acceptable, stone.spans, stone.reason, stone.confidence),
        *(stone.active_ms, stone.elapsed_ms, stone.language, stone.idempotency_key),
        *(stone.request_sha256, stone.stratum_id),
    ) == blank
    rows = Assignment.objects.filter(seat=seat)
    left = rows.values_list("status", "draft", "skip_kind", "skip_reason", "stratum", "coverage")
    assert set(left) == {("withdrawn", None, "", "", None, None)}
    seat.refresh_from_db()
    assert (seat.stratum_id, seat.submitted, seat.has_lapsed) == (None, 0, True)
    assert list(Profile.objects.filter(annotator=seat.annotator_id).values_list("answers")) == [
        ({},)
    ]
    young = Stratum.objects.get(campaign=campaign, key="young")
    assert young.seats_taken == 1
    taken = Coverage.objects.exclude(leased=0, submitted=0, served=0)
    cells = taken.values_list("item", "leased", "submitted", "served")
    assert list(cells) == [(kept.item_id, 0, 1, 1)]
    assert Judgment.objects.get(pk=kept.pk).answers == kept.answers
    assert_nothing_has_drifted(campaign)


def test_the_next_order_shown_is_the_one_that_was_next():
    campaign = age_campaign(1)
    seat = take_part(campaign, age="young")
    judge(serve(seat))
    turns = {one.item_id: one.served + one.order_offset for one in Coverage.objects.all()}
    erased(withdraw(seat.annotator, campaign))
    assert {one.item_id: one.served + one.order_offset for one in Coverage.objects.all()} == turns


def test_no_table_has_a_word_of_theirs_left():
    campaign = age_campaign()
    annotator = make_annotator()
    email, pseudonym = annotator.user.email, annotator.pseudonym
    busy_person(campaign, annotator)
    browser = Client()
    browser.force_login(annotator.user)
    token = token_of(annotator.user)
    admin = User.objects.create_superuser("admin@variorum.test", PASSWORD)
    LogEntry.objects.create(
        user=admin,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(annotator.user_id),
        object_repr=email,
        action_flag=CHANGE,
    )
    AccessAttempt.objects.create(
        username=email.upper(), ip_address="203.0.113.9", failures_since_start=1
    )
    before = whole_database()
    told = [
        REASON,
        NOTE,
        SKIP,
        DRAFT,
        REPORT,
        f"{SECRET}-key",
        email,
        pseudonym,
        token,
        '["young"]',
    ]
    for words in told:
        assert words in before.replace('\\"', '"').replace('""', '"'), words

    erased(withdraw(annotator))

    after = whole_database().replace('""', '"')
    for words in (SECRET, email, email.upper(), pseudonym, token, "203.0.113.9"):
        assert words not in after, words
    assert not Profile.objects.exclude(answers={}).exists()
    assert not Token.objects.exists()
    assert not JudgmentFlag.objects.exists()
    assert Arrival.objects.get().forgotten_at is not None
    assert not Session.objects.exists()
    user = User.objects.get(pk=annotator.user_id)
    assert not user.is_active
    assert not user.has_usable_password()
    assert browser.get("/accounts/").status_code == 302


def test_what_remains_is_that_they_agreed_and_withdrew():
    campaign = age_campaign()
    seat = busy_person(campaign)
    erased(withdraw(seat.annotator, campaign))
    assert Consent.objects.filter(annotator=seat.annotator_id).count() == 1
    assert User.objects.get(annotator=seat.annotator_id).is_active


def test_only_the_campaign_that_was_left_is_erased():
    left, stays = age_campaign(), age_campaign()
    annotator = make_annotator()
    busy_person(left, annotator)
    busy_person(stays, annotator)
    erased(withdraw(annotator, left))
    assert Judgment.objects.get(campaign=stays).reason == REASON
    assert Judgment.objects.get(campaign=left).reason == ""
    answers = {one.series: one.answers for one in Profile.objects.all()}
    assert answers[stays.questionnaire.series] == {"age": ["young"]}
    assert answers[left.questionnaire.series] == {}


def test_withdrawing_altogether_after_one_campaign_erases_the_rest():
    left, stays = age_campaign(), age_campaign()
    annotator = make_annotator()
    busy_person(left, annotator)
    busy_person(stays, annotator)
    erased(withdraw(annotator, left))
    job = erased(withdraw(annotator))
    assert (job.judgments, job.assignments) == (1, 3)
    assert not Judgment.objects.filter(erased_at=None).exists()


def test_asking_twice_gives_one_erasure_and_running_it_again_changes_nothing():
    campaign = age_campaign()
    seat = busy_person(campaign)
    job = withdraw(seat.annotator, campaign)
    assert withdraw(seat.annotator, campaign) == job
    erased(job)
    before = whole_database()
    run_job(Erasure, job.pk, erase)
    assert whole_database() == before


def test_an_erasure_that_is_cut_off_anywhere_ends_whole(monkeypatch: pytest.MonkeyPatch):
    campaign = age_campaign(12)
    seat = take_part(campaign, age="young")
    for _ in range(12):
        judge(serve(seat), reason=REASON)
    monkeypatch.setattr(erasing, "ASSIGNMENTS_AT_ONCE", 3)
    job = withdraw(seat.annotator, campaign)
    whole = {
        "reopen": erasing.cells_of,
        "empty": erasing.empty_seat,
        "profiles": erasing.erase_profiles,
    }
    left = []
    for name, function in (("cells_of", "reopen"), ("empty_seat", "empty")):
        calls = iter(range(100))

        def cut(*args: Any, calls: Any = calls, function: str = function) -> Any:
            if next(calls) == (2 if function == "reopen" else 0):
                raise OperationalError("the connection went away")
            return whole[function](*args)

        with monkeypatch.context() as patch:
            patch.setattr(erasing, name, cut)
            with pytest.raises(OperationalError):
                run_job(Erasure, job.pk, erase)
        left.append(Judgment.objects.filter(erased_at=None).count())
        assert_nothing_has_drifted(campaign)
    assert left == [6, 0]
    job = erased(job)
    assert (job.judgments, job.assignments, job.steps_done, job.steps_total) == (12, 12, 12, 12)
    assert_nothing_has_drifted(campaign)


def test_a_failed_erasure_is_taken_up_again(monkeypatch: pytest.MonkeyPatch):
    campaign = age_campaign()
    job = withdraw(busy_person(campaign).annotator, campaign)

    def fail(_job: Erasure) -> None:
        raise ValueError

    run_job(Erasure, job.pk, fail)
    assert Erasure.objects.get(pk=job.pk).state == JobState.FAILED
    assert take_up_failed() == [job.pk]
    erased(job)


def test_quota_seats_come_back():
    campaign = open_with_items(
        2,
        questions=[AGE_QUESTION],
        strata=[{"key": "all", "where": {}, "target": 2, "quota": 1}],
        quotas=[{"key": "young", "where": {"age": ["young"]}, "seats": 1}],
    )
    seat = take_part(campaign, age="young")
    with pytest.raises(Conflict):
        take_part(campaign, age="young")
    erased(withdraw(seat.annotator, campaign))
    assert Quota.objects.get().seats_taken == 0
    take_part(campaign, age="young")
    assert (Quota.objects.get().seats_taken, Stratum.objects.get().seats_taken) == (1, 1)


def test_another_tab_is_refused_from_the_moment_of_asking():
    campaign = age_campaign()
    seat = busy_person(campaign)
    held = Assignment.objects.get(seat=seat, status=AssignmentStatus.LEASED)
    job = withdraw(seat.annotator, campaign)
    for _ in range(2):
        with pytest.raises(Conflict, match="withdrawn") as refusal:
            judge(held)
        assert refusal.value.code == "withdrawn"
        assert next_assignment(seat) == NothingToServe.WITHDRAWN
        with pytest.raises(Conflict, match="withdrawn"):
            take_part(campaign, seat.annotator, age="young")
        erased(job)
    with pytest.raises(Conflict):
        save_draft(held, {"reason": DRAFT})
    with pytest.raises(Conflict, match="withdrawn"):
        report_content(held, kind="harmful", note=REPORT)


def test_who_has_withdrawn_altogether_joins_nothing():
    annotator = make_annotator()
    erased(withdraw(annotator))
    with pytest.raises(Conflict, match="withdrawn"):
        take_part(age_campaign(), annotator, age="young")


def test_judging_and_withdrawing_at_once_leave_no_answer_behind():
    for _ in range(5):
        campaign = age_campaign(6)
        seat = take_part(campaign, age="young")
        judge(serve(seat))
        at_once([partial(work, seat), partial(work, seat), partial(leave, seat)])
        assert Erasure.objects.get(annotator=seat.annotator_id).state == JobState.DONE
        assert not Judgment.objects.filter(annotator=seat.annotator_id, erased_at=None).exists()
        cells = Coverage.objects.filter(stratum__campaign=campaign)
        assert not cells.exclude(leased=0, submitted=0, served=0).exists()
        assert_nothing_has_drifted(campaign)


def work(seat: Seat) -> None:
    try:
        while not isinstance(served := next_assignment(seat), NothingToServe):
            judge(served, reason=REASON)
    except Conflict:
        pass  # the other tab was first, or the person has withdrawn


def leave(seat: Seat) -> None:
    run_job(Erasure, withdraw(seat.annotator, seat.campaign).pk, erase)


# The door


BLANK = (
    "answers = '{}', acceptable = NULL, spans = NULL, reason = '', confidence = NULL, "
    "active_ms = NULL, elapsed_ms = 0, language = '', idempotency_key = '', request_sha256 = '', "
    "stratum_id = NULL, erased_at = now()"
)


def attempt(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def running_erasure(annotator: int, campaign: Campaign | None, state: str = "running") -> Erasure:
    return Erasure.objects.create(annotator_id=annotator, campaign=campaign, state=state)


def test_the_door_opens_for_the_persons_own_erasure_only():
    campaign, elsewhere = age_campaign(), age_campaign()
    seat, other = take_part(campaign, age="young"), take_part(campaign, age="young")
    judgment = judge(serve(seat), reason=REASON)
    wipe = f"UPDATE annotation_judgment SET {BLANK} WHERE id = %s"  # noqa: S608
    running_erasure(other.annotator_id, None)
    running_erasure(seat.annotator_id, elsewhere)
    mine = running_erasure(seat.annotator_id, campaign, "queued")
    for state in ("queued", "done", "failed", "cancelled"):
        Erasure.objects.filter(pk=mine.pk).update(state=state)
        with pytest.raises(Error, match="append-only"):
            attempt(wipe, judgment.pk)
    Erasure.objects.filter(pk=mine.pk).update(state="running")
    attempt(wipe, judgment.pk)
    with pytest.raises(Error, match="append-only"):
        attempt(wipe, judgment.pk)


CHANGES = [
    "reason = 'put into their mouth'",
    "erased_at = now()",
    BLANK.replace("reason = ''", "reason = 'other'"),
    BLANK.replace("answers = '{}'", 'answers = \'{"overall": {"outcome": "tie"}}\''),
    BLANK.replace("erased_at = now()", "erased_at = NULL"),
    f"{BLANK}, item_id = item_id + 1",
    f"{BLANK}, submitted_at = now()",
    f"{BLANK}, annotator_id = annotator_id + 1",
    f"{BLANK}, id = id + 1000",
    f"{BLANK}, is_repeat = NOT is_repeat",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_door_lets_nothing_else_through(change: str):
    campaign = age_campaign()
    seat = take_part(campaign, age="young")
    judgment = judge(serve(seat), reason=REASON)
    running_erasure(seat.annotator_id, campaign)
    with pytest.raises(Error, match="append-only"):
        attempt(f"UPDATE annotation_judgment SET {change} WHERE id = %s", judgment.pk)  # noqa: S608
    assert Judgment.objects.get(pk=judgment.pk).reason == REASON


def test_an_erasure_under_way_lets_nobody_delete():
    campaign = age_campaign()
    seat = take_part(campaign, age="young")
    judge(serve(seat))
    running_erasure(seat.annotator_id, campaign)
    with pytest.raises(Error, match="append-only"):
        attempt("DELETE FROM annotation_judgment")


# Nothing may be forgotten when a column or a table is added


KEPT_OF_JUDGMENTS = {
    *("id", "assignment", "campaign", "item", "annotator", "profile", "consent", "guideline"),
    *("supersedes", "task_type", "presented_order", "content_hashes", "strategy", "propensity"),
    *("is_repeat", "after_lease", "software_version", "submitted_at", "erased_at"),
}
KEPT_OF_ASSIGNMENTS = {
    *("id", "campaign", "seat", "annotator", "item", "guideline", "status", "is_repeat"),
    *("strategy", "propensity", "presented_order", "served_at", "lease_expires_at", "ended_at"),
    "ahead",
}


def set_in(statement: str) -> set[str]:
    """The model fields that an UPDATE sets."""
    part = statement.split("SET", 1)[1].split("WHERE", 1)[0]
    return {one.split("=")[0].strip().removesuffix("_id") for one in part.split(", ") if "=" in one}


@pytest.mark.parametrize(
    ("model", "kept", "statement"),
    [
        (Judgment, KEPT_OF_JUDGMENTS, erasing.BLANK_JUDGMENTS),
        (Assignment, KEPT_OF_ASSIGNMENTS, erasing.BLANK_ASSIGNMENTS),
    ],
)
def test_every_column_is_either_erased_or_kept_on_purpose(model: Any, kept: Any, statement: str):
    """A new column must be named here as kept, or blanked by erasing and the trigger's door."""
    gone = set_in(statement.replace(",\n", ", "))
    assert {field.name for field in model._meta.concrete_fields} == kept | gone


# An imported annotator's row stays: a keyed hash, by which giving the file again leaves them out.
PERSONAL = {
    *("accounts.consent", "accounts.participant", "accounts.profile", "annotation.arrival"),
    *("annotation.assignment", "annotation.comprehensiontry", "annotation.erasure"),
    "annotation.importedannotator",
    *("annotation.judgment", "annotation.judgmentflag", "annotation.report", "annotation.seat"),
    "annotation.messagecopy",
    # Erased by `policies.services.erasing`.
    *("policies.ownbounds", "policies.rule", "policies.statedpreferences"),
}


def test_every_table_about_annotators_is_known_to_erasing():
    """A new table that refers to a person or to what they gave must be erased, then named here."""
    from django.apps import apps

    about = set()
    people = (Annotator, Seat, Assignment, Judgment)
    for model in apps.get_models(include_auto_created=False):
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model in people:
                about.add(model._meta.label_lower)
    assert about == PERSONAL


def test_tombstones_are_counted_nowhere():
    campaign = age_campaign()
    seat = busy_person(campaign)
    erased(withdraw(seat.annotator, campaign))
    from annotation.selectors.campaigns import latest_judgments
    from annotation.selectors.counting import PARTS

    assert list(latest_judgments(campaign)) == []
    parts = {name: count(campaign, timezone.now()) for name, count in PARTS.items()}
    assert parts["arrivals"] == []
    assert parts["begun"] == []
    assert json.dumps(parts["positions"]) == json.dumps(
        PARTS["positions"](age_campaign(), timezone.now())
    )
