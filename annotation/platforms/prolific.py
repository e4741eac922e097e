"""Prolific: three parameters in, a completion code in a fixed address back."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from annotation.enums import PlatformKey
from annotation.models import Arrival, EntryLink
from annotation.platforms.base import CameBy, Platform, Return, code_of, wanted

HEX = re.compile(r"[0-9a-f]{24}")
COMPLETE = "https://app.prolific.com/submissions/complete"


class Prolific(Platform):
    key = PlatformKey.PROLIFIC.value
    parameters = (
        "PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
    )

    def read(self, link: EntryLink, given: Mapping[str, str]) -> CameBy:
        return CameBy(
            participant=wanted(given, "PROLIFIC_PID", HEX),
            study=wanted(given, "STUDY_ID", HEX),
            session=wanted(given, "SESSION_ID"),
        )

    def way_back(self, link: EntryLink, arrival: Arrival) -> Return:
        code = code_of(link, arrival.outcome)
        url = f"{COMPLETE}?{urlencode({'cc': code})}" if code else ""
        return Return(url=url, code=code)
