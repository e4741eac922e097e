"""The only roads from a person to audits: who runs both the corpus and the labelled campaign."""

from django.db.models import Q, QuerySet

from accounts.models import User
from annotation.access import campaigns_run_by, found, managed_campaign
from annotation.enums import TaskTypeKey
from annotation.models import Campaign
from values.models import Audit, AuditFile, Taxonomy, ValueSample


def audited_campaign(user: User, slug: str) -> Campaign:
    """A corpus: any campaign of this person's. Raises `NotFound`."""
    return managed_campaign(user, slug)


def labelling_campaigns(user: User) -> QuerySet[Campaign]:
    """Campaigns of this person's in which people label texts with values, newest first."""
    return campaigns_run_by(user).filter(task_type=TaskTypeKey.VALUES).order_by("-pk")


def labelling_campaign(user: User, slug: str) -> Campaign:
    """One of them. Raises `NotFound`."""
    return found(labelling_campaigns(user).filter(slug=slug).first())


def managed_audits(user: User) -> QuerySet[Audit]:
    """Audits of which this person runs the corpus and the labelled campaign, newest first."""
    campaigns = campaigns_run_by(user).order_by().values("pk")
    audits = Audit.objects.select_related("campaign__group_rule", "labels__group_rule")
    return audits.filter(campaign__in=campaigns, labels__in=campaigns).order_by("-pk")


def audits_of(user: User, slug: str) -> QuerySet[Audit]:
    """The audits of a corpus, newest first. Raises `NotFound`."""
    return managed_audits(user).filter(campaign=audited_campaign(user, slug))


def managed_audit(user: User, pk: int) -> Audit:
    """Raises `NotFound`."""
    return found(managed_audits(user).filter(pk=pk).first())


def managed_audit_file(user: User, pk: int, name: str) -> AuditFile:
    """A published file of an audit, by its name, which is no path. Raises `NotFound`."""
    audit = managed_audit(user, pk)
    files = audit.files.all() if audit.is_told else ()
    return found(next((file for file in files if file.name == name), None))


def taxonomies_of(user: User) -> QuerySet[Taxonomy]:
    """Taxonomies that this person brought, all of them for admins; the newest version first."""
    mine = Q() if user.is_admin else Q(owner=user)
    return Taxonomy.objects.filter(mine).select_related("owner")


def own_taxonomy(user: User, pk: int) -> Taxonomy:
    """Raises `NotFound`."""
    return found(taxonomies_of(user).filter(pk=pk).first())


def samples_of(user: User, slug: str) -> QuerySet[ValueSample]:
    """Samples of a corpus in campaigns that this person runs, newest first. Raises `NotFound`."""
    corpus = audited_campaign(user, slug)
    samples = ValueSample.objects.filter(corpus=corpus, campaign__in=campaigns_run_by(user))
    return samples.select_related("campaign", "corpus").order_by("-pk")
