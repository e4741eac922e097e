"""What is said where there is no address, to people and to programs."""

import pytest
from django.test import RequestFactory

from accounts.views.refused import broken

pytestmark = pytest.mark.django_db


def test_an_address_that_is_none_is_a_problem_to_programs_and_a_page_to_people(client):
    answer = client.get("/api/v1/nothing here/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not-found"
    page = client.get("/nothing here/")
    assert page.status_code == 404
    assert page["Content-Type"].startswith("text/html")


def test_what_broke_is_a_problem_to_programs_and_a_page_to_people():
    answer = broken(RequestFactory().get("/api/v1/campaigns/"))
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert broken(RequestFactory().get("/"))["Content-Type"].startswith("text/html")
