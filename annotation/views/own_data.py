"""A person's own answers in a campaign, and what they say of themselves there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import signed_in_user
from accounts.errors import Unfit
from accounts.models import Profile, Question
from annotation.access import standing_seat
from annotation.forms.joining import PREFER_NOT_TO_SAY, answers_from_form, profile_fields
from annotation.models import Seat
from annotation.selectors.history import history_page
from annotation.selectors.journey import progress_of
from annotation.selectors.quality import Quality, own_quality
from annotation.services.profiles import change_profile
from annotation.services.revising import revisable_among

LARGEST_ID = 2**63 - 1


@login_required
@require_safe
def campaign_history(request: HttpRequest, slug: str) -> HttpResponse:
    """What the person has judged in a campaign, newest first."""
    seat = standing_seat(signed_in_user(request), slug)
    raw = request.GET.get("before", "")
    before = int(raw) if raw.isascii() and raw.isdigit() and int(raw) <= LARGEST_ID else None
    page = history_page(seat, before=before)
    context = {
        "campaign": seat.campaign,
        "page": page,
        "revisable": revisable_among(seat.campaign, page.lines),
        "progress": progress_of(seat, seat.campaign),
        "is_first": before is None,
        # Where nothing is asked twice there is nothing to say of it.
        "quality": repeats_of(seat),
    }
    return render(request, "annotation/annotator/history.html", context)


def repeats_of(seat: Seat) -> Quality | None:
    if not seat.campaign.repeat_rate:
        return None
    return own_quality(seat.campaign, seat.annotator_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_profile(request: HttpRequest, slug: str) -> HttpResponse:
    """What the person says of themselves in a campaign, to be changed."""
    seat = standing_seat(signed_in_user(request), slug)
    questions = list(seat.campaign.questionnaire.questions.all())
    context = {"campaign": seat.campaign, "profile": seat.profile, "asks": bool(questions)}
    if request.method == "POST":
        try:
            change_profile(seat, answers_from_form(questions, request.POST))
        except Unfit as error:
            context |= {"fields": profile_fields(questions, request.POST), "error": error.message}
            return render(request, "annotation/annotator/profile.html", context, status=422)
        messages.success(request, _("Saved. Your answers from now on are kept with this."))
        return redirect("annotation:campaign-profile", slug=slug)
    context["fields"] = profile_fields(questions, as_form(questions, seat.profile))
    return render(request, "annotation/annotator/profile.html", context)


def as_form(questions: list[Question], profile: Profile) -> QueryDict:
    """A profile as the form would have posted it; what was never asked is left open."""
    data = QueryDict(mutable=True)
    for question in questions:
        if question.key in profile.answers:
            chosen = profile.answers[question.key] or [PREFER_NOT_TO_SAY]
            data.setlist(f"question-{question.key}", chosen)
    return data
