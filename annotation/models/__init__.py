from annotation.models.campaign import Campaign, Guideline, Quota, Seat, Stratum
from annotation.models.coverage import Assignment, Coverage, PlanningRun, Reconciliation
from annotation.models.item import (
    ImportProblem,
    Item,
    ItemImport,
    Response,
    StagedItem,
    StagedResponse,
)
from annotation.models.job import Job
from annotation.models.judgment import Judgment
from annotation.models.report import Report
from annotation.models.summary import Summary

__all__ = [
    "Assignment",
    "Campaign",
    "Coverage",
    "Guideline",
    "ImportProblem",
    "Item",
    "ItemImport",
    "Job",
    "Judgment",
    "PlanningRun",
    "Quota",
    "Reconciliation",
    "Report",
    "Response",
    "Seat",
    "StagedItem",
    "StagedResponse",
    "Stratum",
    "Summary",
]
