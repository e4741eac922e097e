"""Pages of annotators under `campaigns/`, of researchers under `research/` and `accounts/`."""

from django.urls import path

from annotation.views import (
    drafts,
    entering,
    invited,
    joining,
    judging,
    keeping,
    messages,
    organisations,
    own_data,
    practising,
    reporting,
    research_beginnings,
    research_campaigns,
    research_design,
    research_editing,
    research_entry,
    research_given_files,
    research_guideline,
    research_imports,
    research_judgment_imports,
    research_live,
    research_models,
    research_notices,
    research_people,
    research_preview,
    research_quality,
    research_reading,
    research_steering,
    research_steps,
    research_team,
    research_trail,
    research_translations,
    revising,
    tokens,
)

app_name = "annotation"

annotator = [
    path("invitations/<str:token>/", invited.invitation, name="invitation"),
    path("enter/<slug:token>/", entering.enter, name="enter"),
    path("campaigns/<slug:slug>/finish/", entering.campaign_finish, name="campaign-finish"),
    path("campaigns/", joining.campaign_list, name="campaign-list"),
    path("campaigns/<slug:slug>/", joining.campaign_start, name="campaign-start"),
    path("campaigns/<slug:slug>/consent/", joining.campaign_consent, name="campaign-consent"),
    path("campaigns/<slug:slug>/about-you/", joining.campaign_questions, name="campaign-questions"),
    path("campaigns/<slug:slug>/guideline/", joining.campaign_guideline, name="campaign-guideline"),
    path(
        "campaigns/<slug:slug>/about-the-guideline/",
        joining.campaign_comprehension,
        name="campaign-comprehension",
    ),
    path("campaigns/<slug:slug>/practice/", practising.campaign_practice, name="campaign-practice"),
    path("campaigns/<slug:slug>/ended/", joining.campaign_stopped, name="campaign-stopped"),
    path("campaigns/<slug:slug>/history/", own_data.campaign_history, name="campaign-history"),
    path("campaigns/<slug:slug>/me/", own_data.campaign_profile, name="campaign-profile"),
    path("campaigns/<slug:slug>/judge/", judging.campaign_judge, name="campaign-judge"),
    path(
        "campaigns/<slug:slug>/judge/<int:pk>/",
        judging.assignment_submit,
        name="assignment-submit",
    ),
    path(
        "campaigns/<slug:slug>/judge/<int:pk>/skip/",
        judging.assignment_skip,
        name="assignment-skip",
    ),
    path(
        "campaigns/<slug:slug>/judge/<int:pk>/heartbeat/",
        keeping.assignment_heartbeat,
        name="assignment-heartbeat",
    ),
    path(
        "campaigns/<slug:slug>/judge/<int:pk>/draft/",
        drafts.assignment_draft,
        name="assignment-draft",
    ),
    path(
        "campaigns/<slug:slug>/judge/<int:pk>/revise/",
        revising.assignment_revise,
        name="assignment-revise",
    ),
    path(
        "campaigns/<slug:slug>/judge/<int:pk>/report/",
        reporting.assignment_report,
        name="assignment-report",
    ),
    path("campaigns/<slug:slug>/messages/", messages.campaign_messages, name="campaign-messages"),
    path(
        "campaigns/<slug:slug>/messages/read/",
        messages.campaign_messages_read,
        name="campaign-messages-read",
    ),
    path("campaigns/<slug:slug>/judge/ahead/", keeping.campaign_ahead, name="campaign-ahead"),
    path("campaigns/<slug:slug>/judge/leave/", keeping.campaign_leave, name="campaign-leave"),
]

# Researchers' pages.
research = [
    path("research/", research_campaigns.campaign_list, name="research-campaign-list"),
    path("research/new/", research_editing.campaign_new, name="research-campaign-new"),
    path(
        "research/new/templates/",
        research_beginnings.campaign_templates,
        name="research-campaign-templates",
    ),
    path(
        "research/new/guideline/",
        research_editing.guideline_preview,
        name="research-guideline-preview",
    ),
    path("research/new/preview/", research_preview.preview_new, name="research-preview-new"),
    path("research/new/numbers/", research_editing.strata_numbers, name="research-strata-numbers"),
    path(
        "research/given-files/<int:pk>/",
        research_given_files.given_file,
        name="research-given-file",
    ),
    path(
        "research/given-files/<int:pk>/discard/",
        research_given_files.given_file_discard,
        name="research-given-file-discard",
    ),
    path(
        "research/imports/<int:pk>/", research_imports.import_detail, name="research-import-detail"
    ),
    path(
        "research/imports/<int:pk>/cancel/",
        research_imports.import_cancel,
        name="research-import-cancel",
    ),
    path(
        "research/judgment-imports/<int:pk>/",
        research_judgment_imports.judgment_import_detail,
        name="research-judgment-import-detail",
    ),
    path(
        "research/judgment-imports/<int:pk>/cancel/",
        research_judgment_imports.judgment_import_cancel,
        name="research-judgment-import-cancel",
    ),
    path(
        "research/model-imports/<int:pk>/",
        research_models.model_import_detail,
        name="research-model-import-detail",
    ),
    path(
        "research/model-imports/<int:pk>/cancel/",
        research_models.model_import_cancel,
        name="research-model-import-cancel",
    ),
    path(
        "research/<slug:slug>/", research_campaigns.campaign_detail, name="research-campaign-detail"
    ),
    path(
        "research/<slug:slug>/edit/", research_editing.campaign_edit, name="research-campaign-edit"
    ),
    path(
        "research/<slug:slug>/preview/",
        research_preview.campaign_preview,
        name="research-campaign-preview",
    ),
    path(
        "research/<slug:slug>/preview/page/",
        research_preview.preview_page,
        name="research-preview-page",
    ),
    path(
        "research/<slug:slug>/build/", research_steps.campaign_build, name="research-campaign-build"
    ),
    path(
        "research/<slug:slug>/build/<slug:step>/",
        research_steps.campaign_step,
        name="research-campaign-step",
    ),
    path(
        "research/<slug:slug>/translations/",
        research_translations.campaign_translations,
        name="research-campaign-translations",
    ),
    path(
        "research/<slug:slug>/open/",
        research_campaigns.campaign_open,
        name="research-campaign-open",
    ),
    path(
        "research/<slug:slug>/pause/",
        research_campaigns.campaign_pause,
        name="research-campaign-pause",
    ),
    path(
        "research/<slug:slug>/close/",
        research_campaigns.campaign_close,
        name="research-campaign-close",
    ),
    path(
        "research/<slug:slug>/guideline/", research_guideline.guideline, name="research-guideline"
    ),
    path(
        "research/<slug:slug>/copy/",
        research_beginnings.campaign_copy,
        name="research-campaign-copy",
    ),
    path(
        "research/<slug:slug>/archive/",
        research_beginnings.campaign_archive,
        name="research-campaign-archive",
    ),
    path(
        "research/<slug:slug>/restore/",
        research_beginnings.campaign_restore,
        name="research-campaign-restore",
    ),
    path("research/<slug:slug>/import/", research_imports.import_new, name="research-import-new"),
    path(
        "research/<slug:slug>/import/file/",
        research_given_files.file_upload,
        name="research-file-upload",
    ),
    path("research/<slug:slug>/entry/", research_entry.entry_links, name="research-entry-links"),
    path(
        "research/<slug:slug>/entry/<int:pk>/revoke/",
        research_entry.entry_link_revoke,
        name="research-entry-link-revoke",
    ),
    path(
        "research/<slug:slug>/entry/<int:pk>/key/",
        research_entry.entry_link_key,
        name="research-entry-link-key",
    ),
    path("research/<slug:slug>/live/", research_live.live, name="research-live"),
    path("research/<slug:slug>/steer/", research_steering.steering, name="research-steering"),
    path(
        "research/<slug:slug>/messages/",
        research_steering.campaign_messages,
        name="research-messages",
    ),
    path(
        "research/<slug:slug>/messages/<int:pk>/",
        research_steering.message_state,
        name="research-message",
    ),
    path("research/<slug:slug>/notices/", research_notices.notices, name="research-notices"),
    path(
        "research/<slug:slug>/notices/mail/", research_notices.own_mail, name="research-notice-mail"
    ),
    path(
        "research/<slug:slug>/notices/webhooks/",
        research_notices.webhook_new,
        name="research-webhook-new",
    ),
    path(
        "research/<slug:slug>/notices/targets/<int:pk>/secret/",
        research_notices.webhook_secret_new,
        name="research-webhook-secret",
    ),
    path(
        "research/<slug:slug>/notices/targets/<int:pk>/remove/",
        research_notices.target_remove,
        name="research-notice-target-remove",
    ),
    path(
        "research/<slug:slug>/notices/targets/<int:pk>/test/",
        research_notices.target_test,
        name="research-notice-target-test",
    ),
    path(
        "research/<slug:slug>/notices/deliveries/<int:pk>/again/",
        research_notices.delivery_again,
        name="research-delivery-again",
    ),
    path(
        "research/<slug:slug>/annotators/", research_people.annotators, name="research-annotators"
    ),
    path(
        "research/<slug:slug>/annotators/<slug:pseudonym>/",
        research_people.annotator,
        name="research-annotator",
    ),
    path("research/<slug:slug>/history/", research_trail.history, name="research-history"),
    path("research/<slug:slug>/team/", research_team.team, name="research-team"),
    path(
        "research/<slug:slug>/organisation/",
        organisations.campaign_placement,
        name="research-campaign-organisation",
    ),
    path("research/<slug:slug>/team/leave/", research_team.team_leave, name="research-team-leave"),
    path(
        "research/<slug:slug>/team/transfer/",
        research_team.campaign_transfer,
        name="research-campaign-transfer",
    ),
    path(
        "research/<slug:slug>/team/members/<int:pk>/role/",
        research_team.member_role,
        name="research-member-role",
    ),
    path(
        "research/<slug:slug>/team/members/<int:pk>/remove/",
        research_team.member_remove,
        name="research-member-remove",
    ),
    path(
        "research/<slug:slug>/team/invitations/<int:pk>/revoke/",
        research_team.invitation_revoke,
        name="research-invitation-revoke",
    ),
    path("research/<slug:slug>/quality/", research_quality.quality, name="research-quality"),
    path("research/<slug:slug>/coverage/", research_reading.coverage, name="research-coverage"),
    path(
        "research/<slug:slug>/tables/coverage.<slug:extension>",
        research_reading.coverage_file,
        name="research-coverage-file",
    ),
    path("research/<slug:slug>/design/", research_design.design, name="research-design"),
    path("research/<slug:slug>/forecast/", research_design.forecast, name="research-forecast"),
    path("research/<slug:slug>/positions/", research_design.positions, name="research-positions"),
    path(
        "research/<slug:slug>/tables/<slug:table>.<slug:extension>",
        research_design.download,
        name="research-table",
    ),
    path("research/<slug:slug>/judgments/", research_reading.judgments, name="research-judgments"),
    path(
        "research/<slug:slug>/judgments/import/",
        research_judgment_imports.judgment_import_new,
        name="research-judgment-import-new",
    ),
    path(
        "research/<slug:slug>/model-judgments/",
        research_models.model_judgments,
        name="research-models",
    ),
    path("research/<slug:slug>/reports/", reporting.reports, name="research-reports"),
    path("research/<slug:slug>/items/", research_reading.items, name="research-items"),
    path(
        "research/<slug:slug>/items/<path:external_id>/",
        research_reading.item,
        name="research-item",
    ),
]

members = "organisations/<slug:organisation>/members/<int:pk>/"
organisation = [
    path(
        "organisation-invitations/<str:token>/",
        invited.organisation_invitation,
        name="organisation-invitation",
    ),
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("organisations/<slug:organisation>/", organisations.organisation, name="organisation"),
    path(
        "organisations/<slug:organisation>/name/",
        organisations.organisation_name,
        name="organisation-name",
    ),
    path(
        "organisations/<slug:organisation>/leave/",
        organisations.organisation_leave,
        name="organisation-leave",
    ),
    path(
        f"{members}role/",
        organisations.organisation_member_role,
        name="organisation-member-role",
    ),
    path(
        f"{members}remove/",
        organisations.organisation_member_remove,
        name="organisation-member-remove",
    ),
    path(
        "organisations/<slug:organisation>/invitations/<int:pk>/revoke/",
        organisations.organisation_invitation_revoke,
        name="organisation-invitation-revoke",
    ),
]
account = [
    path("trail/", research_trail.whole_trail, name="trail"),
    path("accounts/tokens/", tokens.tokens, name="tokens"),
    path("accounts/tokens/<int:pk>/revoke/", tokens.token_revoke, name="token-revoke"),
]

urlpatterns = [*annotator, *research, *organisation, *account]
