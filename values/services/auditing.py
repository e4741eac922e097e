"""The work of an audit: learn from labels, classify the corpus in parts, tally, publish.

What is read is bounded when the work first begins. A part is a file of some hundred items'
predictions; a resumed audit keeps the parts that lie in storage, unless what it reads has changed
meanwhile, for erasures do reach into it.
"""

import hashlib
from dataclasses import asdict, dataclass, replace

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from threadpoolctl import threadpool_limits

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from annotation.models import Campaign, Item, Judgment
from annotation.selectors.small_groups import strictest_least_people
from annotation.services.jobs import JobFailed, report_progress
from annotation.services.storing import discard_folder
from values.classifier import Minimum, TfidfTexts, ValueModel, predictions_for_unseen
from values.classifier.labelled import Floats
from values.classifier.sufficiency import judged_by_enough, sufficiency_of
from values.enums import Sides
from values.errors import Unfit
from values.models import Audit
from values.selectors.corpus import (
    EVERYBODY,
    corpus_batches,
    items_up_to,
    people_by_stratum,
    sides_known,
)
from values.selectors.labels import MOST_LABELLED, Labels, labels_of
from values.services.files import discard_parts, folder_of, keep_part, kept_parts
from values.services.publishing import publish
from values.services.reporting import Learned, Slices, told_strata

LEAST_GROUP = 5
LEAST_FOLDS, MOST_FOLDS = 2, 20
LEAST_DRAWS, MOST_DRAWS = 50, 1000


@dataclass(frozen=True)
class Parameters:
    """What an audit is made with; the same parameters on the same data give the same files.

    `least_people` is asked of a labelled text, `least_texts` of a value (prompts with and without
    it), `least_group` of a stratum for it to be told of, where the campaigns' own smallest group is
    not larger. `preference` is the criterion by which
    people's judgments tell chosen from rejected.
    """

    seed: int = 1
    threshold: float = 0.5
    folds: int = 5
    draws: int = 200
    least_people: int = 3
    least_texts: int = 10
    least_group: int = LEAST_GROUP
    preference: str = ""

    @property
    def minimum(self) -> Minimum:
        return Minimum(self.least_people, self.least_texts)


def request_audit(
    corpus: Campaign,
    labels: Campaign,
    *,
    criterion: str = "",
    sides: str = "",
    parameters: Parameters = Parameters(),
    requested_by: User | None,
) -> Audit:
    """Note that an audit is wanted; a worker makes it.

    Groups are as large at least as both campaigns ask for.

    Left empty, `criterion` is the first of the labelling campaign's and `sides` what the corpus
    knows of, its file first. Raises `Unfit` where something of it is not possible.
    """
    known = sides_known(corpus)
    if not known or (sides and sides not in known):
        raise Unfit(
            _("It is not known which texts of this campaign were chosen."),
            fields={"sides": _("Known here: %(known)s.") % {"known": ", ".join(known) or "–"}},
        )
    criterion = criterion or labels.criterion_keys[0]
    if criterion not in labels.criterion_keys:
        raise no_such_criterion("criterion", labels)
    if parameters.preference and parameters.preference not in corpus.criterion_keys:
        raise no_such_criterion("preference", corpus)
    least = max(parameters.least_group, strictest_least_people([corpus, labels]))
    with transaction.atomic():
        audit = Audit.objects.create(
            campaign=corpus,
            labels=labels,
            criterion=criterion,
            sides=sides or known[0],
            parameters=asdict(replace(parameters, least_group=least)),
            software_version=settings.VERSION,
            created_by=requested_by,
        )
        record(
            Deed.AUDIT_REQUESTED,
            campaign=corpus,
            thing=audit,
            by=requested_by,
            labels=labels.slug,
        )
    return audit


def no_such_criterion(field: str, campaign: Campaign) -> Unfit:
    known = _("Must be one of %(known)s.") % {"known": ", ".join(campaign.criterion_keys)}
    return Unfit(_("There is no such criterion."), fields={field: known})


def make_audit(audit: Audit) -> None:
    """The work of an audit. Raises `JobFailed` where the data is too little for any number."""
    # On rows as short as a sample's, threads of the linear algebra wait for each other thirty times
    # as long as they work; with one of them, sums do not depend on how many there are.
    with threadpool_limits(limits=1):
        work_on(audit, Parameters(**audit.parameters))


def work_on(audit: Audit, parameters: Parameters) -> None:
    set_bounds(audit)
    report_progress(audit, 0, items_up_to(audit.campaign, audit.last_item or 0))
    refuse_too_many(audit)
    labels = labels_of(audit.labels, audit.criterion, audit.last_judgment or 0)
    note_inputs(audit, labels)
    learned = learn(audit, labels, parameters)
    slices = slices_of(audit, parameters)
    classify(audit, learned.model, parameters)
    publish(audit, labels, learned, slices)


def refuse_too_many(audit: Audit) -> None:
    """Labels are held in memory, unlike the corpus."""
    if audit.labels.items.count() > MOST_LABELLED:
        raise JobFailed(f"An audit learns from {MOST_LABELLED} texts at most.")


def set_bounds(audit: Audit) -> None:
    """What is there when the work first begins is what is read, also by later attempts."""
    if audit.as_of is not None:
        return
    audit.as_of = timezone.now()
    audit.last_judgment = Judgment.objects.aggregate(last=Max("pk"))["last"] or 0
    items = Item.objects.filter(campaign=audit.campaign)
    audit.last_item = items.aggregate(last=Max("pk"))["last"] or 0
    audit.save(update_fields=["as_of", "last_judgment", "last_item"])


def note_inputs(audit: Audit, labels: Labels) -> None:
    """Begin anew where an attempt before this one has read something else."""
    digest = hashlib.sha256()
    labelled = labels.labelled
    for array in (labelled.tags, labelled.text_of, labelled.person_of):
        digest.update(np.ascontiguousarray(array).tobytes())
    erased = Judgment.objects.filter(campaign=audit.campaign, erased_at__isnull=False).count()
    digest.update("\x1f".join([str(erased), *labelled.texts]).encode())
    found = digest.hexdigest()
    if found != audit.inputs_sha256:
        discard_parts(audit)
        audit.inputs_sha256 = found
        audit.save(update_fields=["inputs_sha256"])


def learn(audit: Audit, labels: Labels, parameters: Parameters) -> Learned:
    """Cross-validated predictions, and the model for the corpus.

    Values of which too little is known are left out of both.
    """
    labelled = judged_by_enough(labels.labelled, parameters.minimum)
    found = [
        sufficiency_of(labelled, number, parameters.minimum)
        for number in range(len(labelled.values))
    ]
    if not any(one.is_enough for one in found):
        raise JobFailed(too_little(parameters))
    known = [number for number, one in enumerate(found) if one.is_enough]

    def new_model() -> ValueModel:
        return ValueModel(TfidfTexts, seed=parameters.seed)

    shares = labelled.shares[:, known]
    narrowed = labelled.with_values(known)
    try:
        unseen = predictions_for_unseen(
            narrowed,
            folds=parameters.folds,
            seed=parameters.seed,
            new_model=new_model,
            after_fold=lambda: report_progress(audit, audit.steps_done),
        )
        model = new_model().fit(labelled.texts, shares)
    except ValueError as error:  # no words in common, or none at all
        raise JobFailed("The labelled texts have too few words to learn from.") from error
    return Learned(labelled, found, known, unseen, model)


def too_little(parameters: Parameters) -> str:
    return (
        f"Too few labels: no value has {parameters.least_texts} labelled prompts that carry it and "
        f"{parameters.least_texts} that do not, among texts that {parameters.least_people} people "
        "judged. Let more people label more texts."
    )


def slices_of(audit: Audit, parameters: Parameters) -> Slices:
    """All people, and the strata that are large enough to be told of."""
    if audit.sides != Sides.JUDGMENTS:
        return Slices([EVERYBODY], {}, [])
    people = people_by_stratum(audit.campaign, audit.last_judgment or 0)
    if sum(people.values()) < parameters.least_group:
        raise JobFailed(
            f"Not enough: fewer than {parameters.least_group} people judged in this campaign."
        )
    named = {key: number for key, number in people.items() if key}
    told = told_strata(people, parameters.least_group) if len(people) > 1 else []
    hidden = [key for key in sorted(named) if key not in told] if len(people) > 1 else []
    return Slices([EVERYBODY, *told], {key: people[key] for key in told}, hidden)


def classify(audit: Audit, model: ValueModel, parameters: Parameters) -> None:
    """Predictions for every text, part by part; parts that are there already are passed over."""
    kept = kept_parts(audit)
    after = kept[-1].last_item if kept else 0
    done = sum(one.items for one in kept)
    batches = corpus_batches(
        audit.campaign,
        audit.sides,
        criterion=parameters.preference or audit.campaign.criterion_keys[0],
        last_item=audit.last_item or 0,
        until=audit.last_judgment or 0,
        after=after,
    )
    for number, batch in enumerate(batches, start=len(kept)):
        predicted: Floats = (
            model.predict([one.text for one in batch.texts]) if batch.texts else np.zeros((0, 0))
        )
        keep_part(audit, number, batch, predicted)
        done += batch.items
        report_progress(audit, done)


def cancelled_or_failed(audit_id: int) -> None:
    """Take away what an audit that ended without files has left in storage."""
    audit = Audit.objects.filter(pk=audit_id).first()
    if audit and audit.has_ended and audit.results is None:
        discard_parts(audit)
        discard_folder(folder_of(audit))
