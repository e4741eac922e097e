"""Mechanical Turk and CloudResearch: in by their links without a password, and back with a code."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from config.environment import BASE_DIR
from tests.e2e.accessible import assert_fits
from tests.e2e.installation import Client, Installation
from tests.e2e.test_journeys import PHONE
from tests.e2e.test_judging_pages import item

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
SIZES = [{"width": 1280, "height": 900}, PHONE]
AGE = {
    "key": "age",
    "label": "How old are you?",
    "options": [{"key": "young"}, {"key": "middle"}, {"key": "old"}],
}
CLOUD = "https://connect.cloudresearch.com/participant/project/p1"
PREVIEW = "ASSIGNMENT_ID_NOT_AVAILABLE"
# Seats that nobody used return; the worker looks every few minutes, and this does it now.
SWEEP = """
from datetime import timedelta
from django.db.models import F
from annotation.models import Assignment, Seat
from annotation.services.leases import return_lapsed_leases
from annotation.services.seats import return_lapsed_seats
Assignment.objects.filter(seat__stratum__key="middle", seat__campaign__slug={slug!r}).update(
    lease_expires_at=F("served_at")
)
return_lapsed_leases()
unused = Seat.objects.filter(campaign__slug={slug!r}, stratum__key="middle", submitted=0)
unused.update(held_since=F("held_since") - timedelta(hours=25))
print(return_lapsed_seats())
"""


@dataclass(frozen=True)
class Platform:
    """What a platform's link and its addresses look like."""

    name: str
    settings: dict[str, str]
    person: str
    study: str
    submission: str

    def door(self, link: Any, person: str, **changes: str) -> str:
        ids = {self.person: person, self.submission: f"A-{person}", self.study: "S1"}
        return f"{link['url'].partition('?')[0]}?{urlencode({**ids, **changes})}"


MTURK = Platform(
    "Amazon Mechanical Turk",
    {
        "platform": "mturk",
        "completion_code": "DONE",
        "screen_out_code": "OUT",
        "time_out_code": "LATE",
    },
    *("workerId", "hitId", "assignmentId"),
)
CLOUDRESEARCH = Platform(
    "CloudResearch",
    {
        "platform": "cloudresearch",
        "completion_code": "CDONE",
        "completion_url": f"{CLOUD}/complete",
        "screen_out_code": "COUT",
        "screen_out_url": f"{CLOUD}/screened-out",
        "time_out_code": "CLATE",
        "time_out_url": f"{CLOUD}/timed-out",
    },
    *("participantId", "projectId", "assignmentId"),
)


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=20_000)


def study(owner: Client, slug: str) -> None:
    """An open campaign that wants nobody young, and at most two people of middle age."""
    strata = [
        {"key": "young", "where": {"age": ["young"]}, "target": 4, "quota": 0},
        {"key": "middle", "where": {"age": ["middle"]}, "target": 4, "quota": 2},
        {"key": "old", "where": {"age": ["old"]}, "target": 4},
    ]
    body = {"slug": slug, "title": slug, "task_type": "pairwise", "questions": [AGE]}
    assert owner.post("campaigns/", json={**body, "strata": strata}).status_code == 201
    sent = owner.post(f"campaigns/{slug}/items/", data=f"{item(1)}\n{item(2)}".encode())
    owner.wait_for(f"imports/{sent.json()['id']}/")
    assert owner.post(f"campaigns/{slug}/open/").status_code == 200


@dataclass
class Visitors:
    """People at one link, each with a browser of their own."""

    browser: Browser
    size: Any
    platform: Platform
    link: Any

    @contextmanager
    def at_the_door(self, person: str, **changes: str) -> Iterator[Page]:
        context = self.browser.new_context(viewport=self.size)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(self.platform.door(self.link, person, **changes))
        yield page
        context.close()
        assert errors == []

    @contextmanager
    def inside(self, person: str, age: str = "") -> Iterator[Page]:
        """Somebody who has begun; with an age, the questions are behind them, too."""
        with self.at_the_door(person) as page:
            page.get_by_role("button", name="Begin").click()
            if age:
                page.get_by_role("button", name="I agree and want to take part").click()
                page.get_by_label(age).check()
                page.get_by_role("button", name="Continue").click()
            yield page


def answer(page: Page, number: int) -> None:
    shown = page.locator("#stage")
    expect(page.get_by_role("heading", name=f"Item {number} of 2")).to_be_attached()
    before = shown.get_attribute("data-assignment")
    page.get_by_role("radio", name="They are equally good").check()
    page.get_by_role("button", name="Submit and next").click()
    expect(page.locator(f'#stage[data-assignment="{before}"]')).to_have_count(0)


def sent_back(page: Page, platform: Platform, outcome: str) -> None:
    """The way back is the link's own, with the code that belongs to what became of them."""
    code = platform.settings[f"{outcome}_code"]
    expect(page.get_by_text("Your code, should you be asked for it:")).to_contain_text(code)
    url = platform.settings.get(f"{outcome}_url")
    back = page.get_by_role("link", name=f"Back to {platform.name}")
    if url:
        assert back.get_attribute("href") == url
    else:
        expect(back).to_have_count(0)
    assert_fits(page)


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
def test_people_of_platforms_come_in_come_back_and_are_sent_back(
    browser: Browser, installation: Installation, size: dict[str, int]
) -> None:
    owner = installation.client("researcher@demo.test")
    slug = f"platforms-{size['width']}"
    study(owner, slug)
    crowds = []
    for platform in (MTURK, CLOUDRESEARCH):
        given = {"name": platform.name, "study": "S1", "most": 2, **platform.settings}
        link = owner.post(f"campaigns/{slug}/entry-links/", json=given).json()
        crowds.append(Visitors(browser, size, platform, link))
    for people in crowds:
        completes(people, slug)
        is_screened_out(people)
        with people.inside("LATE1", "middle") as page:
            expect(page.locator("#judge-form")).to_be_visible()
    seats_go_to_others(installation, slug)
    for people in crowds:
        is_timed_out(people)
        finds_the_study_full(people)
    links = owner.get(f"campaigns/{slug}/entry-links/").json()["links"]
    counts = [one["counts"] for one in links]
    once = {"arrived": 4, "joined": 2, "completed": 1, "screened_out": 1, "timed_out": 1}
    assert counts == [once, once]
    judged = owner.get(f"campaigns/{slug}/judgments/").json()["results"]
    assert len(judged) == 4
    assert len({one["annotator"] for one in judged}) == 2


def completes(people: Visitors, slug: str) -> None:
    """Somebody judges one item, comes again in another browser, and goes on where they were."""
    with people.at_the_door("WORKER1") as page:
        assert_fits(page)
    with people.inside("WORKER1", "old") as page:
        answer(page, 1)
    with people.inside("WORKER1") as page:
        answer(page, 2)
        # Nothing here knows them by a password: to withdraw they would type their pseudonym.
        page.goto(page.url.partition("/campaigns/")[0] + f"/campaigns/{slug}/withdraw/")
        expect(page.get_by_label("To confirm, type your pseudonym")).to_be_visible()
        assert_fits(page)
        page.goto(page.url.replace("/withdraw/", "/judge/"))
        page.get_by_role("link", name="Finish").click()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        if people.platform is CLOUDRESEARCH:
            sent_back(page, people.platform, "completion")
        else:
            hands_the_task_in(page)


def hands_the_task_in(page: Page) -> None:
    """Mechanical Turk takes a task back by a form that is sent to it."""
    assert_fits(page)
    sent: list[tuple[str, str | None]] = []

    def take(route: Route) -> None:
        sent.append((route.request.url, route.request.post_data))
        route.fulfill(body="Taken")

    page.route("https://www.mturk.com/**", take)
    page.get_by_role("button", name="Send it to Amazon Mechanical Turk").click()
    expect(page.get_by_text("Taken")).to_be_visible()
    assert sent == [
        ("https://www.mturk.com/mturk/externalSubmit", "assignmentId=A-WORKER1&code=DONE")
    ]


def is_screened_out(people: Visitors) -> None:
    """Nobody young is wanted: told after the one question that tells, and so again later."""
    with people.inside("YOUNG1", "young") as page:
        expect(page.get_by_role("heading", name="No seat left for you here")).to_be_visible()
        assert_fits(page)
        page.get_by_role("link", name="Finish").click()
        sent_back(page, people.platform, "screen_out")


def seats_go_to_others(installation: Installation, slug: str) -> None:
    """The two of middle age do nothing with their seats, and two others sit down there."""
    names = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    env = {key: value for key, value in os.environ.items() if key not in names}
    swept = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", SWEEP.format(slug=slug)],
        cwd=BASE_DIR,
        env={**env, "VARIORUM_DATA_DIR": str(installation.folder / "data")},
        check=True,
        timeout=120,
        capture_output=True,
        text=True,
    )
    assert swept.stdout.strip().endswith("2"), swept.stdout
    for number in (3, 4):
        other = installation.client(f"annotator{number}@demo.test")
        body = {"consent": {"version": 1}, "answers": {"age": "middle"}}
        assert other.post(f"campaigns/{slug}/join/", json=body).status_code == 201


def is_timed_out(people: Visitors) -> None:
    with people.inside("LATE1") as page:
        expect(page.get_by_text("others have taken it since")).to_be_visible()
        page.get_by_role("link", name="Finish").click()
        expect(page.get_by_text("has gone to somebody else since")).to_be_visible()
        sent_back(page, people.platform, "time_out")


def finds_the_study_full(people: Visitors) -> None:
    """Two people were wanted of the link; who was screened out or timed out made room."""
    with people.inside("FOURTH1") as page:
        expect(page.get_by_role("heading", name="Before you take part")).to_be_visible()
    with people.inside("FIFTH1") as page:
        expect(page.get_by_text("This study has all the people it needs.")).to_be_visible()
        sent_back(page, people.platform, "screen_out")
    with people.at_the_door("SIXTH1", **{people.platform.study: "S2"}) as page:
        expect(page.get_by_text("This link belongs to another study.")).to_be_visible()
    if people.platform is MTURK:
        with people.at_the_door("", assignmentId=PREVIEW) as page:
            expect(page.get_by_text("This is a preview.")).to_be_visible()
            expect(page.get_by_role("button", name=re.compile("Begin"))).to_have_count(0)
            assert_fits(page)
