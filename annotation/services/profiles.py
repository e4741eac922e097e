"""What people say of themselves, changed after they have joined."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import Annotator, Profile
from accounts.services.questionnaires import clean_answers, save_profile
from annotation.models import Seat
from annotation.services.seats import has_withdrawn


def change_profile(seat: Seat, answers: Mapping[str, Any]) -> Profile:
    """A new version of the person's profile for the campaign; judgments from now on carry it.

    Stratum and quotas of the seat stay as they were when the person joined, and earlier judgments
    keep the version they were given under. The same answers again are the same version. Raises
    `Unfit` for answers that do not fit, `Conflict` where the person has withdrawn.
    """
    questionnaire = seat.campaign.questionnaire
    with transaction.atomic():
        annotator = Annotator.objects.select_for_update(no_key=True).get(pk=seat.annotator_id)
        # Whoever judges or withdraws at this moment holds the seat, and is waited for.
        if Seat.objects.select_for_update(no_key=True).get(pk=seat.pk).withdrawn_at:
            raise has_withdrawn()
        cleaned = clean_answers(list(questionnaire.questions.all()), answers)
        profile = save_profile(annotator, questionnaire, answers=cleaned)
        Seat.objects.filter(pk=seat.pk).update(profile=profile)
    return profile
