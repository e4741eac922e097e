"""Who may use which route: the one table that a new route has to be put into.

A route stands in the group that says who may read (GET) and who may write (every other method);
`NOBODY` where there is no such method. Whoever may not is refused as `refusal_of` says: visitors
are sent to sign in, strangers find nothing, and who may at least see the campaign is told that
their role does not allow it. People who are refused because of the kind of their account rather
than the object stand in `told`.
"""

from typing import NamedTuple

from tests.routes.people import (
    ADMINS,
    ANNOTATORS,
    EDITORS,
    EVERYBODY,
    NOBODY,
    OWNER,
    OWNERS,
    RESEARCHERS,
    SEATED,
    SIGNED_IN,
    VIEWER,
    VIEWERS,
    VISITOR,
)

People = frozenset[str]
HEADS_OF_LAB = OWNERS
IN_LAB = OWNERS | {VIEWER}


class Rule(NamedTuple):
    """Who may read and write by a route, and who of the others is told so (403) at once."""

    reads: People
    writes: People
    told: People = NOBODY

    def refusal_of(self, person: str, *, is_rest: bool) -> int:
        """The status for somebody who may not; 302 is the way to sign in."""
        if person == VISITOR:
            return 401 if is_rest else 302
        return 403 if person in self.told else 404


TABLE: list[tuple[Rule, str]] = [
    (
        Rule(EVERYBODY, NOBODY),
        """api-schema api-docs accounts:password-reset-sent
        accounts:password-reset-complete exports:shared exports:shared-archive
        exports:shared-file""",
    ),
    (
        Rule(EVERYBODY, EVERYBODY),
        """healthz readyz home accounts:appearance accounts:sign-up accounts:sign-in
        accounts:password-reset
        accounts:password-reset-confirm annotation:enter annotation:invitation
        annotation:organisation-invitation""",
    ),
    (Rule(NOBODY, EVERYBODY), "api-token accounts:language-choose accounts:sign-out"),
    (Rule(SIGNED_IN, SIGNED_IN), "accounts:account accounts:password-change"),
    (Rule(NOBODY, SIGNED_IN), "api-invitation-accept api-organisation-join"),
    (Rule(NOBODY, ADMINS, told=SIGNED_IN), "api-users"),
    (Rule(ADMINS, NOBODY, told=SIGNED_IN), "api-arrivals api-whole-trail"),
    (Rule(ADMINS, NOBODY), "annotation:trail"),
    # Annotators: whoever may come in, and whose assignment it is.
    (
        Rule(ANNOTATORS, NOBODY),
        """annotation:campaign-list annotation:campaign-start annotation:campaign-judge
        annotation:campaign-stopped own:data own:download""",
    ),
    (
        Rule(ANNOTATORS, ANNOTATORS),
        """annotation:campaign-consent annotation:campaign-questions
        annotation:campaign-guideline annotation:campaign-comprehension
        annotation:campaign-practice policies:own own:withdraw-altogether""",
    ),
    (
        Rule(SEATED, NOBODY),
        "annotation:campaign-finish annotation:campaign-history annotation:campaign-messages",
    ),
    (
        Rule(SEATED, SEATED),
        """annotation:campaign-profile own:withdraw-from-campaign
        annotation:assignment-revise""",
    ),
    (
        Rule(NOBODY, SEATED),
        """annotation:campaign-messages-read annotation:assignment-submit
        annotation:assignment-skip
        annotation:assignment-heartbeat annotation:assignment-draft
        annotation:assignment-report annotation:campaign-ahead annotation:campaign-leave
        policies:own-rule-drop policies:own-verdict""",
    ),
    (Rule(NOBODY, ANNOTATORS), "policies:own-rule-add"),
    (Rule(ANNOTATORS, ANNOTATORS, told=RESEARCHERS), "api-comprehension api-own-bounds"),
    (Rule(ANNOTATORS, NOBODY, told=RESEARCHERS), "api-own-data"),
    (
        Rule(NOBODY, ANNOTATORS, told=RESEARCHERS),
        "api-join api-next api-ahead api-own-rules api-withdraw-altogether",
    ),
    (Rule(SEATED, NOBODY, told=RESEARCHERS), "api-history"),
    (Rule(SEATED, SEATED, told=RESEARCHERS), "api-profile"),
    (
        Rule(NOBODY, SEATED, told=RESEARCHERS),
        """api-judgment api-revise api-report api-skip api-release api-heartbeat api-draft
        api-own-rule api-own-verdicts api-withdraw""",
    ),
    # Researchers, whatever campaigns they have.
    (
        Rule(RESEARCHERS, NOBODY),
        """annotation:research-campaign-list annotation:research-campaign-templates
        policies:installation""",
    ),
    (
        Rule(RESEARCHERS, RESEARCHERS),
        "annotation:research-campaign-new values:taxonomy-list",
    ),
    (Rule(RESEARCHERS, RESEARCHERS, told=ANNOTATORS), "api-taxonomies"),
    (Rule(RESEARCHERS, RESEARCHERS), "annotation:tokens annotation:organisation-list"),
    # An organisation: in the world the owner administers it, and the viewer is a member.
    (Rule(IN_LAB, HEADS_OF_LAB, told=frozenset({VIEWER})), "annotation:organisation"),
    (
        Rule(NOBODY, HEADS_OF_LAB, told=frozenset({VIEWER})),
        """annotation:organisation-name annotation:organisation-member-role
        annotation:organisation-member-remove annotation:organisation-invitation-revoke""",
    ),
    (Rule(NOBODY, IN_LAB - ADMINS), "annotation:organisation-leave"),
    (Rule(RESEARCHERS, RESEARCHERS, told=ANNOTATORS), "api-organisations"),
    (
        Rule(IN_LAB, HEADS_OF_LAB, told=ANNOTATORS | {VIEWER}),
        "api-organisation",
    ),
    (Rule(IN_LAB, NOBODY, told=ANNOTATORS), "api-organisation-members"),
    (
        Rule(NOBODY, HEADS_OF_LAB, told=ANNOTATORS | {VIEWER}),
        "api-organisation-member api-organisation-invitation",
    ),
    (
        Rule(HEADS_OF_LAB, HEADS_OF_LAB, told=ANNOTATORS | {VIEWER}),
        "api-organisation-invitations",
    ),
    (Rule(NOBODY, IN_LAB - ADMINS, told=ANNOTATORS), "api-organisation-leave"),
    (
        Rule(VIEWERS, OWNERS, told=VIEWERS),
        "api-campaign-organisation annotation:research-campaign-organisation",
    ),
    (Rule(NOBODY, frozenset({OWNER})), "annotation:token-revoke"),
    (Rule(RESEARCHERS, RESEARCHERS, told=ANNOTATORS), "api-tokens"),
    (Rule(NOBODY, frozenset({OWNER}), told=ANNOTATORS), "api-personal-token"),
    (
        Rule(RESEARCHERS, NOBODY, told=ANNOTATORS),
        "api-campaign-templates api-campaign-template api-question-sets",
    ),
    (
        Rule(NOBODY, RESEARCHERS),
        """annotation:research-guideline-preview annotation:research-strata-numbers
        annotation:research-preview-new""",
    ),
    (Rule(ADMINS, ADMINS, told=RESEARCHERS), "policies:installation-new"),
    (Rule(RESEARCHERS, ADMINS, told=RESEARCHERS), "api-rules"),
    (Rule(SIGNED_IN, RESEARCHERS, told=ANNOTATORS), "api-campaigns"),
    # One campaign: who sees it, who works on it, whose it is.
    (Rule(VIEWERS | ANNOTATORS, EDITORS, told=VIEWERS), "api-campaign"),
    (
        Rule(VIEWERS, NOBODY),
        """annotation:research-live annotation:research-annotators annotation:research-annotator
        api-live api-annotators api-annotator api-answers
        annotation:research-guideline annotation:research-campaign-preview
        api-guidelines api-guideline api-guideline-changes api-campaign-readiness
        annotation:research-campaign-detail annotation:research-import-detail
        annotation:research-judgment-import-detail annotation:research-quality
        annotation:research-coverage annotation:research-coverage-file
        annotation:research-design annotation:research-forecast annotation:research-positions
        annotation:research-table annotation:research-judgments annotation:research-reports
        annotation:research-items annotation:research-item
        api-coverage api-judgments api-design api-forecast api-positions api-reports api-quality
        api-import api-judgment-import api-model-import annotation:research-model-import-detail
        analysis:home analysis:run-detail analysis:view analysis:view-file
        api-analysis api-analysis-run api-analysis-view
        policies:campaign policies:rule policies:standing
        api-rule api-bounds-standing
        values:audit-list values:audit-detail values:audit-file api-audit api-audit-file
        exports:snapshot-list exports:snapshot-detail exports:snapshot-difference
        annotation:research-history api-trail api-imports
        api-members exports:snapshot-file exports:snapshot-archive
        api-export api-export-difference api-export-file api-export-downloads""",
    ),
    (
        Rule(VIEWERS, EDITORS, told=VIEWERS),
        """annotation:research-entry-links api-entry-links api-campaign-end policies:register
        annotation:research-models api-model-judgments api-judgments-import api-analysis-runs
        api-bounds api-bounds-register api-audits api-value-samples api-exports""",
    ),
    (Rule(VIEWERS, OWNERS, told=VIEWERS), "api-export-rules annotation:research-team"),
    (Rule(VIEWERS, VIEWERS), "annotation:research-campaign-copy annotation:research-preview-page"),
    (Rule(NOBODY, VIEWERS), "api-campaign-copy"),
    (Rule(NOBODY, VIEWERS - ADMINS), "annotation:research-team-leave api-leave"),
    (
        Rule(EDITORS, EDITORS, told=VIEWERS),
        """annotation:research-steering annotation:research-messages api-messages
        api-notice-targets
        annotation:research-campaign-edit annotation:research-campaign-translations
        annotation:research-campaign-step
        annotation:research-campaign-open annotation:research-campaign-pause
        annotation:research-import-new annotation:research-judgment-import-new
        annotation:research-given-file
        policies:rule-edit policies:campaign-rule-new values:audit-new exports:snapshot-new""",
    ),
    (
        Rule(EDITORS, NOBODY, told=VIEWERS),
        """policies:review api-bounds-review exports:text-review api-export-texts
        annotation:research-message annotation:research-notices api-message api-notices
        annotation:research-campaign-build""",
    ),
    (
        Rule(NOBODY, EDITORS, told=VIEWERS),
        """annotation:research-notice-mail annotation:research-webhook-new
        annotation:research-webhook-secret annotation:research-notice-target-remove
        annotation:research-notice-target-test annotation:research-delivery-again
        api-notice-mail api-notice-target api-webhook-secret api-notice-test api-delivery-again
        annotation:research-import-cancel annotation:research-judgment-import-cancel
        annotation:research-file-upload annotation:research-given-file-discard api-items-preview
        annotation:research-entry-link-revoke annotation:research-entry-link-key
        api-campaign-open api-campaign-pause api-items api-import-cancel
        annotation:research-model-import-cancel api-model-import-cancel
        api-judgment-import-cancel api-entry-link-revoke api-entry-link-key
        analysis:run-start analysis:run-cancel analysis:run-again analysis:population-add
        analysis:population-remove api-analysis-populations api-analysis-population
        api-analysis-run-cancel api-analysis-run-again
        policies:rule-end policies:campaign-setting policies:verdict
        api-rule-versions api-rule-end api-bounds-rules api-bounds-verdicts
        values:sample-create values:audit-cancel api-audit-cancel
        exports:snapshot-cancel exports:snapshot-again exports:text-decide
        api-export-preview api-export-cancel api-export-again api-export-reissue
        api-export-text-decisions""",
    ),
    (
        Rule(OWNERS, OWNERS, told=VIEWERS),
        """annotation:research-campaign-close annotation:research-campaign-archive
        api-export-links api-invitations""",
    ),
    (
        Rule(NOBODY, OWNERS, told=VIEWERS),
        """annotation:research-campaign-restore api-campaign-archive api-campaign-restore
        annotation:research-campaign-transfer annotation:research-member-role
        annotation:research-member-remove annotation:research-invitation-revoke
        api-member api-transfer api-invitation
        api-campaign-close analysis:rule api-analysis-rule exports:release-rules
        exports:snapshot-decide exports:link-create exports:link-revoke api-export-decision
        api-export-link""",
    ),
]


def rules_by_route() -> dict[str, Rule]:
    """The table by route name; a name that stands in it twice is an error."""
    found: dict[str, Rule] = {}
    for rule, names in TABLE:
        for name in names.split():
            assert name not in found, f"{name} stands in the table twice"
            found[name] = rule
    return found
