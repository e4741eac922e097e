"""Annotators over HTTP: by REST with a token, and on the judging page with a session."""

import http.client
import json
import re
import uuid
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.models import User
from accounts.services.users import token_of
from bench.installation import HOST

CSRF = "a" * 32
FORM = re.compile(r'action="([^"]+/judge/\d+/)"')
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


class UnexpectedAnswer(Exception):
    """The server did not do what an annotator needs; the measurement is worth nothing."""


class Line:
    """One persistent connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)

    def send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except (http.client.HTTPException, ConnectionError, BrokenPipeError):
            # The server closes connections that were idle; a client opens another one.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        return response.status, response.read()


def expect(status: int, wanted: int, body: bytes) -> None:
    if status != wanted:
        raise UnexpectedAnswer(f"{status} instead of {wanted}: {body[:500].decode()}")


@dataclass
class RestAnnotator:
    """Takes an assignment and answers it, in two requests."""

    slug: str
    token: str
    assignment: dict[str, Any] | None = None

    @classmethod
    def of(cls, slug: str, user: User) -> "RestAnnotator":
        return cls(slug, token_of(user))

    def post(self, line: Line, path: str, body: Any, wanted: int, **headers: str) -> Any:
        content = json.dumps(body).encode()
        status, answer = line.send(
            "POST",
            f"/api/v1/{path}",
            content,
            {
                "Authorization": f"Token {self.token}",
                "Content-Type": "application/json",
                **headers,
            },
        )
        expect(status, wanted, answer)
        return json.loads(answer)

    def serve(self, line: Line) -> None:
        self.assignment = self.post(line, f"campaigns/{self.slug}/next/", {}, 200)

    def submit(self, line: Line) -> None:
        assert self.assignment is not None
        answer = {"preferred": self.assignment["item"]["responses"][0]["id"], "strength": 2}
        answers = {criterion["key"]: answer for criterion in self.assignment["criteria"]}
        path = f"assignments/{self.assignment['id']}/judgment/"
        key = {"Idempotency-Key": uuid.uuid4().hex}
        self.post(line, path, {"answers": answers, "active_ms": 4000}, 201, **key)


@dataclass
class PageAnnotator:
    """Opens the judging page, then answers item after item as htmx does: one request each."""

    slug: str
    session: str
    page: str = ""

    @classmethod
    def of(cls, slug: str, user: User) -> "PageAnnotator":
        return cls(slug, session_of(user))

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}"}

    def open(self, line: Line) -> None:
        path = f"/campaigns/{self.slug}/judge/"
        status, body = line.send("GET", path, None, self.headers)
        expect(status, 200, body)
        self.page = body.decode()

    def cycle(self, line: Line) -> None:
        """Submit what is shown; the answer holds the next item."""
        form = {"answer-overall": "tie", "active_ms": "4000", "reason": ""}
        key, action = KEY.search(self.page), FORM.search(self.page)
        if key is None or action is None:
            raise UnexpectedAnswer(f"There is nothing to answer on the page: {self.page[:500]}")
        body = urlencode({**form, "idempotency_key": key[1]}).encode()
        content = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        headers = {**self.headers, **content, "X-CSRFToken": CSRF}
        status, answer = line.send("POST", action[1], body, headers)
        expect(status, 200, answer)
        self.page = answer.decode()


def session_of(user: User) -> str:
    """A session as signing in leaves it."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "accounts.backends.AccountBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)
