"""Which published versions hold a person's rows, and everything held about them as JSON."""

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accounts.models import Annotator
from annotation.enums import JobState
from annotation.models import Assignment, Campaign, Judgment, Seat
from annotation.selectors.own_data import own_sections
from exports.models import HeldRows, Snapshot, Version
from policies.selectors.own import own_sections as own_bounds

Row = dict[str, Any]


def versions_with(annotator: Annotator, campaign: Campaign | None = None) -> list[Row]:
    """Published versions with rows of the person, oldest first, and how many; one query.

    A version made after somebody withdrew is without them, also where it is of an earlier moment.
    """
    seats = Seat.objects.filter(annotator=annotator, campaign=OuterRef("campaign"))
    held_until = Coalesce("moment__frozen_at", "moment__as_of")
    staying = seats.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=OuterRef("held_until")))
    published = Snapshot.objects.filter(moment=OuterRef("moment"), state=JobState.DONE)
    versions = Version.objects.annotate(held_until=held_until).filter(
        Exists(staying), Exists(published)
    )
    if campaign is not None:
        versions = versions.filter(campaign=campaign)
    counted = versions.annotate(
        judgments=count_of(Judgment, "submitted_at", annotator),
        assignments=count_of(Assignment, "served_at", annotator),
        seated=Exists(seats.filter(joined_at__lte=OuterRef("moment__as_of"))),
    ).filter(Q(judgments__gt=0) | Q(assignments__gt=0) | Q(seated=True))
    return list(
        counted.order_by("campaign", "number").values(
            *("number", "judgments", "assignments"),
            slug=F("campaign__slug"),
            title=F("campaign__title"),
            as_of=F("moment__as_of"),
            withdrawn_at=Subquery(seats.values("withdrawn_at")[:1]),
        )
    )


def count_of(model: Any, moment: str, annotator: Annotator) -> Any:
    """How many rows of the person a version holds.

    Those that stayed as nobody's when they withdrew are not theirs any more; then the mark tells.
    """
    marked = HeldRows.objects.filter(
        withdrawal__annotator_id=annotator.pk,
        withdrawal__campaign=OuterRef("campaign"),
        snapshot__moment=OuterRef("moment"),
    )
    number = IntegerField()
    held = Subquery(marked.values(f"{model._meta.model_name}s")[:1], output_field=number)
    still = Subquery(before(model, moment, annotator), output_field=number)
    # What is null is passed over here, as PostgreSQL does it.
    return Coalesce(Greatest(still, held), 0)


def before(model: Any, moment: str, annotator: Annotator) -> QuerySet[Any, Any]:
    """How many rows the person had in the version's campaign by its moment."""
    own = {"annotator": annotator, "campaign": OuterRef("campaign")}
    rows = model.objects.filter(**own, **{f"{moment}__lte": OuterRef("moment__as_of")})
    counted: QuerySet[Any, Any] = rows.order_by().values("campaign").annotate(number=Count("pk"))
    return counted.values("number")


def own_data_stream(annotator: Annotator) -> Iterator[str]:
    """Everything held about a person as one JSON object, written as it is read."""
    yield f'{{"as_of": {text(timezone.now())}, "account": {text(account_of(annotator))}'
    for name, rows in itertools.chain(own_sections(annotator), own_bounds(annotator)):
        yield f",\n{text(name)}: "
        yield from json_list(rows)
    yield ',\n"releases": '
    yield from json_list(versions_with(annotator))
    yield "}\n"


def account_of(annotator: Annotator) -> Row:
    user = annotator.user
    return {
        "email": user.email,
        "role": user.role,
        "created_at": user.created_at,
        "last_login": user.last_login,
        "is_active": user.is_active,
        "pseudonym": annotator.pseudonym,
    }


def json_list(rows: Iterable[Row]) -> Iterator[str]:
    separator = "["
    for row in rows:
        yield f"{separator}\n{text(row)}"
        separator = ","
    yield "[]" if separator == "[" else "\n]"


def text(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
