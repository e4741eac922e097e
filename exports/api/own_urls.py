"""Routes of the person whose data it is, under `/api/v1/`."""

from django.urls import path

from exports.api.own_data import OwnDataView, WithdrawAltogetherView, WithdrawView

urlpatterns = [
    path("me/data/", OwnDataView.as_view(), name="api-own-data"),
    path("me/withdraw/", WithdrawAltogetherView.as_view(), name="api-withdraw-altogether"),
    path("campaigns/<slug:slug>/withdraw/", WithdrawView.as_view(), name="api-withdraw"),
]
