"""An audit's files over HTTP."""

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from values.errors import NotFound
from values.models import AuditFile

CONTENT_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".html": "text/html; charset=utf-8",
}


def download(request: HttpRequest, file: AuditFile) -> HttpResponseBase:
    """The whole file, streamed, to be saved and never shown as a page; 304 where it is known.

    Raises `NotFound` where somebody has taken it away.
    """
    etag = f'"{file.sha256}"'
    response: HttpResponseBase
    if etag in [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]:
        response = HttpResponse(status=304)
    else:
        try:
            content = default_storage.open(file.stored_name)
        except FileNotFoundError as error:
            raise NotFound(_("This file is no longer in storage.")) from error
        kind = CONTENT_TYPES[file.name[file.name.rfind(".") :]]
        response = FileResponse(content, as_attachment=True, filename=file.name, content_type=kind)
        response["Content-Length"] = str(file.bytes)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache, no-transform"
    return response
