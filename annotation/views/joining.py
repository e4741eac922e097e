"""From the list of campaigns to the first item: consent, questions, guideline."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import annotator_of, signed_in_user
from accounts.errors import Conflict, Unfit
from accounts.models import Annotator
from accounts.services.consents import give_consent
from annotation.access import campaigns_shown_to, shown_campaign
from annotation.errors import NotFound
from annotation.forms.joining import answers_from_form, question_fields
from annotation.models import Campaign
from annotation.rendering import text_html
from annotation.selectors.campaigns import seats_by_campaign
from annotation.selectors.journey import Journey, Step, journey_of, progress_of
from annotation.services.seats import mark_guideline_seen, take_seat


@login_required
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Campaigns a person may join, and those they are in with their progress."""
    user = signed_in_user(request)
    seats = seats_by_campaign(own_annotator(request))
    rows = [
        {
            "campaign": campaign,
            "seat": seats.get(campaign.pk),
            "progress": progress_of(seats[campaign.pk], campaign) if campaign.pk in seats else None,
        }
        for campaign in campaigns_shown_to(user)[:200]
    ]
    context = {
        "joined": [row for row in rows if row["seat"]],
        "others": [row for row in rows if not row["seat"]],
    }
    return render(request, "annotation/annotator/campaign_list.html", context)


@login_required
@require_safe
def campaign_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead the person to whatever comes next for them."""
    return to_next_step(standing(request, slug))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_consent(request: HttpRequest, slug: str) -> HttpResponse:
    journey = standing(request, slug)
    if journey.seat is not None:
        return to_next_step(journey)
    document = journey.campaign.consent_document
    context = {
        "campaign": journey.campaign,
        "document": document,
        "html": text_html(document.text),
        "granted": request.POST.getlist("purposes"),
    }
    if request.method == "POST":
        try:
            give_consent(
                own_annotator(request),
                document,
                version=shown_version(request),
                purposes=request.POST.getlist("purposes"),
            )
            return after_consent(request, slug)
        except (Unfit, Conflict) as error:
            context["error"] = error.message
            return render(request, "annotation/annotator/consent.html", context, status=422)
    return render(request, "annotation/annotator/consent.html", context)


def shown_version(request: HttpRequest) -> int:
    """The version of the text that was on the screen; 0, which none has, for nonsense."""
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() else 0


def after_consent(request: HttpRequest, slug: str) -> HttpResponse:
    """Where nothing is asked, the seat is taken at once."""
    journey = standing(request, slug)
    if journey.consent and not journey.campaign.questionnaire.questions.exists():
        take_seat(own_annotator(request), journey.campaign, consent=journey.consent, answers={})
        journey = standing(request, slug)
    return to_next_step(journey)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_questions(request: HttpRequest, slug: str) -> HttpResponse:
    journey = standing(request, slug)
    if journey.seat is not None or journey.consent is None:
        return to_next_step(journey)
    questions = list(journey.campaign.questionnaire.questions.all())
    context = {
        "campaign": journey.campaign,
        "fields": question_fields(questions, request.POST),
        "asks": bool(questions),
    }
    if request.method == "POST":
        try:
            take_seat(
                own_annotator(request),
                journey.campaign,
                consent=journey.consent,
                answers=answers_from_form(questions, request.POST),
            )
            return to_next_step(standing(request, slug))
        except Conflict as error:
            context = {"campaign": journey.campaign, "message": error.message, "code": error.code}
            return render(request, "annotation/annotator/not_this_time.html", context, status=409)
        except Unfit as error:
            context["error"] = error.message
            return render(request, "annotation/annotator/questions.html", context, status=422)
    return render(request, "annotation/annotator/questions.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_guideline(request: HttpRequest, slug: str) -> HttpResponse:
    journey = standing(request, slug)
    if journey.seat is None:
        return to_next_step(journey)
    guideline = journey.campaign.guideline
    if request.method == "POST" and guideline:
        mark_guideline_seen(journey.seat, guideline.version)
        return redirect("annotation:campaign-judge", slug=slug)
    context = {"campaign": journey.campaign, "guideline": guideline}
    return render(request, "annotation/annotator/guideline.html", context)


def own_annotator(request: HttpRequest) -> Annotator:
    """The annotator behind the request; these pages do not exist for other roles."""
    annotator = annotator_of(signed_in_user(request))
    if annotator is None:
        raise NotFound("These pages are for annotators.")
    return annotator


def standing(request: HttpRequest, slug: str) -> Journey:
    """Where the person stands in a campaign that they may know of."""
    annotator = own_annotator(request)
    campaign: Campaign = shown_campaign(signed_in_user(request), slug)
    return journey_of(annotator, campaign)


def to_next_step(journey: Journey) -> HttpResponse:
    step: Step = journey.step
    return redirect(f"annotation:{step.value}", slug=journey.campaign.slug)
