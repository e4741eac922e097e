"""What every platform says of itself: its parameters, its namespace, its ways back."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from annotation.enums import Outcome
from annotation.models import Arrival, EntryLink

ID = re.compile(r"[A-Za-z0-9_.:@+-]{1,128}")
CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class NotThisWay(Exception):
    """A link that lets nobody in as it stands; `code` says why: malformed, forged, expired."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class CameBy:
    """What an entry link's address says: the platform's names for person, study, session.

    A preview shows the task to somebody who has not accepted it, and has no person.
    """

    participant: str = ""
    study: str = ""
    session: str = ""
    submission: str = ""
    is_preview: bool = False


@dataclass(frozen=True)
class Return:
    """How somebody goes back: to a fixed address, with a code to paste, or by a form sent there."""

    url: str = ""
    code: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    host: str = ""


class Platform(ABC):
    """One platform. One instance each, without state."""

    key: ClassVar[str]
    # Where completion addresses that a researcher writes may lead; empty means they are not used.
    hosts: ClassVar[tuple[str, ...]] = ()
    # How people's addresses look, with the platform's own placeholders.
    parameters: ClassVar[str]
    # Whether the platform appends them by itself, to the address without them.
    adds_parameters: ClassVar[bool] = False

    @abstractmethod
    def read(self, link: EntryLink, given: Mapping[str, str]) -> CameBy:
        """Who came, and from where. Raises `NotThisWay`."""

    def namespace(self, link: EntryLink) -> str:
        """Within this, an id is one person."""
        return self.key

    def way_back(self, link: EntryLink, arrival: Arrival) -> Return:
        """Where somebody goes for whom it is over; nothing of it comes from the visitor."""
        return Return(url=url_of(link, arrival.outcome), code=code_of(link, arrival.outcome))

    def url_problem(self, url: str) -> str:
        """Why people cannot be sent to this address, or "" where they can."""
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
            return _("must be an https address")
        if self.hosts and parts.hostname not in self.hosts:
            return _("must lead to one of %(hosts)s") % {"hosts": ", ".join(self.hosts)}
        return ""


def wanted(given: Mapping[str, str], name: str, pattern: re.Pattern[str] = ID) -> str:
    """A parameter that must be there and look as the platform makes it."""
    value = given.get(name, "")
    if not pattern.fullmatch(value):
        raise NotThisWay("malformed")
    return value


def offered(given: Mapping[str, str], name: str) -> str:
    """A parameter that may be missing; nonsense is none."""
    value = given.get(name, "")
    return value if ID.fullmatch(value) else ""


def code_of(link: EntryLink, outcome: str) -> str:
    return {
        Outcome.COMPLETED.value: link.completion_code,
        Outcome.SCREENED_OUT.value: link.screen_out_code,
        Outcome.TIMED_OUT.value: link.time_out_code,
    }.get(outcome, "")


def url_of(link: EntryLink, outcome: str) -> str:
    return {
        Outcome.COMPLETED.value: link.completion_url,
        Outcome.SCREENED_OUT.value: link.screen_out_url,
        Outcome.TIMED_OUT.value: link.time_out_url,
    }.get(outcome, "")
