"""What can be done that leaves a row in the trail, in one list for all apps.

The value is the machine key, by which programs filter; what stands before its point is its kind.
The label says what happened, with what the row's details name. A key never changes its meaning.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


class DeedKind(models.TextChoices):
    """What a deed is about."""

    CAMPAIGN = "campaign", _("the campaign itself")
    TEAM = "team", _("people who work on it")
    ENTRY = "entry", _("entry links")
    IMPORT = "import", _("imports")
    JOB = "job", _("jobs called off")
    MESSAGE = "message", _("messages to annotators")
    NOTICE = "notice", _("notices and webhooks")
    ANALYSIS = "analysis", _("analyses")
    BOUNDS = "bounds", _("bounds")
    VALUES = "values", _("audits of values")
    DATASET = "dataset", _("datasets")
    TOKEN = "token", _("API tokens")
    ACCOUNT = "account", _("accounts")
    ORGANISATION = "organisation", _("organisations")


class Deed(models.TextChoices):
    """What somebody did."""

    CAMPAIGN_MADE = "campaign.made", _("made the campaign %(title)s")
    CAMPAIGN_COPIED = "campaign.copied", _("copied the campaign to %(into)s")
    CAMPAIGN_CHANGED = "campaign.changed", _("changed the campaign: %(parts)s")
    CAMPAIGN_OPENED = "campaign.opened", _("opened the campaign")
    CAMPAIGN_PAUSED = "campaign.paused", _("paused the campaign")
    CAMPAIGN_CLOSED = "campaign.closed", _("closed the campaign for good")
    CAMPAIGN_ARCHIVED = "campaign.archived", _("archived the campaign")
    CAMPAIGN_RESTORED = "campaign.restored", _("brought the campaign back from the archive")
    CAMPAIGN_END = "campaign.end", _("set the end to %(ends_at)s")
    CAMPAIGN_LEAST_PEOPLE = "campaign.least-people", _("set the smallest group to %(least)s")

    ROLE_CHANGED = "team.role", _("gave %(email)s the role %(role)s")
    MEMBER_REMOVED = "team.removed", _("took %(email)s out of the team")
    MEMBER_LEFT = "team.left", _("left the team")
    CAMPAIGN_TRANSFERRED = "team.transferred", _("handed the campaign over to %(email)s")
    INVITED = "team.invited", _("invited %(whom)s in the role of %(role)s")
    INVITATION_REVOKED = "team.invitation-revoked", _("revoked the invitation of %(whom)s")
    INVITATION_ACCEPTED = "team.joined", _("came into the team in the role of %(role)s")

    CAMPAIGN_PLACED = "team.organisation", _("put the campaign into %(organisation)s")
    CAMPAIGN_TAKEN_OUT = "team.organisation-out", _("took the campaign out of %(organisation)s")

    LINK_MADE = "entry.made", _("made the entry link %(name)s")
    LINK_REVOKED = "entry.revoked", _("revoked the entry link %(name)s")
    LINK_KEY = "entry.key", _("renewed the key of the entry link %(name)s")

    ITEMS_IMPORTED = "import.items", _("had items imported from %(file)s")
    JUDGMENTS_IMPORTED = "import.judgments", _("had judgments imported from %(file)s")
    MODELS_IMPORTED = "import.models", _("had models’ answers imported from %(file)s")
    JOB_CALLED_OFF = "job.called-off", _("called off: %(job)s %(number)s")

    MESSAGE_SENT = "message.sent", _("wrote to all annotators: %(subject)s")

    OWN_MAIL = "notice.mail", _("chose to be told by e-mail of: %(events)s")
    WEBHOOK_MADE = "notice.webhook", _("added a webhook to %(host)s")
    WEBHOOK_SECRET = "notice.secret", _("renewed the secret of the webhook to %(host)s")
    TARGET_REMOVED = "notice.removed", _("removed the notices to %(host)s")
    TARGET_TESTED = "notice.tested", _("sent a test to %(host)s")
    SENT_AGAIN = "notice.again", _("had a notice sent again to %(host)s")
    STUCK_HOURS = (
        "notice.stuck-hours",
        _("set the hours after which a stratum counts as stuck to %(hours)s"),
    )

    RUN_REQUESTED = "analysis.run", _("had analysis %(number)s made")
    POPULATION_ADDED = "analysis.population", _("added the population %(name)s")
    POPULATION_REMOVED = "analysis.population-removed", _("removed the population %(name)s")

    RULE_MADE = "bounds.rule", _("wrote the rule %(key)s")
    RULE_CHANGED = "bounds.version", _("wrote version %(number)s of the rule %(key)s")
    RULE_ENDED = "bounds.ended", _("ended the rule %(key)s")
    BOUNDS_SETTING = "bounds.setting", _("changed what the campaign says of its bounds")
    BOUNDS_REGISTER = "bounds.register", _("changed the register")

    SAMPLE_DRAWN = "values.sample", _("drew a sample into %(into)s, of so many texts: %(size)s")
    AUDIT_REQUESTED = "values.audit", _("had an audit made with labels of %(labels)s")
    TAXONOMY_ADDED = "values.taxonomy", _("brought version %(version)s of the taxonomy %(key)s")

    SNAPSHOT_REQUESTED = "dataset.requested", _("asked for dataset %(number)s (%(profile)s)")
    SNAPSHOT_APPROVED = "dataset.approved", _("approved dataset %(number)s")
    SNAPSHOT_REFUSED = "dataset.refused", _("refused dataset %(number)s")
    RELEASE_RULES = "dataset.rules", _("changed the rules for releases")
    SHARED = "dataset.shared", _("made a link to dataset %(number)s")
    SHARE_REVOKED = "dataset.share-revoked", _("revoked a link to dataset %(number)s")
    DOWNLOADED = "dataset.downloaded", _("fetched %(file)s of dataset %(number)s")

    TOKEN_MADE = "token.made", _("made the API token %(name)s (%(scopes)s)")
    TOKEN_REVOKED = "token.revoked", _("revoked the API token %(name)s")

    ACCOUNT_MADE = "account.made", _("made an account for %(email)s (%(role)s)")
    ACCOUNT_EMAIL = "account.email", _("changed the e-mail of account %(number)s")
    ACCOUNT_OFF = "account.off", _("switched account %(number)s off")
    ACCOUNT_ON = "account.on", _("switched account %(number)s on")

    ORGANISATION_MADE = "organisation.made", _("made the organisation %(name)s")
    ORGANISATION_RENAMED = "organisation.renamed", _("renamed %(before)s to %(name)s")
    ORGANISATION_INVITED = (
        "organisation.invited",
        _("invited %(whom)s into %(organisation)s in the role of %(role)s"),
    )
    ORGANISATION_INVITATION_REVOKED = (
        "organisation.invitation-revoked",
        _("revoked the invitation of %(whom)s into %(organisation)s"),
    )
    ORGANISATION_JOINED = (
        "organisation.joined",
        _("came into %(organisation)s in the role of %(role)s"),
    )
    ORGANISATION_ROLE = (
        "organisation.role",
        _("gave %(email)s the role %(role)s in %(organisation)s"),
    )
    ORGANISATION_REMOVED = (
        "organisation.removed",
        _("took %(email)s out of %(organisation)s"),
    )
    ORGANISATION_LEFT = "organisation.left", _("left %(organisation)s")

    @property
    def kind(self) -> DeedKind:
        return DeedKind(self.value.partition(".")[0])

    @classmethod
    def of_kind(cls, kind: str) -> list[str]:
        """The keys of a kind."""
        return [one.value for one in cls if one.kind == kind]


# What is said instead where the first of the details is not there.
WITHOUT = {
    Deed.CAMPAIGN_END: ("ends_at", _("took away the end of the campaign")),
    Deed.OWN_MAIL: ("events", _("chose to be told of nothing by e-mail")),
}

# What is said where not one person by e-mail is meant but as many as `people` by a link.
BY_LINK = {
    Deed.INVITED: ngettext_lazy(
        "made a link by which %(people)s person may join in the role of %(role)s",
        "made a link by which %(people)s people may join in the role of %(role)s",
        "people",
    ),
    Deed.INVITATION_REVOKED: ngettext_lazy(
        "revoked a link by which %(people)s person could join",
        "revoked a link by which %(people)s people could join",
        "people",
    ),
    Deed.ORGANISATION_INVITED: ngettext_lazy(
        "made a link by which %(people)s person may join %(organisation)s in the role of %(role)s",
        "made a link by which %(people)s people may join %(organisation)s in the role of %(role)s",
        "people",
    ),
    Deed.ORGANISATION_INVITATION_REVOKED: ngettext_lazy(
        "revoked a link by which %(people)s person could join %(organisation)s",
        "revoked a link by which %(people)s people could join %(organisation)s",
        "people",
    ),
}
