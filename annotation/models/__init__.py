from annotation.models.campaign import Campaign, Guideline, Quota, Seat, Stratum
from annotation.models.coverage import Assignment, Coverage, PlanningRun, Reconciliation
from annotation.models.entry import Arrival, ComprehensionTry, EntryLink, ScreenOut
from annotation.models.erasure import Erasure
from annotation.models.flag import JudgmentFlag
from annotation.models.group_rule import GroupRule
from annotation.models.invitation import Invitation, OrganisationInvitation
from annotation.models.item import (
    GivenFile,
    ImportProblem,
    Item,
    ItemImport,
    Response,
    StagedItem,
    StagedResponse,
)
from annotation.models.job import Job
from annotation.models.judgment import Judgment
from annotation.models.judgment_import import (
    ImportedAnnotator,
    JudgmentImport,
    JudgmentProblem,
    StagedJudgment,
    StagedPerson,
)
from annotation.models.membership import CampaignMembership
from annotation.models.message import Message, MessageCopy
from annotation.models.model_judgment import (
    ModelJudgment,
    ModelJudgmentImport,
    ModelJudgmentProblem,
)
from annotation.models.notice import DeliveryTry, Notice, NoticeDelivery, NoticeTarget, Watch
from annotation.models.organisation import (
    Organisation,
    OrganisationCampaign,
    OrganisationMembership,
)
from annotation.models.report import Report
from annotation.models.summary import Summary

__all__ = [
    "Arrival",
    "Assignment",
    "Campaign",
    "CampaignMembership",
    "ComprehensionTry",
    "Coverage",
    "DeliveryTry",
    "EntryLink",
    "Erasure",
    "GivenFile",
    "GroupRule",
    "Guideline",
    "ImportProblem",
    "ImportedAnnotator",
    "Invitation",
    "Item",
    "ItemImport",
    "Job",
    "Judgment",
    "JudgmentFlag",
    "JudgmentImport",
    "JudgmentProblem",
    "Message",
    "MessageCopy",
    "ModelJudgment",
    "ModelJudgmentImport",
    "ModelJudgmentProblem",
    "Notice",
    "NoticeDelivery",
    "NoticeTarget",
    "Organisation",
    "OrganisationCampaign",
    "OrganisationInvitation",
    "OrganisationMembership",
    "PlanningRun",
    "Quota",
    "Reconciliation",
    "Report",
    "Response",
    "ScreenOut",
    "Seat",
    "StagedItem",
    "StagedJudgment",
    "StagedPerson",
    "StagedResponse",
    "Stratum",
    "Summary",
    "Watch",
]
