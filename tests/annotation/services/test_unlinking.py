"""Withdrawing where the consent keeps judgments: they stay, fill their places, and are nobody's."""

from functools import partial
from typing import Any

import pytest
from django.db import Error, OperationalError

from accounts.models import Annotator, Consent, Profile, User
from annotation.enums import AssignmentStatus, CampaignStatus, JobState
from annotation.errors import Conflict
from annotation.models import (
    Assignment,
    Campaign,
    Coverage,
    Erasure,
    Judgment,
    JudgmentFlag,
    Quota,
    Seat,
    Stratum,
)
from annotation.serializers.campaign import campaign_body, changed_campaign, changed_parts
from annotation.services import erasing, unlinking
from annotation.services.campaigns import change_campaign
from annotation.services.erasing import withdraw
from annotation.services.jobs import run_job
from annotation.services.revising import revise_judgment
from annotation.services.serving import next_assignment
from annotation.services.submissions import Submission
from tests.annotation.services.test_concurrency import at_once
from tests.annotation.services.test_erasing import (
    NOTE,
    REASON,
    SECRET,
    age_campaign,
    assert_nothing_has_drifted,
    attempt,
    busy_person,
    erased,
    leave,
    running_erasure,
    set_in,
    whole_database,
    work,
)
from tests.factories import (
    AGE_QUESTION,
    first_preferred,
    judge,
    make_annotator,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "My judgments may stay when I go."
KEEPING = {"text": TEXT, "purposes": [], "on_withdrawal": "keep_judgments"}
COUNTERS = ("target", "leased", "submitted", "served", "order_offset")
KEPT_COLUMNS = (
    *("id", "item_id", "stratum_id", "guideline_id", "assignment_id", "task_type", "confidence"),
    *("presented_order", "content_hashes", "strategy", "propensity", "is_repeat", "language"),
    *("active_ms", "elapsed_ms", "submitted_at", "software_version", "supersedes_id"),
)


def keeping_campaign(items: int = 4, **parts: Any) -> Campaign:
    return age_campaign(items, consent=KEEPING, **parts)


def columns_of(judgment: Judgment) -> dict[str, Any]:
    return {name: getattr(judgment, name) for name in KEPT_COLUMNS}


def test_judgments_stay_in_their_places_and_all_else_goes():
    campaign = keeping_campaign()
    seat = busy_person(campaign)
    before = Judgment.objects.get()
    cell = Coverage.objects.get(item=before.item_id, stratum=seat.stratum_id)
    pseudonym = seat.annotator.pseudonym

    job = erased(withdraw(seat.annotator, campaign))

    assert (job.judgments, job.assignments) == (0, 2)
    judgment = Judgment.objects.select_related("annotator__user", "consent", "profile").get()
    assert judgment.erased_at is None
    assert columns_of(judgment) == columns_of(before)
    assert judgment.answers == before.answers
    (span,) = before.spans
    assert span.pop("note") == NOTE
    assert judgment.spans == [span]
    assert (judgment.reason, judgment.idempotency_key, judgment.request_sha256) == ("", "", "")
    nobody = judgment.annotator
    assert nobody.pk != seat.annotator_id
    assert nobody.pseudonym != pseudonym
    assert not nobody.user.is_active
    assert not nobody.user.has_usable_password()
    assert (judgment.profile.answers, judgment.profile.version) == ({}, 1)
    assert judgment.consent.annotator_id == judgment.profile.annotator_id == nobody.pk
    assert judgment.consent.document.text == TEXT
    assert JudgmentFlag.objects.filter(judgment=judgment).count() == 1

    now = Coverage.objects.get(pk=cell.pk)
    assert [getattr(cell, name) for name in COUNTERS] == [getattr(now, name) for name in COUNTERS]
    others = Coverage.objects.exclude(pk=cell.pk)
    assert not others.exclude(leased=0, submitted=0, served=0).exists()
    kept = Assignment.objects.get(pk=judgment.assignment_id)
    assert (kept.status, kept.coverage_id) == (AssignmentStatus.SUBMITTED, cell.pk)
    held = Seat.objects.get(annotator=nobody)
    assert (kept.seat_id, held.submitted, held.has_lapsed) == (held.pk, 1, False)
    seat.refresh_from_db()
    assert (seat.stratum_id, seat.kept_as_id, seat.submitted, seat.has_lapsed) == (
        *(None, None, 0, True),
    )
    assert Stratum.objects.get(pk=held.stratum_id or 0).seats_taken == 1
    own = Profile.objects.filter(annotator=seat.annotator_id)
    assert list(own.values_list("answers", flat=True)) == [{}]
    assert not Judgment.objects.filter(annotator=seat.annotator_id).exists()
    assert_nothing_has_drifted(campaign)
    with pytest.raises(Conflict, match="withdrawn"):
        take_part(campaign, seat.annotator, age="young")


def test_no_word_of_theirs_and_no_way_back_to_them_is_left():
    campaign = keeping_campaign()
    annotator = make_annotator()
    told = [annotator.user.email, annotator.pseudonym, SECRET]
    seat = busy_person(campaign, annotator)
    before = whole_database()
    for words in told:
        assert words in before, words
    moments = {seat.joined_at, seat.held_since, seat.consent.given_at, seat.profile.created_at}

    erased(withdraw(annotator))

    after = whole_database()
    for words in told:
        assert words not in after, words
    nobody = Judgment.objects.get().annotator
    held = Seat.objects.get(annotator=nobody)
    theirs = {
        *(held.joined_at, held.held_since, held.consent.given_at, held.profile.created_at),
        *(nobody.created_at, nobody.user.created_at),
    }
    assert not theirs & moments
    assert {(one.hour, one.minute, one.second) for one in theirs} == {(0, 0, 0)}
    assert not Seat.objects.exclude(kept_as=None).exists()
    assert Consent.objects.filter(annotator=annotator).count() == 1


def test_revisions_and_notes_in_answers_stay_without_words():
    campaign = keeping_campaign(flow={"revise": "all"})
    seat = take_part(campaign, age="young")
    assignment = serve(seat)
    first, second = assignment.presented_order
    span = {"response": first, "start": 0, "end": 3}
    answer = {"preferred": first, "strength": 2, "acceptable": {first: True, second: False}}
    noted = {**answer, "spans": [{**span, "note": NOTE}, span]}
    judge(assignment, {"overall": noted}, reason=REASON)
    again = Submission(answers=first_preferred(assignment), reason=f"{REASON} again", language="en")
    revise_judgment(assignment, again)

    erased(withdraw(seat.annotator, campaign))

    old, new = Judgment.objects.order_by("pk")
    assert old.answers == {"overall": {**answer, "spans": [span, span]}}
    assert new.answers == first_preferred(assignment)
    assert (old.reason, new.reason, new.supersedes_id) == ("", "", old.pk)
    assert old.annotator_id == new.annotator_id != seat.annotator_id


def test_the_version_that_a_person_agreed_to_decides():
    campaign = age_campaign(6)
    early = take_part(campaign, age="young")
    assert early.consent.document.on_withdrawal == "erase"
    judge(serve(early))
    serializer = changed_campaign(campaign, {"consent": KEEPING})
    serializer.is_valid(raise_exception=True)
    campaign = change_campaign(campaign, changed_parts(serializer, {"consent": KEEPING}))
    assert campaign_body(campaign)["consent"] == {**KEEPING, "version": 2}
    late = take_part(campaign, age="young")
    judge(serve(late))
    asked = {**KEEPING, "on_withdrawal": "erase"}
    serializer = changed_campaign(campaign, {"consent": asked})
    serializer.is_valid(raise_exception=True)
    campaign = change_campaign(campaign, changed_parts(serializer, {"consent": asked}))
    assert campaign.consent_document.version == 3

    for seat in (early, late):
        erased(withdraw(seat.annotator, campaign))

    (stays,) = Judgment.objects.filter(erased_at=None)
    assert stays.annotator_id not in (early.annotator_id, late.annotator_id)
    assert stays.consent.document.version == 2
    assert_nothing_has_drifted(campaign)


def test_each_campaign_does_as_its_own_consent_says():
    keeps, erases = keeping_campaign(), age_campaign()
    annotator = make_annotator()
    for campaign in (keeps, erases):
        judge(serve(take_part(campaign, annotator, age="young")), reason=REASON)
    other = keeping_campaign()
    judge(serve(take_part(other, annotator, age="young")))

    job = erased(withdraw(annotator))

    assert job.judgments == 1
    assert Judgment.objects.get(campaign=erases).erased_at is not None
    kept = {Judgment.objects.get(campaign=one).annotator_id for one in (keeps, other)}
    # Nothing tells that both were one person.
    assert len(kept) == 2
    assert annotator.pk not in kept
    assert not User.objects.get(pk=annotator.user_id).is_active


def test_who_judged_nothing_leaves_no_place_taken():
    campaign = keeping_campaign()
    seat = take_part(campaign, age="young")
    serve(seat)
    people = Annotator.objects.count()
    erased(withdraw(seat.annotator, campaign))
    assert Annotator.objects.count() == people
    assert Stratum.objects.get(campaign=campaign, key="young").seats_taken == 0
    assert not Coverage.objects.exclude(leased=0, submitted=0).exists()
    assert_nothing_has_drifted(campaign)


def test_places_in_quotas_stay_taken_and_tell_nothing():
    campaign = open_with_items(
        2,
        questions=[AGE_QUESTION],
        strata=[{"key": "all", "where": {}, "target": 2, "quota": 1}],
        quotas=[{"key": "young", "where": {"age": ["young"]}, "seats": 1}],
        consent=KEEPING,
    )
    seat = take_part(campaign, age="young")
    judge(serve(seat))
    erased(withdraw(seat.annotator, campaign))
    assert (Quota.objects.get().seats_taken, Stratum.objects.get().seats_taken) == (1, 1)
    assert not Seat.objects.filter(quotas__isnull=False).exists()
    with pytest.raises(Conflict):
        take_part(campaign, age="old")


def test_a_seat_that_had_lapsed_takes_no_place_as_nobody_s():
    campaign = keeping_campaign()
    seat = take_part(campaign, age="young")
    judge(serve(seat))
    Seat.objects.filter(pk=seat.pk).update(has_lapsed=True)
    Stratum.objects.filter(pk=seat.stratum_id or 0).update(seats_taken=0)
    erased(withdraw(seat.annotator, campaign))
    assert not Seat.objects.filter(has_lapsed=False).exists()
    assert_nothing_has_drifted(campaign)


def test_one_that_is_cut_off_anywhere_ends_whole(monkeypatch: pytest.MonkeyPatch):
    campaign = keeping_campaign(12)
    seat = take_part(campaign, age="young")
    for _ in range(12):
        judge(serve(seat), reason=REASON)
    monkeypatch.setattr(erasing, "ASSIGNMENTS_AT_ONCE", 3)
    job = withdraw(seat.annotator, campaign)
    whole = {
        (unlinking, "create_nobody"): unlinking.create_nobody,
        (erasing, "cells_of"): erasing.cells_of,
        (erasing, "hand_over_place"): erasing.hand_over_place,
    }
    left = []
    for (module, name), cut_at in zip(whole, (0, 2, 0), strict=True):
        calls = iter(range(100))

        def cut(*args: Any, calls: Any = calls, key: Any = (module, name), at: int = cut_at) -> Any:
            if next(calls) == at:
                raise OperationalError("the connection went away")
            return whole[key](*args)

        with monkeypatch.context() as patch:
            patch.setattr(module, name, cut)
            with pytest.raises(OperationalError):
                run_job(Erasure, job.pk, erasing.erase)
        left.append(Judgment.objects.filter(annotator=seat.annotator_id).count())
        assert_nothing_has_drifted(campaign)
    assert left == [12, 6, 0]
    job = erased(job)
    assert (job.judgments, job.assignments, job.steps_done, job.steps_total) == (0, 0, 0, 0)
    assert Judgment.objects.values("annotator").distinct().count() == 1
    assert Seat.objects.get(withdrawn_at=None).submitted == 12
    assert not Coverage.objects.filter(stratum__key="young").exclude(submitted=1).exists()
    before = whole_database()
    run_job(Erasure, job.pk, erasing.erase)
    assert whole_database() == before
    assert_nothing_has_drifted(campaign)


def test_what_stays_is_served_to_nobody_in_its_place():
    campaign = open_with_items(1, overlap=1, consent=KEEPING)
    seat = take_part(campaign)
    judge(serve(seat))
    erased(withdraw(seat.annotator, campaign))
    assert Coverage.objects.get().taken == 1
    assert not isinstance(next_assignment(take_part(campaign)), Assignment)
    assert Campaign.objects.get(pk=campaign.pk).status == CampaignStatus.OPEN


def test_judging_and_withdrawing_at_once_leave_no_answer_to_the_person():
    for _ in range(3):
        campaign = keeping_campaign(6)
        seat = take_part(campaign, age="young")
        judge(serve(seat))
        at_once([partial(work, seat), partial(work, seat), partial(leave, seat)])
        judgments = Judgment.objects.filter(campaign=campaign)
        assert judgments.exists()
        assert not judgments.filter(annotator=seat.annotator_id).exists()
        assert not judgments.exclude(erased_at=None, reason="").exists()
        cells = Coverage.objects.filter(stratum__campaign=campaign)
        assert cells.filter(submitted=1).count() == judgments.count()
        assert not cells.exclude(leased=0).exists()
        assert_nothing_has_drifted(campaign)


# The door

UNLINK = (
    "annotator_id = {annotator}, profile_id = {profile}, consent_id = {consent}, reason = '', "
    "answers = annotation_answers_without_notes(answers), "
    "spans = annotation_spans_without_notes(spans), idempotency_key = '', request_sha256 = ''"
)


def leaving_person(campaign: Campaign) -> tuple[Judgment, dict[str, int]]:
    """A judgment of somebody whose erasure has begun, and whose seat of nobody is there."""
    seat = take_part(campaign, age="young")
    judgment = judge(serve(seat), reason=REASON)
    withdraw(seat.annotator, campaign)
    Erasure.objects.filter(annotator=seat.annotator_id).update(state=JobState.RUNNING)
    nobody = unlinking.seat_of_nobody(Seat.objects.get(pk=seat.pk))
    ids = {"annotator": nobody.annotator_id, "profile": nobody.profile_id}
    return judgment, {**ids, "consent": nobody.consent_id}


def unlink(judgment: Judgment, change: str, **ids: int) -> None:
    attempt(
        f"UPDATE annotation_judgment SET {change.format(**ids)} WHERE id = %s",  # noqa: S608
        judgment.pk,
    )


def test_the_door_opens_for_what_the_consent_keeps():
    judgment, ids = leaving_person(keeping_campaign())
    for state in ("queued", "done", "failed", "cancelled"):
        Erasure.objects.update(state=state)
        with pytest.raises(Error, match="append-only"):
            unlink(judgment, UNLINK, **ids)
    Erasure.objects.update(state="running")
    unlink(judgment, UNLINK, **ids)
    with pytest.raises(Error, match="append-only"):
        unlink(judgment, "reason = 'more'")


@pytest.mark.parametrize(
    "change",
    [
        UNLINK.replace("reason = ''", "reason = reason || '!'"),
        UNLINK.replace(
            "answers = annotation_answers_without_notes(answers)",
            'answers = \'{{"overall": {{"outcome": "tie"}}}}\'',
        ),
        UNLINK.replace("consent_id = {consent}", "consent_id = consent_id"),
        UNLINK.replace("profile_id = {profile}", "profile_id = profile_id"),
        UNLINK.replace("annotator_id = {annotator}", "annotator_id = annotator_id"),
        f"{UNLINK}, item_id = item_id + 1",
        f"{UNLINK}, stratum_id = NULL",
        f"{UNLINK}, confidence = 1",
        f"{UNLINK}, submitted_at = now()",
        f"{UNLINK}, erased_at = now()",
    ],
)
def test_the_door_lets_nothing_else_through(change: str):
    judgment, ids = leaving_person(keeping_campaign())
    with pytest.raises(Error, match="append-only"):
        unlink(judgment, change, **ids)
    assert Judgment.objects.get(pk=judgment.pk).reason == REASON


def test_the_door_stays_shut_where_the_consent_erases():
    judgment, ids = leaving_person(age_campaign())
    with pytest.raises(Error, match="append-only"):
        unlink(judgment, UNLINK, **ids)


def test_the_door_stays_shut_for_those_who_stay():
    campaign = keeping_campaign()
    _gone, ids = leaving_person(campaign)
    other = judge(serve(take_part(campaign, age="young")), reason=REASON)
    running_erasure(other.annotator_id, campaign)
    with pytest.raises(Error, match="append-only"):
        unlink(other, UNLINK, **ids)


CHANGED = {
    Judgment: {
        *("annotator", "profile", "consent", "answers", "spans"),
        *("reason", "idempotency_key", "request_sha256"),
    },
    Assignment: {"annotator", "seat", "draft", "skip_kind", "skip_reason"},
}
STAYS = {
    Judgment: {
        *("id", "assignment", "campaign", "item", "stratum", "guideline", "supersedes"),
        *("task_type", "acceptable", "confidence", "presented_order", "content_hashes"),
        *("strategy", "propensity", "is_repeat", "after_lease", "language", "active_ms"),
        *("elapsed_ms", "software_version", "submitted_at", "erased_at"),
    },
    Assignment: {
        *("id", "campaign", "item", "stratum", "coverage", "guideline", "status", "is_repeat"),
        *("strategy", "propensity", "presented_order", "ahead", "served_at"),
        *("lease_expires_at", "ended_at"),
    },
}


@pytest.mark.parametrize(
    ("model", "statement"),
    [(Judgment, unlinking.UNLINK_JUDGMENTS), (Assignment, unlinking.UNLINK_ASSIGNMENTS)],
)
def test_every_column_is_cut_or_stays_on_purpose(model: Any, statement: str):
    """A new column must be named here as staying, or be cut by unlinking and the trigger's door."""
    cut = set_in(statement.replace(",\n", ", "))
    assert cut == CHANGED[model]
    assert {field.name for field in model._meta.concrete_fields} == STAYS[model] | cut
