"""Snapshots as pages: ask for one, watch it being made, call it off, fetch it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from accounts.access import signed_in_user
from annotation.enums import JobState
from annotation.views.research_access import research_page
from exports.access import exported_campaign, managed_file, managed_snapshot, snapshots_of
from exports.archive import archive_name, archive_stream
from exports.downloads import download
from exports.errors import Conflict, NotFound
from exports.forms import SnapshotForm
from exports.selectors.snapshots import with_size
from exports.services.snapshots import cancel_snapshot, request_snapshot
from exports.tasks import start_snapshot

MOST_LISTED = 200


class HtmxRequest(HttpRequest):
    """A request after `HtmxMiddleware`."""

    htmx: HtmxDetails


@research_page
@require_http_methods(["GET", "HEAD", "POST"])
def snapshot_list(request: HttpRequest, slug: str) -> HttpResponse:
    """A campaign's snapshots, and the form for a new one."""
    user = signed_in_user(request)
    campaign = exported_campaign(user, slug)
    form = SnapshotForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        snapshot = request_snapshot(campaign, **form.cleaned_data, requested_by=user)
        start_snapshot(snapshot)
        return redirect("exports:snapshot-detail", pk=snapshot.pk)
    context = {
        "campaign": campaign,
        "form": form,
        "snapshots": with_size(snapshots_of(user, slug))[:MOST_LISTED],
    }
    status = 422 if form.errors else 200
    return render(request, "exports/snapshot_list.html", context, status=status)


@research_page
@require_safe
@never_cache
def snapshot_detail(request: HtmxRequest, pk: int) -> HttpResponse:
    """One snapshot; for htmx only the part that changes while it is made."""
    snapshot = managed_snapshot(signed_in_user(request), pk)
    template = "exports/snapshot_detail.html"
    if request.htmx and not request.htmx.boosted:
        template += "#progress"
    context = {"snapshot": snapshot, "campaign": snapshot.campaign, "files": snapshot.files.all()}
    return render(request, template, context)


@research_page
@require_POST
def snapshot_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a snapshot off; one that has just ended stays as it ended."""
    snapshot = managed_snapshot(signed_in_user(request), pk)
    try:
        cancel_snapshot(snapshot)
    except Conflict:
        messages.info(request, _("This snapshot had ended already."))
    return redirect("exports:snapshot-detail", pk=snapshot.pk)


@login_required
@require_safe
def snapshot_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """One published file, whole or a range of it."""
    return download(request, managed_file(signed_in_user(request), pk, name))


@login_required
@require_safe
def snapshot_archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All files as one archive."""
    snapshot = managed_snapshot(signed_in_user(request), pk)
    if snapshot.state != JobState.DONE:
        raise NotFound("There are no files yet.")
    response: HttpResponseBase = HttpResponse()
    if request.method == "GET":
        response = StreamingHttpResponse(archive_stream(snapshot, list(snapshot.files.all())))
    response["Content-Type"] = "application/zip"
    response["Content-Disposition"] = f'attachment; filename="{archive_name(snapshot)}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response
