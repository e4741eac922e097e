"""Any other panel: links signed by the panel with a key of this link, valid for a time.

`signature` is the HMAC-SHA256, in hexadecimal, over `participant`, `study`, `session` and
`expires`, each on a line of its own, under the link's key. The key is derived from the
installation's secret, the link and the number of times it was renewed, and is stored nowhere.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from annotation.enums import PlatformKey
from annotation.models import Arrival, EntryLink
from annotation.platforms.base import (
    CameBy,
    NotThisWay,
    Platform,
    Return,
    code_of,
    offered,
    url_of,
    wanted,
)

PLACE = "{participant}"
# An address that never expires is as good as a password in somebody's history.
LONGEST_VALID = 90 * 24 * 3600
SIGNED = ("participant", "study", "session", "expires")


class Panel(Platform):
    key = PlatformKey.PANEL.value
    parameters = "participant=…&study=…&session=…&expires=…&signature=…"

    def read(self, link: EntryLink, given: Mapping[str, str]) -> CameBy:
        expected = signature(link_key(link), given)
        if not hmac.compare_digest(expected.encode(), given.get("signature", "").encode()):
            raise NotThisWay("forged")
        expires = given.get("expires", "")
        if not expires.isascii() or not expires.isdecimal() or len(expires) > 12:
            raise NotThisWay("malformed")
        left = int(expires) - time.time()
        if left <= 0 or left > LONGEST_VALID:
            raise NotThisWay("expired")
        return CameBy(
            participant=wanted(given, "participant"),
            study=offered(given, "study"),
            session=offered(given, "session"),
        )

    def namespace(self, link: EntryLink) -> str:
        """One person in all campaigns of an owner that name the same panel; else in this one.

        It is the owner of when the link was made: people stay who they are when it is handed over.
        """
        if link.panel:
            return f"{self.key}:{link.panel_space}:{link.panel}"
        return f"{self.key}:link:{link.token}"

    def way_back(self, link: EntryLink, arrival: Arrival) -> Return:
        url = url_of(link, arrival.outcome).replace(PLACE, quote(arrival.participant, safe=""))
        return Return(url=url, code=code_of(link, arrival.outcome))

    def url_problem(self, url: str) -> str:
        if PLACE in url.partition("?")[0]:
            return _("may have %(place)s behind its question mark only") % {"place": PLACE}
        return super().url_problem(url)


def link_key(link: EntryLink) -> str:
    """The key that the panel signs with, in hexadecimal."""
    name = f"variorum.entry-link:{link.token}:{link.key_version}"
    return hmac.new(settings.SECRET_KEY.encode(), name.encode(), hashlib.sha256).hexdigest()


def signature(key: str, given: Mapping[str, str]) -> str:
    """The signature that belongs to an address's parameters; what is missing counts as empty."""
    text = "\n".join(given.get(name, "") for name in SIGNED)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
