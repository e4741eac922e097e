"""The landing page; whoever is signed in goes on to their own list."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User


class Reading(NamedTuple):
    """How one group answers in the landing page's example, in per cent of its people."""

    ages: str
    first: int
    neither: int

    @property
    def before_second(self) -> int:
        return self.first + self.neither

    @property
    def second(self) -> int:
        return 100 - self.before_second


# Invented, as the page says: a majority for A over all, and another one in the last group.
READINGS = (Reading("18–34", 71, 9), Reading("35–54", 46, 24), Reading("55+", 28, 11))


def home(request: HttpRequest) -> HttpResponse:
    """What the platform is, for people who are not signed in."""
    user = request.user
    if isinstance(user, User):
        return redirect(
            "annotation:research-campaign-list"
            if user.runs_campaigns
            else "annotation:campaign-list"
        )
    return render(request, "home.html", {"readings": READINGS})
