"""Snapshots as pages: their history, one of them being made, and what can be done with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in_user
from accounts.models import User
from annotation.enums import Right
from annotation.errors import Unfit
from annotation.services.small_groups import out_of_bounds
from annotation.views.research_access import research_page
from exports.access import (
    check_release,
    exported_campaign,
    managed_file,
    managed_link,
    managed_snapshot,
    snapshots_of,
    wholly_managed,
)
from exports.archive import archive_response
from exports.downloads import Taker, download
from exports.enums import FreeText, SnapshotFormat
from exports.errors import Conflict, DomainError
from exports.forms import DecisionForm, LinkForm, PolicyForm
from exports.models import Comparison, Snapshot
from exports.profiles.choices import choices_from
from exports.selectors.snapshots import downloads_of, older_versions, with_history, with_size
from exports.services.approvals import decide, may_decide
from exports.services.comparing import compare
from exports.services.policies import rules_of, set_policy
from exports.services.sharing import create_link, links_of, revoke_link, token_of, why_not_shared
from exports.services.snapshots import cancel_snapshot, request_again, request_reissue
from exports.tasks import start_comparison, start_snapshot
from exports.views.htmx import HtmxRequest

MOST_LISTED = 200


@research_page
@require_safe
def snapshot_list(request: HttpRequest, slug: str) -> HttpResponse:
    """A campaign's snapshots, newest first, and its rules for public ones."""
    user = signed_in_user(request)
    campaign = exported_campaign(user, slug, Right.VIEW)
    rules = rules_of([campaign])
    context = {
        "campaign": campaign,
        "snapshots": with_history(with_size(snapshots_of(user, slug)))[:MOST_LISTED],
        "rules": rules,
        "policy_form": PolicyForm(
            initial={"needs_approval": rules.needs_approval, "least_k": rules.least_k}
        ),
    }
    return render(request, "exports/snapshot_list.html", context)


@research_page
@require_POST
def release_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Set what the campaign asks of public releases."""
    user = signed_in_user(request)
    campaign = exported_campaign(user, slug, Right.OWN)
    form = PolicyForm(request.POST)
    try:
        if form.is_valid():
            set_policy(campaign, **form.cleaned_data, changed_by=user)
            messages.success(request, _("The rules for public releases are set."))
        else:
            messages.error(request, out_of_bounds())
    except PermissionDenied:
        messages.error(request, _("Asking less of public releases is for admins."))
    return redirect("exports:snapshot-list", slug=slug)


@research_page
@require_safe
@never_cache
def snapshot_detail(request: HtmxRequest, pk: int) -> HttpResponse:
    """One snapshot; for htmx only the part that changes while it is made."""
    user = signed_in_user(request)
    snapshot = managed_snapshot(user, pk, Right.VIEW)
    template = "exports/snapshot_detail.html"
    if request.htmx and not request.htmx.boosted:
        template += "#progress"
    return render(request, template, detail_context(request, snapshot, user))


def detail_context(request: HttpRequest, snapshot: Snapshot, user: User) -> dict[str, Any]:
    links = [
        {
            "row": link,
            "url": request.build_absolute_uri(reverse("exports:shared", args=[token_of(link)]))
            if link.is_open
            else "",
        }
        for link in (links_of(snapshot) if snapshot.campaign.may_own else ())
    ]
    choices = choices_from(snapshot.choices)
    return {
        "snapshot": snapshot,
        "campaign": snapshot.campaign,
        "choices": choices,
        "free_text": FreeText(choices.text).label,
        "files": snapshot.files.all(),
        "versions": snapshot.moment.versions.select_related("campaign"),
        "withdrawn": snapshot.withdrawn_rows.count(),
        "approval": getattr(snapshot, "approval", None),
        "may_decide": snapshot.campaign.may_own and may_decide(user, snapshot),
        "decision_form": DecisionForm(),
        "link_form": LinkForm(),
        "links": links,
        "not_shared": why_not_shared(snapshot) if snapshot.has_ended else "",
        "downloads": downloads_of(snapshot),
        "older": older_versions(snapshot, wholly_managed(user)),
        "formats": SnapshotFormat,
    }


@research_page
@require_POST
def snapshot_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a snapshot off; one that has just ended stays as it ended."""
    snapshot = managed_snapshot(signed_in_user(request), pk, Right.EDIT)
    try:
        cancel_snapshot(snapshot)
    except Conflict:
        messages.info(request, _("This snapshot had ended already."))
    return redirect("exports:snapshot-detail", pk=snapshot.pk)


@research_page
@require_POST
def snapshot_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person's word: approve or refuse."""
    user = signed_in_user(request)
    snapshot = managed_snapshot(user, pk, Right.OWN)
    form = DecisionForm(request.POST)
    approved = request.POST.get("verdict") == "approve"
    if form.is_valid():
        try:
            decided = decide(
                snapshot, approved=approved, note=form.cleaned_data["note"], decided_by=user
            )
            start_snapshot(decided) if approved else None
        except Conflict as problem:
            messages.error(request, problem.message)
    return redirect("exports:snapshot-detail", pk=snapshot.pk)


@research_page
@require_POST
def snapshot_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The same moment and choices in another format, or without withdrawn people."""
    user = signed_in_user(request)
    snapshot = managed_snapshot(user, pk, Right.EDIT)
    check_release(choices_from(snapshot.choices).profile, [snapshot.campaign])
    try:
        if request.POST.get("format") in SnapshotFormat.values:
            new = request_again(snapshot, format=request.POST["format"], requested_by=user)
        else:
            new = request_reissue(snapshot, requested_by=user)
    except DomainError as problem:
        messages.error(request, problem.message)
        return redirect("exports:snapshot-detail", pk=snapshot.pk)
    start_snapshot(new)
    return redirect("exports:snapshot-detail", pk=new.pk)


@research_page
@require_safe
@never_cache
def snapshot_difference(request: HtmxRequest, pk: int) -> HttpResponse:
    """What changed since an older version; for htmx only the part that waits for a worker."""
    user = signed_in_user(request)
    newer = managed_snapshot(user, pk, Right.VIEW)
    since = request.GET.get("since", "")
    older = managed_snapshot(
        user, int(since) if since.isascii() and since.isdigit() else 0, Right.VIEW
    )
    found: Any = None
    try:
        found = compare(older, newer, send=start_comparison, requested_by=user)
        problem = ""
    except Conflict as conflict:
        if conflict.code != "comparison-failed":
            raise
        problem = conflict.message
    context = {
        "campaign": newer.campaign,
        "snapshot": newer,
        "older": older,
        "job": found if isinstance(found, Comparison) else None,
        "found": found,
        "problem": problem,
    }
    template = "exports/snapshot_difference.html"
    if request.htmx and not request.htmx.boosted:
        template += "#changes"
    return render(request, template, context)


@research_page
@require_POST
def link_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link for people without an account."""
    user = signed_in_user(request)
    snapshot = managed_snapshot(user, pk, Right.OWN)
    form = LinkForm(request.POST)
    try:
        if form.is_valid():
            create_link(snapshot, **form.cleaned_data, created_by=user)
        else:
            messages.error(request, _("Choose for how long the link is to be open."))
    except (Conflict, Unfit) as problem:
        messages.error(request, problem.message)
    return redirect(reverse("exports:snapshot-detail", args=[pk]) + "#links")


@research_page
@require_POST
def link_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a link."""
    link = managed_link(signed_in_user(request), pk, Right.OWN)
    revoke_link(link)
    return redirect(reverse("exports:snapshot-detail", args=[link.snapshot_id]) + "#links")


@login_required
@require_safe
def snapshot_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """One published file, whole or a range of it."""
    user = signed_in_user(request)
    return download(request, managed_file(user, pk, name), Taker(user))


@login_required
@require_safe
def snapshot_archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All files as one archive."""
    user = signed_in_user(request)
    return archive_response(request, managed_snapshot(user, pk, Right.VIEW), Taker(user))
