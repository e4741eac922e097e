"""The page on which a release is put together: choices, and at once what they come to."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import signed_in_user
from accounts.models import User
from annotation.access import campaigns_run_by
from annotation.enums import Right
from annotation.errors import Unfit
from annotation.models import Campaign, Stratum
from annotation.views.research_access import research_page
from exports.access import check_release, exported_campaign, exported_campaigns
from exports.enums import ReleaseProfile
from exports.forms import FormatWish, SnapshotForm, Wish, read_formats, read_profile, read_wish
from exports.models import Snapshot
from exports.selectors.estimates import estimate_of
from exports.selectors.people_counts import answered_questions
from exports.selectors.previews import preview_of, proposal_for
from exports.selectors.texts import decisions_on
from exports.services.policies import check_choices, rules_of
from exports.services.snapshots import request_snapshot
from exports.tasks import start_snapshot
from exports.views.htmx import HtmxRequest

TEMPLATE = "exports/snapshot_new.html"
PARTS = ("choices", "outcome")
MOST_OTHERS = 50
MAKE, PROPOSE = "make", "propose"


@research_page
@require_http_methods(["GET", "HEAD", "POST"])
def snapshot_new(request: HtmxRequest, slug: str) -> HttpResponse:
    """Put a release together; each change shows what it would come to, until it is asked for."""
    user = signed_in_user(request)
    wizard = Wizard(user, exported_campaign(user, slug, Right.EDIT), request.POST)
    step = request.POST.get("step", "")
    if step == MAKE and (snapshot := wizard.make()):
        start_snapshot(snapshot)
        return redirect("exports:snapshot-detail", pk=snapshot.pk)
    if step == PROPOSE:
        wizard.propose()
    status = 422 if step == MAKE else 200
    return render(request, template_for(request), wizard.context(), status=status)


def template_for(request: HtmxRequest) -> str:
    part = request.htmx.target if request.htmx and not request.htmx.boosted else None
    return f"{TEMPLATE}#{part}" if part in PARTS else TEMPLATE


class Wizard:
    """One look at the wizard: what its controls say, and what follows."""

    def __init__(self, user: User, campaign: Campaign, data: QueryDict) -> None:
        self.user, self.campaign, self.data = user, campaign, data
        self.profile: ReleaseProfile = read_profile(data)
        slugs = [slug for slug in data.getlist("campaigns") if slug != campaign.slug]
        self.campaigns = [campaign, *exported_campaigns(user, slugs, Right.EDIT)]
        self.rules = rules_of(self.campaigns)
        self.wish: Wish = read_wish(
            data, self.profile, answered_questions(self.campaigns), self.rules.least_k
        )
        self.formats: list[FormatWish] = read_formats(data, self.criteria(), self.strata())
        self.form = self.new_form(None)
        self.problems: list[str] = []
        self.proposed = ""

    def new_form(self, data: QueryDict | None) -> SnapshotForm:
        said: Mapping[str, Any] = {
            **{
                name: self.data[name]
                for name in ("format", "pseudonyms", "note")
                if name in self.data
            },
            **{"profile": self.profile, "text": self.wish.text, "k": self.wish.k},
            "campaigns": [one.slug for one in self.campaigns[1:]],
            "derived": self.data.getlist("derived"),
        }
        return SnapshotForm(
            data, user=self.user, others=self.others(), profile=self.profile, initial=said
        )

    def others(self) -> Sequence[Campaign]:
        """Campaigns that may come into the same snapshot."""
        mine = campaigns_run_by(self.user, Right.EDIT).exclude(pk=self.campaign.pk)
        return list(mine.order_by("-created_at")[:MOST_OTHERS])

    def criteria(self) -> Mapping[str, str]:
        """What derived formats can be narrowed to."""
        return {one["key"]: one["label"] for each in self.campaigns for one in each.criteria}

    def strata(self) -> Sequence[str]:
        keys = Stratum.objects.filter(campaign__in=self.campaigns).order_by("pk")
        return list(dict.fromkeys(keys.values_list("key", flat=True)))

    def make(self) -> Snapshot | None:
        """Ask for the snapshot; None where something is wrong, which the page then says."""
        self.form = self.new_form(self.data)
        wanted = [one for one in self.formats if one.is_chosen]
        fits = [one.check() for one in wanted]
        if not self.form.is_valid() or not all(fits):
            return None
        said = self.form.cleaned_data
        check_release(self.profile, self.campaigns)
        try:
            return request_snapshot(
                self.campaign,
                campaigns=self.campaigns[1:],
                format=said["format"],
                pseudonyms=said["pseudonyms"] or "per-release",
                note=said["note"],
                choices=self.wish.choices(),
                derived=[one.body for one in wanted],
                requested_by=self.user,
            )
        except Unfit as problem:
            self.problems = self.wish.take_problems(problem.fields)
            return None

    def propose(self) -> None:
        """Put proposed groups in the place of those that were typed."""
        if self.wish.is_grouped:
            ordered = {one.key: one.is_ordered for one in self.wish.questions}
            proposal = proposal_for(self.campaigns, self.wish.choices(), ordered)
            self.wish.take_proposal(proposal.choices)
            merges = any(one.groups for one in proposal.choices.identifying)
            self.proposed = "groups" if merges or proposal.choices.withheld else "nothing"

    def context(self) -> dict[str, Any]:
        preview = None
        if self.wish.is_grouped and self.is_possible():
            preview = preview_of(self.campaigns, self.wish.choices())
            self.wish.take_people(preview.questions)
        return {
            "campaign": self.campaign,
            "campaigns": self.campaigns,
            "form": self.form,
            "wish": self.wish,
            "formats": self.formats,
            "rules": self.rules,
            "preview": preview,
            "problems": self.problems,
            "proposed": self.proposed,
            "estimate": estimate_of(self.campaigns, self.data.get("format") or "parquet"),
            "reviewed": decisions_on(self.campaigns) if self.wish.text == "reviewed" else None,
        }

    def is_possible(self) -> bool:
        """Whether the choices fit; what does not is put beside what it is about."""
        try:
            check_choices(self.campaigns, self.wish.choices(), "per-release")
        except Unfit as problem:
            found = self.wish.take_problems(problem.fields)
            self.problems += [one for one in found if one not in self.problems]
            return False
        return True
