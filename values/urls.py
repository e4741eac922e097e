"""Pages of values."""

from django.urls import URLPattern, URLResolver

app_name = "values"

urlpatterns: list[URLPattern | URLResolver] = []
