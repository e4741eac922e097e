"""Notices of a campaign: who is told of what, and what became of everything that was told."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in_user
from annotation.access import managed_campaign, managed_delivery, managed_notice_target
from annotation.enums import Right
from annotation.errors import Unfit
from annotation.forms.notices import EventsForm, WebhookForm
from annotation.models import Campaign, NoticeTarget
from annotation.selectors.notices import notice_page, stuck_hours_of, targets_of
from annotation.services.delivering import send_again
from annotation.services.notice_targets import (
    add_webhook,
    remove_target,
    renew_secret,
    send_test,
    set_own_mail,
    set_stuck_hours,
    webhook_secret,
)
from annotation.views.research_access import research_page


@never_cache
@require_safe
@research_page
def notices(request: HttpRequest, slug: str) -> HttpResponse:
    """What is told to whom, and the log of what was."""
    return page(request, managed_campaign(signed_in_user(request), slug, Right.EDIT))


@never_cache
@require_POST
@research_page
def own_mail(request: HttpRequest, slug: str) -> HttpResponse:
    """What this person is told of by e-mail, and when a stratum counts as stuck."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.EDIT)
    form = EventsForm(request.POST)
    if not form.is_valid():
        return page(request, campaign, events=form, status=422)
    set_own_mail(campaign, user, form.cleaned_data["events"])
    set_stuck_hours(campaign, form.cleaned_data["stuck_hours"])
    messages.success(request, _("Saved."))
    return redirect("annotation:research-notices", slug)


@never_cache
@require_POST
@research_page
def webhook_new(request: HttpRequest, slug: str) -> HttpResponse:
    """An address to post to; its secret is shown this once."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.EDIT)
    form = WebhookForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            target = add_webhook(campaign, given["url"], given["events"], by=user)
        except Unfit as refusal:
            for name, problem in refusal.fields.items():
                form.add_error(name, problem)
        else:
            return page(request, campaign, shown=(target, webhook_secret(target)))
    return page(request, campaign, webhook=form, status=422)


@never_cache
@require_POST
@research_page
def webhook_secret_new(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Another secret, shown this once."""
    target = managed_notice_target(signed_in_user(request), slug, pk)
    secret = renew_secret(target)
    return page(request, target.campaign, shown=(target, secret))


@require_POST
@research_page
def target_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send nothing there any more."""
    remove_target(managed_notice_target(signed_in_user(request), slug, pk))
    messages.success(request, _("Nothing goes there any more."))
    return redirect("annotation:research-notices", slug)


@require_POST
@research_page
def target_test(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send a test there."""
    send_test(managed_notice_target(signed_in_user(request), slug, pk))
    messages.success(
        request, _("A test is on its way; what became of it stands below in a moment.")
    )
    return redirect("annotation:research-notices", slug)


@require_POST
@research_page
def delivery_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Begin anew with a delivery that failed."""
    send_again(managed_delivery(signed_in_user(request), slug, pk))
    messages.success(request, _("It is tried again."))
    return redirect("annotation:research-notices", slug)


def page(
    request: HttpRequest,
    campaign: Campaign,
    *,
    events: EventsForm | None = None,
    webhook: WebhookForm | None = None,
    shown: tuple[NoticeTarget, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    targets = targets_of(campaign, signed_in_user(request))
    initial = {
        "events": targets.own.events if targets.own else [],
        "stuck_hours": stuck_hours_of(campaign),
    }
    context: dict[str, Any] = {
        "campaign": campaign,
        "targets": targets,
        "shown": shown,
        "events_form": events or EventsForm(initial=initial),
        "webhook_form": webhook or WebhookForm(),
        "failed": status != 200,
        "page": notice_page(campaign, request.GET.get("page")),
    }
    return render(request, "annotation/research/notices.html", context, status=status)
