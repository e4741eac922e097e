"""The mail that tells somebody of an invitation."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from annotation.models import Invitation, OrganisationInvitation


def mail_invitation(invitation: Invitation, address: str, language: str) -> bool:
    """Send the address to the invited e-mail; tells whether there was still something to send."""
    with override(language or settings.LANGUAGE_CODE):
        subject = _("You are invited to work on “%(title)s”") % {
            "title": " ".join(invitation.campaign.title.split())
        }
        return mail(invitation, address, subject, "annotation/emails/invitation.txt")


def mail_organisation_invitation(
    invitation: OrganisationInvitation, address: str, language: str
) -> bool:
    """The same for an invitation into an organisation."""
    with override(language or settings.LANGUAGE_CODE):
        subject = _("You are invited to the organisation “%(name)s”") % {
            "name": " ".join(invitation.organisation.name.split())
        }
        return mail(invitation, address, subject, "annotation/emails/organisation_invitation.txt")


def mail(
    invitation: Invitation | OrganisationInvitation, address: str, subject: str, template: str
) -> bool:
    if not invitation.email or not invitation.is_open:
        return False
    inviter = invitation.created_by.email if invitation.created_by else ""
    context = {"invitation": invitation, "address": address, "inviter": inviter}
    send_mail(subject, render_to_string(template, context), None, [invitation.email])
    return True
