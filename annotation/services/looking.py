"""Looking at a file before it is imported: what it is, and which items it would become.

Nothing is stored, and no more than a file's beginning is read. What is wrong with it is told as the
import would tell it, so far as the beginning shows it.
"""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple, cast

from django.conf import settings
from django.core.files.storage import default_storage

from annotation.enums import ItemFormat, JudgmentFormat, TaskTypeKey
from annotation.errors import ItemFileError
from annotation.item_formats.columns import LABEL, PERSON, SAID, Columns
from annotation.item_formats.looking import Beginning, LookRequest, beginning_of
from annotation.item_formats.records import ItemRecord, RecordProblem, item_record
from annotation.judgment_formats.held import are_judgments, holds_judgments
from annotation.judgment_formats.pairs import FIELDS as PAIR_FIELDS
from annotation.judgment_formats.tables import BROKEN, GZIP
from annotation.models import Campaign, GivenFile, Item
from annotation.services.item_columns import columns_problem
from annotation.services.judgment_staging import terms_of_campaign
from annotation.task_types import task_type_of

MOST_RECORDS = 1000
SHOWN = 5
# Without all of these a row is no judgment of a pair, and brings no item.
OF_PAIRS = {"id", "prompt", "response_1", "response_2", PERSON, LABEL}
# They tell which response is better, and never how clearly.
WITHOUT_STRENGTH = (
    JudgmentFormat.PAIRS,
    JudgmentFormat.PANDALM,
    JudgmentFormat.CHATBOT_ARENA,
    JudgmentFormat.PRISM,
)
# What the import of pairs would find by itself, named or not.
OPTIONAL = ("model_1", "model_2", "language")
ZIP = b"PK\x03\x04"
TAR_MARK = slice(257, 262)


class ShownRecord(NamedTuple):
    """A record that would become an item."""

    line: int
    raw: Mapping[str, Any]
    record: ItemRecord


class LineProblem(NamedTuple):
    line: int
    message: str


@dataclass
class Look:
    """What a file's beginning shows.

    `format` is "" where none was found; `known_by` are the fields that told it. Of a table `names`
    are the columns and `columns` says which is which field, as named or as guessed. `judgments` is
    the format in which the file's judgments can be imported, or ""; with `takes_items` its items
    can be. `read` counts records that were read, `known` those that the campaign has already, and
    `total` all of the file, null where nobody counted. `is_whole` where everything was read.
    """

    format: str = ""
    known_by: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    examples: dict[str, str] = field(default_factory=dict)
    columns: Columns = field(default_factory=dict)
    to_name: bool = False
    unnamed: str = ""
    judgments: str = ""
    takes_items: bool = True
    shown: list[ShownRecord] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)
    read: int = 0
    known: int = 0
    total: int | None = None
    is_whole: bool = False

    @property
    def is_sound(self) -> bool:
        """Whether nothing that was seen keeps the file's items from being imported."""
        return self.takes_items and bool(self.shown) and not self.problems and not self.unnamed


def look_at_given(
    given: GivenFile, *, format: str = ItemFormat.AUTO, columns: Columns | None = None
) -> Look:
    """Look at a file that lies in storage. Raises `FileNotFoundError` where it is gone."""
    with default_storage.open(given.stored_name) as stored, unpacked(stored) as (file, is_packed):
        look = look_at(given.campaign, cast(BinaryIO, file), format=format, columns=columns)
    if is_packed:
        # Only imports of judgments unpack by themselves.
        look.takes_items = False
        look.total = look.total if look.is_whole else None
    return look


@contextmanager
def unpacked(stored: Any) -> Iterator[tuple[Any, bool]]:
    """The content of a file under gzip, or the file; and whether it was packed."""
    head = stored.read(len(GZIP))
    stored.seek(0)
    if head == GZIP:
        with gzip.GzipFile(fileobj=stored) as file:
            yield file, True
    else:
        yield stored, False


def look_at(
    campaign: Campaign,
    file: BinaryIO,
    *,
    format: str = ItemFormat.AUTO,
    columns: Columns | None = None,
    is_cut: bool = False,
) -> Look:
    """Look at a file's beginning; `columns` is None where they are to be guessed.

    Of a file that `is_cut` only the first bytes are here. One query at most.
    """
    request = LookRequest(
        format=format,
        columns=columns,
        longest_line=settings.IMPORT_MAX_LINE_BYTES,
        most_records=MOST_RECORDS,
        most_bytes=settings.IMPORT_LOOK_BYTES,
        is_cut=is_cut,
    )
    try:
        if is_dataset(file):
            return Look(format=JudgmentFormat.DATASET, judgments="dataset", takes_items=False)
        beginning = beginning_of(file, items_only(request))
    except ItemFileError as error:
        return Look(problems=[LineProblem(error.line, error.message)])
    except BROKEN as error:
        message = f"This file cannot be read to its end: {error}."
        return Look(problems=[LineProblem(1, message)])
    return look_of(campaign, beginning, columns)


def is_dataset(file: BinaryIO) -> bool:
    """Whether this is an archive as datasets of this platform are; the file is rewound."""
    head = file.read(TAR_MARK.stop)
    file.seek(0)
    return head.startswith(ZIP) or head[TAR_MARK] == b"ustar"


def items_only(request: LookRequest) -> LookRequest:
    """Items are not made of what people said of them."""
    if request.columns is None:
        return request
    kept = {name: column for name, column in request.columns.items() if name not in SAID}
    return request._replace(columns=kept)


def look_of(campaign: Campaign, beginning: Beginning, columns: Columns | None) -> Look:
    named = beginning.columns if columns is None else columns
    look = Look(
        format=beginning.format,
        known_by=beginning.known_by,
        names=beginning.names,
        examples=beginning.examples,
        columns=named,
        to_name=beginning.to_name,
        total=beginning.total,
        is_whole=beginning.is_whole,
        read=len(beginning.records),
    )
    if beginning.to_name and are_judgments(beginning.names) and columns is None:
        look.judgments, look.takes_items, look.to_name = beginning.format, False, False
        return look
    look.judgments = judgments_in(campaign, beginning, named)
    if beginning.to_name:
        of_items = {name: one for name, one in named.items() if name not in SAID}
        look.unnamed = columns_problem(of_items)
    if not look.unnamed:
        check(campaign, beginning, look)
    return look


def judgments_in(campaign: Campaign, beginning: Beginning, named: Columns) -> str:
    """The format of the judgments that the file holds besides items, or ""."""
    if named.keys() >= OF_PAIRS:
        return JudgmentFormat.PAIRS
    terms = terms_of_campaign(campaign)
    held = holds_judgments(beginning.format, beginning.entries, terms)
    return beginning.format if held else ""


def check(campaign: Campaign, beginning: Beginning, look: Look) -> None:
    """Hold the records against the item file's form, each other and the campaign."""
    task_type = task_type_of(campaign.task_type)
    found: list[ShownRecord] = []
    for raw in beginning.records:
        try:
            if raw.value is None:
                raise RecordProblem(raw.problem)
            record = item_record(raw.value, task_type)
            refuse_unasked(campaign, raw.value)
            found.append(ShownRecord(raw.line, raw.value, record))
        except RecordProblem as problem:
            look.problems.append(LineProblem(raw.line, str(problem)[:500]))
    if beginning.is_whole and not beginning.records:
        look.problems.append(LineProblem(1, "No items in this file."))
    fresh = without_repeated(found, look)
    refuse_changed(campaign, fresh, look)
    look.problems.sort()
    look.shown = fresh[:SHOWN]


def refuse_unasked(campaign: Campaign, raw: Mapping[str, Any]) -> None:
    check_answers = raw.get("check") or {}
    if not set(check_answers) <= set(campaign.criterion_keys):
        raise RecordProblem("`check` names a criterion that this campaign does not have.")


def without_repeated(found: list[ShownRecord], look: Look) -> list[ShownRecord]:
    """The first record of each id; what differs under a used id is a problem."""
    first: dict[str, ShownRecord] = {}
    for one in found:
        other = first.setdefault(one.record.external_id, one)
        if other.record.content_sha256 != one.record.content_sha256:
            name = one.record.external_id[:100]
            message = f'Id "{name}" was used on line {other.line} with other content.'
            look.problems.append(LineProblem(one.line, message))
    return list(first.values())


def refuse_changed(campaign: Campaign, found: list[ShownRecord], look: Look) -> None:
    """Count what the campaign has already, and note what it has with other content."""
    ids = [one.record.external_id for one in found]
    there = Item.objects.filter(campaign=campaign, external_id__in=ids)
    known = dict(there.values_list("external_id", "content_sha256")) if ids else {}
    for one in found:
        sha256 = known.get(one.record.external_id)
        if sha256 == one.record.content_sha256:
            look.known += 1
        elif sha256 is not None:
            name = one.record.external_id[:100]
            message = f'Id "{name}" is already in this campaign with other content.'
            look.problems.append(LineProblem(one.line, message))


def needs_strength(campaign: Campaign, look: Look) -> bool:
    """Whether the file's preferences could not be stored without a stated strength."""
    return campaign.task_type == TaskTypeKey.PAIRWISE and look.judgments in WITHOUT_STRENGTH


def item_columns(columns: Columns) -> dict[str, Any]:
    """Of named columns those that an import of items takes."""
    return {name: column for name, column in columns.items() if name not in SAID}


def pair_columns(columns: Columns) -> dict[str, str]:
    """Of named columns those that an import of pairs takes; what was left out is named nothing."""
    renamed = {("item_id" if name == "id" else name): one for name, one in columns.items()}
    named = {name: one for name, one in renamed.items() if name in PAIR_FIELDS}
    return dict.fromkeys(OPTIONAL, "") | named
