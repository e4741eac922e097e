"""A small installation in which every route of REST has an object, and every role somebody."""

import re
from dataclasses import dataclass
from typing import Any

from accounts.enums import Role
from accounts.models import User
from accounts.services.tokens import make_token
from accounts.services.users import token_of
from analysis.services.populations import add_population
from annotation.enums import CampaignRole, OrganisationRole, PlatformKey
from annotation.models import (
    Campaign,
    CampaignMembership,
    ItemImport,
    JudgmentImport,
    ModelJudgmentImport,
)
from annotation.serializers.entry_links import EntryLinkSerializer
from annotation.services.entry_links import create_entry_link
from annotation.services.invitations import invite
from annotation.services.messaging import request_message
from annotation.services.notice_targets import add_webhook
from annotation.services.noticing import tell_one
from annotation.services.organisation_invitations import invite_into_organisation
from annotation.services.organisations import create_organisation
from exports.models import Snapshot
from exports.services.sharing import create_link
from policies.services.own import add_own_rule, agree
from tests.analysis.builders import finished_run, judged_campaign
from tests.exports.builders import published_snapshot
from tests.factories import judge, make_user, open_with_items, serve, take_part
from tests.policies.builders import campaign_rule, say
from tests.values.builders import audit_of, corpus, labelled_sample

# Parts that the document itself says the values of.
DRAWN = ("view",)
POPULATION = b"question,option,share\nage,young,0.6\nage,old,0.4\n"


@dataclass(frozen=True)
class World:
    """`objects` names, by the beginning of a route, what its last part in braces stands for."""

    people: dict[str, User]
    campaign: Campaign
    objects: dict[str, Any]

    def credentials(self, role: str) -> dict[str, str]:
        user = self.people.get(role)
        return {"Authorization": f"Token {token_of(user)}"} if user else {}

    def parameters(self, route: str, file_name: str) -> dict[str, Any]:
        """A value for each part of the route, as far as it is an object's."""
        found: dict[str, Any] = {}
        for part in re.findall(r"{(\w+)}", route):
            if part == "slug":
                found[part] = self.slug(route)
            elif part == "name":
                found[part] = file_name
            elif part in ("id", "pk"):
                found[part] = self.object(route.partition("{" + part)[0])
            elif part not in DRAWN:
                found[part] = self.object(part)
        return found

    def slug(self, route: str) -> str:
        is_of_audits = route.endswith(("/audits/", "/value-samples/"))
        return str(self.objects["corpus"] if is_of_audits else self.campaign.slug)

    def object(self, beginning: str) -> Any:
        beginning = beginning.removeprefix("/api/v1/")
        assert beginning in self.objects, f"{beginning}: say in world.py which object this names"
        return self.objects[beginning]


def make_world() -> World:
    """A campaign that is under way, with one of each kind of what belongs to campaigns."""
    owner, admin = make_user(Role.RESEARCHER), make_user(Role.ADMIN)
    campaign, seats = judged_campaign({"young": 2, "old": 1}, owner=owner, items=2)
    annotator = seats["young"][0].annotator
    waiting, assignment = leased(owner, annotator)
    snapshot = shared_snapshot(campaign)
    source = corpus(20, owner=owner)
    audit = audit_of(source, labelled_sample(source, size=20, people=2, slug="world-labels"))
    rule = campaign_rule(waiting)
    say(rule, waiting.items.get(external_id="q1").responses.first())
    agree(annotator)
    run = finished_run(campaign)
    population = add_population(
        campaign, name="Here", source="A census", content=POPULATION, added_by=owner
    )
    message = request_message(campaign, "Half of it", "Thank you.", by=owner)
    webhook = add_webhook(campaign, "https://hooks.lab.example/v", ["completed"], by=owner)
    organisation = create_organisation("Tea Lab", "world-lab", by=owner)
    objects = {
        "corpus": source.slug,
        "imports/": ItemImport.objects.filter(campaign=campaign).latest("pk").pk,
        "model-imports/": ModelJudgmentImport.objects.create(campaign=campaign, state="done").pk,
        "judgment-imports/": JudgmentImport.objects.create(campaign=campaign, state="done").pk,
        "assignments/": assignment.pk,
        "campaigns/{slug}/entry-links/": panel_link(campaign).pk,
        "campaigns/{slug}/analysis/runs/": run.pk,
        "campaigns/{slug}/analysis/populations/": population.pk,
        "policies/rules/": rule.pk,
        "me/bounds/rules/": add_own_rule(annotator, "No jokes").pk,
        "exports/": snapshot.pk,
        "export-links/": create_link(snapshot, hours=1, label="", created_by=owner).pk,
        "audits/": audit.pk,
        "tokens/": make_token(owner, name="Import", scopes=["write"])[0].pk,
        "organisation": organisation.slug,
        "organisations/{organisation}/members/": organisation.memberships.get().pk,
        "organisations/{organisation}/invitations/": invite_into_organisation(
            organisation, role=OrganisationRole.MEMBER, by=owner
        ).pk,
        "pseudonym": annotator.pseudonym,
        "key": "ranking",
        **dict.fromkeys(("version", "older", "newer"), 1),
        "campaigns/{slug}/members/": CampaignMembership.objects.create(
            campaign=campaign, user=make_user(Role.RESEARCHER), role=CampaignRole.VIEWER
        ).pk,
        "campaigns/{slug}/invitations/": invite(campaign, role=CampaignRole.EDITOR, by=owner).pk,
        "campaigns/{slug}/messages/": message.pk,
        "campaigns/{slug}/notices/targets/": webhook.pk,
        "campaigns/{slug}/notices/deliveries/": tell_one(webhook, "world").deliveries.get().pk,
    }
    people = {"annotator": annotator.user, "owner": owner, "admin": admin}
    return World(people, campaign, objects)


def leased(owner: User, annotator: Any) -> tuple[Campaign, Any]:
    """A campaign in which the annotator holds an assignment, having answered one before."""
    waiting = open_with_items(3, owner=owner)
    seat = take_part(waiting, annotator)
    judge(serve(seat), reason="Because")
    return waiting, serve(seat)


def shared_snapshot(campaign: Campaign) -> Snapshot:
    snapshot = published_snapshot(campaign)
    choices = {"profile": "research", "text": "included", "k": 0, "identifying": [], "withheld": []}
    Snapshot.objects.filter(pk=snapshot.pk).update(choices=choices)
    return Snapshot.objects.get(pk=snapshot.pk)


def panel_link(campaign: Campaign) -> Any:
    spec = EntryLinkSerializer(data={"name": "Panel", "platform": PlatformKey.PANEL.value})
    spec.is_valid(raise_exception=True)
    return create_entry_link(campaign, spec.validated_data, by=campaign.owner)
