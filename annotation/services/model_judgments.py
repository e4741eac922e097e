"""Bringing models' answers into a campaign, beside what people judged: all of a file, or nothing.

They are held against items and task type by the same code as judgments of people
(`judgment_fitting`), and become rows of a table of their own. Nobody is seated, no coverage counts
them, and nothing that reads judgments sees them.
"""

import uuid
from collections.abc import Iterator, Sequence
from itertools import islice

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.validators import ProhibitNullCharactersValidator
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from accounts.services import trail
from annotation.errors import Conflict, ItemFileError, Unfit
from annotation.item_formats.records import RecordProblem
from annotation.judgment_formats import JudgmentSource, Placed
from annotation.judgment_formats.base import SourceRequest
from annotation.judgment_formats.model_records import (
    LONGEST_MODEL,
    LONGEST_VERSION,
    ModelRecord,
    model_record,
    open_model_judgments,
)
from annotation.models import Campaign, ModelJudgment, ModelJudgmentImport, ModelJudgmentProblem
from annotation.services.copying import copy_rows
from annotation.services.imports import progress_beside
from annotation.services.jobs import JobFailed
from annotation.services.judgment_fitting import Fitting, Portion, fingerprint_of
from annotation.services.judgment_imports import too_long_ones
from annotation.services.judgment_staging import (
    MOST_PROBLEMS,
    RECORDS_AT_ONCE,
    local_copy,
    terms_of_campaign,
)

Problems = list[tuple[int, str]]
SAME_IN_FILE = "This answer of the model was in the file before with other content."
SAME_IN_CAMPAIGN = "This answer of the model is already in the campaign with other content."


def request_model_import(
    campaign: Campaign,
    *,
    content: File,  # type: ignore[type-arg]
    file_name: str,
    model: str = "",
    prompt_version: str = "",
    requested_by: User | None,
) -> ModelJudgmentImport:
    """Keep the file and note that its answers are to be imported; a worker does the rest.

    `model` and `prompt_version` stand for lines that name none. Raises `Unfit`, or `Conflict` for
    a draft. A closed campaign takes them: they count towards nothing that closing ended.
    """
    if campaign.opened_at is None:
        raise Conflict(
            _("A draft may still change what it asks. Open the campaign before answers come in."),
            code="draft",
        )
    limits = {"model": (model, LONGEST_MODEL), "prompt_version": (prompt_version, LONGEST_VERSION)}
    problems = too_long_ones(limits)
    refusal = str(ProhibitNullCharactersValidator.message)
    problems |= {name: refusal for name, (text, _most) in limits.items() if "\0" in text}
    if problems:
        raise Unfit(_("The import cannot be made as it is."), fields=problems)
    stored_name = default_storage.save(f"imports/{campaign.pk}/{uuid.uuid4().hex}", content)
    with transaction.atomic():
        job = ModelJudgmentImport.objects.create(
            campaign=campaign,
            stored_name=stored_name,
            file_name=file_name.replace("\0", "")[:200],
            model=model,
            prompt_version=prompt_version,
            steps_total=default_storage.size(stored_name),
            created_by=requested_by,
        )
        trail.record(
            Deed.MODELS_IMPORTED,
            campaign=campaign,
            thing=job,
            by=requested_by,
            file=job.file_name,
        )
    return job


class Refused(Exception):
    """The file has problems; what was inserted of it is rolled back."""


def import_model_judgments(job: ModelJudgmentImport) -> None:
    """The work of the job, in one transaction: check and insert portion by portion."""
    if job.published_at is None:
        try:
            take_in(job)
        except (OperationalError, InterfaceError):
            raise  # the database is away: a resumed job begins anew
        except Exception:
            default_storage.delete(job.stored_name)
            raise
    default_storage.delete(job.stored_name)


def take_in(job: ModelJudgmentImport) -> None:
    intake = Intake(job)
    try:
        with local_copy(job.stored_name) as path, transaction.atomic():
            one_after_the_other(job.campaign)
            request = SourceRequest(
                path,
                path.parent,
                settings.IMPORT_MAX_LINE_BYTES,
                settings.IMPORT_MAX_FILE_BYTES,
                terms_of_campaign(job.campaign),
            )
            intake.read(open_model_judgments(request))
            if intake.problems:
                raise Refused
            intake.publish()
    except Refused:
        fail(job, intake.problems)
    except ItemFileError as error:
        fail(job, [(error.line, error.message)])


def one_after_the_other(campaign: Campaign) -> None:
    """Two imports into one campaign would not see each other's rows and both insert the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('model answers'), %s)", [campaign.pk])


def fail(job: ModelJudgmentImport, problems: Problems) -> None:
    """End the job with what was found wrong in its file."""
    ModelJudgmentProblem.objects.filter(model_import=job).delete()
    ModelJudgmentProblem.objects.bulk_create(
        ModelJudgmentProblem(model_import=job, line=line, message=message[:500])
        for line, message in problems[:MOST_PROBLEMS]
    )
    job.error_count = min(len(problems), MOST_PROBLEMS)
    job.save(update_fields=["error_count", "records_read"])
    lines = "1 line" if job.error_count == 1 else f"{job.error_count} lines"
    more = " or more" if job.error_count >= MOST_PROBLEMS else ""
    raise JobFailed(f"{lines}{more} could not be taken. No answer of a model was imported.")


class Intake:
    """Reads a file's records, holds them against the campaign and inserts those that are new."""

    def __init__(self, job: ModelJudgmentImport) -> None:
        self.job = job
        self.fitting = Fitting(job.campaign)
        self.now = timezone.now()
        self.problems: Problems = []
        self.read_count = self.created = self.unchanged = 0

    def read(self, source: JudgmentSource) -> None:
        with progress_beside(self.job) as report:
            for portion in portions(source):
                self.take(portion)
                self.read_count += len(portion)
                done = (self.job.steps_total or 0) * source.position // max(1, source.size)
                report(done)
                if len(self.problems) >= MOST_PROBLEMS:
                    break
        if not self.read_count:
            self.problems.append((1, "No judgments in this file."))
        self.job.records_read = self.read_count

    def take(self, portion: Sequence[Placed]) -> None:
        """Insert what is new of some records; note what is wrong with the others."""
        read: list[tuple[Placed, ModelRecord]] = []
        for placed in portion:
            try:
                read.append((placed, self.record(placed)))
            except RecordProblem as problem:
                self.problems.append(placed.told(str(problem)))
        about = self.fitting.portion([record.said for _placed, record in read])
        checked: list[tuple[Placed, ModelJudgment]] = []
        for placed, record in read:
            try:
                checked.append((placed, self.judgment(record, about)))
            except RecordProblem as problem:
                self.problems.append(placed.told(str(problem)))
        new = self.new_among(checked)
        copy_rows(new)
        self.created += len(new)

    def record(self, placed: Placed) -> ModelRecord:
        if placed.value is None:
            raise RecordProblem(placed.problem)
        job = self.job
        return model_record(placed.value, model=job.model, prompt_version=job.prompt_version)

    def judgment(self, record: ModelRecord, about: Portion) -> ModelJudgment:
        """The answer as it will be stored; raises `RecordProblem` where it does not fit."""
        said = record.said
        item, answers = about.fitted(said)
        return ModelJudgment(
            campaign=self.job.campaign,
            item_id=item.pk,
            model_import=self.job,
            model=record.model,
            prompt_version=record.prompt_version,
            settings=record.settings,
            sample=record.sample,
            task_type=self.fitting.task_type.key,
            answers=answers,
            acceptable=said.acceptable,
            spans=said.spans,
            reason=said.reason,
            confidence=said.confidence,
            presented_order=said.presented_order,
            content_hashes=item.hashes,
            submitted_at=said.submitted_at,
            key=record.key,
            sha256=fingerprint_of(said),
            software_version=settings.VERSION,
            created_at=self.now,
        )

    def new_among(self, checked: Sequence[tuple[Placed, ModelJudgment]]) -> list[ModelJudgment]:
        """Those that neither the campaign nor what was read of the file has already."""
        keys = [one.key for _placed, one in checked]
        rows = ModelJudgment.objects.filter(campaign=self.job.campaign, key__in=keys)
        known = {
            key: (sha256, SAME_IN_FILE if own == self.job.pk else SAME_IN_CAMPAIGN)
            for key, sha256, own in rows.values_list("key", "sha256", "model_import")
        }
        new = []
        for placed, one in checked:
            if one.key not in known:
                known[one.key] = (one.sha256, SAME_IN_FILE)
                new.append(one)
                continue
            sha256, message = known[one.key]
            if sha256 == one.sha256:
                self.unchanged += 1
            else:
                self.problems.append(placed.told(message))
        return new

    def publish(self) -> None:
        """Note on the job what has come in; the caller's transaction commits both."""
        job = self.job
        job.created_count, job.unchanged_count = self.created, self.unchanged
        job.published_at = timezone.now()
        counts = ("created_count", "unchanged_count", "records_read")
        job.save(update_fields=["published_at", *counts])


def portions(source: JudgmentSource) -> Iterator[list[Placed]]:
    rows = source.judgments()
    while portion := list(islice(rows, RECORDS_AT_ONCE)):
        yield portion
