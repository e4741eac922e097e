"""One page: who is signed in, and one item."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from annotation.models import Item


def item_page(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "item.html", {"item": Item.objects.get(pk=pk), "person": request.user})


urlpatterns = [path("<int:pk>/", item_page)]
