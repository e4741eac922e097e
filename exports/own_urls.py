"""Pages of the person whose data it is, for nobody else; datasets have addresses of their own."""

from django.urls import path

from exports.views import own_data

app_name = "own"

urlpatterns = [
    path("my-data/", own_data.own_data, name="data"),
    path("my-data/download/", own_data.own_data_download, name="download"),
    path("my-data/withdraw/", own_data.withdraw_altogether, name="withdraw-altogether"),
    path(
        "campaigns/<slug:slug>/withdraw/",
        own_data.withdraw_from_campaign,
        name="withdraw-from-campaign",
    ),
]
