"""Pages on which reviewers say whether responses keep to rules, and where responses stand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import signed_in_user
from annotation.enums import Right
from annotation.models import Campaign
from annotation.rendering import item_html
from annotation.views.research_access import research_page
from policies.access import bounded_campaign, reviewed_item, reviewed_response
from policies.enums import DecidedBy, Importance, Likelihood, VerdictKind
from policies.errors import Unfit
from policies.models import RuleVersion
from policies.register import GROUPS, Level, Side
from policies.selectors.queue import Waiting, queue_page
from policies.selectors.register import Registered, register_of
from policies.selectors.rules import rules_in_force
from policies.selectors.standing import standings_of
from policies.serializers.reviewing import shown_share
from policies.services.settings import change_register
from policies.services.verdicts import record_verdict


def reviewed_rules(campaign: Campaign) -> list[RuleVersion]:
    """Rules in force on which reviewers decide."""
    found = rules_in_force([campaign], timezone.now())
    return [one for one in found if one.decided_by != DecidedBy.VALUES]


def number_in(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


@never_cache
@require_safe
@research_page
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Responses nobody has spoken on under a rule, reported ones first."""
    campaign = bounded_campaign(signed_in_user(request), slug, Right.EDIT)
    return review_page(request, campaign, number_in(request.GET.get("rule", "")))


def review_page(
    request: HttpRequest,
    campaign: Campaign,
    rule_pk: int,
    *,
    problem: tuple[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    rules = reviewed_rules(campaign)
    version = next((one for one in rules if one.rule_id == rule_pk), rules[0] if rules else None)
    context: dict[str, Any] = {"campaign": campaign, "rules": rules, "version": version}
    if version is not None:
        page = queue_page(campaign, version, after=number_in(request.GET.get("after", "")))
        context["after"] = page.after
        context["waiting"] = [waiting_row(one, problem) for one in page.waiting]
    context["verdicts"] = verdict_buttons()
    return render(request, "policies/review.html", context, status=status)


def waiting_row(one: Waiting, problem: tuple[int, str] | None) -> dict[str, Any]:
    prompt, html = item_html(one.response.item, [one.response])
    return {
        "response": one.response,
        "reports": one.reports,
        "prompt": prompt,
        "html": html[one.response.external_id],
        "problem": problem[1] if problem and problem[0] == one.response.pk else "",
    }


def verdict_buttons() -> list[tuple[str, str, str]]:
    """Each verdict with its words and its key."""
    keys = {VerdictKind.BREAKS: "B", VerdictKind.KEEPS: "K", VerdictKind.UNSURE: "S"}
    return [(one.value, str(one.label), keys[one]) for one in VerdictKind]


@require_POST
@research_page
def verdict(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a verdict, and go on with the queue."""
    user = signed_in_user(request)
    campaign = bounded_campaign(user, slug, Right.EDIT)
    rule_pk = number_in(request.POST.get("rule", ""))
    response = reviewed_response(
        campaign, request.POST.get("item_id", ""), request.POST.get("response_id", "")
    )
    try:
        record_verdict(
            campaign,
            rule_pk,
            response,
            verdict=request.POST.get("verdict", ""),
            reason=request.POST.get("reason", ""),
            by=user,
        )
    except Unfit as refusal:
        words = " ".join(refusal.fields.values())
        return review_page(request, campaign, rule_pk, problem=(response.pk, words), status=422)
    if request.POST.get("from") == "standing":
        return redirect("policies:standing", slug, response.item.external_id)
    return redirect(f"{reverse('policies:review', args=[slug])}?rule={rule_pk}")


@require_safe
@research_page
def standing(request: HttpRequest, slug: str, external_id: str) -> HttpResponse:
    """Where an item's responses stand, rule by rule, with what that rests on."""
    campaign = bounded_campaign(signed_in_user(request), slug, Right.VIEW)
    item = reviewed_item(campaign, external_id)
    responses = list(item.responses.all())
    found = standings_of(campaign, item, responses, timezone.now())
    prompt, html = item_html(item, responses)
    context = {
        "campaign": campaign,
        "item": item,
        "prompt": prompt,
        "responses": [
            {
                "response": response,
                "html": html[response.external_id],
                "ruling": ruling,
                "decisive": [one.bound.title for one in ruling.decisive],
                "overruled": [one.bound.title for one in ruling.overruled],
                "findings": [(one, shown_share(one)) for one in ruling.findings],
            }
            for response, ruling in found
        ],
    }
    return render(request, "policies/standing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """The campaign's risk–benefit register, to read and to fill in."""
    user = signed_in_user(request)
    campaign = bounded_campaign(user, slug, Right.EDIT if request.method == "POST" else Right.VIEW)
    if request.method == "POST":
        change_register(campaign, said_in(request, campaign), by=user)
        messages.success(request, _("The register is kept; it will be in the dataset card."))
        return redirect("policies:register", slug)
    entries = register_of(campaign)
    context = {
        "campaign": campaign,
        "groups": [
            (GROUPS[side, level], [entry_row(one) for one in entries if one.is_of(side, level)])
            for level in Level
            for side in Side
        ],
        "likelihoods": Likelihood.choices,
        "importances": Importance.choices,
        "longest": 5000,
    }
    return render(request, "policies/register.html", context)


def entry_row(one: Registered) -> dict[str, Any]:
    """A heading with what is said of it, and in words what was assessed; "" where nothing was."""
    likelihood, importance = Likelihood(one.said.likelihood), Importance(one.said.importance)
    words = _("Likelihood: %(likelihood)s. Importance: %(importance)s.") % {
        "likelihood": likelihood.label,
        "importance": importance.label,
    }
    is_open = not likelihood and not importance
    return {"entry": one.entry, "said": one.said, "words": "" if is_open else words}


def said_in(request: HttpRequest, campaign: Campaign) -> list[dict[str, str]]:
    """What the form says of each heading, where it says something else than before."""
    said = []
    for one in register_of(campaign):
        before = one.said
        now = {
            "likelihood": one_of(request.POST.get(f"likelihood-{before.key}"), Likelihood.values),
            "importance": one_of(request.POST.get(f"importance-{before.key}"), Importance.values),
            "note": text_in(request.POST.get(f"note-{before.key}")),
            "mitigation": text_in(request.POST.get(f"mitigation-{before.key}")),
        }
        if any(getattr(before, name) != value for name, value in now.items()):
            said.append({"key": before.key, **now})
    return said


def one_of(given: str | None, known: list[str]) -> str:
    return given if given in known else ""


def text_in(given: str | None) -> str:
    return (given or "").replace("\x00", "").strip()[:5000]
