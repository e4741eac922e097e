"""What people are told before an item is shown, and remembering that they were."""

from django.http import HttpRequest, HttpResponse

from annotation.enums import NothingToServe
from annotation.flow import flow_of
from annotation.models import Assignment, Campaign

# Both last as long as the browser's visit, and lie with the campaign's own pages only.
CAMPAIGN_SEEN, ITEM_SEEN = "warned", "warned-item"


def warnings_before(request: HttpRequest, assignment: Assignment) -> list[str]:
    """The campaign's warning and the item's own, as far as this visit has not shown them."""
    if request.GET.get("show") == str(assignment.pk):
        return []
    warnings = []
    general = flow_of(assignment.campaign).content_warning
    if general and request.COOKIES.get(CAMPAIGN_SEEN) != str(assignment.campaign_id):
        warnings.append(general)
    own = item_warning(assignment)
    if own and request.COOKIES.get(ITEM_SEEN) != str(assignment.pk):
        warnings.append(own)
    return warnings


def item_warning(assignment: Assignment) -> str:
    warning = (assignment.item.metadata or {}).get("warning")
    return warning.strip() if isinstance(warning, str) else ""


def remember_warnings(
    request: HttpRequest,
    response: HttpResponse,
    campaign: Campaign,
    served: Assignment | NothingToServe,
) -> None:
    """Who chose to see this item need not choose again when they reload."""
    if isinstance(served, NothingToServe) or request.GET.get("show") != str(served.pk):
        return
    for name, value in ((CAMPAIGN_SEEN, campaign.pk), (ITEM_SEEN, served.pk)):
        response.set_cookie(
            name,
            str(value),
            path=request.path,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
