"""The first pass of an import of judgments: records, held against their items, into staged rows."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
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
    StagedJudgment,
    StagedPerson,
)
from annotation.services.copying import copy_rows, reserved_ids
from annotation.services.jobs import JobFailed, report_progress
from annotation.services.judgment_fitting import Fitting, Portion, fingerprint_of, told

RECORDS_AT_ONCE = 2000
MOST_PROBLEMS = 1000
COPY_BYTES = 1024 * 1024


@dataclass
class Chunk:
    """What became of some records."""

    judgments: list[StagedJudgment] = field(default_factory=list)
    people: list[StagedPerson] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


@contextmanager
def local_copy(stored_name: str) -> Iterator[Path]:
    """A stored file on this machine's disk, alone in its folder, for as long as the block lasts."""
    with TemporaryDirectory(prefix="judgments-") as name:
        path = Path(name) / "file"
        with default_storage.open(stored_name) as stored, path.open("wb") as copy:
            for chunk in stored.chunks(COPY_BYTES):
                copy.write(chunk)
        yield path


@contextmanager
def opened_source(job: JudgmentImport) -> Iterator[JudgmentSource]:
    """The import's file, on this machine's disk for as long as the block lasts.

    Raises `ItemFileError` for what cannot be read as any format.
    """
    with local_copy(job.stored_name) as path:
        kind = job.format if job.format != JudgmentFormat.AUTO else detect_format(path)
        job.format = kind
        yield SOURCES[kind](
            SourceRequest(
                path,
                path.parent,
                settings.IMPORT_MAX_LINE_BYTES,
                settings.IMPORT_MAX_FILE_BYTES,
                terms_of(job),
            )
        )


def terms_of(job: JudgmentImport) -> Terms:
    return terms_of_campaign(job.campaign)._replace(strength=job.strength, columns=job.columns)


def terms_of_campaign(campaign: Campaign) -> Terms:
    return Terms(campaign.task_type, campaign.criterion_keys[0])


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
        self.fitting = Fitting(self.campaign)
        self.questions: list[Question] = list(self.campaign.questionnaire.questions.all())
        self.question_keys = {question.key for question in self.questions}
        self.now = timezone.now()

    def checked(self, placed_records: Sequence[tuple[bool, Placed]]) -> Chunk:
        chunk = Chunk()
        read: list[tuple[Placed, JudgmentRecord]] = []
        for is_person, placed in placed_records:
            try:
                if placed.value is None:
                    raise RecordProblem(placed.problem)
                if is_person:
                    chunk.people.append(self.person(placed.line, placed.value))
                else:
                    read.append((placed, judgment_record(placed.value)))
            except RecordProblem as problem:
                chunk.problems.append(placed.told(str(problem)))
        portion = self.fitting.portion([record for _placed, record in read])
        for placed, record in read:
            try:
                chunk.judgments.append(self.judgment(placed.line, record, portion))
            except RecordProblem as problem:
                chunk.problems.append(placed.told(str(problem)))
        return chunk

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

    def judgment(self, line: int, record: JudgmentRecord, portion: Portion) -> StagedJudgment:
        """The judgment as it will be stored; raises `RecordProblem` where it does not fit."""
        item, answers = portion.fitted(record)
        if record.profile is not None and record.profile.keys() - self.question_keys:
            unknown = ", ".join(sorted(record.profile.keys() - self.question_keys))
            raise RecordProblem(f"The campaign does not ask: {unknown}.")
        sha256 = fingerprint_of(record)
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

    def digest(self, annotator_id: str) -> str:
        return imported_digest(f"{self.campaign.pk}\x1f{self.job.source}", annotator_id)

    def key(self, judgment_id: str) -> str:
        """A judgment's name among those of its source, of one length."""
        return hashlib.sha256(f"{self.job.source}\x1f{judgment_id}".encode()).hexdigest()


def own_id(record: JudgmentRecord) -> str:
    """What tells a judgment without an id from others: one for each person and item."""
    parts = (record.annotator_id, record.item_id, "repeat" if record.is_repeat else "first")
    return "\x1f".join(parts)
