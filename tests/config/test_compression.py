"""Pages are compressed; files and answers to programs are not."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from config.compression import PageCompressionMiddleware

PAGE = "<p>a page</p>" * 100


def sent(response, **headers):
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip", **headers})
    return PageCompressionMiddleware(lambda _request: response)(request)


def test_a_page_is_compressed_for_browsers_that_take_it():
    response = sent(HttpResponse(PAGE))
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == PAGE
    assert "Accept-Encoding" in response["Vary"]
    plain = sent(HttpResponse(PAGE), **{"accept-encoding": "identity"})
    assert plain.content.decode() == PAGE


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("{}" * 400, content_type="application/json"),
        HttpResponse(b"x" * 800, content_type="application/octet-stream"),
        StreamingHttpResponse([PAGE], content_type="text/html"),
    ],
    ids=["JSON", "file", "stream"],
)
def test_what_is_no_page_goes_out_as_it_is(response):
    assert "Content-Encoding" not in sent(response)


def test_pages_of_the_site_are_compressed(client: Client, db: None) -> None:
    assert client.get("/", headers={"accept-encoding": "gzip"})["Content-Encoding"] == "gzip"
