"""A campaign while people work in it: figures that come anew without the page being loaded anew."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import signed_in_user
from annotation.access import managed_campaign
from annotation.enums import Right
from annotation.selectors.dashboard import Dashboard, dashboard_of
from annotation.views.research_access import research_page
from annotation.views.research_charts import pace_chart, time_boxes

# Small campaigns are counted with every look; of large ones only who is there now can have changed.
SECONDS_BETWEEN_LOOKS = 15


@require_safe
@research_page
@vary_on_headers("HX-Request")
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """Throughput, people, coverage, times, skips, flags and drop-out; htmx asks for them alone."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    dashboard = dashboard_of(campaign, timezone.now())
    context = {
        "campaign": campaign,
        "live": dashboard,
        "seconds": SECONDS_BETWEEN_LOOKS,
        **charts_of(dashboard),
    }
    part = "#figures" if getattr(request, "htmx", None) else ""
    return render(request, f"annotation/research/live.html{part}", context)


def charts_of(dashboard: Dashboard) -> dict[str, object]:
    """What is drawn, beside the tables that say the same."""
    return {
        "hours_chart": pace_chart(dashboard.hours),
        "days_chart": pace_chart(dashboard.days),
        "time_lines": list(zip(dashboard.times, time_boxes(dashboard.times), strict=True)),
    }
