"""Bringing taxonomies: each upload that differs is a version, and no version ever changes."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from values.errors import Unfit
from values.models import Taxonomy
from values.taxonomies import BUILT_IN, TaxonomyProblem, ValueCategory, clean_categories


@transaction.atomic
def add_taxonomy(
    owner: User, *, key: str, title: str, source: str, values: Sequence[ValueCategory]
) -> tuple[Taxonomy, bool]:
    """The newest version of a person's taxonomy, made now unless nothing differs; tells which.

    Raises `Unfit` for what is no taxonomy.
    """
    if key == BUILT_IN:
        raise Unfit(
            _("This key is taken."), fields={"key": _("The built-in taxonomy is called so.")}
        )
    try:
        cleaned = clean_categories(list(values))
    except TaxonomyProblem as problem:
        raise Unfit(_("This is no taxonomy."), fields={"values": str(problem)}) from problem
    with connection.cursor() as cursor:  # two uploads at once are two versions, one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('taxonomies'), %s)", [owner.pk])
    newest = Taxonomy.objects.filter(owner=owner, key=key).order_by("-version").first()
    said = {"title": title, "source": source, "values": cleaned}
    if newest and all(getattr(newest, name) == value for name, value in said.items()):
        return newest, False
    version = newest.version + 1 if newest else 1
    taxonomy = Taxonomy.objects.create(owner=owner, key=key, version=version, **said)
    record(Deed.TAXONOMY_ADDED, thing=taxonomy, by=owner, key=key, version=version)
    return taxonomy, True
