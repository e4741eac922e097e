"""Which addresses are pages, who is to see each, and of what.

Every address of the installation stands here once, by its name: a page, a page on the way through a
campaign, or none. `test_pages.py` compares this with the addresses that there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver

from config.urls import urlpatterns

CAMPAIGN = "everyday-advice"
STUDY = "short-study"


@dataclass(frozen=True)
class Shown:
    """Who sees the page; `parts` are its address's parts, `$name` being an object made for it."""

    role: str
    parts: dict[str, str] = field(default_factory=dict)
    query: str = ""


def of_campaign(role: str = "researcher", query: str = "", **parts: str) -> Shown:
    return Shown(role, {"slug": CAMPAIGN, **parts}, query)


PAGES: dict[str, Shown] = {
    "home": Shown("visitor"),
    "api-docs": Shown("researcher"),
    "accounts:sign-up": Shown("visitor"),
    "accounts:sign-in": Shown("visitor"),
    "accounts:appearance": Shown("visitor"),
    "accounts:password-reset": Shown("visitor"),
    "accounts:password-reset-sent": Shown("visitor"),
    "accounts:password-reset-complete": Shown("visitor"),
    "accounts:password-reset-confirm": Shown("visitor", {"uidb64": "MQ", "token": "no-token"}),
    "accounts:account": Shown("annotator"),
    "accounts:password-change": Shown("annotator"),
    "annotation:tokens": Shown("researcher"),
    "annotation:trail": Shown("admin"),
    "annotation:organisation-list": Shown("researcher"),
    "annotation:organisation": Shown("researcher", {"organisation": "$organisation"}),
    "annotation:organisation-invitation": Shown("admin", {"token": "$organisation-invitation"}),
    "annotation:research-history": of_campaign(),
    "annotation:research-campaign-organisation": of_campaign(),
    "own:data": Shown("annotator"),
    "own:withdraw-altogether": Shown("annotator"),
    "own:withdraw-from-campaign": of_campaign("annotator"),
    "annotation:campaign-list": Shown("annotator"),
    "annotation:campaign-judge": of_campaign("annotator"),
    "annotation:campaign-history": of_campaign("annotator"),
    "annotation:campaign-profile": of_campaign("annotator"),
    "annotation:assignment-revise": of_campaign("annotator", pk="$answered"),
    "policies:own": Shown("annotator"),
    "annotation:research-campaign-list": Shown("researcher"),
    "annotation:research-campaign-new": Shown("researcher"),
    "annotation:research-campaign-templates": Shown("researcher"),
    "annotation:research-campaign-copy": of_campaign(),
    "annotation:research-campaign-archive": of_campaign(),
    "annotation:research-campaign-build": of_campaign(),
    "annotation:research-campaign-step": of_campaign(step="strata"),
    "annotation:research-campaign-preview": of_campaign(),
    "annotation:research-guideline": of_campaign(),
    "annotation:research-campaign-detail": of_campaign(),
    "annotation:research-campaign-edit": of_campaign(),
    "annotation:research-campaign-translations": of_campaign(),
    "annotation:research-import-new": of_campaign(),
    "annotation:research-given-file": Shown("researcher", {"pk": "$given-file"}),
    "annotation:research-import-detail": Shown("researcher", {"pk": "$import"}),
    "annotation:research-judgment-import-new": of_campaign(),
    "annotation:research-judgment-import-detail": Shown("researcher", {"pk": "$judgment-import"}),
    "annotation:research-models": of_campaign(),
    "annotation:research-model-import-detail": Shown("researcher", {"pk": "$model-import"}),
    "annotation:research-entry-links": Shown("researcher", {"slug": STUDY}),
    "annotation:research-quality": of_campaign(),
    "annotation:research-coverage": of_campaign(),
    "annotation:research-design": of_campaign(),
    "annotation:research-forecast": of_campaign(),
    "annotation:research-positions": of_campaign(),
    "annotation:research-judgments": of_campaign(),
    "annotation:research-reports": of_campaign(),
    "annotation:research-items": of_campaign(),
    "annotation:research-team": of_campaign(),
    "annotation:invitation": Shown("admin", {"token": "$invitation"}),
    "annotation:research-live": of_campaign(),
    "annotation:research-steering": of_campaign(),
    "annotation:research-messages": of_campaign(),
    "annotation:research-notices": of_campaign(),
    "annotation:research-annotators": of_campaign(),
    "annotation:research-annotator": of_campaign(pseudonym="$person"),
    "annotation:research-item": of_campaign(external_id="$item"),
    "policies:installation": Shown("admin"),
    "policies:installation-new": Shown("admin"),
    "policies:rule": Shown("admin", {"pk": "$rule"}),
    "policies:rule-edit": Shown("admin", {"pk": "$rule"}),
    "policies:campaign": of_campaign(),
    "policies:campaign-rule-new": of_campaign(),
    "policies:review": of_campaign(),
    "policies:register": of_campaign(),
    "policies:standing": of_campaign(external_id="$item"),
    "analysis:home": of_campaign(),
    "analysis:run-detail": of_campaign(pk="$run"),
    "analysis:view": of_campaign(view="distribution"),
    "values:audit-list": of_campaign(),
    "values:audit-new": of_campaign(),
    "values:audit-detail": Shown("researcher", {"pk": "$audit"}),
    "values:taxonomy-list": Shown("researcher"),
    "exports:snapshot-list": of_campaign(),
    "exports:snapshot-new": of_campaign(),
    "exports:text-review": of_campaign(),
    "exports:snapshot-detail": Shown("researcher", {"pk": "$snapshot"}),
    "exports:snapshot-difference": Shown("researcher", {"pk": "$newer"}, "?since=$snapshot"),
    "exports:shared": Shown("visitor", {"token": "$link"}),
}
# Shown on the way of somebody who comes by a link: `walks.py` goes through them.
ON_THE_WAY = {
    *("annotation:enter", "annotation:campaign-consent", "annotation:campaign-questions"),
    *("annotation:campaign-guideline", "annotation:campaign-comprehension"),
    *("annotation:campaign-practice", "annotation:campaign-stopped", "annotation:campaign-finish"),
}
# They take what is sent, lead on, answer programs or give a file.
NO_PAGES = {
    *("healthz", "readyz", "accounts:language-choose", "accounts:sign-out", "own:download"),
    *("annotation:campaign-start", "annotation:assignment-submit", "annotation:assignment-skip"),
    *("annotation:assignment-heartbeat", "annotation:assignment-draft"),
    *("annotation:assignment-report", "annotation:campaign-ahead", "annotation:campaign-leave"),
    *("annotation:research-guideline-preview", "annotation:research-import-cancel"),
    *("annotation:research-file-upload", "annotation:research-given-file-discard"),
    *("annotation:research-judgment-import-cancel", "annotation:research-campaign-open"),
    *("annotation:research-model-import-cancel", "annotation:research-campaign-restore"),
    *("annotation:research-preview-new", "annotation:research-preview-page"),
    "annotation:research-strata-numbers",
    *("annotation:research-campaign-pause", "annotation:research-campaign-close"),
    *("annotation:research-entry-link-revoke", "annotation:research-entry-link-key"),
    *("annotation:research-coverage-file", "annotation:research-table"),
    *("annotation:campaign-messages", "annotation:campaign-messages-read"),
    "annotation:research-message",
    *("annotation:research-team-leave", "annotation:research-campaign-transfer"),
    *("annotation:research-member-role", "annotation:research-member-remove"),
    *(
        "annotation:research-invitation-revoke",
        "annotation:token-revoke",
        "annotation:organisation-name",
        "annotation:organisation-leave",
        "annotation:organisation-member-role",
        "annotation:organisation-member-remove",
        "annotation:organisation-invitation-revoke",
    ),
    *("annotation:research-notice-mail", "annotation:research-webhook-new"),
    *("annotation:research-webhook-secret", "annotation:research-notice-target-remove"),
    *("annotation:research-notice-target-test", "annotation:research-delivery-again"),
    *("analysis:run-start", "analysis:rule", "analysis:population-add", "analysis:view-file"),
    *("analysis:population-remove", "analysis:run-cancel", "analysis:run-again"),
    *("policies:rule-end", "policies:campaign-setting", "policies:verdict"),
    *("policies:own-rule-add", "policies:own-rule-drop", "policies:own-verdict"),
    *("values:sample-create", "values:audit-cancel", "values:audit-file"),
    *("exports:release-rules", "exports:text-decide", "exports:snapshot-cancel"),
    *("exports:snapshot-decide", "exports:snapshot-again", "exports:link-create"),
    *("exports:link-revoke", "exports:snapshot-file", "exports:snapshot-archive"),
    *("exports:shared-archive", "exports:shared-file"),
}


def names_of(patterns: list[Any], space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address by its name, but REST's own and those of Django's admin site."""
    for one in patterns:
        if isinstance(one, URLResolver):
            if one.namespace != "admin":
                yield from names_of(one.url_patterns, one.namespace or space)
        elif not (one.name or "").startswith("api-") or one.name == "api-docs":
            yield f"{space}:{one.name}" if space else str(one.name), one


ADDRESSES = dict(names_of(urlpatterns))
