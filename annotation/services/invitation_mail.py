"""The mail that tells somebody of an invitation."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from annotation.models import Invitation


def mail_invitation(invitation: Invitation, address: str, language: str) -> bool:
    """Send the address to the invited e-mail; tells whether there was still something to send."""
    if not invitation.email or not invitation.is_open:
        return False
    inviter = invitation.created_by.email if invitation.created_by else ""
    context = {"invitation": invitation, "address": address, "inviter": inviter}
    with override(language or settings.LANGUAGE_CODE):
        subject = _("You are invited to work on “%(title)s”") % {
            "title": " ".join(invitation.campaign.title.split())
        }
        text = render_to_string("annotation/emails/invitation.txt", context)
    send_mail(subject, text, None, [invitation.email])
    return True
