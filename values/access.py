"""The only roads from a person to audits: who may view the corpus and the labelled campaign."""

from django.db.models import Q, QuerySet

from accounts.models import User
from annotation.access import campaigns_run_by, found, managed_campaign, managed_part
from annotation.enums import Right, TaskTypeKey
from annotation.models import Campaign
from values.models import Audit, AuditFile, Taxonomy, ValueSample


def audited_campaign(user: User, slug: str, right: Right) -> Campaign:
    """A corpus: any campaign in which this person has this right. Raises `NotFound`."""
    return managed_campaign(user, slug, right)


def labelling_campaigns(user: User) -> QuerySet[Campaign]:
    """Campaigns that this person may view and people label with values in, newest first."""
    return campaigns_run_by(user, Right.VIEW).filter(task_type=TaskTypeKey.VALUES).order_by("-pk")


def labelling_campaign(user: User, slug: str) -> Campaign:
    """One of them. Raises `NotFound`."""
    return found(labelling_campaigns(user).filter(slug=slug).first())


def managed_audits(user: User) -> QuerySet[Audit]:
    """Audits of which this person may view the corpus and the labelled campaign, newest first."""
    campaigns = campaigns_run_by(user, Right.VIEW).order_by().values("pk")
    audits = Audit.objects.select_related("campaign__group_rule", "labels__group_rule")
    return audits.filter(campaign__in=campaigns, labels__in=campaigns).order_by("-pk")


def audits_of(user: User, slug: str) -> QuerySet[Audit]:
    """The audits of a corpus, newest first. Raises `NotFound`."""
    return managed_audits(user).filter(campaign=audited_campaign(user, slug, Right.VIEW))


def managed_audit(user: User, pk: int, right: Right) -> Audit:
    """One of them, where the person has this right in the corpus. Raises `NotFound`."""
    return managed_part(managed_audits(user).filter(pk=pk), user, right)


def managed_audit_file(user: User, pk: int, name: str) -> AuditFile:
    """A published file of an audit, by its name, which is no path. Raises `NotFound`."""
    audit = managed_audit(user, pk, Right.VIEW)
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
    """Samples of a corpus in campaigns that this person may view, newest first; raises likewise."""
    corpus = audited_campaign(user, slug, Right.VIEW)
    samples = ValueSample.objects.filter(
        corpus=corpus, campaign__in=campaigns_run_by(user, Right.VIEW)
    )
    return samples.select_related("campaign", "corpus").order_by("-pk")
