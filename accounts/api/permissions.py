"""Which role may use a route at all; whose object it is, `access` decides."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import User


class RolePermission(BasePermission):
    message = gettext_lazy("Your role may not do this.")

    def allows(self, user: User) -> bool:
        raise PermissionError

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, User) and self.allows(request.user)


class IsAdmin(RolePermission):
    def allows(self, user: User) -> bool:
        return user.is_admin


class RunsCampaigns(RolePermission):
    def allows(self, user: User) -> bool:
        return user.runs_campaigns


class IsAnnotator(RolePermission):
    def allows(self, user: User) -> bool:
        return user.is_annotator
