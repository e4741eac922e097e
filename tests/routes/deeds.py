"""What the test of the trail says on each route, and what has to be so before."""

from collections.abc import Callable
from typing import Any

from accounts.services.questionnaires import create_questionnaire
from analysis.models import AnalysisRun
from annotation.enums import JobState, PlatformKey
from annotation.models import (
    Campaign,
    EntryLink,
    ItemImport,
    JudgmentImport,
    ModelJudgmentImport,
    NoticeDelivery,
)
from annotation.services.archiving import archive_campaign
from annotation.services.campaigns import pause_campaign
from exports.enums import SnapshotState
from exports.models import Snapshot
from tests.factories import AGE_QUESTION, make_user
from tests.routes.people import COLLEAGUE, VIEWER
from tests.routes.world import World
from values.models import Audit

Prepare = Callable[[World], Any]
TABLE = "question,option,share\nage,young,0.4\nage,old,0.6\n"

# Bodies of REST where the document's example does not fit this world, and forms of pages.
SAID: dict[str, dict[str, Any] | Prepare] = {
    "api-tokens": {"name": "Nightly", "scopes": ["read"]},
    "api-transfer": lambda world: {"member": world.numbers["members/"]},
    "api-member": {"role": "editor"},
    "api-organisation-join": lambda world: {"token": world.tokens["organisation-invitations/"]},
    "api-organisation-member": {"role": "admin"},
    "api-campaign-organisation": lambda world: {"organisation": world.parts["organisation"]},
    "annotation:organisation-list": {"name": "Another lab", "slug": "another-lab"},
    "annotation:organisation": {"role": "member", "most": "1", "days": "3"},
    "annotation:organisation-name": {"name": "Another name"},
    "annotation:organisation-member-role": {"role": "admin"},
    "annotation:research-campaign-organisation": lambda world: {
        "organisation": world.parts["organisation"]
    },
    "api-invitation-accept": lambda world: {"token": world.tokens["invitations/"]},
    "api-analysis-populations": {"name": "Census", "source": "A table", "table": TABLE},
    "api-bounds-rules": {
        "key": "another-rule",
        "title": "Another",
        "text": "Nothing rude.",
        "kind": "restriction",
        "decided_by": "review",
    },
    "annotation:tokens": {"name": "Nightly", "scopes": ["read"], "days": ""},
    "annotation:research-campaign-copy": {"title": "Copy", "slug": "copy-of-it"},
    "annotation:research-messages": {"subject": "Hello again", "text": "There are new items."},
    "annotation:research-notice-mail": {"events": ["completed"], "stuck_hours": "24"},
    "annotation:research-webhook-new": {
        "webhook-url": "https://hooks.variorum.test/two",
        "webhook-events": ["completed"],
    },
    "annotation:research-team": {"role": "viewer", "most": "1", "days": "3"},
    "annotation:research-member-role": {"role": "editor"},
    "analysis:run-start": {"seed": "7", "bootstraps": "50"},
    "analysis:rule": {"least_annotators": "9"},
    "policies:campaign-setting": {"least_people": "9"},
    "policies:installation-new": {
        "key": "no-insults",
        "tier": "1",
        "title": "No insults",
        "text": "Nobody is insulted.",
        "kind": "restriction",
        "decided_by": "review",
    },
    "policies:campaign-rule-new": {
        "key": "no-insults",
        "title": "No insults",
        "text": "Nobody is insulted.",
        "kind": "restriction",
        "decided_by": "review",
    },
    "policies:rule-edit": {
        "title": "No insults",
        "text": "Nobody is insulted.",
        "kind": "restriction",
        "decided_by": "review",
        "keeps_verdicts": "on",
    },
    "values:sample-create": {"size": "300", "people": "5", "sample_seed": "1"},
    "exports:release-rules": {"needs_approval": "on", "least_k": "9"},
    "exports:link-create": {"hours": "24"},
    "exports:snapshot-decide": {"verdict": "approve"},
}


def jobs_wait(world: World) -> None:
    for model in (ItemImport, JudgmentImport, ModelJudgmentImport, AnalysisRun, Audit, Snapshot):
        model._default_manager.update(state=JobState.QUEUED)


def is_paused(world: World) -> None:
    pause_campaign(world.campaign)


def is_archived(world: World) -> None:
    is_paused(world)
    archive_campaign(world.campaign)


def is_a_panels(world: World) -> None:
    EntryLink.objects.update(platform=PlatformKey.PANEL)


def has_failed(world: World) -> None:
    NoticeDelivery.objects.update(state=JobState.FAILED)


def asks_for_age(world: World) -> None:
    questionnaire = create_questionnaire([AGE_QUESTION])
    Campaign.objects.filter(pk=world.campaign.pk).update(questionnaire=questionnaire)


def awaits_approval(world: World) -> None:
    Snapshot.objects.update(state=SnapshotState.AWAITING, created_by=make_user())


# What has to be so before, by route over REST; pages with the same last words share it.
BEFORE: dict[str, Prepare] = {
    **dict.fromkeys(("api-campaign-open", "annotation:research-campaign-open"), is_paused),
    **dict.fromkeys(("api-campaign-archive", "annotation:research-campaign-archive"), is_paused),
    **dict.fromkeys(("api-campaign-restore", "annotation:research-campaign-restore"), is_archived),
    **dict.fromkeys(("api-entry-link-key", "annotation:research-entry-link-key"), is_a_panels),
    **dict.fromkeys(("api-delivery-again", "annotation:research-delivery-again"), has_failed),
    **dict.fromkeys(
        (
            "api-import-cancel",
            "api-judgment-import-cancel",
            "api-model-import-cancel",
            "api-analysis-run-cancel",
            "api-audit-cancel",
            "api-export-cancel",
            "annotation:research-import-cancel",
            "annotation:research-judgment-import-cancel",
            "annotation:research-model-import-cancel",
            "analysis:run-cancel",
            "values:audit-cancel",
            "exports:snapshot-cancel",
        ),
        jobs_wait,
    ),
    "api-analysis-populations": asks_for_age,
    **dict.fromkeys(("api-export-decision", "exports:snapshot-decide"), awaits_approval),
}
# Who does it, where it is not an owner.
DONE_BY = {
    "api-leave": VIEWER,
    "annotation:research-team-leave": VIEWER,
    "api-organisation-leave": VIEWER,
    "annotation:organisation-leave": VIEWER,
    "api-organisation-join": COLLEAGUE,
    "api-invitation-accept": COLLEAGUE,
}

# Routes that leave nothing, each for a reason.
NOTHING_CHANGES = "shows what would be, and keeps nothing"
ON_THE_WAY = "keeps or discards a file for a day; nothing of the campaign changes before an import"
OWN_LOG = "is a row of its own already, append-only, with its author"
WITHOUT_TRAIL: dict[str, str] = {
    "annotation:research-guideline-preview": NOTHING_CHANGES,
    "annotation:research-strata-numbers": NOTHING_CHANGES,
    "annotation:research-preview-new": NOTHING_CHANGES,
    "annotation:research-preview-page": NOTHING_CHANGES,
    "api-export-preview": NOTHING_CHANGES,
    "api-items-preview": NOTHING_CHANGES,
    "annotation:research-file-upload": ON_THE_WAY,
    "annotation:research-given-file-discard": ON_THE_WAY,
    "api-bounds-verdicts": OWN_LOG,
    "policies:verdict": OWN_LOG,
    "api-export-text-decisions": OWN_LOG,
    "exports:text-decide": OWN_LOG,
}
# Routes that call the service of another one here, with more to send than belongs into this test.
LIKE: dict[str, str] = {
    "annotation:research-campaign-new": "api-campaigns",
    "annotation:research-campaign-edit": "api-campaign",
    "annotation:research-campaign-step": "api-campaign",
    "annotation:research-campaign-translations": "api-campaign",
    "annotation:research-steering": "api-campaign",
    "annotation:research-import-new": "api-items",
    "annotation:research-given-file": "api-items",
    "annotation:research-judgment-import-new": "api-judgments-import",
    "annotation:research-models": "api-model-judgments",
    "annotation:research-entry-links": "api-entry-links",
    "analysis:population-add": "api-analysis-populations",
    "values:taxonomy-list": "api-taxonomies",
    "exports:snapshot-new": "api-exports",
    # They need labels, or files that are really frozen: tests/accounts/services/test_trail.py.
    "values:audit-new": "api-exports",
    "api-audits": "api-exports",
    "api-export-again": "api-exports",
    "api-export-reissue": "api-exports",
    "exports:snapshot-again": "api-exports",
}
