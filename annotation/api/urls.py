from django.urls import path

from annotation.api.annotating import (
    AheadView,
    DraftView,
    HeartbeatView,
    JoinView,
    JudgmentView,
    NextView,
    ReleaseView,
    ReportView,
    RevisionView,
    SkipView,
)
from annotation.api.beginnings import (
    ArchiveView,
    CampaignTemplatesView,
    CampaignTemplateView,
    CopyView,
    QuestionSetsView,
    ReadinessView,
    RestoreView,
)
from annotation.api.campaigns import (
    CampaignsView,
    CampaignView,
    CloseView,
    OpenView,
    PauseView,
)
from annotation.api.comprehension import ComprehensionView
from annotation.api.coverage import CoverageView, JudgmentsView
from annotation.api.design import DesignView, ForecastView, PositionsView
from annotation.api.entry_links import (
    ArrivalsView,
    EntryLinkKeyView,
    EntryLinkRevokeView,
    EntryLinksView,
)
from annotation.api.guidelines import GuidelineChangesView, GuidelinesView, GuidelineView
from annotation.api.inspecting import AnnotatorsView, AnnotatorView, ItemAnswersView
from annotation.api.items import (
    ImportCancelView,
    ImportsView,
    ImportView,
    ItemsPreviewView,
    ItemsView,
)
from annotation.api.judgment_imports import (
    JudgmentImportCancelView,
    JudgmentImportsView,
    JudgmentImportView,
)
from annotation.api.live import LiveView
from annotation.api.model_judgments import (
    ModelImportCancelView,
    ModelImportView,
    ModelJudgmentsView,
)
from annotation.api.notices import (
    DeliveryAgainView,
    NoticesView,
    NoticeTargetsView,
    NoticeTargetView,
    NoticeTestView,
    OwnMailView,
    WebhookSecretView,
)
from annotation.api.organisations import (
    OrganisationInvitationsView,
    OrganisationInvitationView,
    OrganisationJoinView,
    OrganisationLeaveView,
    OrganisationMembersView,
    OrganisationMemberView,
    OrganisationsView,
    OrganisationView,
    PlacementView,
)
from annotation.api.own_data import HistoryView, ProfileView
from annotation.api.quality import QualityView
from annotation.api.reports import ReportsView
from annotation.api.steering import EndView, MessagesView, MessageView
from annotation.api.team import (
    AcceptView,
    InvitationsView,
    InvitationView,
    LeaveView,
    MembersView,
    MemberView,
    TransferView,
)
from annotation.api.tokens import TokensView, TokenView
from annotation.api.trail import TrailView, WholeTrailView

organisation = [
    path("organisations/", OrganisationsView.as_view(), name="api-organisations"),
    path("organisations/join/", OrganisationJoinView.as_view(), name="api-organisation-join"),
    path("organisations/<slug:organisation>/", OrganisationView.as_view(), name="api-organisation"),
    path(
        "organisations/<slug:organisation>/leave/",
        OrganisationLeaveView.as_view(),
        name="api-organisation-leave",
    ),
    path(
        "organisations/<slug:organisation>/members/",
        OrganisationMembersView.as_view(),
        name="api-organisation-members",
    ),
    path(
        "organisations/<slug:organisation>/members/<int:pk>/",
        OrganisationMemberView.as_view(),
        name="api-organisation-member",
    ),
    path(
        "organisations/<slug:organisation>/invitations/",
        OrganisationInvitationsView.as_view(),
        name="api-organisation-invitations",
    ),
    path(
        "organisations/<slug:organisation>/invitations/<int:pk>/",
        OrganisationInvitationView.as_view(),
        name="api-organisation-invitation",
    ),
    path(
        "campaigns/<slug:slug>/organisation/",
        PlacementView.as_view(),
        name="api-campaign-organisation",
    ),
]

urlpatterns = [
    *organisation,
    path("trail/", WholeTrailView.as_view(), name="api-whole-trail"),
    path("campaigns/<slug:slug>/trail/", TrailView.as_view(), name="api-trail"),
    path("tokens/", TokensView.as_view(), name="api-tokens"),
    path("tokens/<int:pk>/", TokenView.as_view(), name="api-personal-token"),
    path("campaigns/", CampaignsView.as_view(), name="api-campaigns"),
    path("campaigns/<slug:slug>/", CampaignView.as_view(), name="api-campaign"),
    path("campaigns/<slug:slug>/open/", OpenView.as_view(), name="api-campaign-open"),
    path("campaigns/<slug:slug>/pause/", PauseView.as_view(), name="api-campaign-pause"),
    path("campaigns/<slug:slug>/close/", CloseView.as_view(), name="api-campaign-close"),
    path("campaigns/<slug:slug>/copy/", CopyView.as_view(), name="api-campaign-copy"),
    path(
        "campaigns/<slug:slug>/readiness/", ReadinessView.as_view(), name="api-campaign-readiness"
    ),
    path("campaigns/<slug:slug>/archive/", ArchiveView.as_view(), name="api-campaign-archive"),
    path("campaigns/<slug:slug>/restore/", RestoreView.as_view(), name="api-campaign-restore"),
    path("campaigns/<slug:slug>/guidelines/", GuidelinesView.as_view(), name="api-guidelines"),
    path(
        "campaigns/<slug:slug>/guidelines/<int:version>/",
        GuidelineView.as_view(),
        name="api-guideline",
    ),
    path(
        "campaigns/<slug:slug>/guidelines/<int:older>/changes/<int:newer>/",
        GuidelineChangesView.as_view(),
        name="api-guideline-changes",
    ),
    path("question-sets/", QuestionSetsView.as_view(), name="api-question-sets"),
    path("campaign-templates/", CampaignTemplatesView.as_view(), name="api-campaign-templates"),
    path(
        "campaign-templates/<slug:key>/",
        CampaignTemplateView.as_view(),
        name="api-campaign-template",
    ),
    path("campaigns/<slug:slug>/imports/", ImportsView.as_view(), name="api-imports"),
    path("campaigns/<slug:slug>/items/", ItemsView.as_view(), name="api-items"),
    path(
        "campaigns/<slug:slug>/items/preview/",
        ItemsPreviewView.as_view(),
        name="api-items-preview",
    ),
    path("campaigns/<slug:slug>/coverage/", CoverageView.as_view(), name="api-coverage"),
    path("campaigns/<slug:slug>/judgments/", JudgmentsView.as_view(), name="api-judgments"),
    path(
        "campaigns/<slug:slug>/judgments/import/",
        JudgmentImportsView.as_view(),
        name="api-judgments-import",
    ),
    path(
        "campaigns/<slug:slug>/model-judgments/",
        ModelJudgmentsView.as_view(),
        name="api-model-judgments",
    ),
    path("campaigns/<slug:slug>/design/", DesignView.as_view(), name="api-design"),
    path("campaigns/<slug:slug>/forecast/", ForecastView.as_view(), name="api-forecast"),
    path("campaigns/<slug:slug>/positions/", PositionsView.as_view(), name="api-positions"),
    path("campaigns/<slug:slug>/join/", JoinView.as_view(), name="api-join"),
    path(
        "campaigns/<slug:slug>/comprehension/",
        ComprehensionView.as_view(),
        name="api-comprehension",
    ),
    path("campaigns/<slug:slug>/next/", NextView.as_view(), name="api-next"),
    path("campaigns/<slug:slug>/ahead/", AheadView.as_view(), name="api-ahead"),
    path("campaigns/<slug:slug>/reports/", ReportsView.as_view(), name="api-reports"),
    path("campaigns/<slug:slug>/entry-links/", EntryLinksView.as_view(), name="api-entry-links"),
    path(
        "campaigns/<slug:slug>/entry-links/<int:pk>/revoke/",
        EntryLinkRevokeView.as_view(),
        name="api-entry-link-revoke",
    ),
    path(
        "campaigns/<slug:slug>/entry-links/<int:pk>/key/",
        EntryLinkKeyView.as_view(),
        name="api-entry-link-key",
    ),
    path("campaigns/<slug:slug>/live/", LiveView.as_view(), name="api-live"),
    path("campaigns/<slug:slug>/end/", EndView.as_view(), name="api-campaign-end"),
    path("campaigns/<slug:slug>/messages/", MessagesView.as_view(), name="api-messages"),
    path("campaigns/<slug:slug>/messages/<int:pk>/", MessageView.as_view(), name="api-message"),
    path("campaigns/<slug:slug>/notices/", NoticesView.as_view(), name="api-notices"),
    path("campaigns/<slug:slug>/notices/mail/", OwnMailView.as_view(), name="api-notice-mail"),
    path(
        "campaigns/<slug:slug>/notices/targets/",
        NoticeTargetsView.as_view(),
        name="api-notice-targets",
    ),
    path(
        "campaigns/<slug:slug>/notices/targets/<int:pk>/",
        NoticeTargetView.as_view(),
        name="api-notice-target",
    ),
    path(
        "campaigns/<slug:slug>/notices/targets/<int:pk>/secret/",
        WebhookSecretView.as_view(),
        name="api-webhook-secret",
    ),
    path(
        "campaigns/<slug:slug>/notices/targets/<int:pk>/test/",
        NoticeTestView.as_view(),
        name="api-notice-test",
    ),
    path(
        "campaigns/<slug:slug>/notices/deliveries/<int:pk>/again/",
        DeliveryAgainView.as_view(),
        name="api-delivery-again",
    ),
    path("campaigns/<slug:slug>/answers/", ItemAnswersView.as_view(), name="api-answers"),
    path("campaigns/<slug:slug>/annotators/", AnnotatorsView.as_view(), name="api-annotators"),
    path(
        "campaigns/<slug:slug>/annotators/<slug:pseudonym>/",
        AnnotatorView.as_view(),
        name="api-annotator",
    ),
    path("campaigns/<slug:slug>/members/", MembersView.as_view(), name="api-members"),
    path("campaigns/<slug:slug>/members/<int:pk>/", MemberView.as_view(), name="api-member"),
    path("campaigns/<slug:slug>/leave/", LeaveView.as_view(), name="api-leave"),
    path("campaigns/<slug:slug>/transfer/", TransferView.as_view(), name="api-transfer"),
    path("campaigns/<slug:slug>/invitations/", InvitationsView.as_view(), name="api-invitations"),
    path(
        "campaigns/<slug:slug>/invitations/<int:pk>/",
        InvitationView.as_view(),
        name="api-invitation",
    ),
    path("invitations/accept/", AcceptView.as_view(), name="api-invitation-accept"),
    path("campaigns/<slug:slug>/quality/", QualityView.as_view(), name="api-quality"),
    path("campaigns/<slug:slug>/arrivals/", ArrivalsView.as_view(), name="api-arrivals"),
    path("campaigns/<slug:slug>/history/", HistoryView.as_view(), name="api-history"),
    path("campaigns/<slug:slug>/profile/", ProfileView.as_view(), name="api-profile"),
    path("imports/<int:pk>/", ImportView.as_view(), name="api-import"),
    path("imports/<int:pk>/cancel/", ImportCancelView.as_view(), name="api-import-cancel"),
    path("judgment-imports/<int:pk>/", JudgmentImportView.as_view(), name="api-judgment-import"),
    path(
        "judgment-imports/<int:pk>/cancel/",
        JudgmentImportCancelView.as_view(),
        name="api-judgment-import-cancel",
    ),
    path("model-imports/<int:pk>/", ModelImportView.as_view(), name="api-model-import"),
    path(
        "model-imports/<int:pk>/cancel/",
        ModelImportCancelView.as_view(),
        name="api-model-import-cancel",
    ),
    path("assignments/<int:pk>/judgment/", JudgmentView.as_view(), name="api-judgment"),
    path("assignments/<int:pk>/revise/", RevisionView.as_view(), name="api-revise"),
    path("assignments/<int:pk>/report/", ReportView.as_view(), name="api-report"),
    path("assignments/<int:pk>/skip/", SkipView.as_view(), name="api-skip"),
    path("assignments/<int:pk>/release/", ReleaseView.as_view(), name="api-release"),
    path("assignments/<int:pk>/heartbeat/", HeartbeatView.as_view(), name="api-heartbeat"),
    path("assignments/<int:pk>/draft/", DraftView.as_view(), name="api-draft"),
]
