"""Posting to addresses that others name: where to, how signed, and what is never reached."""

import hashlib
import hmac
import socket

import pytest

from annotation import webhooks
from annotation.enums import NotTaken
from annotation.webhooks import (
    NotDelivered,
    address_problem,
    canonical_body,
    post,
    resolved,
    secret_of,
    signature,
)
from tests.annotation.receiver import receiving


@pytest.fixture
def open_network(settings):
    settings.WEBHOOKS_MAY_BE_PRIVATE = True


def leading_to(monkeypatch, *addresses):
    """Every name leads to these addresses; returns the names that were looked up."""
    asked = []

    def found(host, port, *_others, **_more):
        asked.append(host)
        return [
            (
                socket.AF_INET6 if ":" in one else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (one, port, 0, 0) if ":" in one else (one, port),
            )
            for one in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked


def refused(url, **parts):
    with pytest.raises(NotDelivered) as refusal:
        post(url, b"{}", {}, **parts)
    return refusal.value.reason


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "ftp://example.org/",
        "https://",
        "https:///path",
        "https://user:secret@example.org/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org/#part",
        "https://exa mple.org/",
        "https://exämple.org/",
        "https://example.org/\r\nX: y",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.1.2.3/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        f"https://example.org/{'x' * 500}",
        "not an address",
        "https://[",
    ],
)
def test_addresses_that_are_refused_before_anything_is_looked_up(url):
    assert address_problem(url)
    assert refused(url) == NotTaken.ADDRESS_REFUSED


def test_public_addresses_over_https_are_fine():
    assert address_problem("https://hooks.example.org:8443/a/b?c=d") == ""
    assert address_problem("https://93.184.216.34/") == ""


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255"),  # noqa: S104 - refused, not bound to
        *("::1", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001::1"),
    ],
)
def test_names_that_lead_into_private_networks_are_not_reached(monkeypatch, address):
    leading_to(monkeypatch, "93.184.216.34", address)
    assert refused("https://hooks.example.org/") == NotTaken.PRIVATE_ADDRESS


def test_names_are_looked_up_once_and_what_was_looked_at_is_reached(monkeypatch, open_network):
    with receiving() as receiver:
        asked = leading_to(monkeypatch, "127.0.0.1")
        answered = post(receiver.url(host="hooks.example.org"), b'{"a":1}', {"X-Own": "yes"})
    assert asked == ["hooks.example.org"]
    assert (answered.status, answered.is_taken) == (200, True)
    [taken] = receiver.taken
    assert (taken.path, taken.body, taken.headers["X-Own"]) == ("/hook", b'{"a":1}', "yes")
    assert taken.headers["Host"] == f"hooks.example.org:{receiver.port}"


def test_the_next_address_of_a_name_is_tried_where_the_first_is_silent(monkeypatch, open_network):
    with receiving() as receiver:
        leading_to(monkeypatch, "::1", "127.0.0.1")
        assert post(receiver.url(host="hooks.example.org"), b"{}", {}).status == 200


def test_redirects_are_answers_and_are_not_followed(open_network):
    with receiving(answers=[302]) as receiver:
        answered = post(receiver.url(), b"{}", {})
    assert (answered.status, answered.is_taken) == (302, False)
    assert [one.path for one in receiver.taken] == ["/hook"]


def test_who_does_not_answer_is_not_waited_for(monkeypatch, open_network):
    monkeypatch.setattr(webhooks, "WHOLE_SECONDS", 0.3)
    with receiving(waits=2.0) as receiver:
        assert refused(receiver.url()) == NotTaken.TIMED_OUT


def test_what_cannot_be_reached_says_why(monkeypatch, open_network):
    with receiving() as receiver:
        gone = receiver.url()
        assert refused(receiver.url(scheme="https")) in (
            NotTaken.NO_SECURE_CONNECTION,
            NotTaken.NO_CONNECTION,
        )
    assert refused(gone) == NotTaken.NO_CONNECTION

    def unknown(*_arguments, **_more):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert refused("https://nowhere.example.org/") == NotTaken.NO_SUCH_HOST


def test_the_query_goes_along_and_an_empty_path_is_the_root(open_network):
    with receiving() as receiver:
        post(receiver.url("?a=b&c=d"), b"{}", {})
    assert receiver.taken[0].path == "/?a=b&c=d"


def test_the_signature_is_that_of_time_and_body_under_the_targets_secret():
    body = canonical_body({"event": "completed", "data": {"title": "É"}})
    assert body == '{"data":{"title":"É"},"event":"completed"}'.encode()
    secret = secret_of("token", 1)
    assert secret.startswith("whsec_")
    assert len({secret, secret_of("token", 2), secret_of("other", 1)}) == 3
    expected = hmac.new(secret.encode(), b"1700000000." + body, hashlib.sha256).hexdigest()
    assert signature(secret, body, 1_700_000_000) == f"t=1700000000,v1={expected}"


def test_every_address_of_a_public_name_is_kept(monkeypatch):
    leading_to(monkeypatch, "93.184.216.34", "2606:2800:220:1::1")
    places = resolved("hooks.example.org", 443)
    assert [where[0] for _family, where in places] == ["93.184.216.34", "2606:2800:220:1::1"]
