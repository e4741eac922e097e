"""A person's own bounds: a page for the person alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import signed_in_user
from accounts.models import Annotator
from annotation.rendering import item_html
from policies.access import own_annotator, own_response, own_rule
from policies.enums import VerdictKind
from policies.errors import Conflict, Unfit
from policies.preferences import HIGHEST, LOWEST, STATEMENTS
from policies.selectors.own import consent_of, judged_lately, own_rules, stated_by
from policies.services.own import (
    LONGEST_RULE,
    LONGEST_TEXT,
    add_own_rule,
    agree,
    drop_own_rule,
    forget_own_bounds,
    state_preferences,
)
from policies.services.verdicts import say_for_oneself

PAGE = "policies/own.html"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_bounds(request: HttpRequest) -> HttpResponse:
    """What the person says they want of a model; kept once they agree, and erased when they ask."""
    annotator = own_annotator(signed_in_user(request))
    if request.method != "POST":
        return own_page(request, annotator)
    if request.POST.get("do") == "forget":
        forget_own_bounds(annotator)
        messages.success(request, _("Everything of your own bounds is erased."))
        return redirect("policies:own")
    if "agreed" in request.POST:
        agree(annotator)
    answers, wrong = answers_in(request)
    try:
        if wrong:
            raise Unfit(_("Nothing was kept."), fields={"answers": _("Must be from 0 to 100.")})
        state_preferences(annotator, answers, request.POST.get("text", ""))
    except (Conflict, Unfit) as refusal:
        return own_page(request, annotator, problem=words_of(refusal), status=422)
    messages.success(request, _("Kept. Only you see this."))
    return redirect("policies:own")


@login_required
@require_POST
def own_rule_add(request: HttpRequest) -> HttpResponse:
    """Keep a rule of the person's own."""
    annotator = own_annotator(signed_in_user(request))
    try:
        add_own_rule(annotator, request.POST.get("rule", ""))
    except (Conflict, Unfit) as refusal:
        return own_page(request, annotator, problem=words_of(refusal), status=422)
    return redirect("policies:own")


@login_required
@require_POST
def own_rule_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase one of the person's rules."""
    drop_own_rule(own_rule(own_annotator(signed_in_user(request)), pk))
    messages.success(request, _("The rule is erased."))
    return redirect("policies:own")


@login_required
@require_POST
def own_verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the person's word on a response under a rule of theirs."""
    annotator = own_annotator(signed_in_user(request))
    found = own_rule(annotator, pk)
    given = request.POST.get("response", "")
    response = own_response(annotator, int(given) if given.isdecimal() and len(given) < 18 else 0)
    broken = request.POST.get("verdict") == VerdictKind.BREAKS
    kind = VerdictKind.BREAKS if broken else VerdictKind.KEEPS
    say_for_oneself(annotator, found.versions.latest("number"), response, verdict=kind.value)
    messages.success(request, _("Kept. Only you see this."))
    return redirect("policies:own")


def words_of(refusal: Conflict | Unfit) -> str:
    return " ".join(refusal.fields.values()) if isinstance(refusal, Unfit) else refusal.message


def answers_in(request: HttpRequest) -> tuple[dict[str, int], bool]:
    """The answers given, and whether one of them is no number of the scale."""
    answers, wrong = {}, False
    for key in STATEMENTS:
        written = request.POST.get(f"state-{key}", "").strip()
        if written.isascii() and written.isdigit() and int(written[:4]) <= HIGHEST:
            answers[key] = int(written)
        elif written:
            wrong = True
    return answers, wrong


def own_page(
    request: HttpRequest, annotator: Annotator, *, problem: str = "", status: int = 200
) -> HttpResponse:
    consent, stated = consent_of(annotator), stated_by(annotator)
    answers = stated.answers if stated else {}
    rules = own_rules(annotator)
    context: dict[str, Any] = {
        "consent": consent,
        "stated": stated,
        "sliders": [
            {
                "name": f"state-{key}",
                "label": label,
                "least": LOWEST,
                "most": HIGHEST,
                "step": 1,
                "value": request.POST.get(f"state-{key}", answers.get(key, "")),
                "low": _("not at all"),
                "high": _("very much"),
            }
            for key, label in STATEMENTS.items()
        ],
        "text": request.POST.get("text", stated.text if stated else ""),
        "rules": rules,
        "longest_text": LONGEST_TEXT,
        "longest_rule": LONGEST_RULE,
        "problem": problem,
        "judged": judged_for(annotator) if rules else [],
    }
    return render(request, PAGE, context, status=status)


def judged_for(annotator: Annotator) -> list[dict[str, Any]]:
    rows = []
    for item in judged_lately(annotator):
        responses = list(item.responses.all())
        prompt, html = item_html(item, responses)
        shown = [(one, html[one.external_id]) for one in responses]
        rows.append({"item": item, "prompt": prompt, "responses": shown})
    return rows
