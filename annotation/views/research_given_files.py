"""A file on its way into a campaign: uploaded, looked at, and handed to the workers."""

from typing import Any

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from rest_framework.exceptions import APIException

from accounts.access import signed_in_user
from accounts.models import User
from annotation.access import managed_campaign, managed_given_file
from annotation.api.items import streamed_body
from annotation.enums import CampaignStatus, ItemFormat, JudgmentFormat, Right
from annotation.errors import Conflict, Unfit
from annotation.forms.given_file import (
    JUDGMENTS,
    Reading,
    column_rows,
    field_choices,
    reading_in,
)
from annotation.forms.judgment_import import StatementForm
from annotation.models import Campaign, GivenFile
from annotation.serializers.looking import shown_items
from annotation.services.given_files import discard_given_file, give_file
from annotation.services.imports import request_import
from annotation.services.judgment_imports import request_judgment_import
from annotation.services.looking import (
    Look,
    item_columns,
    look_at_given,
    needs_strength,
    pair_columns,
)
from annotation.tasks import start_import, start_judgment_import
from annotation.views.research_access import research_page

PROBLEMS_SHOWN = 50
FORMAT_NAMES = {**dict(JudgmentFormat.choices), **dict(ItemFormat.choices)}


@require_POST
@research_page
def file_upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a file that a script sends as the body, and tell where it can be looked at."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.EDIT)
    try:
        given = give_file(
            campaign,
            content=streamed_body(request),
            file_name=request.GET.get("name", ""),
            given_by=user,
        )
    except APIException as refused:
        return JsonResponse({"detail": str(refused.detail)}, status=refused.status_code)
    except Conflict as refused:
        return JsonResponse({"detail": refused.message}, status=409)
    if not given.size:
        discard_given_file(given)
        return JsonResponse({"detail": _("This file is empty.")}, status=422)
    asked = request.GET
    address = address_of(given, take=asked.get("take", ""), format=asked.get("format", ""))
    return JsonResponse({"address": address}, status=201)


def address_of(given: GivenFile, *, take: str = "", format: str = "") -> str:
    """Where a file can be looked at, with what was said of it already."""
    said = QueryDict(mutable=True)
    if take == JUDGMENTS:
        said["take"] = take
    if format in ItemFormat.values and format != ItemFormat.AUTO:
        said["format"] = format
    address = reverse("annotation:research-given-file", args=[given.pk])
    return f"{address}?{said.urlencode()}" if said else address


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
@vary_on_headers("HX-Request")
def given_file(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file holds, and how it is to be read; posting imports it. htmx asks for the look."""
    user = signed_in_user(request)
    given = managed_given_file(user, pk, Right.EDIT)
    reading = reading_in(request.POST if request.method == "POST" else request.GET)
    look = looked_at(given, reading)
    statement = StatementForm(given.campaign, request.POST if request.method == "POST" else None)
    # Without scripts a button asks to see the file read otherwise.
    is_import = request.method == "POST" and "show" not in request.POST
    if is_import and may_go(given.campaign, look, reading):
        address = requested(given, look, reading, statement, user)
        if address:
            return redirect(address)
    asked_by_htmx = bool(getattr(request, "htmx", None))
    part = "#look" if asked_by_htmx and request.method != "POST" else ""
    return render(
        request,
        f"annotation/research/given_file.html{part}",
        {**shown(given, look, reading), "form": statement, "by_htmx": asked_by_htmx},
        status=422 if is_import else 200,
    )


def looked_at(given: GivenFile, reading: Reading) -> Look:
    """What the file shows, read as was chosen."""
    if not default_storage.exists(given.stored_name):
        raise Conflict(_("This file was imported or discarded meanwhile."), code="file-gone")
    look = look_at_given(given, format=reading.format, columns=reading.columns)
    if reading.problem:
        look.unnamed, look.shown = reading.problem, []
    return look


def takes_judgments(campaign: Campaign) -> bool:
    """Whether judgments can come into the campaign at all."""
    return campaign.opened_at is not None and campaign.status != CampaignStatus.CLOSED


def takes(campaign: Campaign, look: Look, reading: Reading) -> bool:
    """Whether what people said is to be taken: chosen, or all there is in the file."""
    is_there = bool(look.judgments) and takes_judgments(campaign)
    return is_there and (reading.take == JUDGMENTS or not look.takes_items)


def may_go(campaign: Campaign, look: Look, reading: Reading) -> bool:
    """Whether nothing that was seen keeps the file from being imported."""
    if campaign.status == CampaignStatus.CLOSED or look.problems or look.unnamed:
        return False
    return takes(campaign, look, reading) or look.is_sound


def requested(
    given: GivenFile, look: Look, reading: Reading, statement: StatementForm, user: User
) -> str:
    """Hand the file to the workers; the address of its import, or "" with errors in the form."""
    if not takes(given.campaign, look, reading):
        return items_requested(given, look, user)
    if not statement.is_valid():
        return ""
    if needs_strength(given.campaign, look) and not statement.cleaned_data["strength"]:
        statement.add_error(
            "strength",
            _(
                "The file does not say how strong each preference is: choose a strength for all "
                "of them."
            ),
        )
        return ""
    try:
        job = request_judgment_import(
            given.campaign,
            content=given,
            file_name=given.file_name,
            format=look.judgments,
            columns=pair_columns(look.columns) if look.to_name else "",
            asserted_by=user.email,
            requested_by=user,
            **statement.stated(),
        )
    except Unfit as unfit:
        statement.refused(unfit.fields)
        return ""
    start_judgment_import(job)
    return reverse("annotation:research-judgment-import-detail", args=[job.pk])


def items_requested(given: GivenFile, look: Look, user: User) -> str:
    job = request_import(
        given.campaign,
        content=given,
        file_name=given.file_name,
        format=look.format,
        columns=item_columns(look.columns) if look.to_name else "",
        requested_by=user,
    )
    start_import(job)
    return reverse("annotation:research-import-detail", args=[job.pk])


def shown(given: GivenFile, look: Look, reading: Reading) -> dict[str, Any]:
    """What the page tells of the file."""
    campaign = given.campaign
    choices = field_choices(len(look.names), with_judgments=takes_judgments(campaign))
    return {
        "given": given,
        "campaign": campaign,
        "look": look,
        "format": reading.format,
        "formats": ItemFormat.choices,
        "format_name": FORMAT_NAMES.get(look.format, ""),
        "rows": column_rows(look, reading) if look.to_name else [],
        "field_choices": choices,
        "takes_judgments": takes_judgments(campaign),
        "take": JUDGMENTS if takes(campaign, look, reading) else "items",
        "may_go": may_go(campaign, look, reading),
        "items": shown_items(look.shown),
        "problems": look.problems[:PROBLEMS_SHOWN],
        "fresh": look.read - look.known,
    }


@require_POST
@research_page
def given_file_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a file away that is not to be imported."""
    given = managed_given_file(signed_in_user(request), pk, Right.EDIT)
    slug = given.campaign.slug
    discard_given_file(given)
    return redirect("annotation:research-import-new", slug)
