"""Pages of rules: those of the whole installation, a campaign's, and the history of one."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import signed_in_user
from annotation.enums import Right
from annotation.models import Campaign
from annotation.models.group_rule import LARGEST_LEAST
from annotation.views.research_access import research_page
from policies.access import (
    bounded_campaign,
    check_writes_for_all,
    readable_rule,
    readable_rules,
    writable_rule,
)
from policies.enums import LEAST_PEOPLE, Tier
from policies.errors import Conflict, Unfit
from policies.forms.rules import (
    NewInstallationRuleForm,
    NewRuleForm,
    NewVersionForm,
    WordingForm,
    form_values,
)
from policies.models import Rule, RuleVersion
from policies.ruling.scope import in_force
from policies.selectors.rules import least_people, rules_for, rules_with_history, setting_of
from policies.services.rules import create_rule, end_rule, write_version
from policies.services.settings import change_setting

FORM = "policies/rule_form.html"


def lines_of(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Rules with the version that holds now, or the newest where none does."""
    now = timezone.now()
    found = []
    for rule in rules:
        versions: list[RuleVersion] = list(rule.versions.all())
        holds = in_force(versions, now)
        found.append({"rule": rule, "version": holds or versions[-1], "holds": holds is not None})
    return found


@require_safe
@research_page
def installation(request: HttpRequest) -> HttpResponse:
    """Rules of the whole installation: researchers read, admins write."""
    user = signed_in_user(request)
    context = {"lines": lines_of(rules_with_history(readable_rules(user).filter(campaign=None)))}
    return render(request, "policies/installation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def installation_new(request: HttpRequest) -> HttpResponse:
    """Write a rule for the whole installation."""
    user = signed_in_user(request)
    check_writes_for_all(user)
    if request.method != "POST":
        return form_page(request, NewInstallationRuleForm())
    form = NewInstallationRuleForm(request.POST)
    spec = form.spec()
    if spec is not None:
        try:
            rule = create_rule(spec, tier=spec["tier"], by=user)
        except Conflict as refusal:
            form.take_problems({"key": refusal.message})
        except Unfit as refusal:
            form.take_problems(refusal.fields)
        else:
            messages.success(request, _("The rule holds in the whole installation."))
            return redirect("policies:rule", rule.pk)
    return form_page(request, form, status=422)


@require_safe
@research_page
def campaign_bounds(request: HttpRequest, slug: str) -> HttpResponse:
    """What holds in a campaign: rules of the installation above its own, and its settings."""
    campaign = bounded_campaign(signed_in_user(request), slug, Right.VIEW)
    return bounds_page(request, campaign)


def bounds_page(
    request: HttpRequest, campaign: Campaign, *, problem: str = "", status: int = 200
) -> HttpResponse:
    lines = lines_of(rules_for(campaign))
    context = {
        "campaign": campaign,
        "above": [one for one in lines if one["rule"].campaign_id is None],
        "own": [one for one in lines if one["rule"].campaign_id is not None],
        "setting": setting_of(campaign),
        "least_people": least_people([campaign]),
        "least": LEAST_PEOPLE,
        "most": LARGEST_LEAST,
        "problem": problem,
    }
    return render(request, "policies/campaign.html", context, status=status)


@require_POST
@research_page
def campaign_setting(request: HttpRequest, slug: str) -> HttpResponse:
    """Say whether the campaign's rules hold in every training file, and how small groups may be."""
    user = signed_in_user(request)
    campaign = bounded_campaign(user, slug, Right.EDIT)
    written = request.POST.get("least_people", "")
    people = int(written) if written.isdecimal() and len(written) < 6 else 0
    applies = "applies_to_training" in request.POST
    try:
        change_setting(campaign, applies_to_training=applies, least=people, by=user)
    except Unfit as refusal:
        return bounds_page(request, campaign, problem=refusal.fields["least_people"], status=422)
    except PermissionDenied:
        problem = _("Showing smaller groups is for admins to allow.")
        return bounds_page(request, campaign, problem=problem, status=403)
    messages.success(request, _("Saved."))
    return redirect("policies:campaign", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_rule_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a rule of tier 2 for a campaign."""
    user = signed_in_user(request)
    campaign = bounded_campaign(user, slug, Right.EDIT)
    if request.method != "POST":
        return form_page(request, NewRuleForm(), campaign)
    form = NewRuleForm(request.POST)
    spec = form.spec()
    if spec is not None:
        try:
            create_rule(spec, tier=Tier.ORGANISATION.value, by=user, campaign=campaign)
        except Conflict as refusal:
            form.take_problems({"key": refusal.message})
        except Unfit as refusal:
            form.take_problems(refusal.fields)
        else:
            messages.success(request, _("The rule holds in this campaign."))
            return redirect("policies:campaign", slug)
    return form_page(request, form, campaign, status=422)


@require_safe
@research_page
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """A rule with every version it had."""
    user = signed_in_user(request)
    found = readable_rule(user, pk)
    line = lines_of(rules_with_history(Rule.objects.filter(pk=found.pk)))[0]
    campaign = found.campaign
    context = {
        **line,
        "campaign": campaign,
        "versions": list(reversed(line["rule"].versions.all())),
        "may_write": campaign.may_edit if campaign is not None else user.is_admin,
    }
    return render(request, "policies/rule.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a new version of a rule; those before stay."""
    user = signed_in_user(request)
    found = writable_rule(user, pk)
    campaign, of_campaign = found.campaign, found.campaign is not None
    if request.method != "POST":
        newest = found.versions.latest("number")
        form = NewVersionForm(initial=form_values(newest), of_campaign=of_campaign)
        return form_page(request, form, campaign, found)
    form = NewVersionForm(request.POST, of_campaign=of_campaign)
    spec = form.spec()
    if spec is not None:
        try:
            write_version(found, spec, by=user)
        except Unfit as refusal:
            form.take_problems(refusal.fields)
        else:
            messages.success(request, _("The new version is kept; the one before stays as it was."))
            return redirect("policies:rule", pk)
    return form_page(request, form, campaign, found, status=422)


@require_POST
@research_page
def rule_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a rule hold no more from now on."""
    user = signed_in_user(request)
    try:
        end_rule(writable_rule(user, pk), by=user)
    except Conflict as refusal:
        messages.info(request, refusal.message)
    else:
        messages.success(request, _("From now on the rule holds no more."))
    return redirect("policies:rule", pk)


def form_page(
    request: HttpRequest,
    form: WordingForm,
    campaign: Campaign | None = None,
    rule: Rule | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    back = reverse("policies:campaign", args=[campaign.slug]) if campaign else ""
    context = {
        "form": form,
        "campaign": campaign,
        "rule": rule,
        "back": back or reverse("policies:installation"),
        "failed": status != 200,
    }
    return render(request, FORM, context, status=status)
