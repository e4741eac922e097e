"""Pausing, extending, retargeting a campaign and writing to its annotators, in one place."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import signed_in_user
from annotation.access import managed_campaign, managed_message
from annotation.enums import Right
from annotation.errors import Conflict, Unfit
from annotation.forms.messages import MessageForm
from annotation.forms.steering import SteerForm
from annotation.models import Campaign
from annotation.selectors.messages import message_lines, people_to_tell, with_counts
from annotation.services.campaigns import NEEDS_PLANNING
from annotation.services.messaging import request_message
from annotation.services.steering import steer
from annotation.tasks import start_message, start_planning
from annotation.views.research_access import research_page


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def steering(request: HttpRequest, slug: str) -> HttpResponse:
    """Until when, how many judgments, how many people; and the ways to pause and to close."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.EDIT)
    form = SteerForm(campaign, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save(campaign, form)
            except (Conflict, Unfit) as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, _("Saved."))
                return redirect("annotation:research-steering", slug)
    context = {"campaign": campaign, "form": form, "failed": status != 200}
    return render(request, "annotation/research/steering.html", context, status=status)


def save(campaign: Campaign, form: SteerForm) -> None:
    spec = form.spec()
    changed = steer(campaign, spec, ends_at=form.cleaned_data["ends_at"])
    if any(part in spec for part in NEEDS_PLANNING) and changed.items.exists():
        start_planning(changed)


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_messages(request: HttpRequest, slug: str) -> HttpResponse:
    """Write to all annotators, and see what became of what was written."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.EDIT)
    form = MessageForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                job = request_message(campaign, given["subject"], given["text"], by=user)
            except (Conflict, Unfit) as refusal:
                form.add_error(None, refusal.message)
            else:
                start_message(job)
                messages.success(request, _("The message is on its way."))
                return redirect("annotation:research-messages", slug)
    context = {
        "campaign": campaign,
        "form": form,
        "failed": status != 200,
        "people": people_to_tell(campaign),
        "lines": message_lines(campaign),
    }
    return render(request, "annotation/research/messages.html", context, status=status)


@require_safe
@research_page
def message_state(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How far a message is: the part that the page asks for while it is under way."""
    message = managed_message(signed_in_user(request), slug, pk)
    [line] = with_counts([message])
    context = {"campaign": message.campaign, "line": line}
    return render(request, "annotation/research/message_line.html", context)
