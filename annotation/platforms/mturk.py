"""Mechanical Turk: external questions with a preview, sent back by a form of theirs."""

import re
from collections.abc import Mapping

from annotation.enums import Outcome, PlatformKey
from annotation.models import Arrival, EntryLink
from annotation.platforms.base import CameBy, Platform, Return, code_of, offered, wanted

PREVIEW = "ASSIGNMENT_ID_NOT_AVAILABLE"
WORKER = re.compile(r"[A-Z0-9]{5,40}")
LIVE, SANDBOX = "https://www.mturk.com", "https://workersandbox.mturk.com"
# Pages of theirs that show a task's preview in a frame.
FRAMES = ("https://*.mturk.com", "https://*.mturkcontent.com")


class MTurk(Platform):
    key = PlatformKey.MTURK.value
    parameters = "workerId=…&assignmentId=…&hitId=…"
    adds_parameters = True

    def read(self, link: EntryLink, given: Mapping[str, str]) -> CameBy:
        study = offered(given, "hitId")
        if given.get("assignmentId") == PREVIEW or not given.get("workerId"):
            return CameBy(study=study, is_preview=True)
        return CameBy(
            participant=wanted(given, "workerId", WORKER),
            study=study,
            submission=wanted(given, "assignmentId"),
        )

    def namespace(self, link: EntryLink) -> str:
        return f"{self.key}-sandbox" if link.is_sandbox else self.key

    def way_back(self, link: EntryLink, arrival: Arrival) -> Return:
        code = code_of(link, arrival.outcome)
        if not arrival.submission or arrival.outcome != Outcome.COMPLETED:
            return Return(code=code)
        host = SANDBOX if link.is_sandbox else LIVE
        fields = {"assignmentId": arrival.submission, "code": code or "completed"}
        return Return(url=f"{host}/mturk/externalSubmit", code=code, fields=fields, host=host)
