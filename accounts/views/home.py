"""The landing page; whoever is signed in goes on to their own list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User


def home(request: HttpRequest) -> HttpResponse:
    """What the platform is, for people who are not signed in."""
    user = request.user
    if isinstance(user, User):
        return redirect(
            "annotation:research-campaign-list"
            if user.runs_campaigns
            else "annotation:campaign-list"
        )
    return render(request, "home.html")
