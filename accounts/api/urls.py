from django.urls import path

from accounts.api.views import TokenView, UsersView

urlpatterns = [
    path("auth/token/", TokenView.as_view(), name="api-token"),
    path("users/", UsersView.as_view(), name="api-users"),
]
