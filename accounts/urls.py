"""Signing up, in and out, and what belongs to a person's account."""

from django.urls import path

from accounts.views.account import ChangePassword, account
from accounts.views.appearance import Appearance
from accounts.views.language import language_choose
from accounts.views.password_reset import (
    PasswordReset,
    PasswordResetComplete,
    PasswordResetConfirm,
    PasswordResetSent,
)
from accounts.views.sign_in import SignIn, SignOut, SignUp

app_name = "accounts"

urlpatterns = [
    path("", account, name="account"),
    path("language/", language_choose, name="language-choose"),
    path("appearance/", Appearance.as_view(), name="appearance"),
    path("sign-up/", SignUp.as_view(), name="sign-up"),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", SignOut.as_view(), name="sign-out"),
    path("password/", ChangePassword.as_view(), name="password-change"),
    path("password-reset/", PasswordReset.as_view(), name="password-reset"),
    path("password-reset/sent/", PasswordResetSent.as_view(), name="password-reset-sent"),
    path(
        "password-reset/<uidb64>/<token>/",
        PasswordResetConfirm.as_view(),
        name="password-reset-confirm",
    ),
    path(
        "password-reset/complete/",
        PasswordResetComplete.as_view(),
        name="password-reset-complete",
    ),
]
