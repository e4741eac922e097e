"""A reviewer's decisions on what people wrote; each is a row, and the newest one counts."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import Unfit
from annotation.models import Campaign
from exports.enums import TextKind, TextVerdict
from exports.errors import Conflict, NotFound
from exports.models import TextDecision
from exports.profiles.texts import merged
from exports.selectors.texts import Written, one_text


def decide_text(
    campaign: Campaign,
    kind: TextKind,
    row: int,
    place: int,
    *,
    sha256: str,
    verdict: TextVerdict,
    cuts: Sequence[tuple[int, int]] = (),
    decided_by: User,
) -> Written:
    """Keep a text, keep it without its cuts, or drop it; the judgment itself stays as it is.

    `sha256` is of the text that the reviewer has read. Raises `NotFound` where there is no such
    text, `Conflict` where it is another one by now, `Unfit` where a cut lies outside.
    """
    text = one_text(campaign, kind, row, place)
    if text is None:
        raise NotFound(_("There is no such text (any more)."))
    if text.sha256 != sha256:
        raise Conflict(_("This text is not the one that was shown."), code="text-changed")
    wanted = merged(cuts) if verdict == TextVerdict.REDACT else []
    if any(not 0 <= start < end <= len(text.text) for start, end in wanted):
        raise Unfit(_("This is not possible."), fields={"cuts": _("A cut is outside the text.")})
    if verdict == TextVerdict.REDACT and not wanted:
        verdict = TextVerdict.KEEP
    text.decision = TextDecision.objects.create(
        campaign=campaign,
        kind=kind,
        row=row,
        place=place,
        sha256=sha256,
        verdict=verdict,
        cuts=[list(cut) for cut in wanted],
        decided_by=decided_by,
    )
    return text
