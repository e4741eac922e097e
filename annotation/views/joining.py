"""From the list of campaigns to the first item: consent, questions, guideline, comprehension."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import annotator_of, signed_in_user
from accounts.errors import Conflict, Unfit
from accounts.models import Annotator
from accounts.services.consents import give_consent
from annotation.access import campaigns_shown_to, shown_campaign
from annotation.entry import comprehension_of
from annotation.errors import NotFound, ScreenedOut
from annotation.forms.comprehension import choices_from_form, comprehension_fields
from annotation.forms.joining import question_step
from annotation.models import Campaign
from annotation.rendering import text_html
from annotation.selectors.campaigns import seats_by_campaign
from annotation.selectors.journey import Journey, Step, journey_of, progress_of
from annotation.selectors.messages import unread_of
from annotation.selectors.strata import telling_keys
from annotation.services.comprehension import last_wrong, tries_used, try_comprehension
from annotation.services.seats import mark_guideline_seen, screen, take_seat
from annotation.wording import shown_consent, shown_questions


@login_required
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Campaigns a person may join, and those they are in with their progress."""
    user, annotator = signed_in_user(request), own_annotator(request)
    seats = seats_by_campaign(annotator)
    unread = unread_of(annotator) if seats else {}
    rows = [
        {
            "campaign": campaign,
            "seat": seats.get(campaign.pk),
            "progress": progress_of(seats[campaign.pk], campaign) if campaign.pk in seats else None,
            "unread": unread.get(campaign.pk, []),
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
    """What people agree to; nobody for whom there is no place is asked."""
    journey = standing(request, slug)
    if journey.seat is not None:
        return to_next_step(journey)
    if not telling_of(journey.campaign):
        try:
            screen(own_annotator(request), journey.campaign, {})
        except Conflict as error:
            return not_this_time(request, journey.campaign, error)
    document = journey.campaign.consent_document
    shown = shown_consent(document)
    context = step_context(journey, Step.CONSENT) | {
        "document": document,
        "purposes": shown["purposes"],
        "html": text_html(shown["text"]),
        "granted": request.POST.getlist("purposes"),
        "has_groups": journey.campaign.strata.filter(is_implicit=False).exists(),
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
        except ScreenedOut as error:
            return not_this_time(request, journey.campaign, error)
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
    """The questionnaire, step by step: what tells whether there is a place comes first."""
    journey = standing(request, slug)
    if journey.seat is not None or journey.consent is None:
        return to_next_step(journey)
    campaign, annotator = journey.campaign, own_annotator(request)
    questions = shown_questions(campaign, list(campaign.questionnaire.questions.all()))
    telling = telling_of(campaign)
    step = question_step(questions, telling, request.POST)
    context = step_context(journey, Step.QUESTIONS) | {
        "asks": bool(questions),
        "question_step": step,
    }
    if request.method == "POST":
        try:
            if step.fields and not step.is_telling and telling:
                screen(annotator, campaign, step.answers)
            if not step.fields:
                take_seat(annotator, campaign, consent=journey.consent, answers=step.answers)
                return to_next_step(standing(request, slug))
        except Conflict as error:
            return not_this_time(request, campaign, error)
        except Unfit as error:
            anew = question_step(questions, telling, QueryDict())
            context |= {"error": error.message, "question_step": anew}
            return render(request, "annotation/annotator/questions.html", context, status=422)
    return render(request, "annotation/annotator/questions.html", context)


def telling_of(campaign: Campaign) -> list[str]:
    """Keys of the questions that decide whether there is a place for a person."""
    return telling_keys(
        list(campaign.strata.all()),
        list(campaign.quotas.all()),
        list(campaign.questionnaire.questions.all()),
    )


def not_this_time(request: HttpRequest, campaign: Campaign, error: Conflict) -> HttpResponse:
    """Tell somebody kindly that there is no place for them."""
    context = {"campaign": campaign, "message": error.message, "code": error.code}
    return render(request, "annotation/annotator/not_this_time.html", context, status=409)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_guideline(request: HttpRequest, slug: str) -> HttpResponse:
    journey = standing(request, slug)
    if journey.seat is None:
        return to_next_step(journey)
    guideline = journey.campaign.guideline
    if request.method == "POST" and guideline:
        mark_guideline_seen(journey.seat, guideline.version)
        return to_next_step(standing(request, slug))
    context = step_context(journey, Step.GUIDELINE) | {
        "guideline": guideline,
        "is_new": journey.step == Step.GUIDELINE,
    }
    return render(request, "annotation/annotator/guideline.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_comprehension(request: HttpRequest, slug: str) -> HttpResponse:
    """Questions about the guideline: what was understood, never what somebody thinks."""
    journey = standing(request, slug)
    seat, guideline = journey.seat, journey.campaign.guideline
    asked = comprehension_of(guideline)
    if seat is None or guideline is None or asked is None or journey.step != Step.COMPREHENSION:
        return to_next_step(journey)
    context = step_context(journey, Step.COMPREHENSION) | {"guideline": guideline}
    status = 200
    if request.method == "POST":
        try:
            tried = try_comprehension(
                seat, choices_from_form(asked, request.POST), version=shown_version(request)
            )
        except Conflict:
            return to_next_step(standing(request, slug))
        except Unfit as error:
            context["error"], status = error.message, 422
        else:
            if tried.is_stopped or tried.has_passed:
                return to_next_step(standing(request, slug))
            context["goes_on"], status = tried.goes_on, 200 if tried.goes_on else 422
    wrong = last_wrong(seat, guideline, asked)
    context |= {
        "questions": comprehension_fields(asked, wrong, request.POST),
        "has_failed": bool(wrong),
        "tries_left": max(0, asked.tries - tries_used(seat, guideline)),
    }
    return render(request, "annotation/annotator/comprehension.html", context, status=status)


@login_required
@require_safe
def campaign_stopped(request: HttpRequest, slug: str) -> HttpResponse:
    """The end for somebody who did not pass the questions about the guideline."""
    journey = standing(request, slug)
    if journey.step != Step.STOPPED:
        return to_next_step(journey)
    message = _(
        "Some of your answers did not match the guideline, and there is no try left. "
        "That says nothing about you: guidelines can be hard to read. Thank you for your time."
    )
    context = {"campaign": journey.campaign, "message": message, "code": "comprehension"}
    return render(request, "annotation/annotator/not_this_time.html", context)


def step_context(journey: Journey, step: Step) -> dict[str, Any]:
    """The campaign, and which of how many steps before judging this one is."""
    campaign = journey.campaign
    asks = campaign.questionnaire.questions.exists()
    steps = journey.steps(asks=asks)
    place = steps.index(step) + 1 if step in steps else 0
    return {"campaign": campaign, "step_number": place, "step_total": len(steps)}


def own_annotator(request: HttpRequest) -> Annotator:
    """The annotator behind the request; these pages do not exist for other roles."""
    annotator = annotator_of(signed_in_user(request))
    if annotator is None:
        raise NotFound(_("These pages are for annotators."))
    return annotator


def standing(request: HttpRequest, slug: str) -> Journey:
    """Where the person stands in a campaign that they may know of."""
    annotator = own_annotator(request)
    campaign: Campaign = shown_campaign(signed_in_user(request), slug)
    return journey_of(annotator, campaign)


def to_next_step(journey: Journey) -> HttpResponse:
    step: Step = journey.step
    return redirect(f"annotation:{step.value}", slug=journey.campaign.slug)
