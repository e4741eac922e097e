"""CloudResearch: three parameters in, back to the address it gives for the project."""

from collections.abc import Mapping

from annotation.enums import PlatformKey
from annotation.models import EntryLink
from annotation.platforms.base import CameBy, Platform, offered, wanted


class CloudResearch(Platform):
    key = PlatformKey.CLOUDRESEARCH.value
    hosts = ("connect.cloudresearch.com", "account.cloudresearch.com", "www.cloudresearch.com")
    parameters = "participantId=…&assignmentId=…&projectId=…"
    adds_parameters = True

    def read(self, link: EntryLink, given: Mapping[str, str]) -> CameBy:
        return CameBy(
            participant=wanted(given, "participantId"),
            study=offered(given, "projectId"),
            submission=offered(given, "assignmentId"),
        )
