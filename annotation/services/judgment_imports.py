"""Bringing judgments that were given elsewhere into a campaign: all of a file, or nothing."""

from collections.abc import Collection, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.consents import check_purposes
from accounts.services.trail import record
from annotation.content import canonical_json
from annotation.enums import CampaignStatus, JobState, JudgmentFormat
from annotation.errors import Conflict, ItemFileError, Unfit
from annotation.judgment_formats import JudgmentSource
from annotation.judgment_formats.dataset import pack
from annotation.judgment_formats.label_studio import STRENGTHS
from annotation.judgment_formats.pairs import FIELDS as PAIR_FIELDS
from annotation.models import Campaign, ItemImport, JudgmentImport
from annotation.services.given_files import Content, stored
from annotation.services.imports import import_items, request_import, wait_for_other_imports
from annotation.services.jobs import JobFailed, run_job
from annotation.services.judgment_checks import leave_what_is_new
from annotation.services.judgment_publishing import publish
from annotation.services.judgment_staging import (
    discard_staged,
    fail_with_problems,
    note_problems,
    opened_source,
    stage_source,
)

LONGEST_BASIS = 2000
LONGEST_SOURCE = 60


def request_judgment_import(
    campaign: Campaign,
    *,
    content: Content,
    file_name: str,
    purposes: Collection[str] | None,
    asserted_by: str,
    basis: str = "",
    source: str = "",
    format: str = JudgmentFormat.AUTO,
    strength: int | None = None,
    columns: str | Mapping[str, str] = "",
    takes_items: bool = True,
    requested_by: User | None,
) -> JudgmentImport:
    """Keep the file and note that its judgments are to be imported; a worker does the rest.

    `purposes` is what `asserted_by` states that the people agreed to: none of the campaign's own
    required purposes may be missing, and to state nothing at all is refused where the campaign has
    purposes. `strength` (1 or 2) and `columns` (name here → column, or "name here=column, …") are
    for tables of pairs; with columns named, a file is taken for one. Raises `Unfit`, or `Conflict`
    for a campaign that was never opened or is closed.
    """
    refuse_other_states(campaign)
    stated = clean_purposes(campaign, purposes)
    named, unnamed = named_columns(columns) if isinstance(columns, str) else (dict(columns), "")
    if named and format == JudgmentFormat.AUTO:
        format = JudgmentFormat.PAIRS
    if named and format != JudgmentFormat.PAIRS:
        unnamed = _("Only the columns of a table of pairs can be named.")
    problems = {
        **too_long_ones({"source": (source, LONGEST_SOURCE), "basis": (basis, LONGEST_BASIS)}),
        **not_among_them(format, strength),
        **({"columns": unnamed} if unnamed else {}),
    }
    if problems:
        raise Unfit(_("The import cannot be made as it is."), fields=problems)
    with stored(campaign, content) as stored_name, transaction.atomic():
        job = JudgmentImport.objects.create(
            campaign=campaign,
            stored_name=stored_name,
            file_name=file_name[:200],
            format=format,
            source=source,
            strength=strength,
            columns=named,
            purposes=stated,
            basis=basis.strip(),
            asserted_by=asserted_by[:254],
            takes_items=takes_items,
            steps_total=default_storage.size(stored_name) * JudgmentImport.PASSES,
            created_by=requested_by,
        )
        record(
            Deed.JUDGMENTS_IMPORTED,
            campaign=campaign,
            thing=job,
            by=requested_by,
            file=job.file_name,
            purposes=stated,
            asserted_by=job.asserted_by,
        )
    return job


def request_folder_import(campaign: Campaign, folder: Path, **parts: Any) -> JudgmentImport:
    """The same for the folder of a dataset on this machine. Raises `ItemFileError` for others."""
    with TemporaryFile() as packed:
        pack(folder, packed)
        packed.seek(0)
        return request_judgment_import(
            campaign, content=File(packed), file_name=folder.name, **parts
        )


def not_among_them(format: str, strength: int | None) -> dict[str, str]:
    """What is wrong with a format or a strength that there is not."""
    problems = {}
    if format not in JudgmentFormat.values:
        known = ", ".join(JudgmentFormat.values)
        problems["format"] = _("Must be one of %(known)s.") % {"known": known}
    if strength not in (None, *STRENGTHS):
        problems["strength"] = _("Must be 1 (slightly) or 2 (clearly).")
    return problems


def too_long_ones(texts: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    """What is wrong with texts that are longer than they may be, each given with its most."""
    return {
        name: ngettext(
            "Must have at most %(most)d character.", "Must have at most %(most)d characters.", most
        )
        % {"most": most}
        for name, (text, most) in texts.items()
        if len(text) > most
    }


def named_columns(text: str) -> tuple[dict[str, str], str]:
    """What `item_id=pair, label=choice` names, split at commas or lines; and what is wrong."""
    named: dict[str, str] = {}
    for part in filter(None, map(str.strip, text.replace(",", "\n").splitlines())):
        name, _sign, column = map(str.strip, part.partition("="))
        if name not in PAIR_FIELDS:
            return {}, _("Unknown: %(name)s. There are %(known)s.") % {
                "name": name[:100],
                "known": ", ".join(PAIR_FIELDS),
            }
        if not column:
            return {}, _("Say which column holds %(name)s, as in %(name)s=column.") % {"name": name}
        named[name] = column
    return named, ""


def refuse_other_states(campaign: Campaign) -> None:
    if campaign.opened_at is None:
        raise Conflict(
            _(
                "A draft may still change what it asks. Open the campaign before judgments come "
                "in; you can pause it at once."
            ),
            code="draft",
        )
    if campaign.status == CampaignStatus.CLOSED:
        raise Conflict(_("A closed campaign takes no more judgments."), code="campaign-closed")


def clean_purposes(campaign: Campaign, purposes: Collection[str] | None) -> list[str]:
    """What is stated, in the order of the campaign's consent; raises `Unfit`."""
    document = campaign.consent_document
    if purposes is None:
        if document.purposes:
            keys = ", ".join(document.purpose_keys)
            raise Unfit(
                _("State what the people agreed to."),
                fields={
                    "purposes": _("Name those of %(keys)s that they agreed to, or none.")
                    % {"keys": keys}
                },
            )
        return []
    try:
        check_purposes(document, purposes)
    except Unfit as unfit:
        raise Unfit(
            _("What the people agreed to is not what this campaign needs."),
            fields={"purposes": unfit.fields["consent.purposes"]},
        ) from unfit
    return [key for key in document.purpose_keys if key in purposes]


def import_judgments(job: JudgmentImport) -> None:
    """The work of the job: items where the file has them, stage, check, publish."""
    if job.published_at is None:
        try:
            stage(job)
            check_and_publish(job)
        except (OperationalError, InterfaceError):
            raise  # the database is away: what is staged is where a resumed job goes on
        except Exception:
            discard_staged(job)
            default_storage.delete(job.stored_name)
            raise
    default_storage.delete(job.stored_name)


def stage(job: JudgmentImport) -> None:
    try:
        with opened_source(job) as source:
            take_items(job, source)
            stage_source(job, source)
    except ItemFileError as error:
        note_problems(job, [(error.line, error.message)])
        fail_with_problems(job)
    if job.error_count:
        fail_with_problems(job)


def take_items(job: JudgmentImport, source: JudgmentSource) -> None:
    """Import the items that the file brings along, by an import of their own, before all else.

    They stay where the judgments then fail: giving the file again finds them unchanged.
    """
    items = source.items() if job.takes_items else None
    if items is None:
        return
    if job.item_import is None:
        with TemporaryFile() as lines:
            for item in items:
                lines.write(canonical_json(item) + b"\n")
            lines.seek(0)
            job.item_import = request_import(
                job.campaign,
                content=File(lines),
                file_name=job.file_name,
                format="jsonl",
                requested_by=job.created_by,
            )
        job.save(update_fields=["item_import"])
    run_job(ItemImport, job.item_import.pk, import_items)
    job.item_import.refresh_from_db()
    if job.item_import.state != JobState.DONE:
        found = job.item_import.problems.all()[:100]
        note_problems(job, [(one.line, f"items: {one.message}") for one in found])
        raise JobFailed(f"The file's items could not be imported. {job.item_import.error}".strip())


def check_and_publish(job: JudgmentImport) -> None:
    """Turn staged rows into judgments in one transaction, or note what is wrong with them."""
    with transaction.atomic():
        wait_for_other_imports(job.campaign)
        job.campaign.refresh_from_db()
        leave_what_is_new(job)
        if not job.error_count:
            publish(job)
    if job.published_at is None:
        fail_with_problems(job)
