"""The first pass of an import of judgments: records, held against their items, into staged rows."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import Unfit
from accounts.models import Question
from accounts.services.imported import imported_digest
from accounts.services.questionnaires import clean_answers as clean_profile
from annotation.asking import Asking
from annotation.enums import JudgmentFormat
from annotation.item_formats.records import RecordProblem
from annotation.judgment_formats import SOURCES, JudgmentSource, Placed, Terms, detect_format
from annotation.judgment_formats.base import SourceRequest
from annotation.judgment_formats.records import (
    AFTER_LEASE,
    JudgmentRecord,
    judgment_record,
    person_record,
)
from annotation.models import (
    Campaign,
    Judgment,
    JudgmentImport,
    JudgmentProblem,
    Response,
    StagedJudgment,
    StagedPerson,
)
from annotation.passages import plain_text
from annotation.services.copying import copy_rows, reserved_ids
from annotation.services.jobs import JobFailed, report_progress
from annotation.services.submissions import Submission, clean_answer, side_problems
from annotation.task_types import AnswerProblem, TaskType, task_type_of

RECORDS_AT_ONCE = 2000
MOST_PROBLEMS = 1000
COPY_BYTES = 1024 * 1024

ITEMS = """
SELECT item.external_id, item.id, item.content_hashes,
       (SELECT array_agg(response.external_id ORDER BY response.position)
        FROM annotation_response response WHERE response.item_id = item.id)
FROM annotation_item item
WHERE item.campaign_id = %(campaign)s AND item.external_id = ANY(%(ids)s)
"""


@dataclass(frozen=True)
class JudgedItem:
    """An item of the campaign, as far as judgments on it are checked by it."""

    pk: int
    content_hashes: str
    response_ids: list[str]


@dataclass
class Chunk:
    """What became of some records."""

    judgments: list[StagedJudgment] = field(default_factory=list)
    people: list[StagedPerson] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


@contextmanager
def opened_source(job: JudgmentImport) -> Iterator[JudgmentSource]:
    """The import's file, on this machine's disk for as long as the block lasts.

    Raises `ItemFileError` for what cannot be read as any format.
    """
    with TemporaryDirectory(prefix="judgments-") as name:
        work = Path(name)
        path = work / "file"
        with default_storage.open(job.stored_name) as stored, path.open("wb") as copy:
            for chunk in stored.chunks(COPY_BYTES):
                copy.write(chunk)
        kind = job.format if job.format != JudgmentFormat.AUTO else detect_format(path)
        job.format = kind
        yield SOURCES[kind](
            SourceRequest(
                path,
                work,
                settings.IMPORT_MAX_LINE_BYTES,
                settings.IMPORT_MAX_FILE_BYTES,
                terms_of(job),
            )
        )


def terms_of(job: JudgmentImport) -> Terms:
    campaign = job.campaign
    return Terms(campaign.task_type, campaign.criterion_keys[0], job.strength, job.columns)


def stage_source(job: JudgmentImport, source: JudgmentSource) -> None:
    """Read everything into staged rows; a resumed job passes over what it has.

    Raises `JobFailed` where there are no judgments.
    """
    if not can_go_on(job):
        begin_staging(job)
    everything = chain(
        ((True, placed) for placed in source.people()),
        ((False, placed) for placed in source.judgments()),
    )
    records = islice(everything, job.records_read, None)
    checker = Checker(job)
    while portion := list(islice(records, RECORDS_AT_ONCE)):
        stage_chunk(job, checker.checked(portion), len(portion))
        step = (job.steps_total or 0) // job.PASSES
        report_progress(job, min(step, step * source.position // max(1, source.size)))
        if job.error_count >= MOST_PROBLEMS:
            break
    if not job.staged.exists() and not job.error_count:
        note_problems(job, [(1, "No judgments in this file.")])


def can_go_on(job: JudgmentImport) -> bool:
    """Whether an earlier attempt read records and they are still there.

    A crash of the database empties unlogged tables; so does moving to another server.
    """
    kept = job.staged.count() + job.staged_people.count() + job.problems.count()
    return 0 < job.records_read == kept


def begin_staging(job: JudgmentImport) -> None:
    with transaction.atomic():
        discard_staged(job)
        job.problems.all().delete()
        job.records_read = job.error_count = 0
        job.save(update_fields=["format", "records_read", "error_count"])


def discard_staged(job: JudgmentImport) -> None:
    job.staged.all().delete()
    job.staged_people.all().delete()


def stage_chunk(job: JudgmentImport, chunk: Chunk, records: int) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Nobody is told of this commit: a crash that forgets it empties the staged rows too.
            cursor.execute("SET LOCAL synchronous_commit = off")
        ids = reserved_ids(Judgment(), len(chunk.judgments))
        for row, judgment_id in zip(chunk.judgments, ids, strict=True):
            row.judgment_id = judgment_id
        copy_rows(chunk.judgments)
        copy_rows(chunk.people)
        job.records_read += records
        note_problems(job, chunk.problems)
        job.save(update_fields=["records_read"])


def note_problems(job: JudgmentImport, problems: Sequence[tuple[int, str]]) -> None:
    """Note what is wrong. Without any the job's row is left alone: progress may be told beside."""
    if not problems:
        return
    JudgmentProblem.objects.bulk_create(
        JudgmentProblem(judgment_import=job, line=line, message=message[:500])
        for line, message in problems
    )
    job.error_count += len(problems)
    job.save(update_fields=["error_count"])


def fail_with_problems(job: JudgmentImport) -> None:
    """End the job with what was found wrong in its file."""
    job.error_count = job.problems.count()
    job.save(update_fields=["error_count"])
    lines = "1 line" if job.error_count == 1 else f"{job.error_count} lines"
    more = " or more" if job.error_count >= MOST_PROBLEMS else ""
    raise JobFailed(f"{lines}{more} could not be taken. No judgment was imported.")


class Checker:
    """Holds records against the campaign they are to come into, a portion at a time."""

    def __init__(self, job: JudgmentImport) -> None:
        self.job = job
        self.campaign: Campaign = job.campaign
        self.task_type: TaskType = task_type_of(self.campaign.task_type)
        asking = Asking.of(self.campaign.asking)
        self.criteria = {one["key"]: asking.asked(one) for one in self.campaign.criteria}
        self.questions: list[Question] = list(self.campaign.questionnaire.questions.all())
        self.question_keys = {question.key for question in self.questions}
        self.now = timezone.now()

    def checked(self, portion: Sequence[tuple[bool, Placed]]) -> Chunk:
        chunk = Chunk()
        read: list[tuple[Placed, JudgmentRecord]] = []
        for is_person, placed in portion:
            try:
                if placed.value is None:
                    raise RecordProblem(placed.problem)
                if is_person:
                    chunk.people.append(self.person(placed.line, placed.value))
                else:
                    read.append((placed, judgment_record(placed.value)))
            except RecordProblem as problem:
                chunk.problems.append(placed.told(str(problem)))
        items = self.items_of(record.item_id for _placed, record in read)
        spanned = {record.item_id for _placed, record in read if has_spans(record)}
        lengths = text_lengths(items[one].pk for one in spanned & items.keys())
        for placed, record in read:
            try:
                chunk.judgments.append(self.judgment(placed.line, record, items, lengths))
            except RecordProblem as problem:
                chunk.problems.append(placed.told(str(problem)))
        return chunk

    def items_of(self, ids: Iterable[str]) -> dict[str, JudgedItem]:
        """The campaign's items of these ids, those it does not have left out."""
        names: dict[str, Any] = {"campaign": self.campaign.pk, "ids": sorted(set(ids))}
        with connection.cursor() as cursor:
            cursor.execute(ITEMS, names)
            return {
                external_id: JudgedItem(pk, hashes, response_ids)
                for external_id, pk, hashes, response_ids in cursor.fetchall()
            }

    def person(self, line: int, raw: Mapping[str, Any]) -> StagedPerson:
        """Somebody's answers, those to questions that the campaign asks."""
        annotator_id, version, answers = person_record(raw)
        own = {key: one for key, one in answers.items() if key in self.question_keys}
        return StagedPerson(
            judgment_import=self.job,
            line=line,
            person=self.digest(annotator_id),
            version=version,
            answers=self.profile(own),
        )

    def profile(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return dict(clean_profile(self.questions, answers))
        except Unfit as unfit:
            raise RecordProblem(told(unfit.fields)) from unfit

    def judgment(
        self,
        line: int,
        record: JudgmentRecord,
        items: Mapping[str, JudgedItem],
        lengths: Mapping[int, Mapping[str, int]],
    ) -> StagedJudgment:
        """The judgment as it will be stored; raises `RecordProblem` where it does not fit."""
        item = items.get(record.item_id)
        if item is None:
            raise RecordProblem(f'The campaign has no item "{record.item_id[:100]}".')
        refuse_other_kind(record, item, self.campaign.task_type)
        submission = Submission(
            answers=record.answers,
            reason=record.reason,
            confidence=record.confidence,
            active_ms=record.active_ms,
            acceptable=record.acceptable,
            spans=record.spans,
        )
        answers = self.answers(submission, item, lengths)
        if record.profile is not None and record.profile.keys() - self.question_keys:
            unknown = ", ".join(sorted(record.profile.keys() - self.question_keys))
            raise RecordProblem(f"The campaign does not ask: {unknown}.")
        try:
            sha256 = record.fingerprint()
        except ValueError as error:
            raise RecordProblem("It holds what cannot be stored.") from error
        return StagedJudgment(
            judgment_import=self.job,
            line=line,
            person=self.digest(record.annotator_id),
            item_id=item.pk,
            key=self.key(record.judgment_id or own_id(record)),
            supersedes_key=self.key(record.supersedes) if record.supersedes else "",
            sha256=sha256,
            stratum=record.stratum,
            profile_version=record.profile_version,
            profile=None if record.profile is None else self.profile(record.profile),
            is_repeat=record.is_repeat,
            after_lease=AFTER_LEASE in record.flags,
            flags=[flag for flag in record.flags if flag != AFTER_LEASE],
            answers=answers,
            acceptable=record.acceptable,
            spans=record.spans,
            reason=record.reason,
            confidence=record.confidence,
            presented_order=record.presented_order,
            language=record.language,
            active_ms=record.active_ms,
            elapsed_ms=record.elapsed_ms,
            submitted_at=record.submitted_at or self.now,
        )

    def answers(
        self, submission: Submission, item: JudgedItem, lengths: Mapping[int, Mapping[str, int]]
    ) -> dict[str, Any]:
        """The answers in stored form: to one criterion at least, as elsewhere less may be asked."""
        ids = sorted(item.response_ids)
        if not isinstance(submission.answers, dict) or not submission.answers:
            raise RecordProblem("`answers` must be an object with an answer to some criterion.")
        answers = {}
        for key, raw in submission.answers.items():
            if key not in self.criteria:
                raise RecordProblem(f"The campaign has no criterion {str(key)[:100]}.")
            try:
                answers[key] = clean_answer(raw, self.task_type, ids, self.criteria[key])
            except AnswerProblem as problem:
                path = f"answers.{key}.{problem.field}" if problem.field else f"answers.{key}"
                raise RecordProblem(f"{path}: {problem.message}") from problem
        problems = side_problems(submission, ids)
        if problems:
            raise RecordProblem(told(problems))
        refuse_spans_beyond(submission, answers, lengths.get(item.pk, {}))
        return answers

    def digest(self, annotator_id: str) -> str:
        return imported_digest(f"{self.campaign.pk}\x1f{self.job.source}", annotator_id)

    def key(self, judgment_id: str) -> str:
        """A judgment's name among those of its source, of one length."""
        return hashlib.sha256(f"{self.job.source}\x1f{judgment_id}".encode()).hexdigest()


def own_id(record: JudgmentRecord) -> str:
    """What tells a judgment without an id from others: one for each person and item."""
    parts = (record.annotator_id, record.item_id, "repeat" if record.is_repeat else "first")
    return "\x1f".join(parts)


def refuse_other_kind(record: JudgmentRecord, item: JudgedItem, task_type: str) -> None:
    """Raise `RecordProblem` where something else was judged, or in another way."""
    if record.task_type and record.task_type != task_type:
        raise RecordProblem(f"It was asked as {record.task_type}; this campaign asks {task_type}.")
    if record.presented_order and sorted(record.presented_order) != sorted(item.response_ids):
        raise RecordProblem("`presented_order` does not name the responses of its item.")
    if record.content_hashes and record.content_hashes != json.loads(item.content_hashes):
        raise RecordProblem("The item that was judged had other texts than the campaign's.")


def has_spans(record: JudgmentRecord) -> bool:
    answers = record.answers.values() if isinstance(record.answers, dict) else ()
    return bool(record.spans) or any(isinstance(one, dict) and one.get("spans") for one in answers)


def text_lengths(item_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many characters the responses of these items have, by item and response."""
    lengths: dict[int, dict[str, int]] = defaultdict(dict)
    responses = Response.objects.filter(item__in=list(item_ids)).order_by()
    for item_id, response_id, content in responses.values_list("item", "external_id", "content"):
        lengths[item_id][response_id] = len(plain_text(content))
    return lengths


def refuse_spans_beyond(
    submission: Submission, answers: Mapping[str, Any], lengths: Mapping[str, int]
) -> None:
    for spans in (submission.spans, *(one.get("spans") for one in answers.values())):
        for span in spans or ():
            if span["end"] > lengths[span["response"]]:
                raise RecordProblem(
                    f"A span ends after the {lengths[span['response']]} characters of its response."
                )


def told(problems: Mapping[str, str]) -> str:
    return "; ".join(f"{field}: {message}" for field, message in problems.items())
