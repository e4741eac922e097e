"""One campaign with everything that an address can name, and the people around it."""

import re
from collections import deque
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from accounts.services.tokens import make_token
from analysis.models import Population
from annotation.enums import CampaignRole, JobState, NoticeChannel, OrganisationRole, PlatformKey
from annotation.models import (
    Arrival,
    CampaignMembership,
    JudgmentImport,
    Message,
    ModelJudgmentImport,
    NoticeTarget,
    OrganisationMembership,
    Response,
)
from annotation.services.entry_links import create_entry_link
from annotation.services.given_files import give_file
from annotation.services.invitations import invitation_token, invite
from annotation.services.notice_targets import send_test
from annotation.services.organisation_invitations import (
    invite_into_organisation,
    organisation_token,
)
from annotation.services.organisations import create_organisation
from exports.models import Snapshot
from exports.services.sharing import create_link, token_of
from policies.enums import LEAST_PEOPLE
from policies.services.own import add_own_rule, agree
from tests.analysis.builders import finished_run
from tests.exports.builders import published_snapshot
from tests.factories import judge, make_annotator, make_user, open_with_items, serve, take_part
from tests.policies.builders import campaign_rule
from tests.routes.people import (
    ADMIN,
    COLLEAGUE,
    EDITOR,
    ELSEWHERE,
    EVERYBODY,
    OWNER,
    SEATED_ONE,
    VIEWER,
)
from values.models import Audit, AuditFile

PART = re.compile(r"<(?:(\w+):)?(\w+)>")


def finish(response: Any) -> None:
    """Read to its end what is streamed: left alone it would keep its cursor or file open."""
    if response.streaming:
        deque(response.streaming_content, maxlen=0)


class World:
    """`users` by the names of `tests.routes.people`; `address` fills in a route."""

    def __init__(self) -> None:
        owner, seated = make_user(Role.RESEARCHER), make_annotator()
        self.campaign = campaign = open_with_items(2, owner=owner)
        self.users: dict[str, User] = {
            ELSEWHERE: make_annotator().user,
            SEATED_ONE: seated.user,
            COLLEAGUE: make_user(Role.RESEARCHER),
            VIEWER: make_user(Role.RESEARCHER),
            EDITOR: make_user(Role.RESEARCHER),
            OWNER: owner,
            ADMIN: make_user(Role.ADMIN),
        }
        viewer, _editor = (
            CampaignMembership.objects.create(campaign=campaign, user=self.users[who], role=role)
            for who, role in ((VIEWER, CampaignRole.VIEWER), (EDITOR, CampaignRole.EDITOR))
        )
        organisation = create_organisation("Tea Lab", f"lab-of-{campaign.slug}", by=owner)
        member = OrganisationMembership.objects.create(
            organisation=organisation, user=self.users[VIEWER], role=OrganisationRole.MEMBER
        )
        into_organisation = invite_into_organisation(
            organisation, role=OrganisationRole.MEMBER, most=9, by=owner
        )
        invitation = invite(campaign, role=CampaignRole.VIEWER, most=9, by=owner)
        seat = take_part(campaign, seated)
        judge(serve(seat), reason="Because.")
        assignment = serve(seat)
        agree(seated)
        link = create_entry_link(
            campaign, {"name": "Pilot", "platform": PlatformKey.PROLIFIC.value}, by=owner
        )
        Arrival.objects.create(link=link, campaign=campaign, annotator=seated)
        snapshot = published_snapshot(campaign)
        choices = {"profile": "research", "text": "included", "k": 0}
        Snapshot.objects.filter(pk=snapshot.pk).update(
            choices={**choices, "identifying": [], "withheld": []}
        )
        snapshot.refresh_from_db()
        shared = create_link(snapshot, hours=1, created_by=owner)
        target = NoticeTarget.objects.create(
            campaign=campaign, channel=NoticeChannel.WEBHOOK, url="https://hooks.variorum.test/"
        )
        message = Message.objects.create(
            campaign=campaign, subject="Hello", text="Thank you.", state=JobState.DONE
        )
        rule = campaign_rule(campaign)
        self.published = self.audit(JobState.DONE)
        # What stands before a number in an address says whose number it is.
        self.numbers = {
            "imports/": campaign.imports.get().pk,
            "given-files/": give_file(
                campaign, content=ContentFile(b"{}"), file_name="items", given_by=owner
            ).pk,
            "judgment-imports/": JudgmentImport.objects.create(
                campaign=campaign, state=JobState.DONE
            ).pk,
            "model-imports/": ModelJudgmentImport.objects.create(
                campaign=campaign, state=JobState.DONE
            ).pk,
            "assignments/": assignment.pk,
            "judge/": assignment.pk,
            "entry/": link.pk,
            "entry-links/": link.pk,
            "organisations/<slug:organisation>/members/": member.pk,
            "organisations/<slug:organisation>/invitations/": into_organisation.pk,
            "members/": viewer.pk,
            "invitations/": invitation.pk,
            "targets/": target.pk,
            "deliveries/": send_test(target).pk,
            "messages/": message.pk,
            "runs/": finished_run(campaign).pk,
            "populations/": Population.objects.create(campaign=campaign, name="Everybody").pk,
            "policies/rules/": rule.pk,
            "bounds/rules/": add_own_rule(seated, "No jokes").pk,
            "audits/": self.audit(JobState.FAILED).pk,
            "exports/": snapshot.pk,
            "links/": shared.pk,
            "tokens/": make_token(owner, name="Import", scopes=["write"])[0].pk,
        }
        self.parts = {
            "slug": campaign.slug,
            "organisation": organisation.slug,
            "view": "distribution",
            "pseudonym": seated.pseudonym,
            "table": "positions",
            "extension": "csv",
            "external_id": "q1",
            "uidb64": "x",
            "step": "strata",
            "key": "ranking",
            "version": "1",
            "older": "1",
            "newer": "1",
        }
        response = Response.objects.get(item__external_id="q1", external_id="r1")
        # What has to be said for a page to find what it is about; to others nothing is said.
        self.said = {
            "exports:snapshot-difference": {"since": snapshot.pk},
            "exports:text-decide": {
                "kind": "reason",
                "row": campaign.judgments.get().pk,
                "place": 0,
                "sha256": "0" * 64,
                "verdict": "keep",
            },
            "policies:verdict": {"rule": rule.pk, "item_id": "q1", "response_id": "r1"},
            "policies:own-verdict": {"response": response.pk},
            "annotation:research-campaign-transfer": {"member": viewer.pk},
        }
        self.tokens = {
            "enter/": link.token,
            "shared/": token_of(shared),
            "invitations/": invitation_token(invitation),
            "organisation-invitations/": organisation_token(into_organisation),
        }
        self.clients = {who: Client(raise_request_exception=False) for who in EVERYBODY}
        for who, user in self.users.items():
            self.clients[who].force_login(user, backend="accounts.backends.AccountBackend")
        self.cookies = {who: SimpleCookie(client.cookies) for who, client in self.clients.items()}

    def audit(self, state: JobState) -> Audit:
        """An audit of the campaign with a file, put down without any work."""
        audit = Audit.objects.create(
            campaign=self.campaign,
            labels=self.campaign,
            criterion="overall",
            state=state,
            as_of=datetime(2026, 1, 2, tzinfo=UTC),
            parameters={"least_group": LEAST_PEOPLE},
            results={},
        )
        stored = default_storage.save(f"audits/{audit.pk}/README.md", ContentFile(b"# Read"))
        AuditFile.objects.create(
            audit=audit, name="report.html", bytes=6, sha256="0" * 64, stored_name=stored
        )
        return audit

    def address(self, route: str) -> str:
        """The route as an address of this world; a part that nothing is known of is an error."""

        def filled(part: re.Match[str]) -> str:
            before, name = route[: part.start()], part[2]
            if name == "pk" and route[: part.end() + 6].endswith("audits/<int:pk>/files"):
                return str(self.published.pk)
            if name == "pk":
                known = [one for one in self.numbers if before.endswith(one)]
                assert known, f"{route}: say in tests/routes/world.py whose number this is"
                return str(self.numbers[max(known, key=len)])
            if name == "token":
                return next((self.tokens[one] for one in self.tokens if before == one), "x")
            if name == "name":
                return "report.html" if "audits/" in before else "README.md"
            assert name in self.parts, f"{route}: say in tests/routes/world.py what {name} is"
            return self.parts[name]

        return "/" + PART.sub(filled, route)

    def asks(self, who: str, method: str, address: str, said: dict[str, Any] | None = None) -> int:
        """The status that this person gets; 302 stands for the way to sign in alone."""
        client = self.clients[who]
        client.cookies = SimpleCookie(self.cookies[who])
        if said:
            response = getattr(client, method.lower())(address, said)
        else:
            response = client.generic(method, address, b"", content_type="application/json")
        finish(response)
        to_sign_in = response.get("Location", "").startswith("/accounts/sign-in/?next=")
        return 200 if response.status_code == 302 and not to_sign_in else response.status_code
