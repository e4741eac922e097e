"""What annotators reported as harmful."""

from django.db.models import QuerySet

from annotation.models import Campaign, Report


def reports_of(campaign: Campaign) -> QuerySet[Report]:
    """A campaign's reports, newest first, with what they are about and who by pseudonym."""
    return (
        Report.objects.filter(campaign=campaign)
        .select_related("item", "response", "annotator")
        .defer("item__prompt", "item__metadata", "response__content")
        .order_by("-pk")
    )
