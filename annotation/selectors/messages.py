"""Messages of a campaign and what became of their copies; and what stands on a person's pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from accounts.models import Annotator
from annotation.enums import CopyState
from annotation.models import Campaign, Message, MessageCopy, Seat

MESSAGES_SHOWN = 50


@dataclass(frozen=True)
class MessageLine:
    """A message with its copies counted by what became of them."""

    message: Message
    copies: dict[str, int]

    def of(self, state: CopyState) -> int:
        return self.copies.get(state.value, 0)

    @property
    def mailed(self) -> int:
        return self.of(CopyState.SENT)

    @property
    def on_page(self) -> int:
        """Shown on people's pages, whether they have read it or not."""
        return self.of(CopyState.ON_PAGE) + self.of(CopyState.READ)

    @property
    def read(self) -> int:
        return self.of(CopyState.READ)

    @property
    def unsure(self) -> int:
        return self.of(CopyState.UNSURE)

    @property
    def waiting(self) -> int:
        return self.of(CopyState.WAITING) + self.of(CopyState.SENDING)


def message_lines(campaign: Campaign, *, only: int | None = None) -> list[MessageLine]:
    """The newest messages, or one of them; two queries."""
    messages = campaign.messages.select_related("created_by")
    if only is not None:
        messages = messages.filter(pk=only)
    return with_counts(list(messages[:MESSAGES_SHOWN]))


def with_counts(messages: Sequence[Message]) -> list[MessageLine]:
    counts: dict[int, dict[str, int]] = {one.pk: {} for one in messages}
    rows = (
        MessageCopy.objects.filter(message__in=counts)
        .order_by()
        .values_list("message_id", "state")
        .annotate(count=Count("pk"))
    )
    for message_id, state, count in rows:
        counts[message_id][state] = count
    return [MessageLine(one, counts[one.pk]) for one in messages]


def people_to_tell(campaign: Campaign) -> int:
    """How many a message would go to now."""
    seats = Seat.objects.filter(
        campaign=campaign,
        withdrawn_at=None,
        annotator__withdrawn_at=None,
        annotator__imported=None,
        annotator__user__is_active=True,
    )
    return seats.count()


def unread_of(annotator: Annotator) -> dict[int, list[Message]]:
    """What stands on the person's pages unread, newest first, by campaign id; one query."""
    copies = (
        MessageCopy.objects.filter(annotator=annotator, state=CopyState.ON_PAGE)
        .select_related("message")
        .order_by("-message_id")
    )
    found: dict[int, list[Message]] = {}
    for copy in copies[:100]:
        found.setdefault(copy.message.campaign_id, []).append(copy.message)
    return found
